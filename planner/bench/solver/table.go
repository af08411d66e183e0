package main

import (
	"fmt"
	"io"
)

// printTable prints a row for each set, as docs/benchmarks.md has it.
func printTable(w io.Writer, data string, chosen []set, book *record) error {
	fmt.Fprintln(w, "| set | searches | mean gap % | aim | worst | at or under best known |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|")
	for _, s := range chosen {
		jobs, err := s.jobs(data)
		if err != nil {
			return err
		}
		sum, worst, at, done, under := 0.0, -100.0, "", 0, 0
		for _, j := range jobs {
			r, ok := book.find(j)
			if !ok {
				continue
			}
			gap := j.gap(r.cost)
			done++
			sum += gap
			if gap > worst {
				worst, at = gap, j.name
			}
			if gap <= 0 {
				under++
			}
		}
		fmt.Fprintf(w, "| %s | %d of %d | %.2f | %.2f | %.2f %s | %d |\n", s.rule, done, len(jobs), sum/float64(max(done, 1)), s.aim, worst, at, under)
	}
	return nil
}
