package round

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	paulmach "github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/planner"
	"github.com/rounds-project/rounds/planner/network"
)

// alley is a main street and, off its middle, an alley of 2 km that ends, with a door on
// its first half, one behind it and some on the main street.
func alley(t *testing.T) (*network.Network, []geo.Household) {
	t.Helper()
	street := paulmach.Tags{{Key: "highway", Value: "residential"}}
	n, err := network.Build(osm.Streets{
		Nodes: osm.NewNodes([]paulmach.NodeID{1, 2, 3, 4, 5, 6}, []orb.Point{{0, 0}, {0.01, 0}, {0.02, 0}, {0.01, 0.01}, {0.01, 0.02}, {0.012, 0.01}}),
		Ways: []osm.Way{{ID: 1, Nodes: []paulmach.NodeID{1, 2, 3}, Tags: street}, {ID: 2, Nodes: []paulmach.NodeID{2, 4, 5}, Tags: street},
			{ID: 3, Nodes: []paulmach.NodeID{4, 6}, Tags: street}},
	}, network.Profile{Mode: network.Foot})
	if err != nil {
		t.Fatal(err)
	}
	doors := []geo.Household{{ID: "on", At: orb.Point{0.0101, 0.006}, Doors: 1}, {ID: "behind", At: orb.Point{0.0101, 0.015}, Doors: 1}}
	for _, lon := range []float64{0.002, 0.006, 0.014, 0.018} {
		doors = append(doors, geo.Household{ID: geo.Clock(time.Duration(lon * float64(time.Hour) * 1000)), At: orb.Point{lon, 0.0001}, Doors: 1})
	}
	return n, doors
}

// visited are the dates on which a worker who starts on the main street visits doors, while
// the alley's first half is closed on the first days of three.
func visited(t *testing.T, n *network.Network, doors []geo.Household, days int) (map[string]string, []planner.Unplanned) {
	t.Helper()
	stretch, found := n.Stretch(orb.Point{0.01, 0.005})
	if !found || len(stretch.Line) != 2 {
		t.Fatalf("the alley's first half is %+v", stretch)
	}
	first := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	q := planner.Request{
		Round:   planner.Round{From: "2027-03-01", Days: 3, VisitS: 600},
		Network: n, Households: doors, Terms: map[string]planner.Terms{}, Iterations: 100, Threads: 1,
		Workers: []planner.Worker{{ID: "w", Start: [2]float64{0, 0}, End: &[2]float64{0, 0}, Shift: [2]string{"08:00", "16:00"}}},
	}
	b := newBlockade(&q, []network.Stretch{stretch}, []Closure{{ID: uuid.New(), StartsOn: first, EndsOn: first.AddDate(0, 0, days-1)}})
	b.forbid()
	b.yield()
	if q.Network = n.Without(b.shut()); b.yieldTo(q.Network) {
		q.Network = n.Without(b.shut())
	}
	plan, err := planner.Propose(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	on := map[string]string{}
	for _, r := range plan.Routes {
		for _, s := range r.Stops {
			on[s.Household] = r.Date
		}
	}
	return on, plan.Unplanned
}

// A closed street is not walked on those days; it keeps nobody from a visit on others who
// lives behind it.
func TestAvoid_WaitsUntilTheOnlyStreetIsOpen(t *testing.T) {
	t.Parallel()
	n, doors := alley(t)
	for days, want := range map[int][]string{
		1: {"2027-03-02", "2027-03-03"},
		2: {"2027-03-03"},
		3: nil, // all days
	} {
		on, unplanned := visited(t, n, doors, days)
		for _, id := range []string{"on", "behind"} {
			if date := on[id]; (date == "") != (want == nil) || date != "" && !slices.Contains(want, date) {
				t.Errorf("closed on %d days: %s is visited on %q, want one of %v", days, id, date, want)
			}
		}
		if len(on) < len(doors)-2 {
			t.Errorf("closed on %d days: %d of %d are visited: %+v", days, len(on), len(doors), unplanned)
		}
	}
}

// Cut off is who lives where nobody starts, be that most of all.
func TestAvoid_WaitsForMostBehindTheOnlyStreet(t *testing.T) {
	t.Parallel()
	n, doors := alley(t)
	doors = append(doors[1:2], geo.Household{ID: "too", At: orb.Point{0.0101, 0.019}, Doors: 1})
	on, unplanned := visited(t, n, doors, 1)
	if len(on) != len(doors) {
		t.Errorf("%d of %d are visited: %+v", len(on), len(doors), unplanned)
	}
	for _, id := range []string{"behind", "too"} {
		if on[id] == "2027-03-01" {
			t.Errorf("%s is visited on the day on which no way leads there", id)
		}
	}
}

// A closed street cuts nobody off on an island where that street is not.
func TestAvoid_LeavesIslandsAsTheyAre(t *testing.T) {
	t.Parallel()
	street := paulmach.Tags{{Key: "highway", Value: "residential"}}
	n, err := network.Build(osm.Streets{
		Nodes: osm.NewNodes([]paulmach.NodeID{1, 2, 3, 4, 5}, []orb.Point{{0, 0}, {0.01, 0}, {0.02, 0}, {0, 0.1}, {0.01, 0.1}}),
		Ways: []osm.Way{{ID: 1, Nodes: []paulmach.NodeID{1, 2}, Tags: street}, {ID: 2, Nodes: []paulmach.NodeID{2, 3}, Tags: street},
			{ID: 3, Nodes: []paulmach.NodeID{4, 5}, Tags: street}},
	}, network.Profile{Mode: network.Foot})
	if err != nil {
		t.Fatal(err)
	}
	shut, _ := n.Stretch(orb.Point{0.015, 0})
	var doors []geo.Household
	for k, at := range []orb.Point{{0.002, 0}, {0.004, 0}, {0.006, 0}, {0.015, 0}, {0.005, 0.1}} {
		doors = append(doors, geo.Household{ID: strconv.Itoa(k), At: at, Doors: 1})
	}
	b := newBlockade(&planner.Request{Network: n, Households: doors}, []network.Stretch{shut}, nil)
	if severed := b.severed(b.stretches); !slices.Equal(severed, []bool{false, false, false, true, false}) {
		t.Errorf("cut off: %v", severed)
	}
}

// A closed street on which a worker lives, far from any other, stays open to walks: who
// starts there goes out, and nobody at its doors is visited meanwhile.
func TestAvoid_LetsOutWhoLivesThere(t *testing.T) {
	t.Parallel()
	n, doors := alley(t)
	stretch, _ := n.Stretch(orb.Point{0.01, 0.005})
	home := [2]float64{0.0101, 0.005}
	first := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	q := planner.Request{
		Round:   planner.Round{From: "2027-03-01", Days: 3, VisitS: 600},
		Network: n, Households: doors, Terms: map[string]planner.Terms{}, Iterations: 100, Threads: 1,
		Workers: []planner.Worker{{ID: "w", Start: home, End: &home, Shift: [2]string{"08:00", "16:00"}}},
	}
	b := newBlockade(&q, []network.Stretch{stretch}, []Closure{{ID: uuid.New(), StartsOn: first, EndsOn: first.AddDate(0, 0, 2)}})
	b.forbid()
	b.yield()
	if without := n.Without(b.shut()); without.Snap(b.homes)[0].Reachable() || !b.yieldTo(without) {
		t.Fatal("the alley stays closed to who lives there, or nobody does")
	}
	q.Network = n.Without(b.shut())
	plan, err := planner.Propose(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range plan.Unplanned {
		if u.Household != "on" && u.Household != "behind" {
			t.Errorf("%+v", u)
		}
	}
	for _, r := range plan.Routes {
		for _, s := range r.Stops {
			if s.Household == "on" {
				t.Errorf("a door of the closed street is visited on %s", r.Date)
			}
		}
	}
}
