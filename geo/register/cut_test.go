package register

import (
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// town is a field of blocks beside one another, some of them empty of neighbours
// but for one bridge.
func town(width, height int, places func(i int) int) []block {
	blocks := make([]block, width*height)
	for i := range blocks {
		x, y := i%width, i/width
		n := places(i)
		blocks[i] = block{at: orb.Point{1.5 + float64(x)/1000, 42.5 + float64(y)/1000}, places: n, dwellings: n}
		if x > 0 {
			connect(blocks, i, i-1)
		}
		if y > 0 {
			connect(blocks, i, i-width)
		}
	}
	return blocks
}

func TestCutGrids_AreBalancedAndHangTogether(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	blocks := town(40, 30, func(int) int { return 1 + random.IntN(8) })
	part := cutGrids(blocks)
	dwellings := map[int]int{}
	for i, b := range blocks {
		dwellings[part[i]] += b.dwellings
	}
	if len(dwellings) < 20 {
		t.Fatalf("%d grids", len(dwellings))
	}
	for p, n := range dwellings {
		if n < 150 || n > 300 {
			t.Errorf("grid %d has %d dwellings", p, n)
		}
	}
	checkConnected(t, blocks, part)
}

func TestCutGrids_NeverLeaveFewerThanTwentyPlaces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(1, 12).Draw(t, "width"), rapid.IntRange(1, 12).Draw(t, "height")
		most := rapid.SampledFrom([]int{2, 20, 400}).Draw(t, "most")
		seed := rapid.Uint64().Draw(t, "seed")
		random := rand.New(rand.NewPCG(seed, 0))
		blocks := town(width, height, func(int) int { return 1 + random.IntN(most) })
		part := cutGrids(blocks)
		checkParts(t, blocks, part, false)
		checkConnected(t, blocks, part)
		checkParts(t, blocks, cutGroups(blocks), true)
	})
}

// checkParts wants twenty places in each part, or one part of all.
func checkParts(t rapid.TB, blocks []block, part []int, noneWhenFew bool) {
	t.Helper()
	places, all := map[int]int{}, 0
	for i, b := range blocks {
		places[part[i]] += b.places
		all += b.places
	}
	if all < leastPlaces {
		if _, none := places[-1]; len(places) != 1 || none != noneWhenFew {
			t.Fatalf("%d places in all became %v", all, places)
		}
		return
	}
	for p, n := range places {
		if n < leastPlaces {
			t.Fatalf("part %d of %d has %d places", p, len(places), n)
		}
	}
}

func checkConnected(t rapid.TB, blocks []block, part []int) {
	t.Helper()
	c := newCutter(blocks)
	members := map[int][]int{}
	for i, p := range part {
		members[p] = append(members[p], i)
	}
	for p, in := range members {
		if pieces := c.pieces(in); len(pieces) != 1 {
			t.Fatalf("part %d falls into %d pieces", p, len(pieces))
		}
	}
}
