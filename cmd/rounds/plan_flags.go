package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner"
)

// mostWorkers bounds --workers N.
const mostWorkers = 10_000

// check refuses a wrong command line.
func (f *planFlags) check(c *cobra.Command) error {
	if err := f.checkTravel(); err != nil {
		return err
	}
	set := c.Flags().Changed
	switch {
	case f.out == "":
		return usagef("--out is missing: name the folder to write")
	case f.workers == "":
		return usagef("--workers is missing: say how many, or name a CSV file")
	case f.visit < time.Second || f.visit > 24*time.Hour || f.visit%time.Second != 0:
		return usagef("--visit %v; want whole seconds, 1s to 24h, such as 15m", f.visit)
	case set("time") && set("iterations"):
		return usagef("--time and --iterations exclude each other")
	case f.time <= 0:
		return usagef("--time %v; want more than nothing, such as 30s", f.time)
	case set("iterations") && f.iterations < 1:
		return usagef("--iterations %d; want 1 or more", f.iterations)
	case set("days") && (f.days < 1 || f.days > planner.MostDays):
		return usagef("--days %d; want 1 to %d", f.days, planner.MostDays)
	case f.threads < 0:
		return usagef("--threads %d; want 1 or more", f.threads)
	}
	return nil
}

// request is what the flags ask for, without what files hold but the workers.
func (f *planFlags) request(inputs []string) (planner.Request, error) {
	shift, err := parseShift(f.shift)
	if err != nil {
		return planner.Request{}, err
	}
	var pause *planner.Break
	if f.pause != "" {
		if pause, err = planner.ParseBreak(f.pause, shift); err != nil {
			return planner.Request{}, usagef("--break: %s", strings.TrimPrefix(err.Error(), "planner: "))
		}
	}
	if length := shift.Closes - shift.Opens; f.staffed() && length < f.visit {
		return planner.Request{}, usagef("--shift is %v long and a visit takes %v: make the shift longer or --visit shorter", length, f.visit)
	}
	zone, err := zoneNamed(f.timezone)
	if err != nil {
		return planner.Request{}, err
	}
	from := f.from
	if from == "" {
		from = time.Now().In(zone).AddDate(0, 0, 1).Format(time.DateOnly)
	} else if _, err := time.Parse(time.DateOnly, from); err != nil {
		return planner.Request{}, usagef("--from %q is no date; want it like 2027-03-01", from)
	}
	name := f.name
	if name == "" {
		name, _, _ = strings.Cut(filepath.Base(inputs[0]), ".")
	}
	q := planner.Request{
		Round: planner.Round{
			Name: name, From: from, Days: f.days, Timezone: zone.String(), Mode: f.mode, Seed: f.seed, VisitS: int(f.visit / time.Second),
		},
		Shift: shift, Break: pause, Time: f.time, Iterations: f.iterations, Threads: f.threads,
	}
	q.WorkerCount, q.Workers, err = f.staff()
	for k := range q.Workers {
		// A worker of a file has the break of the file, else the one asked for.
		if w := &q.Workers[k]; w.Break == nil && f.pause != "" {
			if w.Break, err = planner.BreakWithin(f.pause, w.Shift); err != nil {
				return q, usagef("--break: worker %s: %s", w.ID, strings.TrimPrefix(err.Error(), "planner: "))
			}
		}
	}
	return q, err
}

// staffed says that workers are made, with the shift of --shift.
func (f *planFlags) staffed() bool {
	_, err := strconv.Atoi(f.workers)
	return err == nil
}

// staff is how many workers, or those of a file.
func (f *planFlags) staff() (int, []planner.Worker, error) {
	if n, err := strconv.Atoi(f.workers); err == nil {
		if n < 1 || n > mostWorkers {
			return 0, nil, usagef("--workers %d; want 1 to %d", n, mostWorkers)
		}
		return n, nil, nil
	}
	file, err := os.Open(f.workers)
	if err != nil {
		return 0, nil, fmt.Errorf("rounds: --workers is neither a number nor a file that can be read: %w", err)
	}
	defer file.Close()
	workers, err := planner.ReadWorkers(file)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", f.workers, err)
	}
	return 0, workers, nil
}

// parseShift reads 6h, from 08:30, or 09:00-15:00.
func parseShift(text string) (geo.Window, error) {
	opens, closes, isSpan := strings.Cut(text, "-")
	shift := geo.Window{Opens: planner.DefaultShift.Opens}
	if isSpan {
		var err error
		if shift.Opens, err = geo.ParseClock(opens); err == nil {
			shift.Closes, err = geo.ParseClock(closes)
		}
		if err != nil || shift.Closes <= shift.Opens {
			return shift, usagef("--shift %q; want it like 09:00-15:00, within one day", text)
		}
		return shift, nil
	}
	length, err := time.ParseDuration(text)
	if err != nil || length < time.Minute || length%time.Minute != 0 {
		return shift, usagef("--shift %q; want whole minutes, such as 6h, or 09:00-15:00", text)
	}
	if shift.Closes = shift.Opens + length; shift.Closes > 24*time.Hour {
		return shift, usagef("--shift %q from 08:30 ends after midnight; name it like 00:30-16:00", text)
	}
	return shift, nil
}
