package planner

import (
	"strings"

	"github.com/rounds-project/rounds/geo"
)

// sameDoor is how far apart two points of one address may lie, in metres.
const sameDoor = 10

// Duplicates takes rows out that repeat an address at the same point: the first
// stays. Rows without an address are never duplicates, for many households share a
// building.
func Duplicates(rows []geo.Household) (kept []geo.Household, duplicates []Unplanned) {
	first := map[string][]int{}
rows:
	for _, row := range rows {
		address := strings.ToLower(strings.Join(strings.Fields(row.Address.Line()), " "))
		if address != "" {
			for _, k := range first[address] {
				if geo.Metres(kept[k].At, row.At) <= sameDoor {
					duplicates = append(duplicates, Unplanned{
						Household: row.ID, Reason: DuplicateOf(kept[k].ID), Lon: row.At[0], Lat: row.At[1],
					})
					continue rows
				}
			}
			first[address] = append(first[address], len(kept))
		}
		kept = append(kept, row)
	}
	return kept, duplicates
}
