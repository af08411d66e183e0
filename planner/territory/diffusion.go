package territory

import (
	"math"
	"slices"
)

// pair is two territories that touch, from the smaller number to the larger.
type pair struct{ a, b int32 }

// flows is how much work should cross each border so that all shares are met: the
// flow with the least sum of squares, which is the gradient of the solution x of
// L x = excess, L being the Laplacian of the graph of territories. A positive flow
// goes from a to b.
func (g *Graph) flows(d *Division, shares []float64) map[pair]float64 {
	load, all := make([]float64, len(shares)), 0.0
	flows := map[pair]float64{}
	for i, t := range d.Of {
		work := g.load(int32(i), d.seconds[i])
		load[t] += work
		all += work
		for _, a := range g.arcs(int32(i)) {
			if u := d.Of[a.to]; t < u {
				flows[pair{t, u}] = 0
			}
		}
	}
	total := sum(shares)
	for t := range load {
		load[t] -= all * shares[t] / total
	}
	borders := make([][]int32, len(shares))
	for p := range flows {
		borders[p.a] = append(borders[p.a], p.b)
		borders[p.b] = append(borders[p.b], p.a)
	}
	for t := range borders {
		slices.Sort(borders[t]) // a map has no order, and sums of floats depend on it
	}
	x := potential(borders, load)
	for p := range flows {
		flows[p] = x[p.a] - x[p.b]
	}
	return flows
}

// potential solves L x = excess by conjugate gradients. L is singular, but the
// excess sums to zero, so the iterations stay where it is not.
func potential(borders [][]int32, excess []float64) []float64 {
	x := make([]float64, len(excess))
	residual := append([]float64(nil), excess...)
	direction := append([]float64(nil), excess...)
	image := make([]float64, len(excess))
	norm := dot(residual, residual)
	stop := norm * 1e-12
	for range 2*len(excess) + 10 {
		if norm <= stop || norm == 0 {
			break
		}
		for t, row := range borders {
			image[t] = float64(len(row)) * direction[t]
			for _, u := range row {
				image[t] -= direction[u]
			}
		}
		curve := dot(direction, image)
		if !(curve > 0) {
			break
		}
		step := norm / curve
		for t := range x {
			x[t] += step * direction[t]
			residual[t] -= step * image[t]
		}
		next := dot(residual, residual)
		for t := range direction {
			direction[t] = residual[t] + next/norm*direction[t]
		}
		norm = next
	}
	for t := range x {
		if math.IsNaN(x[t]) || math.IsInf(x[t], 0) {
			return make([]float64, len(excess))
		}
	}
	return x
}

func dot(a, b []float64) float64 {
	total := 0.0
	for i := range a {
		total += a[i] * b[i]
	}
	return total
}
