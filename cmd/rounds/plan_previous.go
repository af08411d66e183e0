package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/rounds-project/rounds/planner"
)

// spareDays are the days that a round may have beyond those of the previous plan when
// --days does not say it.
const spareDays = 7

// stayClose lets the request keep to the plan of the last round.
func stayClose(path string, request *planner.Request) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("rounds: --previous: %w", err)
	}
	var last planner.Plan
	if err := json.Unmarshal(text, &last); err != nil || last.Version != 1 || len(last.Workers) == 0 {
		return fmt.Errorf("rounds: --previous: %s is no plan.json with workers; name the one that rounds plan wrote", path)
	}
	if n := request.WorkerCount; n > 0 {
		if n != len(last.Workers) {
			return usagef("--workers %d, but the previous plan has %d: say as many, or name a file of workers", n, len(last.Workers))
		}
		request.Workers, request.WorkerCount = last.Workers, 0
	}
	if request.Round.Days == 0 {
		request.Round.Days = min(last.Round.Days+spareDays, planner.MostDays)
	}
	request.Former, err = last.Former(request.Round.From)
	return err
}

// tellKept says how much of the last round's plan stands.
func tellKept(out io.Writer, plan *planner.Plan, former map[string]planner.Slot) {
	if kept, both := plan.Kept(former); both > 0 {
		fmt.Fprintf(out, "%.1f %% of %d households of the last round keep worker and day\n", 100*float64(kept)/float64(both), both)
	}
}
