package territory

import "slices"

// Deal gives workers to pieces so that the busiest worker has as little as can be:
// one to each piece, then one after the other to the piece whose workers have most
// to do. A piece worth less than half a worker gets none and is left out of the
// reckoning; when no piece is worth half a worker, the largest gets all.
func Deal(work []float64, workers int) []int {
	dealt := make([]int, len(work))
	if len(work) == 0 || workers <= 0 {
		return dealt
	}
	order := make([]int, len(work))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return compare(work[b], work[a]) })
	taking := worthHalf(work, order, workers)
	for _, i := range taking {
		dealt[i] = 1
	}
	for range workers - len(taking) {
		most := taking[0]
		for _, i := range taking {
			if work[i]/float64(dealt[i]) > work[most]/float64(dealt[most]) {
				most = i
			}
		}
		dealt[most]++
	}
	return dealt
}

// worthHalf are the pieces, largest first, that are worth half a worker or more of
// what they share. Leaving one out makes the others worth more, never less.
func worthHalf(work []float64, order []int, workers int) []int {
	sum := 0.0
	for _, w := range work {
		sum += w
	}
	taking := slices.Clone(order)
	for len(taking) > 1 {
		last := taking[len(taking)-1]
		if work[last]*float64(workers) >= sum/2 && len(taking) <= workers {
			break
		}
		sum -= work[last]
		taking = taking[:len(taking)-1]
	}
	return taking
}
