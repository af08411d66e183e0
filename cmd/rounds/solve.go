package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/planner/search"
	"github.com/rounds-project/rounds/planner/vrp"
)

// solveFlags are the flags of rounds solve.
type solveFlags struct {
	time, cpu  time.Duration
	iterations int64
	threads    int
	seed       uint64
	out        string
	json       bool
}

// solved is the result of rounds solve as one JSON object.
type solved struct {
	Instance   string  `json:"instance"`
	Cost       float64 `json:"cost"`
	Routes     int     `json:"routes"`
	Unserved   int     `json:"unserved"`
	Feasible   bool    `json:"feasible"`
	Seconds    float64 `json:"seconds"`
	Iterations int64   `json:"iterations"`
}

func newSolveCommand() *cobra.Command {
	var flags solveFlags
	c := &cobra.Command{
		Use:   "solve INSTANCE",
		Short: "Solve a benchmark instance (VRPLIB or Solomon file)",
		Long: `Solve a vehicle routing instance in VRPLIB's format (CVRP, VRPTW, distance-limited,
multi-depot, prize-collecting) or Solomon's, and print one line:
cost, routes, feasible, seconds, iterations.`,
		Example: `  rounds solve X-n101-k25.vrp --time 10s -o X-n101-k25.sol
  rounds solve R1_10_1.vrp --iterations 100000 --seed 7 --json`,
		Args: arguments(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			return solve(c.Context(), c.OutOrStdout(), args[0], flags)
		},
	}
	f := c.Flags()
	f.DurationVar(&flags.time, "time", 0, "wall clock of the search (default 10s, none with --iterations)")
	f.DurationVar(&flags.cpu, "cpu", 0, "processor time of the whole process instead, with one thread: for measuring on a busy machine")
	f.Int64Var(&flags.iterations, "iterations", 0, "bound the search by its work: a seed then repeats a result, whatever the threads")
	f.IntVar(&flags.threads, "threads", 0, "searches side by side (default: one for each core)")
	f.Uint64Var(&flags.seed, "seed", 0, "seed of the search")
	f.StringVarP(&flags.out, "output", "o", "", "write the solution to this file, in CVRPLIB's format")
	f.BoolVar(&flags.json, "json", false, "print the result as JSON")
	return c
}

// solve reads, searches, checks, writes and prints.
func solve(ctx context.Context, out io.Writer, path string, flags solveFlags) error {
	if flags.time < 0 || flags.cpu < 0 || flags.iterations < 0 || flags.threads < 0 {
		return usagef("--time, --cpu, --iterations and --threads cannot be negative")
	}
	params := search.Params{Time: flags.time, Iterations: flags.iterations, Threads: flags.threads, Seed: flags.seed}
	if flags.cpu > 0 {
		if flags.time > 0 || flags.iterations > 0 || flags.threads > 1 {
			return usagef("--cpu bounds one thread, and takes the place of --time and --iterations")
		}
		params.Time, params.Clock = flags.cpu, processorTime
	}
	in, err := vrp.ReadFile(path)
	if err != nil {
		return err
	}
	s, stats, err := search.Solve(ctx, &in.Problem, params)
	if err != nil {
		return err
	}
	cost, wrong := vrp.Check(&in.Problem, s)
	if wrong != nil && cost.Missing == 0 {
		return fmt.Errorf("rounds: the solution found is not feasible, which is a fault of the search: %w", wrong)
	}
	if flags.out != "" {
		if err := writeSolution(flags.out, in, s); err != nil {
			return err
		}
	}
	return printSolved(out, in, s, flags.json, solved{
		Instance: in.Problem.Name, Cost: in.Value(s), Routes: len(s.Routes), Unserved: len(s.Unserved),
		Feasible: wrong == nil, Seconds: stats.Elapsed.Seconds(), Iterations: stats.Iterations,
	})
}

func printSolved(out io.Writer, in *vrp.Instance, s vrp.Solution, asJSON bool, r solved) error {
	if asJSON {
		return json.NewEncoder(out).Encode(r)
	}
	feasible := "yes"
	if !r.Feasible {
		feasible = fmt.Sprintf("no (%d stops unserved)", r.Unserved)
	}
	_, err := fmt.Fprintf(out, "cost=%s routes=%d feasible=%s seconds=%.2f iterations=%d\n",
		in.FormatCost(s), r.Routes, feasible, r.Seconds, r.Iterations)
	return err
}

func writeSolution(path string, in *vrp.Instance, s vrp.Solution) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("rounds: %w", err)
	}
	return errors.Join(in.WriteSolution(f, s), f.Close())
}
