package main

import (
	"fmt"
	"strings"

	"github.com/rounds-project/rounds/geo/register"
)

// mostLinesShown and mostRowsNamed bound a report for people; --json has more.
const (
	mostLinesShown = 20
	mostRowsNamed  = 6
)

// complaintLines are a line for each thing that is wrong, with the rows that have it.
func complaintLines(complaints []register.Complaint, total int) string {
	type problem struct{ field, problem string }
	rows := map[problem][]int64{}
	var order []problem
	for _, c := range complaints {
		p := problem{c.Field, c.Problem}
		if rows[p] == nil {
			order = append(order, p)
		}
		rows[p] = append(rows[p], c.Row)
	}
	var b strings.Builder
	told := 0
	for i, p := range order {
		if i == mostLinesShown {
			break
		}
		told += len(rows[p])
		if len(rows[p]) == 1 {
			fmt.Fprintln(&b, register.Complaint{Row: rows[p][0], Field: p.field, Problem: p.problem}.Error())
			continue
		}
		fmt.Fprintf(&b, "rows %s: %s: %s\n", spans(rows[p]), p.field, p.problem)
	}
	if told < total {
		fmt.Fprintf(&b, "... and %s more; --json lists the first 1,000\n", counted(total-told, "row"))
	}
	return b.String()
}

// spans writes ascending rows as 2-51, 60, and says how many it leaves out.
func spans(rows []int64) string {
	var parts []string
	for i := 0; i < len(rows); {
		end := i
		for end+1 < len(rows) && rows[end+1] == rows[end]+1 {
			end++
		}
		if len(parts) == mostRowsNamed {
			return fmt.Sprintf("%s and %d more", strings.Join(parts, ", "), len(rows)-i)
		}
		if end == i {
			parts = append(parts, fmt.Sprint(rows[i]))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", rows[i], rows[end]))
		}
		i = end + 1
	}
	return strings.Join(parts, ", ")
}

// refusalWords say what became of a file of refusals.
func (r importResult) refusalWords() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: never to be visited.\n", counted(r.Addresses, "address"))
	if n := len(r.NotHere); n > 0 {
		fmt.Fprintf(&b, "%s %s: no household has this address now. It went before, comes later, or is written otherwise: look at the spelling.\n",
			plural(n, "row", "rows"), spans(r.NotHere))
	}
	if r.DryRun {
		fmt.Fprintln(&b, "This was a dry run: nothing was kept.")
	}
	return b.String()
}

func counted(n int, thing string) string {
	more := thing + "s"
	if strings.HasSuffix(thing, "s") {
		more = thing + "es"
	}
	return fmt.Sprintf("%d %s", n, plural(n, thing, more))
}

func plural(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}
