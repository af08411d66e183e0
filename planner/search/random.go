package search

import (
	"math"
	"math/bits"
)

// random is splitmix64 (Steele, Lea, Flood 2014): one word of state, so that each
// part of a search owns one and results do not depend on threads.
type random struct{ state uint64 }

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below is uniform in 0..n-1.
func (r *random) below(n int) int {
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

// unit is uniform in (0, 1].
func (r *random) unit() float64 { return float64(r.next()>>11+1) / (1 << 53) }

// wait is how many trials pass before one of probability p succeeds (geometric).
func (r *random) wait(p float64) int {
	return int(math.Log(r.unit()) / math.Log1p(-p))
}

// fork seeds a stream that has nothing to do with its parent's.
func fork(seed uint64, stream int) random {
	r := random{seed ^ uint64(stream)*0xd1342543de82ef95}
	return random{r.next()}
}
