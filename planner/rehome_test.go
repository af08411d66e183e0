package planner

import (
	"fmt"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// A household that another worker has to visit brings those in between along, and what
// that would cut off.

// A household that another worker has to visit brings those in between along, and what
// that would cut off.
func TestRehome_KeepsTerritoriesInOnePiece(t *testing.T) {
	t.Parallel()
	q := request(t, nil)
	for k := range 7 {
		q.Households = append(q.Households, geo.Household{ID: fmt.Sprint("h", k), At: orb.Point{1.6001 + 0.0004*float64(k), 42.5001}, Doors: 1})
	}
	start := [2]float64{1.6, 42.5}
	for _, id := range []string{"a", "b"} {
		q.Workers = append(q.Workers, Worker{ID: id, Start: start, End: &start, Shift: [2]string{"09:00", "13:00"}})
	}
	q.Terms = map[string]Terms{"h4": {Worker: "b"}}
	p := &proposal{Request: q, reasons: make([]Reason, len(q.Households))}
	if err := p.snap(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Households[3].Doors, p.reasons[3] = 100, TooLong // whom nobody visits is in nobody's way
	p.links = p.Network.Neighbours(p.doors)
	g := &group{}
	for k, has := range [][]int32{{2, 3, 4, 5, 6}, {0, 1}} {
		c := p.newCrew(&q.Workers[k])
		if err := p.station(c); err != nil {
			t.Fatal(err)
		}
		c.territory = has
		g.crews = append(g.crews, c)
	}
	m := p.moving(g)
	if all := m.withSevered([]int32{5}); !slices.Equal(all, []int32{5, 6}) {
		t.Errorf("with 5 go %v", all)
	}
	if err := m.settle(t.Context(), []int32{4}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(g.crews[1].territory)
	if a, b := g.crews[0].territory, g.crews[1].territory; !slices.Equal(a, []int32{5, 6}) || !slices.Equal(b, []int32{0, 1, 2, 3, 4}) {
		t.Errorf("a has %v, b has %v", a, b)
	}
}
