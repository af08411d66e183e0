package network

import (
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

func TestNeighbours_AlongAStreetAndRoundACorner(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('b', 500, 0).node('c', 500, 500).node('x', 5000, 0).node('y', 5100, 0).
		way("ab", "highway=residential").way("bc", "highway=residential").way("xy", "highway=residential").build(t, Profile{})
	doors := n.Snap([]orb.Point{place(100, 0), place(300, 0), place(500, 100), place(5050, 0), place(2500, 2500)})
	links := n.Neighbours(doors)
	slices.SortFunc(links, func(a, b Link) int { return int(a.A - b.A) })
	// 200 m and 300 m at 5 km/h; the fourth door is on another piece, the fifth nowhere.
	want := []Link{{0, 1, 144}, {1, 2, 216}}
	if len(links) != len(want) {
		t.Fatalf("links %v, want %v", links, want)
	}
	for i, l := range links {
		if l.A != want[i].A || l.B != want[i].B || l.Seconds < want[i].Seconds-0.1 || l.Seconds > want[i].Seconds+0.1 {
			t.Errorf("link %v, want %v", l, want[i])
		}
	}
}

func TestNeighbours_JoinAllDoorsOfAPiece(t *testing.T) {
	t.Parallel()
	n, extract := andorraNetwork(t, Profile{})
	doors := scatter(n, extract, 400, 7)
	joined := newUnion(int32(len(doors)))
	for _, l := range n.Neighbours(doors) {
		if l.A >= l.B || l.Seconds < 0 || doors[l.A].Piece != doors[l.B].Piece {
			t.Fatalf("link %v between pieces %d and %d", l, doors[l.A].Piece, doors[l.B].Piece)
		}
		joined.join(l.A, l.B)
	}
	first := map[int32]int32{}
	for i := range doors {
		root, found := first[doors[i].Piece]
		if !found {
			first[doors[i].Piece] = joined.find(int32(i))
			continue
		}
		if joined.find(int32(i)) != root {
			t.Fatalf("door %d of piece %d is linked with none of the others", i, doors[i].Piece)
		}
	}
}
