package planner

// visit is a stop as the clock sees it, in seconds.
type visit struct {
	// leg is the walk to it, service what follows.
	leg, service int
	window       *span
}

// begin is when service begins after an arrival.
func (v *visit) begin(arrive int) int {
	if v.window == nil {
		return arrive
	}
	return max(arrive, v.window.opens)
}

// latestLeave is the latest departure, not before opens, that gets back no later
// than one at opens: who would wait for a window can leave later instead. It is the
// "slack" of Savelsbergh ("The vehicle routing problem with time windows: minimizing
// route duration", 1992): the waiting so far, cut by how late each window lets one be.
func latestLeave(opens int, visits []visit) int {
	now, waited := opens, 0
	slack := -1 // not yet bounded
	for i := range visits {
		v := &visits[i]
		arrive := now + v.leg
		begin := v.begin(arrive)
		waited += begin - arrive
		if v.window != nil {
			if room := waited + v.window.closes - begin; slack < 0 || room < slack {
				slack = room
			}
		}
		now = begin + v.service
	}
	if slack < 0 {
		return opens
	}
	return opens + min(slack, waited)
}
