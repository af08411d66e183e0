package tiles_test

import (
	"testing"

	. "github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/tiles/heat"
)

// Being narrowed to a town brings nobody of the county nearer to its cells.
func TestSight_OfSomebodyNarrowedIsNoSharper(t *testing.T) {
	t.Parallel()
	town := NewTown(t)
	grids := func(name string) int {
		return town.Count("SELECT count(*) FROM rounds.areas g JOIN rounds.areas a ON a.id = g.parent_id WHERE g.level = 'grid' AND a.name = $1", name)
	}
	for account, want := range map[string]heat.Detail{CountySupervisor: heat.Groups, CountyAnalyst: heat.Groups, WestSupervisor: heat.Cells} {
		who := town.As(account)
		who.Area = town.Area("West")
		seen, err := tiles.SightOf(t.Context(), town.DB, who)
		if err != nil || len(seen) != grids("West") {
			t.Errorf("%s sees %d grids, %v, want %d", account, len(seen), err, grids("West"))
		}
		for _, detail := range seen {
			if detail != want {
				t.Errorf("%s sees %v, want %v", account, detail, want)
			}
		}
		who.Area = town.Area("Middle")
		seen, err = tiles.SightOf(t.Context(), town.DB, who)
		if want := map[bool]int{true: 0, false: grids("Middle")}[account == WestSupervisor]; err != nil || len(seen) != want {
			t.Errorf("%s sees %d grids of Middle, %v, want %d", account, len(seen), err, want)
		}
	}
}
