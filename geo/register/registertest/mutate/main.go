// Command mutate breaks each rule of the schema in turn and runs the tests of access
// and privacy on it: some test has to fail each time. A rule is a constraint, a trigger,
// a check that a function makes, and that it does anything at all. It prints a table;
// rules whose loss nobody notices, and that the reviewed file does not explain, are an
// error.
//
// First all tests run on the schema as it is, while the server counts which functions
// each calls: those that call a function are the first to notice that it is broken.
//
//	go run ./geo/register/registertest/mutate [-only REGEXP] [-tests REGEXP]
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"text/tabwriter"

	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// survivorsFile explains the rules whose loss no test may notice: "rule: why".
const survivorsFile = "geo/register/testdata/survivors.txt"

func main() {
	only := flag.String("only", "", "break the rules alone whose name matches")
	tests := flag.String("tests", "", "run the tests alone whose name matches: quick, while a test is written")
	at := flag.Int("parallel", 2, "mutants at once")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *only, *tests, *at); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, only, tests string, at int) error {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "rounds-mutate-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if err := os.Chmod(folder, 0o711); err != nil {
		return err
	}
	suites, err := compile(ctx, folder)
	if err != nil {
		return err
	}
	template, stop, err := clustertest.Start(ctx, filepath.Join(folder, "cluster"))
	if err != nil {
		return err
	}
	defer stop()
	all, err := mutations(ctx, template)
	if err != nil {
		return err
	}
	known, err := takeSurvey(ctx, suites, tests, template, filepath.Join(folder, "called"))
	if err != nil {
		return err
	}
	lab := laboratory{template: template, suites: suites, known: known}
	results := lab.breakAll(ctx, all, wanted, at)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return report(results)
}

// report prints what was noticed by whom, and says what survived without a reason.
func report(results []result) error {
	explained, err := explanations()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nRULE\tNOTICED BY")
	unexplained := 0
	for _, r := range results {
		verdict := r.verdict()
		if r.noticed == "" {
			if why, known := explained[r.Rule]; known && r.err == nil {
				verdict = "survives: " + why
			} else {
				unexplained++
			}
		}
		fmt.Fprintf(table, "%s\t%s\n", r.Rule, verdict)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Printf("%d rules broken, %d not noticed without a reason\n", len(results), unexplained)
	if unexplained > 0 {
		return fmt.Errorf("%d rules can go and no test fails; add one, or explain them in %s", unexplained, survivorsFile)
	}
	return nil
}

func explanations() (map[string]string, error) {
	file, err := os.Open(survivorsFile)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	explained := map[string]string{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if rule, why, found := strings.Cut(lines.Text(), ": "); found && !strings.HasPrefix(rule, "#") {
			explained[rule] = why
		}
	}
	return explained, lines.Err()
}
