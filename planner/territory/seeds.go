package territory

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// seeds are the middles of len(shares) parts made by recursive coordinate
// bisection: each part holds its share of the work.
func (g *Graph) seeds(shares []float64) []int32 {
	all := make([]int32, len(g.places))
	for i := range all {
		all[i] = int32(i)
	}
	centres := make([]int32, len(shares))
	g.bisect(all, shares, centres)
	return centres
}

// bisect cuts part across its longer side, in proportion to the two halves of
// shares, and writes the middles of the parts to centres. It reorders part, which
// has at least as many places as there are shares.
func (g *Graph) bisect(part []int32, shares []float64, centres []int32) {
	if len(shares) == 1 {
		centres[0] = g.middle(part)
		return
	}
	axis := g.longerSide(part)
	slices.SortFunc(part, func(a, b int32) int {
		if c := compare(g.places[a].At[axis], g.places[b].At[axis]); c != 0 {
			return c
		}
		return int(a) - int(b)
	})
	half := len(shares) / 2
	want := g.work(part) * sum(shares[:half]) / sum(shares)
	cut, have := 0, 0.0
	for cut < len(part) && have < want {
		have += g.places[part[cut]].Work
		cut++
	}
	cut = min(max(cut, half), len(part)-(len(shares)-half))
	g.bisect(part[:cut], shares[:half], centres[:half])
	g.bisect(part[cut:], shares[half:], centres[half:])
}

// longerSide is 0 when the part is wider than high, else 1.
func (g *Graph) longerSide(part []int32) int {
	bound := orb.Bound{Min: g.places[part[0]].At, Max: g.places[part[0]].At}
	for _, i := range part {
		bound = bound.Extend(g.places[i].At)
	}
	width := (bound.Max[0] - bound.Min[0]) * math.Cos(bound.Center()[1]*math.Pi/180)
	if width > bound.Max[1]-bound.Min[1] {
		return 0
	}
	return 1
}

// middle is the place nearest the mean of the part, by work.
func (g *Graph) middle(part []int32) int32 {
	var mean orb.Point
	weight := 0.0
	for _, i := range part {
		// A place without work counts a little, so that there always is a mean.
		w := g.places[i].Work + 1e-9
		mean[0] += w * g.places[i].At[0]
		mean[1] += w * g.places[i].At[1]
		weight += w
	}
	mean[0], mean[1] = mean[0]/weight, mean[1]/weight
	shrink := math.Cos(mean[1] * math.Pi / 180)
	best, least := part[0], math.Inf(1)
	for _, i := range part {
		dx, dy := (g.places[i].At[0]-mean[0])*shrink, g.places[i].At[1]-mean[1]
		if d := dx*dx + dy*dy; d < least {
			best, least = i, d
		}
	}
	return best
}

func (g *Graph) work(part []int32) float64 {
	work := 0.0
	for _, i := range part {
		work += g.places[i].Work
	}
	return work
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}
