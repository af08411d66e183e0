package osm

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo"
)

// mostDoors bounds what one tag may claim.
const mostDoors = 2000

// place is a household in the making.
type place struct {
	id       osm.FeatureID
	at       orb.Point
	address  geo.Address
	doors    int
	building int // index, -1 for none
}

// households finds the places to visit.
//
// An address is a node or a building with addr:housenumber that is no shop,
// office, amenity, craft or industry. Nodes of one number in one building are one
// household, and one with the building's own address; different numbers are
// different ones, and a tag that lists several ("1-5", "1;3") is one. Where a cell
// of resolution 8 has fewer addresses than a fifth of its dwelling-like buildings,
// the survey was thin, and each such building without an address is one too.
// Doors are the flats or units tagged, else 1.
func (c *collector) households() []geo.Household {
	index := indexBuildings(c.buildings)
	places := c.addressPlaces(index)
	places = append(places, c.buildingPlaces(places)...)
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.id, b.id) })
	households := make([]geo.Household, len(places))
	for i, p := range places {
		households[i] = geo.Household{ID: key(p.id), At: p.at, Address: p.address, Doors: min(max(p.doors, 1), mostDoors)}
	}
	return households
}

// addressPlaces are the households that addresses tell.
func (c *collector) addressPlaces(index *buildingIndex) []place {
	type number struct {
		building       int
		street, number string
	}
	byNumber := make(map[number]int) // index in places
	inBuilding := make(map[int]int)  // households of a building
	var places []place
	add := func(p place) {
		if p.building >= 0 {
			k := number{p.building, normal(p.address.Street), normal(p.address.Number)}
			if i, found := byNumber[k]; found {
				places[i].doors = mergeDoors(places[i], p)
				return
			}
			byNumber[k] = len(places)
			inBuilding[p.building]++
		}
		places = append(places, p)
	}
	for i := range c.buildings {
		b := &c.buildings[i]
		if isAddress(b.tags) {
			add(place{id: b.id.FeatureID(), at: inside(b.outline), address: addressOf(b.tags), doors: doorsOf(b.tags), building: i})
		}
	}
	for _, node := range c.tagged {
		if !isAddress(node.tags) {
			continue
		}
		address := addressOf(node.tags)
		at := index.at(node.at)
		if at >= 0 && address.Street == "" {
			address.Street = c.buildings[at].tags.Find("addr:street")
		}
		add(place{id: node.id.FeatureID(), at: node.at, address: address, doors: doorsOf(node.tags), building: at})
	}
	for i := range places {
		// Flats counted on the building belong to its only address.
		if p := &places[i]; p.building >= 0 && inBuilding[p.building] == 1 {
			p.doors = max(p.doors, doorsOf(c.buildings[p.building].tags))
		}
	}
	return places
}

// mergeDoors counts the doors of two entries of one number: nodes with a unit
// each add up, and the same count given twice does not.
func mergeDoors(known, again place) int {
	if known.address.Unit != "" && again.address.Unit != "" && known.address.Unit != again.address.Unit {
		return known.doors + again.doors
	}
	return max(known.doors, again.doors)
}

// buildingPlaces are the dwelling-like buildings where addresses are thin.
func (c *collector) buildingPlaces(addresses []place) []place {
	taken := make(map[int]bool)
	count := make(map[geo.Cell]struct{ addresses, dwellings int })
	for _, p := range addresses {
		taken[p.building] = true
		cell := thinCell(p.at)
		n := count[cell]
		n.addresses++
		count[cell] = n
	}
	var dwellings []place
	for i := range c.buildings {
		b := &c.buildings[i]
		if !isDwelling(b.tags) {
			continue
		}
		p := place{id: b.id.FeatureID(), at: inside(b.outline), address: addressOf(b.tags), doors: doorsOf(b.tags), building: i}
		cell := thinCell(p.at)
		n := count[cell]
		n.dwellings++
		count[cell] = n
		if !taken[i] {
			dwellings = append(dwellings, p)
		}
	}
	return slices.DeleteFunc(dwellings, func(p place) bool {
		n := count[thinCell(p.at)]
		return 5*n.addresses >= n.dwellings
	})
}

// thinCell is the cell in which addresses and buildings are compared; 0 where H3
// has none, which no point of an extract is.
func thinCell(p orb.Point) geo.Cell {
	leaf, err := geo.LeafCell(p)
	if err != nil {
		return 0
	}
	cell, err := leaf.Parent(8)
	if err != nil {
		return 0
	}
	return cell
}

var (
	notDwelling = []string{"shop", "office", "amenity", "craft", "industrial"}
	dwellings   = setOf(`yes house residential apartments detached semidetached_house terrace bungalow cabin
		farm dormitory static_caravan hut`)
)

func isAddress(tags osm.Tags) bool {
	if tags.Find("addr:housenumber") == "" {
		return false
	}
	return !hasAny(tags, notDwelling) && tags.Find("building") != "industrial" && tags.Find("man_made") != "works"
}

func isDwelling(tags osm.Tags) bool {
	return dwellings[tags.Find("building")] && !hasAny(tags, []string{"shop", "office", "amenity", "tourism"})
}

func hasAny(tags osm.Tags, keys []string) bool {
	return slices.ContainsFunc(keys, func(key string) bool {
		value := tags.Find(key)
		return value != "" && value != "no"
	})
}

func addressOf(tags osm.Tags) geo.Address {
	return geo.Address{
		Street:   cmp.Or(tags.Find("addr:street"), tags.Find("addr:place")),
		Number:   tags.Find("addr:housenumber"),
		Unit:     tags.Find("addr:unit"),
		Postcode: tags.Find("addr:postcode"),
		Place:    cmp.Or(tags.Find("addr:city"), tags.Find("addr:village")),
	}
}

func normal(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }

// doorsOf counts the flats or units tagged; 1 when none are.
func doorsOf(tags osm.Tags) int {
	most := 1
	for _, key := range []string{"building:flats", "building:units"} {
		if n, err := strconv.Atoi(strings.TrimSpace(tags.Find(key))); err == nil {
			most = max(most, n)
		}
	}
	for _, key := range []string{"addr:flats", "addr:unit"} {
		most = max(most, listed(tags.Find(key)))
	}
	return min(most, mostDoors)
}

// listed counts the entries of a list such as "1-12", "1;2;5" or "A,B,C".
func listed(list string) int {
	count := 0
	for _, part := range strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == ',' }) {
		from, to, isRange := strings.Cut(strings.TrimSpace(part), "-")
		low, err1 := strconv.Atoi(strings.TrimSpace(from))
		high, err2 := strconv.Atoi(strings.TrimSpace(to))
		if isRange && err1 == nil && err2 == nil && high > low && high-low < mostDoors {
			count += high - low + 1
		} else if strings.TrimSpace(part) != "" {
			count++
		}
	}
	return count
}
