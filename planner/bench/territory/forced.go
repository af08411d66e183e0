package main

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner"
	"github.com/rounds-project/rounds/planner/network"
)

// forced bounds the work of the busiest worker over the mean from below, by where they
// start. A visit of v seconds, d from the start of worker k, in a shift of s is at least
// w = v s / (s - 2 d) of work for k, since on that day (s - 2 d) / v households fit at the
// most; it is more than any where none fits. Whatever weights y the workers have that add up
// to 1, the busiest has at least the sum of their work by these weights, and so the sum over
// the households of the least y w of any worker. The bound is the largest of these sums that
// multiplicative weights find (Arora, Hazan, Kale, "The multiplicative weights update method",
// 2012), over the mean; of is the worker of each household that is planned, -1 of others.
func (t *town) forced(workers []planner.Worker, of []int, work []float64) float64 {
	starts := make([]geo.Household, len(workers))
	all, shifts := 0.0, make([]float64, len(workers))
	for k, w := range workers {
		starts[k].At = w.Start
		shifts[k] = seconds(w.Shift[1]+":00") - seconds(w.Shift[0]+":00")
		all += work[k]
	}
	n := t.request.Network
	var doors []network.Access
	for i, door := range n.SnapHouseholds(t.request.Households) {
		if of[i] >= 0 {
			doors = append(doors, door)
		}
	}
	walks, _, err := n.Matrix(context.Background(), n.SnapHouseholds(starts), doors, 1)
	if err != nil {
		return 1
	}
	visit := float64(t.request.Round.VisitS)
	least := make([]float32, len(walks)) // of a household's work, worker by worker
	for k := range workers {
		for i := range doors {
			at := k*len(doors) + i
			if least[at] = float32(math.Inf(1)); shifts[k]-2*float64(walks[at]) >= visit {
				least[at] = float32(visit * shifts[k] / (shifts[k] - 2*float64(walks[at])))
			}
		}
	}
	mean := all / float64(len(workers))
	return max(1, heaviest(least, alike(len(workers), nil))/mean, heaviest(least, alike(len(workers), loneliest(least, len(workers))))/mean)
}

// aside is the weight of all workers together who are not of a set.
const aside = 1e-6

// alike are the same weights for all workers, or for those of a set.
func alike(workers int, set []int) []float64 {
	weights := slices.Repeat([]float64{1 / float64(workers)}, workers)
	if len(set) > 0 {
		for k := range weights {
			weights[k] *= aside
		}
		for _, k := range set {
			weights[k] += (1 - aside) / float64(len(set))
		}
	}
	return weights
}

// loneliest are those who have most work each of all sets of workers who reach some
// household: at whom nobody else reaches. Other weights can only be better.
func loneliest(work []float32, workers int) (best []int) {
	type set struct {
		workers []int
		work    float64
	}
	sets, households := map[string]*set{}, len(work)/workers
	for i := range households {
		least := float32(math.Inf(1))
		var reach []int
		for k := range workers {
			if w := work[k*households+i]; !math.IsInf(float64(w), 1) {
				reach, least = append(reach, k), min(least, w)
			}
		}
		if len(reach) == 0 {
			continue
		}
		name := fmt.Sprint(reach)
		if sets[name] == nil {
			sets[name] = &set{workers: reach}
		}
		sets[name].work += float64(least)
	}
	most := 0.0
	for _, of := range sets {
		sum := 0.0
		for _, within := range sets {
			if !slices.ContainsFunc(within.workers, func(k int) bool { return !slices.Contains(of.workers, k) }) {
				sum += within.work
			}
		}
		if each := sum / float64(len(of.workers)); each > most {
			best, most = of.workers, each
		}
	}
	return best
}

// mostSteps bounds how often weights are changed, mostTerms how many households' work by
// some worker is looked at in all; firstStep is the logarithm of the first change.
const (
	firstStep = 1
	mostSteps = 400
	mostTerms = 4_000_000_000
)

// heaviest is the largest sum over the households of the least work by weight that is found
// from some weights on, work being that of each worker in turn. Whom no worker reaches the
// plan visits from a start that snaps elsewhere: such a household counts nothing.
func heaviest(work []float32, weights []float64) (most float64) {
	workers := len(weights)
	households := len(work) / workers
	least, who := make([]float32, households), make([]int32, households)
	for step := range min(mostSteps, 1+mostTerms/max(1, len(work))) {
		for i := range least {
			least[i] = float32(math.Inf(1))
		}
		for k, y := range weights {
			for i, w := range work[k*households : (k+1)*households] {
				if w *= float32(y); w < least[i] {
					least[i], who[i] = w, int32(k)
				}
			}
		}
		sum, load := 0.0, make([]float64, workers)
		for i, w := range least {
			if !math.IsInf(float64(w), 1) {
				sum += float64(w)
				load[who[i]] += float64(work[int(who[i])*households+i])
			}
		}
		most = max(most, sum)
		mean, off, all := 0.0, 1.0, 0.0
		for _, l := range load {
			mean += l / float64(workers)
		}
		for _, l := range load {
			off = max(off, math.Abs(l-mean))
		}
		for k := range weights {
			weights[k] *= math.Exp(firstStep / math.Sqrt(float64(step+1)) * (load[k] - mean) / off)
			all += weights[k]
		}
		for k := range weights {
			weights[k] /= all
		}
	}
	return most
}
