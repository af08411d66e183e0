package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/rounds-project/rounds/planner/vrp"
)

// result of one search; a line of the record.
type result struct {
	commit, instance string
	seed             int
	seconds, cost    float64
}

// job is a search to do for a set.
type job struct {
	instance
	seed    int
	seconds float64
}

func runSets(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	rounds := flags.String("rounds", "bin/rounds", "the program to measure")
	data := flags.String("data", "", "folder of the instances")
	file := flags.String("record", "", "CSV file that results are appended to, and read from on another run")
	commit := flags.String("commit", "", "what is measured: results of others in the record do not count")
	every := flags.Int("every", 1, "of each set only every so manyth instance, from the smallest on")
	jobs := flags.Int("jobs", 2, "searches side by side, each on one thread")
	if err := flags.Parse(args); err != nil {
		return err
	}
	book, err := openRecord(*file, *commit)
	if err != nil {
		return err
	}
	var chosen []set
	var todo []job
	for _, name := range flags.Args() {
		s, err := setNamed(name)
		if err != nil {
			return err
		}
		s.every *= *every
		of, err := s.jobs(*data)
		if err != nil {
			return err
		}
		if *every > 1 {
			s.rule += fmt.Sprintf(", of these 1 in %d", *every)
		}
		chosen, todo = append(chosen, s), append(todo, of...)
	}
	if err := solveAll(ctx, *rounds, *jobs, todo, book); err != nil {
		return err
	}
	return printTable(os.Stdout, *data, chosen, book)
}

// jobs of a set: each instance with each seed.
func (s set) jobs(data string) ([]job, error) {
	chosen, err := s.instances(data)
	var all []job
	for seed := 1; seed <= s.seeds; seed++ {
		for _, one := range chosen {
			all = append(all, job{one, seed, s.seconds(one.customers)})
		}
	}
	return all, err
}

// solveAll does the jobs that the record does not have, some side by side.
func solveAll(ctx context.Context, rounds string, width int, todo []job, book *record) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan job)
	var workers sync.WaitGroup
	for range width {
		workers.Go(func() {
			for j := range next {
				if err := solveOne(ctx, rounds, j, book); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, j := range todo {
		if ctx.Err() == nil && !book.has(j) {
			next <- j
		}
	}
	close(next)
	workers.Wait()
	return context.Cause(ctx)
}

// solveOne runs the program and puts its solution before vrp.Check.
func solveOne(ctx context.Context, rounds string, j job, book *record) error {
	if ctx.Err() != nil {
		return nil
	}
	folder, err := os.MkdirTemp("", "solver")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "solution.sol")
	seconds := strconv.FormatFloat(j.seconds, 'f', -1, 64)
	out, err := exec.CommandContext(ctx, rounds, "solve", j.path, "--cpu", seconds+"s", "--seed", strconv.Itoa(j.seed), "-o", path).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", j.name, err, out)
	}
	cost, err := checked(j.path, path)
	if err != nil {
		return fmt.Errorf("%s: %w", j.name, err)
	}
	fmt.Fprintf(os.Stderr, "%s seed %d: %+.3f %%, %s", j.name, j.seed, j.gap(cost), out)
	return book.add(result{book.commit, j.name, j.seed, j.seconds, cost})
}

// checked is the cost of a feasible solution file.
func checked(path, solution string) (float64, error) {
	in, err := vrp.ReadFile(path)
	if err != nil {
		return 0, err
	}
	f, err := os.Open(solution)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	s, _, err := in.ReadSolution(solution, f)
	if err != nil {
		return 0, err
	}
	if _, err := vrp.Check(&in.Problem, s); err != nil {
		return 0, err
	}
	return in.Value(s), nil
}

// gap to the best known value in percent.
func (i instance) gap(cost float64) float64 { return 100 * (cost/i.best - 1) }
