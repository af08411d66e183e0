// Command mutate breaks each rule of the schema in turn and runs the tests of access
// and privacy on it: some test has to fail each time. It prints a table; rules whose
// loss nobody notices, and that the reviewed file does not explain, are an error.
//
//	go run ./geo/register/registertest/mutate [-only REGEXP]
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"text/tabwriter"

	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// survivorsFile explains the rules whose loss no test may notice: "rule: why".
const survivorsFile = "geo/register/testdata/survivors.txt"

func main() {
	only := flag.String("only", "", "break the rules alone whose name matches")
	at := flag.Int("parallel", 2, "mutants at once")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *only, *at); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, only string, at int) error {
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
	lab := laboratory{template: template, suites: suites}
	// Tests that fail on the schema as it is would notice everything.
	for _, whole := range everyStage() {
		if noticed, err := suites[whole.suite].run(ctx, whole, template); err != nil || noticed != "" {
			return errors.Join(fmt.Errorf("the tests of %s fail already: %s", whole.suite, noticed), err)
		}
	}
	results := lab.breakAll(ctx, all, wanted, at)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return report(results)
}

// suite is a compiled test binary and the folder that its tests run in.
type suite struct{ binary, folder string }

// compile makes the binaries of the tests once.
func compile(ctx context.Context, folder string) (map[string]suite, error) {
	suites := map[string]suite{}
	for _, name := range []string{"geo/register", "geo/register/audit", "geo/register/retention", "tiles", "web"} {
		binary := filepath.Join(folder, strings.ReplaceAll(name, "/", "-")+".test")
		build := exec.CommandContext(ctx, "go", "test", "-c", "-o", binary, "./"+name)
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return nil, fmt.Errorf("go test -c ./%s: %w", name, err)
		}
		suites[name] = suite{binary, name}
	}
	return suites, nil
}

// result is a mutation and the test that noticed it; "" when none did.
type result struct {
	mutation
	noticed string
	err     error
}

type laboratory struct {
	template clustertest.Template
	suites   map[string]suite
	copying  sync.Mutex
}

// breakAll breaks each rule in a copy of the template of its own.
func (l *laboratory) breakAll(ctx context.Context, all []mutation, wanted *regexp.Regexp, at int) []result {
	var results []result
	for _, m := range all {
		if wanted.MatchString(m.Rule) {
			results = append(results, result{mutation: m})
		}
	}
	next := make(chan int)
	var done sync.WaitGroup
	for worker := range at {
		done.Go(func() {
			for i := range next {
				r := &results[i]
				r.noticed, r.err = l.try(ctx, r.mutation, fmt.Sprintf("mutant_%d", worker))
				fmt.Printf("%4d/%d  %-60s %s\n", i+1, len(results), r.Rule, r.verdict())
			}
		})
	}
	for i := range results {
		next <- i
	}
	close(next)
	done.Wait()
	return results
}

func (r result) verdict() string {
	switch {
	case r.err != nil:
		return "error: " + r.err.Error()
	case r.noticed == "":
		return "SURVIVES"
	}
	return r.noticed
}

// try breaks one rule and gives the first test that fails.
func (l *laboratory) try(ctx context.Context, m mutation, database string) (noticed string, err error) {
	l.copying.Lock()
	owner := clustertest.In(l.template.OwnerURL, "postgres")
	err = clustertest.Run(ctx, owner, "DROP DATABASE IF EXISTS "+database+" WITH (FORCE)")
	if err == nil {
		err = clustertest.Run(ctx, owner, "CREATE DATABASE "+database+" TEMPLATE "+l.template.Name)
	}
	l.copying.Unlock()
	if err != nil {
		return "", err
	}
	if err := clustertest.Run(ctx, clustertest.In(l.template.OwnerURL, database), m.Statement); err != nil {
		return "", err
	}
	mutant := l.template
	mutant.Name = database
	for _, stage := range stages(m.Kind) {
		if noticed, err = l.suites[stage.suite].run(ctx, stage, mutant); noticed != "" || err != nil {
			return noticed, err
		}
	}
	return "", nil
}

// failed is a test that fails, or waits for what does not come any more.
var failed = regexp.MustCompile(`--- FAIL: (\w+)|test timed out after \w+\s+running tests:\s+(\w+)`)

func (s suite) run(ctx context.Context, of stage, mutant clustertest.Template) (noticed string, err error) {
	command := exec.CommandContext(ctx, s.binary, "-test.failfast", "-test.timeout=20m", "-test.run", of.tests, "-test.skip", of.but)
	command.Dir = s.folder
	command.Env = append(os.Environ(), mutant.Environment()...)
	out, err := command.CombinedOutput()
	if found := failed.FindSubmatch(out); found != nil {
		return string(found[1]) + string(found[2]), nil
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w: %.300s", s.folder, err, out)
	}
	return "", nil
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
