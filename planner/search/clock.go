package search

import "time"

// clock deals out a round's share of the bounds to its parts, by their size.
type clock struct {
	first bool
	// from and to are the shares of the whole search at the ends of the round, which
	// set the temperature.
	from, to float64
	// stops of the round; for all its parts iterations, when they are the bound, or time.
	stops      int
	bounded    bool
	iterations int64
	time       time.Duration
	now        func() time.Duration
}

func (f *fleet) newClock(round int, parts []part) clock {
	c := clock{first: round == 0, from: float64(round) / float64(f.rounds), to: float64(round+1) / float64(f.rounds), stops: len(f.p.Stops), bounded: f.params.Iterations > 0, now: f.params.Clock}
	left := int64(f.rounds - round)
	c.iterations = (f.params.Iterations - f.iterations.Load()) / left
	if !c.bounded {
		c.time = (f.params.Time - f.params.Clock()) / time.Duration(left) * time.Duration(min(f.params.Threads, len(parts)))
	}
	return c
}

// shares tells a part of so many stops how much of the search is done, from its own
// clock, which starts now, or from its iterations.
func (c clock) shares(stops int) func(iterations int64) float64 {
	scale := float64(stops) / float64(c.stops)
	begun, bound := c.now(), max(float64(c.time)*scale, 1)
	most := float64(c.iterations) * scale
	return func(iterations int64) float64 {
		done := float64(c.now()-begun) / bound
		if c.bounded {
			done = float64(iterations) / max(most, 1)
		}
		if done >= 1 {
			return 1
		}
		return c.from + done*(c.to-c.from)
	}
}
