package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/pprof"
	"strconv"
	"time"

	"github.com/rounds-project/rounds/planner/search"
	"github.com/rounds-project/rounds/planner/vrp"
)

// profile searches on one thread and writes where the time goes, for go tool pprof.
func profile(ctx context.Context, args []string) error {
	if len(args) != 3 {
		return errors.New("want INSTANCE SECONDS OUT")
	}
	seconds, err := strconv.ParseFloat(args[1], 64)
	if err != nil {
		return err
	}
	in, err := vrp.ReadFile(args[0])
	if err != nil {
		return err
	}
	f, err := os.Create(args[2])
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	s, stats, err := search.Solve(ctx, &in.Problem, search.Params{Time: time.Duration(seconds * float64(time.Second)), Threads: 1, Seed: 1})
	pprof.StopCPUProfile()
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	fmt.Printf("cost=%s iterations=%d, %.0f a second\n", in.FormatCost(s), stats.Iterations, float64(stats.Iterations)/stats.Elapsed.Seconds())
	return nil
}
