package registertest

import "testing"

func TestTown_HasWhatItSays(t *testing.T) {
	t.Parallel()
	town := NewTown(t)
	for query, want := range map[string]int{
		"SELECT count(*) FROM rounds.households":                                                 240,
		"SELECT count(*) FROM rounds.stops":                                                      240,
		"SELECT count(*) FROM rounds.routes":                                                     13,
		"SELECT count(*) FROM rounds.incidents":                                                  3,
		"SELECT count(*) FROM rounds.round_areas WHERE round_id = '" + town.Round.String() + "'": town.Count("SELECT count(*) FROM rounds.areas WHERE level = 'grid'"),
	} {
		if got := town.Count(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	if groups := town.Count("SELECT count(*) FROM rounds.dwelling_groups"); groups < 4 {
		t.Errorf("%d groups, want several", groups)
	}
	household := town.Household(town.Workers[0], town.Today, 0)
	town.Visit(WestWorker, household, "done")
	if n := town.Count("SELECT count(*) FROM rounds.doors WHERE household_id = $1 AND state = 'finished'", household); n != 1 {
		t.Error("the visit did not finish the door")
	}
}
