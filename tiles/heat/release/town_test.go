package release

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

var yearKey = []byte("0123456789abcdef0123456789abcdef")

// town is a made-up one: leaves with dwellings, and a household behind each dwelling.
type town struct {
	random     *rand.Rand
	leaves     []geo.Cell
	dwellings  map[geo.Cell]int
	households []Contributor
}

func newTown(t testing.TB, seed uint64, leaves, most int) *town {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	made := &town{random: random, dwellings: map[geo.Cell]int{}}
	// Somewhere, with hamlets around it; each has a size of its own, as towns do.
	middle := orb.Point{random.Float64()*300 - 150, random.Float64()*120 - 60}
	for range leaves {
		width := 0.002 * float64(1+random.IntN(12))
		cell, err := geo.LeafCell(orb.Point{middle[0] + random.NormFloat64()*width, middle[1] + random.NormFloat64()*width})
		if err != nil {
			t.Fatal(err)
		}
		n := 1 + random.IntN(1+random.IntN(most))
		if made.dwellings[cell] == 0 {
			made.leaves = append(made.leaves, cell)
		}
		made.dwellings[cell] += n
		for range n {
			made.households = append(made.households, Contributor{cell, household(random.Uint64())})
		}
	}
	return made
}

func household(n uint64) uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:], n)
	return id
}

// some are households, each with a probability.
func (w *town) some(share float64) []Contributor {
	var chosen []Contributor
	for _, h := range w.households {
		if w.random.Float64() < share {
			chosen = append(chosen, h)
		}
	}
	return chosen
}

func mustCut(t testing.TB, dwellings map[geo.Cell]int, k int) []Bin {
	t.Helper()
	bins, err := Cut(dwellings, k)
	if err != nil {
		t.Fatal(err)
	}
	return bins
}
