package search

import "github.com/rounds-project/rounds/planner/vrp"

// Where stops have several windows, or routes a break, a run of stops may be timed in
// several ways. A run from the start is kept in the way that gets done soonest, a run
// to the end in the one that lets it begin latest: whether two such runs are in time
// together is then known exactly and in O(1). Whether they keep a limit is too, unless
// they seem not to; then all departures are tried (within).

// course is a run of stops in time, without the break and with it: had by then in a
// run from the start, still to come in a run to the end.
type course struct{ plain, rested segment }

// visitOf is a stop as a segment, in its first window.
func visitOf(s *vrp.Stop) segment {
	visit := segment{duration: s.Service, late: vrp.Forever}
	if len(s.Windows) > 0 {
		visit.early, visit.late = s.Windows[0].Open, s.Windows[0].Close
	}
	return visit
}

// attend is done, a leg, and a visit in the first of its windows that can be met.
func attend(done, visit *segment, windows []vrp.Window, leg int64) segment {
	joined := done.join(visit, leg)
	for w := 1; w < len(windows) && joined.warp > done.warp; w++ {
		other := segment{duration: visit.duration, early: windows[w].Open, late: windows[w].Close}
		joined = done.join(&other, leg)
	}
	return joined
}

// precede is a visit in the last of its windows that can be met, a leg, and what
// follows.
func precede(visit *segment, windows []vrp.Window, follows *segment, leg int64) segment {
	for w := len(windows) - 1; w > 0; w-- {
		other := segment{duration: visit.duration, early: windows[w].Open, late: windows[w].Close}
		if joined := other.join(follows, leg); joined.warp <= follows.warp {
			return joined
		}
	}
	return visit.join(follows, leg)
}

// pauseAfter is done and a break on a leg; what is at the leg's end follows at once.
func (k *kind) pauseAfter(done *segment, leg int64) segment {
	left := done.join(&k.begin, 0)
	return left.join(&k.pause, leg)
}

// pauseBefore is a break on a leg and what follows at the leg's end.
func (k *kind) pauseBefore(follows *segment, leg int64) segment {
	arrived := k.pause.join(follows, 0)
	return k.begin.join(&arrived, leg)
}

// sooner is the one of two runs from the start that is done first.
func sooner(a, b segment) segment {
	if a.warp != b.warp {
		if a.warp < b.warp {
			return a
		}
		return b
	}
	if endA, endB := a.early+a.duration, b.early+b.duration; endA < endB || endA == endB && a.duration <= b.duration {
		return a
	}
	return b
}

// later is the one of two runs to the end that may begin last.
func later(a, b segment) segment {
	if a.warp != b.warp {
		if a.warp < b.warp {
			return a
		}
		return b
	}
	if a.late > b.late || a.late == b.late && a.duration <= b.duration {
		return a
	}
	return b
}

// unrested stands for a run with a break that is late, or no better than one without it.
var unrested = segment{warp: 1}

// done is the soonest that a run in time is over.
func (a *segment) done() int64 { return a.early + a.duration }

// advance extends a run from the start by a leg and a visit, which is home from the
// vehicle's end.
func (k *kind) advance(c *course, visit *segment, windows []vrp.Window, leg, home int64) course {
	next := course{plain: attend(&c.plain, visit, windows, leg)}
	if k.breaks {
		next.rested = k.rest(c, &next.plain, visit, windows, leg, home)
	}
	return next
}

// rest is advance with the break had. Where the visit is over before the break may begin,
// the leg after it, or home if that is reached in time, is as good for the break as any before.
func (k *kind) rest(c *course, plain, visit *segment, windows []vrp.Window, leg, home int64) segment {
	if done := plain.done(); plain.warp > 0 || done <= k.pause.early && done+home <= k.begin.late {
		return unrested
	}
	rested := unrested
	if c.rested.warp == 0 {
		rested = attend(&c.rested, visit, windows, leg)
	}
	if c.plain.done() <= k.begin.late {
		paused := k.pauseAfter(&c.plain, leg)
		rested = sooner(rested, attend(&paused, visit, windows, 0))
	}
	return rested
}

// retreat extends a run to the end by a visit and a leg in front of it; with stops in
// the run, the break may be on that leg.
func (k *kind) retreat(visit *segment, windows []vrp.Window, c *course, leg int64, stops bool) course {
	next := course{plain: precede(visit, windows, &c.plain, leg)}
	if k.breaks {
		next.rested = k.restLater(&next.plain, visit, windows, c, leg, stops)
	}
	return next
}

// restLater is retreat with the break still to come. Where the visit may begin after the
// last break is over, the leg before it is as good for the break as any behind.
func (k *kind) restLater(plain, visit *segment, windows []vrp.Window, c *course, leg int64, stops bool) segment {
	if plain.warp > 0 || plain.late >= k.begin.late+k.pause.duration {
		return unrested
	}
	rested := unrested
	if c.rested.warp == 0 {
		rested = precede(visit, windows, &c.rested, leg)
	}
	if stops && c.plain.late >= k.pause.early+k.pause.duration {
		paused := k.pauseBefore(&c.plain, leg)
		rested = later(rested, precede(visit, windows, &paused, 0))
	}
	return rested
}

// verdict on a route: in time or not, or in time but, timed as it is, beyond the limit.
type verdict uint8

const (
	inTime verdict = iota // the better, the less
	tooLong
	late
)

// meet judges a run from the start, a leg and a run to the end, which has stops or is
// the way home alone.
func (k *kind) meet(done, rest *course, leg int64, stops bool) verdict {
	whole := done.plain.join(&rest.plain, leg)
	if !k.breaks {
		return k.judge(&whole)
	}
	best := late
	// What is late without a break is late with it.
	if whole.warp > 0 {
		return best
	}
	if done.rested.warp == 0 {
		whole = done.rested.join(&rest.plain, leg)
		best = k.judge(&whole)
	}
	if best != inTime && rest.rested.warp == 0 {
		whole = done.plain.join(&rest.rested, leg)
		best = min(best, k.judge(&whole))
	}
	if best != inTime && stops {
		paused := k.pauseAfter(&done.plain, leg)
		whole = paused.join(&rest.plain, 0)
		best = min(best, k.judge(&whole))
	}
	return best
}

func (k *kind) judge(whole *segment) verdict {
	switch {
	case whole.warp > 0:
		return late
	case whole.duration > k.limit:
		return tooLong
	default:
		return inTime
	}
}
