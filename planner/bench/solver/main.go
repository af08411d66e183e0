// Solver measures rounds solve on the instances that researchers compare by, and
// prints the tables of docs/benchmarks.md. It is no part of the product.
//
//	solver run     [flags] SET...            solve the sets' instances, resuming what the record has
//	solver profile INSTANCE SECONDS OUT      one search with a profile of the processor
//	solver million [flags]                   1,000,000 stops on 25,000 routes, in this process
//	solver day     EXTRACT HOUSEHOLDS FOLDER a day of a real place, for rivals too
//	solver solve   FOLDER SECONDS            its routes, on one thread
//	solver cancel  [flags]                   how soon a search of 100,000 stops ends that is called off
//
// Instances come from a folder with a folder for each set, and bks.csv beside them: set,
// name, customers and best known value. Every solution is read back and put before
// vrp.Check; the gap is that of the cost which Check's arithmetic gives.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "solver:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "run":
			return runSets(ctx, args[1:])
		case "profile":
			return profile(ctx, args[1:])
		case "million":
			return million(ctx, args[1:])
		case "day":
			return makeDay(ctx, args[1:])
		case "solve":
			return solveDay(ctx, args[1:])
		case "cancel":
			return cancel(args[1:])
		}
	}
	return fmt.Errorf("want run, profile, million, day, solve or cancel; see the comment in main.go")
}
