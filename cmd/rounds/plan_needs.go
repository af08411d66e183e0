package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rounds-project/rounds/planner"
)

// mostNeeds is how many workers are named who lack days.
const mostNeeds = 3

// tellNeeds says how many worker-days more would do, and where.
func tellNeeds(out io.Writer, plan *planner.Plan) {
	needs := slices.Clone(plan.Needs)
	if len(needs) == 0 {
		return
	}
	slices.SortStableFunc(needs, func(a, b planner.Need) int { return cmp.Compare(b.Days, a.Days) })
	all := 0
	var where []string
	for k, n := range needs {
		all += n.Days
		if k < mostNeeds {
			where = append(where, fmt.Sprintf("%d in the territory of %s", n.Days, n.Worker))
		}
	}
	if len(needs) > mostNeeds {
		where = append(where, fmt.Sprintf("the rest in %d more", len(needs)-mostNeeds))
	}
	fmt.Fprintf(out, "    about %s more would do: %s\n", counted(all, "worker-day"), strings.Join(where, ", "))
}
