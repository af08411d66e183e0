package search

// segment is what a piece of a route means for time, so that two pieces can be
// judged together in O(1) (Vidal, Crainic, Gendreau, Prins 2013: A hybrid genetic
// algorithm with adaptive diversity management for a large class of vehicle routing
// problems with time-windows).
type segment struct {
	// duration is the least time from the first service to the end of the last one,
	// with travel and unavoidable waiting.
	duration int64
	// warp is the least lateness, taken as going back in time; 0: feasible.
	warp int64
	// early and late bound the start of the first service among the schedules of
	// least duration and warp.
	early, late int64
}

// join is the segment of a, a leg of the given travel time, and b.
func (a *segment) join(b *segment, travel int64) segment {
	delta := a.duration - a.warp + travel
	wait := max(b.early-delta-a.late, 0)
	warp := max(a.early+delta-b.late, 0)
	return segment{
		duration: a.duration + b.duration + travel + wait,
		warp:     a.warp + b.warp + warp,
		early:    max(b.early-delta, a.early) - wait,
		late:     min(b.late-delta, a.late) + warp,
	}
}
