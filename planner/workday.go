package planner

import "github.com/rounds-project/rounds/planner/vrp"

// workday is when a worker is out on a day, and the pause in it.
type workday struct {
	shift span
	pause *Break
}

// room is the time for walks and visits, in seconds. A pause that can be had before it, or
// after it, takes none.
func (d *workday) room() int {
	length, begins := d.pause.pauses()
	if d.shift.opens >= begins.opens+length || d.shift.closes <= begins.closes {
		length = 0
	}
	return d.shift.closes - d.shift.opens - length
}

// vehicle is the day for the search, from a start to an end.
func (d *workday) vehicle(start, end int32) vrp.Vehicle {
	length, begins := d.pause.pauses()
	return vrp.Vehicle{
		Count: 1, Start: start, End: end, Shift: d.shift.wait(),
		Break: vrp.Break{Length: int64(length), Window: begins.wait()},
	}
}

// wait is the span as a window of the search.
func (s span) wait() vrp.Window { return vrp.Window{Open: int64(s.opens), Close: int64(s.closes)} }

// fits says why a household cannot be the only stop of a day, with so many seconds to
// walk there and back; "" when it can.
func (p *proposal) fits(household int32, d *workday, there, back int) Reason {
	service := p.service(household)
	if !d.alone(there, service, back, nil) {
		return TooLong
	}
	windows := p.windows(household)
	for _, w := range windows {
		if window := spanOf(w); d.alone(there, service, back, &window) {
			return ""
		}
	}
	if len(windows) > 0 {
		return NoFeasibleWindow
	}
	return ""
}

// alone reports whether one visit fits the day: with the pause before leaving, on the
// way there, or after the return.
func (d *workday) alone(there, service, back int, window *span) bool {
	fits := func(arrive, closes int) bool {
		if window != nil {
			if arrive > window.closes {
				return false
			}
			arrive = max(arrive, window.opens)
		}
		return arrive+service+back <= closes
	}
	opens, closes := d.shift.opens, d.shift.closes
	length, begins := d.pause.pauses()
	if length == 0 {
		return fits(opens+there, closes)
	}
	return fits(opens+there, min(closes, begins.closes)) ||
		opens <= begins.closes && fits(max(opens+there, begins.opens)+length, closes) ||
		fits(max(opens, begins.opens+length)+there, closes)
}
