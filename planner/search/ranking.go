package search

import (
	"cmp"
	"slices"
)

// runLength is how many savings are sorted at a time, so that sorting millions of them
// can be interrupted.
const runLength = 1 << 14

// ranking yields savings best first: runs sorted as they fill up, then merged from a
// heap of runs, the one with the best head at its root.
type ranking struct {
	runs [][]saving
}

func (r *ranking) add(s saving) {
	last := len(r.runs) - 1
	if last < 0 || len(r.runs[last]) == runLength {
		r.sortLast()
		r.runs = append(r.runs, make([]saving, 0, runLength))
		last++
	}
	r.runs[last] = append(r.runs[last], s)
}

func (r *ranking) sortLast() {
	if len(r.runs) > 0 {
		slices.SortFunc(r.runs[len(r.runs)-1], saving.compare)
	}
}

// compare puts the saving worth more first.
func (s saving) compare(o saving) int {
	return cmp.Or(cmp.Compare(o.worth, s.worth), cmp.Compare(s.from, o.from), cmp.Compare(s.to, o.to))
}

// ready ends the adding.
func (r *ranking) ready() {
	r.sortLast()
	for k := len(r.runs)/2 - 1; k >= 0; k-- {
		r.down(k)
	}
}

// next takes the best saving left.
func (r *ranking) next() (saving, bool) {
	if len(r.runs) == 0 {
		return saving{}, false
	}
	best := r.runs[0][0]
	if r.runs[0] = r.runs[0][1:]; len(r.runs[0]) == 0 {
		r.runs[0] = r.runs[len(r.runs)-1]
		r.runs = r.runs[:len(r.runs)-1]
	}
	r.down(0)
	return best, true
}

func (r *ranking) down(k int) {
	for {
		child := 2*k + 1
		if child >= len(r.runs) {
			return
		}
		if child+1 < len(r.runs) && r.runs[child+1][0].compare(r.runs[child][0]) < 0 {
			child++
		}
		if r.runs[child][0].compare(r.runs[k][0]) >= 0 {
			return
		}
		r.runs[k], r.runs[child] = r.runs[child], r.runs[k]
		k = child
	}
}
