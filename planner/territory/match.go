package territory

import "math"

// Match gives each row of a square table of costs a column of its own so that the
// sum is least (the Hungarian method with potentials: Kuhn 1955, Munkres 1957).
func Match(cost [][]float64) []int {
	n := len(cost)
	const none = 0 // rows and columns count from 1 here, and 0 is no row
	row, column := make([]float64, n+1), make([]float64, n+1)
	of, way := make([]int, n+1), make([]int, n+1)
	for i := 1; i <= n; i++ {
		of[0] = i
		least, used := make([]float64, n+1), make([]bool, n+1)
		for j := range least {
			least[j] = math.Inf(1)
		}
		j := 0
		for of[j] != none {
			used[j] = true
			delta, next := math.Inf(1), 0
			for k := 1; k <= n; k++ {
				if used[k] {
					continue
				}
				if c := cost[of[j]-1][k-1] - row[of[j]] - column[k]; c < least[k] {
					least[k], way[k] = c, j
				}
				if least[k] < delta {
					delta, next = least[k], k
				}
			}
			for k := range used {
				if used[k] {
					row[of[k]] += delta
					column[k] -= delta
				} else {
					least[k] -= delta
				}
			}
			j = next
		}
		for j != 0 {
			of[j] = of[way[j]]
			j = way[j]
		}
	}
	columns := make([]int, n)
	for j := 1; j <= n; j++ {
		columns[of[j]-1] = j - 1
	}
	return columns
}
