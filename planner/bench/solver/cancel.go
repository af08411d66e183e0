package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"syscall"
	"time"

	"github.com/rounds-project/rounds/planner/search"
	"github.com/rounds-project/rounds/planner/vrp"
)

// cancel calls searches of a made-up problem off at several moments, from the
// construction on, and prints how long each takes to come back with what it has.
func cancel(args []string) error {
	flags := flag.NewFlagSet("cancel", flag.ContinueOnError)
	stops := flags.Int("stops", 100_000, "how many")
	times := flags.Int("times", 10, "moments: after a step, two steps and so on")
	step := flags.Duration("step", time.Second, "from one moment to the next")
	threads := flags.Int("threads", 2, "threads")
	if err := flags.Parse(args); err != nil {
		return err
	}
	p, err := strew(*stops, 40, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		return err
	}
	fmt.Println("| stops | called off after | back within | processor | iterations | left out |")
	fmt.Println("|---|---|---|---|---|---|")
	for k := 1; k <= *times; k++ {
		after := time.Duration(k) * *step
		ctx, end := context.WithCancel(context.Background())
		var ended time.Time
		var worked time.Duration
		time.AfterFunc(after, func() {
			ended, worked = time.Now(), processor()
			end()
		})
		s, stats, err := search.Solve(ctx, p, search.Params{Time: time.Hour, Threads: *threads, Seed: 1})
		late, work := time.Since(ended), processor()-worked
		if err != nil {
			return err
		}
		cost, err := vrp.Check(p, s)
		if err != nil && cost.Missing == 0 {
			return err
		}
		fmt.Printf("| %d | %v | %d ms | %d ms | %d | %d |\n", *stops, after, late.Milliseconds(), work.Milliseconds(), stats.Iterations, cost.Missing)
	}
	return nil
}

// processor is the time that all threads have worked so far.
func processor() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
