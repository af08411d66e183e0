package territory

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestOffers_LeaveEveryTerritoryConnected(t *testing.T) {
	t.Parallel()
	accepted := 0
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 7))
		g := town(150, 0.3, quarterHours, random)
		shares := slices.Repeat([]float64{1}, 6)
		d := Split(g, shares)
		for range 30 {
			from := int32(random.IntN(len(shares)))
			offers := Offers(g, d, from)
			if len(offers) == 0 {
				continue
			}
			o := offers[random.IntN(len(offers))]
			before := slices.Clone(d.Of)
			Accept(d, o)
			check(t, g, d, shares)
			for i := range d.Of {
				if moved := slices.Contains(o.Places, int32(i)); moved != (d.Of[i] != before[i]) || moved && (before[i] != from || d.Of[i] != o.To) {
					t.Fatalf("seed %d: place %d was %d's and is %d's; offered were %v of %d to %d", seed, i, before[i], d.Of[i], o.Places, from, o.To)
				}
			}
			accepted++
		}
	}
	if accepted < 300 {
		t.Errorf("only %d offers were made", accepted)
	}
}

func TestOffers_AreTheEndsOfAStreet(t *testing.T) {
	t.Parallel()
	// 0-1-2 are of one, 3-4-5 of the other, whose middle is 4; 6 hangs on 3.
	var edges []Edge
	for _, e := range [][2]int32{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {3, 6}} {
		edges = append(edges, Edge{e[0], e[1], 1})
	}
	g, err := NewGraph(make([]Place, 7), edges)
	if err != nil {
		t.Fatal(err)
	}
	d := &Division{Of: []int32{0, 0, 0, 1, 1, 1, 1}, Centre: []int32{1, 4}, seconds: make([]float64, 7)}
	if got := Offers(g, d, 0); len(got) != 1 || !slices.Equal(got[0].Places, []int32{2}) || got[0].To != 1 {
		t.Errorf("offered %v, want place 2 to 1", got)
	}
	// Giving 3 away would cut 6 off, which goes with it.
	got := Offers(g, d, 1)
	if len(got) != 1 || got[0].To != 0 {
		t.Fatalf("offered %v, want one to 0", got)
	}
	slices.Sort(got[0].Places)
	if !slices.Equal(got[0].Places, []int32{3, 6}) {
		t.Errorf("offered %v, want 3 and 6", got[0].Places)
	}
}

// Territories that are drawn anew together are as many as before and connected, and nobody
// else's have changed.
func TestRecombine_LeavesOthersAsTheyAre(t *testing.T) {
	t.Parallel()
	drawn := 0
	for seed := range uint64(20) {
		g := town(150, 0.3, quarterHours, rand.New(rand.NewPCG(seed, 6)))
		shares := slices.Repeat([]float64{1}, 7)
		d := Split(g, shares)
		for k := range int32(len(shares)) {
			before, most := d.Clone(), 2+int(k)%4
			region := Recombine(g, d, shares, k, most, seed)
			if region == nil {
				continue
			}
			if check(t, g, d, shares); len(region) > most || region[0] != k {
				t.Fatalf("seed %d: drawn anew are %v, want %d at the most around %d", seed, region, most, k)
			}
			changed := false
			for i, of := range d.Of {
				if of != before.Of[i] {
					changed = true
					if !slices.Contains(region, of) || !slices.Contains(region, before.Of[i]) {
						t.Fatalf("seed %d: place %d went from %d to %d; drawn anew are %v", seed, i, before.Of[i], of, region)
					}
				}
			}
			if changed {
				drawn++
			}
			beside := Beside(g, d)
			for _, next := range beside[k] {
				if !slices.Contains(beside[next], k) {
					t.Errorf("seed %d: %d is beside %d, but not the other way round", seed, next, k)
				}
			}
		}
	}
	if drawn < 60 {
		t.Errorf("only %d times borders changed", drawn)
	}
}
