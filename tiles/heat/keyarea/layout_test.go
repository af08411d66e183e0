package keyarea_test

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/tiles/heat"
	"github.com/rounds-project/rounds/tiles/heat/keyarea"
	"github.com/rounds-project/rounds/tiles/heat/release"
)

// town is a made-up one, in which some dwellings of each leaf have still to be visited.
type town struct {
	bins      []release.Bin
	groups    map[uuid.UUID][]geo.Cell
	cells     []keyarea.GroupCell
	dwellings map[geo.Cell]int
	toVisit   map[geo.Cell]int
}

func newTown(t *testing.T, seed uint64) *town {
	t.Helper()
	dice := rand.New(rand.NewPCG(seed, 7))
	made := &town{groups: map[uuid.UUID][]geo.Cell{}, dwellings: map[geo.Cell]int{}, toVisit: map[geo.Cell]int{}}
	middle := orb.Point{dice.Float64()*300 - 150, dice.Float64()*120 - 60}
	for range 150 {
		leaf, err := geo.LeafCell(orb.Point{middle[0] + dice.NormFloat64()*0.01, middle[1] + dice.NormFloat64()*0.01})
		must(t, err)
		n := 1 + dice.IntN(20)
		made.dwellings[leaf] += n
		made.toVisit[leaf] += dice.IntN(n + 1)
	}
	var err error
	made.bins, err = release.Cut(made.dwellings, 200)
	must(t, err)
	// Groups of neighbours of 20 dwellings or more, which know nothing of bins.
	leaves := make([]geo.Cell, 0, len(made.dwellings))
	for leaf := range made.dwellings {
		leaves = append(leaves, leaf)
	}
	slices.Sort(leaves)
	var group uuid.UUID
	sum := 20
	for i, leaf := range leaves {
		if sum >= 20 && i < len(leaves)-8 {
			binary.BigEndian.PutUint64(group[:], uint64(i)+1)
			sum = 0
		}
		sum += made.dwellings[leaf]
		made.groups[group] = append(made.groups[group], leaf)
		made.cells = append(made.cells, keyarea.GroupCell{Group: group, Area: area(i % 3), Cell: leaf})
	}
	return made
}

func area(i int) uuid.UUID { return uuid.NewSHA1(uuid.Nil, []byte{byte(i)}) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sum is what is to be visited in some leaves.
func (w *town) sum(leaves []geo.Cell) (toVisit, dwellings int) {
	for _, leaf := range leaves {
		toVisit += w.toVisit[leaf]
		dwellings += w.dwellings[leaf]
	}
	return toVisit, dwellings
}

// Whoever sees the figures of all bins and of all groups takes the one from the other:
// counted by whole groups nothing is left, counted by cells the figure of a few dwellings.
func TestFigures_LessThoseOfGroupsLeaveNothing(t *testing.T) {
	t.Parallel()
	split, small := 0, 0
	for seed := range uint64(300) {
		w := newTown(t, seed)
		layout, err := keyarea.NewLayout(w.bins, w.cells)
		must(t, err)
		whole := make([]int, len(w.bins)) // what is told
		rest := make([]int, len(w.bins))
		for id, leaves := range w.groups {
			n, _ := w.sum(leaves)
			if bin, in := layout.BinOf(id); in {
				whole[bin] += n
				rest[bin] -= n
			}
		}
		for bin := range w.bins {
			if rest[bin]+whole[bin] != 0 {
				t.Fatalf("town %d: %d is left of bin %d", seed, rest[bin]+whole[bin], bin)
			}
			// The defence off: the bin's own cells, less the groups that lie in it whole.
			byCells, dwellings := w.sum(w.bins[bin].Cells)
			for _, leaves := range w.groups {
				if !slices.ContainsFunc(leaves, func(leaf geo.Cell) bool { return !slices.Contains(w.bins[bin].Cells, leaf) }) {
					n, d := w.sum(leaves)
					byCells, dwellings = byCells-n, dwellings-d
				}
			}
			if byCells != 0 {
				split++
			}
			if 0 < dwellings && dwellings < 20 {
				small++
			}
		}
	}
	if split == 0 || small == 0 {
		t.Errorf("%d bins split a group, %d leave fewer than 20 dwellings: the attack shows nothing", split, small)
	}
}

func TestLayout_HasBinsOfAreasThatAreHeldWhole(t *testing.T) {
	t.Parallel()
	w := newTown(t, 1)
	layout, err := keyarea.NewLayout(w.bins, w.cells)
	must(t, err)
	everything := map[uuid.UUID]bool{area(0): true, area(1): true, area(2): true}
	if got := layout.Within(everything); len(got) != len(w.bins) || len(got) < 2 {
		t.Errorf("%d of %d bins", len(got), len(w.bins))
	}
	delete(everything, area(2)) // which has dwellings in every bin
	for _, bin := range layout.Within(everything) {
		if slices.Contains(layout.Areas(bin), area(2)) {
			t.Errorf("bin %d has dwellings of an area that is not held", bin)
		}
	}
}

// A hazard on a path where nobody lives counts in the bin around it; one far off in none.
func TestLayout_TakesPlacesNearby(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2)
	layout, err := keyarea.NewLayout(w.bins, w.cells)
	must(t, err)
	for i, bin := range w.bins {
		for _, leaf := range bin.Cells {
			if got, near := layout.Bin(leaf); !near || got != i {
				t.Fatalf("a leaf of bin %d counts in %d, %v", i, got, near)
			}
		}
	}
	at, err := w.bins[0].Cells[0].Centre()
	must(t, err)
	near := 0
	for _, off := range []orb.Point{{0.001, 0}, {0, 0.001}, {-0.001, 0}, {0, -0.001}} {
		leaf, err := geo.LeafCell(orb.Point{at[0] + off[0], at[1] + off[1]})
		must(t, err)
		if _, is := layout.Bin(leaf); is {
			near++
		}
	}
	if near == 0 {
		t.Error("nothing counts beside a bin")
	}
	far, err := geo.LeafCell(orb.Point{at[0] + 1, at[1]})
	must(t, err)
	if bin, near := layout.Bin(far); near {
		t.Errorf("a place a degree away counts in bin %d", bin)
	}
}

func TestRank_IsByOneFigure(t *testing.T) {
	t.Parallel()
	areas := []keyarea.Area{
		{Bin: 0, Dwellings: 300, Work: &heat.Sums{ToVisit: 50, Late: 2}, Matters: &keyarea.Matters{Open: 4, Late: 1}, Support: &keyarea.Published{Count: 10, Shown: 1, Of: 3}},
		{Bin: 1, Dwellings: 300, Work: &heat.Sums{ToVisit: 90, Late: 1}, Matters: &keyarea.Matters{Open: 4, Late: 1}, Support: &keyarea.Published{Of: 3}},
		{Bin: 2, Dwellings: 200, Support: &keyarea.Published{Most: true, Of: 3}, Reported: &keyarea.Published{Count: 5, Shown: 1, Of: 2}},
		{Bin: 3, Dwellings: 300, Work: &heat.Sums{ToVisit: 90, Late: 1}, Matters: &keyarea.Matters{Open: 9}},
	}
	for what, want := range map[keyarea.Owed][]int{
		keyarea.Late: {0, 1, 3, 2}, keyarea.Open: {3, 2, 0, 1}, keyarea.ToVisit: {1, 3, 0, 2}, keyarea.Support: {2, 0, 1, 3},
	} {
		ranked := slices.Clone(areas)
		keyarea.Rank(ranked, what)
		var bins []int
		for _, a := range ranked {
			bins = append(bins, a.Bin)
		}
		if !slices.Equal(bins, want) {
			t.Errorf("by %s the bins are %v, want %v", what, bins, want)
		}
	}
}

// What a row tells, matters and doors together, is what it is ranked by.
func TestRank_OfWhatIsLateIsByTheSum(t *testing.T) {
	t.Parallel()
	areas := []keyarea.Area{
		{Bin: 0, Work: &heat.Sums{}, Matters: &keyarea.Matters{Open: 2, Late: 2}},
		{Bin: 1, Work: &heat.Sums{Late: 40}, Matters: &keyarea.Matters{}},
		{Bin: 2, Work: &heat.Sums{Late: 1}, Matters: &keyarea.Matters{Open: 1, Late: 1}},
		{Bin: 3, Work: &heat.Sums{Late: 2}, Matters: &keyarea.Matters{}},
	}
	keyarea.Rank(areas, keyarea.Late)
	for rank, want := range []struct{ bin, late int }{{1, 40}, {0, 2}, {2, 2}, {3, 2}} {
		if a := areas[rank]; a.Bin != want.bin || a.Owes(keyarea.Late)[0] != want.late {
			t.Errorf("rank %d has bin %d, which owes %d; want %+v", rank+1, a.Bin, a.Owes(keyarea.Late)[0], want)
		}
	}
}
