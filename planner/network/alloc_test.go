package network

import "testing"

// The inner loops use the buffers of a search again and again. (With the coverage
// tool or the race detector, which allocate themselves, this fails.)
func TestSearch_AllocatesNothing(t *testing.T) {
	n, extract := andorraNetwork(t, Profile{})
	doors := scatter(n, extract, 60, 8)
	s := newSearch(n)
	i := 0
	shortest := func() {
		s.best(&doors[i%len(doors)], &doors[(i*7+3)%len(doors)])
		i++
	}
	for range 4 * len(doors) {
		shortest() // buffers grow to what they need
	}
	if allocated := testing.AllocsPerRun(4*len(doors), shortest); allocated > 0 {
		t.Errorf("a shortest path allocates %v times", allocated)
	}

	d := n.prepareDescent(doors)
	w := d.worker(doors, make([]int32, len(doors)*len(doors)), make([]int32, len(doors)*len(doors)))
	rows := func() { w.rows(0, lanes) }
	rows()
	if allocated := testing.AllocsPerRun(10, rows); allocated > 0 {
		t.Errorf("%d rows of a matrix allocate %v times", lanes, allocated)
	}

	const k = 10
	x := &NearestDoors{k: k, count: make([]int32, len(doors)), targets: make([]int32, len(doors)*k), seconds: make([]int32, len(doors)*k)}
	lists := newNearLists(len(n.rank.position), k+1, len(doors))
	n.enter(doors, lists)
	if err := lists.sweep(t.Context(), &n.rank); err != nil {
		t.Fatal(err)
	}
	near := &nearestWorker{n: n, at: doors, lists: lists, blocks: n.byBlock(doors), inside: newPocketSearch(n), merge: newMerger(len(doors), k+1)}
	find := func() {
		for door := range doors {
			near.find(door, x)
		}
	}
	find()
	if allocated := testing.AllocsPerRun(5, find); allocated > 0 {
		t.Errorf("the nearest of %d doors allocate %v times", len(doors), allocated)
	}
}
