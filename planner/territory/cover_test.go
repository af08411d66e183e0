package territory

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

// valley is a street with a town in the middle and a village far away at either end; each
// place is a minute from the next, the villages are three hours from the town.
func valley(t *testing.T, town, village int) *Graph {
	t.Helper()
	places := make([]Place, town+2*village)
	var edges []Edge
	at := 0.0
	for i := range places {
		seconds := 60.0
		if i == village || i == village+town {
			seconds = 3 * 3600
		}
		at += seconds * 1.4 / 82_000
		places[i] = Place{At: orb.Point{1.5 + at, 42.5}, Work: 900}
		if i > 0 {
			edges = append(edges, Edge{int32(i - 1), int32(i), seconds})
		}
	}
	g, err := NewGraph(places, edges)
	if err != nil {
		t.Fatal(err)
	}
	g.Day = 6 * 3600
	return g
}

func TestSplit_ReachesFarVillagesBeforeItIsEven(t *testing.T) {
	t.Parallel()
	g := valley(t, 60, 8)
	shares := []float64{1, 1, 1}
	d := Split(g, shares)
	if far := g.far(d); far > 0 {
		t.Errorf("%v of %d places are too far for a day", far, g.Len())
	}
	check(t, g, d, shares)
	// Without looking for coverage the town's work draws all three.
	drawn := g.start(shares, 0, 1, func(b *borders, _ int) bool {
		b.begin(len(shares))
		return true
	})
	if drawn[0].finish(shares); drawn[0].far == 0 {
		t.Error("borders alone reach everybody, so this shows nothing")
	}
}

func TestLookout_ChoosesPlacesThatReachMost(t *testing.T) {
	t.Parallel()
	g := valley(t, 60, 8)
	var where []int
	for _, i := range g.lookout(3) {
		switch {
		case i < 8:
			where = append(where, 0)
		case i < 68:
			where = append(where, 1)
		default:
			where = append(where, 2)
		}
	}
	if !slices.Equal(where, []int{1, 0, 2}) {
		t.Errorf("lookouts in %v, want the town, then each village", where)
	}
	if n := len(g.lookout(9)); n != 3 {
		t.Errorf("%d lookouts, want 3: more reach nobody new", n)
	}
}

func TestSplit_IsWholeWhenTimeIsUp(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		g := town(300, 0.4, quarterHours, rand.New(rand.NewPCG(seed, 8)))
		g.Enough = func() bool { return true }
		shares := slices.Repeat([]float64{1}, 7)
		check(t, g, Split(g, shares), shares)
	}
}
