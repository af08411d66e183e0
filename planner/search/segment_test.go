package search

import (
	"math/rand/v2"
	"testing"
)

// visits is a chain of services with legs between them.
type visits struct {
	service, early, late, leg []int64
}

func randomVisits(r *rand.Rand) visits {
	var v visits
	for range 1 + r.IntN(7) {
		early := r.Int64N(100)
		v.service = append(v.service, r.Int64N(20))
		v.early, v.late = append(v.early, early), append(v.late, early+r.Int64N(60))
		v.leg = append(v.leg, r.Int64N(30))
	}
	return v
}

// simulate walks the chain from a start time: waiting where early, going back in time
// where late.
func (v visits) simulate(start int64) (duration, warp int64) {
	now := start
	for k := range v.service {
		if k > 0 {
			step := v.service[k-1] + v.leg[k]
			now, duration = now+step, duration+step
		}
		if now < v.early[k] {
			duration += v.early[k] - now
			now = v.early[k]
		}
		if now > v.late[k] {
			warp += now - v.late[k]
			now = v.late[k]
		}
	}
	return duration + v.service[len(v.service)-1], warp
}

func (v visits) at(k int) segment {
	return segment{duration: v.service[k], early: v.early[k], late: v.late[k]}
}

// segment joins the chain in a random order of joins, which must not matter.
func (v visits) segment(r *rand.Rand, from, to int) segment {
	if to-from == 1 {
		return v.at(from)
	}
	middle := from + 1 + r.IntN(to-from-1)
	a, b := v.segment(r, from, middle), v.segment(r, middle, to)
	return a.join(&b, v.leg[middle])
}

func TestSegment_AgreesWithSimulation(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 4))
		v := randomVisits(r)
		got := v.segment(r, 0, len(v.leg))
		warp, duration := int64(1<<60), int64(1<<60)
		for start := v.early[0]; start <= v.late[0]; start++ {
			d, w := v.simulate(start)
			if w < warp || w == warp && d < duration {
				warp, duration = w, d
			}
		}
		if got.warp != warp || got.duration != duration {
			t.Fatalf("seed %d: duration %d warp %d, simulated %d and %d", seed, got.duration, got.warp, duration, warp)
		}
		for _, start := range [2]int64{got.early, got.late} {
			if d, w := v.simulate(start); d != duration || w != warp {
				t.Fatalf("seed %d: start %d gives %d and %d", seed, start, d, w)
			}
		}
	}
}
