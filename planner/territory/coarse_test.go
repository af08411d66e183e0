package territory

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// Blocks hang together, have all places and all work between them, and none is over three
// times as large as asked; what is divided by blocks hangs together too.
func TestCoarsen_LosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		g := town(rapid.IntRange(12, 300).Draw(rt, "places"), rng.Float64(), func(rng *rand.Rand) float64 { return rng.Float64() * 900 }, rng)
		size := rapid.IntRange(0, 12).Draw(rt, "size")
		c := g.Coarsen(size)
		blocks := &Division{Of: c.of, Centre: c.middle, seconds: make([]float64, g.Len())}
		if n := connectedParts(g, blocks); n != c.Len() {
			rt.Fatalf("%d blocks hang together, of %d", n, c.Len())
		}
		work, before := 0.0, 0.0
		for i := range c.Len() {
			work += c.Work(int32(i))
		}
		for i := range g.Len() {
			before += g.Work(int32(i))
		}
		if work < before*(1-1e-9) || work > before*(1+1e-9) {
			rt.Errorf("work of %v s, %v s in blocks", before, work)
		}
		for k, block := range blocks.parts() {
			if len(block) == 0 || len(block) > max(1, 3*size) {
				rt.Errorf("block %d has %d places, %d were asked for", k, len(block), size)
			}
		}
		if size < 2 && c.Len() != g.Len() {
			rt.Errorf("%d blocks of one, of %d places", c.Len(), g.Len())
		}
		count := min(3, c.Len())
		shares := []float64{1, 1, 2}[:count]
		if fine := c.Refine(Split(c.Graph, shares)); connectedParts(g, fine) != count {
			rt.Error("a division of blocks does not hang together")
		}
	})
}
