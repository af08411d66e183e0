package territory

import (
	"math"
	"slices"
)

// Deal gives workers to pieces in proportion to their work, by largest remainder
// (Hamilton's method). A piece worth less than half a worker gets none and is left
// out of the reckoning; when no piece is worth half a worker, the largest gets all.
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
	sum := 0.0
	for _, i := range taking {
		sum += work[i]
	}
	left := workers
	remainder := make([]float64, len(work))
	for _, i := range taking {
		quota := float64(workers)
		if sum > 0 {
			quota *= work[i] / sum
		}
		// Half a worker at least was asked for, so every piece gets one.
		dealt[i] = max(1, int(quota))
		remainder[i] = quota - float64(dealt[i])
		left -= dealt[i]
	}
	slices.SortStableFunc(taking, func(a, b int) int { return compare(remainder[b], remainder[a]) })
	for k := 0; left > 0; k++ {
		dealt[taking[k%len(taking)]]++
		left--
	}
	for left < 0 {
		left += takeBack(work, dealt)
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

// takeBack takes a worker from the piece whose workers have least to do; it is 1.
func takeBack(work []float64, dealt []int) int {
	best, least := -1, math.Inf(1)
	for i, n := range dealt {
		if n > 1 && work[i]/float64(n-1) < least {
			best, least = i, work[i]/float64(n-1)
		}
	}
	dealt[best]--
	return 1
}
