package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// suiteNames are the packages whose tests may notice something, the likeliest first.
var suiteNames = []string{"geo/register", "geo/register/audit", "geo/register/retention", "planner/round", "tiles", "web"}

// stage is a part of the tests: those of a suite that the first expression matches and
// the second does not.
type stage struct{ suite, tests, but string }

const (
	everything = "."
	none       = "^$"
	// comparing are the comparisons with schema.sql, the dictionary and what was
	// reviewed: they notice every change, and would show nothing.
	comparing = "Dictionary|AreThoseOf|AreTheTypesOf|ReachesAsFar|IsOnForEveryTable"
	// few tests go first, which mostly are enough.
	few = 3
)

// testsOf are those of a suite that may notice, or those that were chosen: of the service
// those of who gets in and what of it shows, as the others ask what the register's ask,
// for longer.
func testsOf(suite, chosen string) string {
	if chosen != "" {
		return chosen
	}
	if suite == "web" {
		return "Access_|Outcomes_|Reads_|Passwords_|PIN_|Invitation_|Recovery_|Requests_|Sessions_"
	}
	return everything
}

// survey is which tests call each function, the fastest first.
type survey struct {
	callers map[string][]caller
	// chosen are the tests that run at all, "" for all that may notice.
	chosen string
}

type caller struct {
	suite, test string
	seconds     float64
}

// passed is a test that passed and how long it took, failedAlready one that did not.
var (
	passed        = regexp.MustCompile(`(?m)^--- PASS: (\w+) \(([\d.]+)s\)`)
	failedAlready = regexp.MustCompile(`(?m)^--- FAIL: (\w+)`)
)

// takeSurvey runs all tests on the schema as it is: tests that fail already would notice
// everything.
func takeSurvey(ctx context.Context, suites map[string]suite, chosen string, template clustertest.Template, file string) (survey, error) {
	known := survey{map[string][]caller{}, chosen}
	owner := clustertest.In(template.OwnerURL, "postgres")
	if err := clustertest.Run(ctx, owner, "ALTER ROLE ALL SET track_functions = 'all'"); err != nil {
		return known, err
	}
	for _, name := range suiteNames {
		called := file + "-" + strings.ReplaceAll(name, "/", "-")
		took, again, err := suites[name].survey(ctx, testsOf(name, chosen), template, called)
		if err == nil && again != nil { // beside all others a busy machine was too slow for them
			var more map[string]float64
			more, again, err = suites[name].survey(ctx, oneOf(again), template, called)
			maps.Copy(took, more)
		}
		if err == nil && again != nil {
			err = fmt.Errorf("%s fail already", strings.Join(again, ", "))
		}
		if err == nil {
			err = known.add(name, called, took)
		}
		if err != nil {
			return known, fmt.Errorf("the tests of %s: %w", name, err)
		}
		fmt.Printf("%s: %d tests pass on the schema as it is\n", name, len(took))
	}
	for _, callers := range known.callers {
		slices.SortFunc(callers, func(a, b caller) int { return cmp.Compare(a.seconds, b.seconds) })
	}
	return known, clustertest.Run(ctx, owner, "ALTER ROLE ALL RESET track_functions")
}

// survey runs tests and gives how many seconds those that passed took, and those that
// failed.
func (s suite) survey(ctx context.Context, tests string, template clustertest.Template, called string) (took map[string]float64, failed []string, err error) {
	command := exec.CommandContext(ctx, s.binary, "-test.v", "-test.timeout=30m", "-test.run", tests, "-test.skip", comparing)
	command.Dir = s.folder
	command.Env = append(append(os.Environ(), template.Environment()...), clustertest.NoteCalls(called))
	out, err := command.CombinedOutput()
	for _, test := range failedAlready.FindAllSubmatch(out, -1) {
		failed = append(failed, string(test[1]))
	}
	if err != nil && failed == nil {
		return nil, nil, fmt.Errorf("%w: %.300s", err, out)
	}
	took = map[string]float64{}
	for _, test := range passed.FindAllSubmatch(out, -1) {
		took[string(test[1])], _ = strconv.ParseFloat(string(test[2]), 64)
	}
	return took, failed, nil
}

func oneOf(tests []string) string { return "^(" + strings.Join(tests, "|") + ")$" }

// add reads the lines of [clustertest.NoteCalls]: a test and the functions it called.
func (s survey) add(suite, file string, took map[string]float64) error {
	in, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) { // no test of the suite has a database
		return nil
	}
	if err != nil {
		return fmt.Errorf("survey: %w", err)
	}
	defer in.Close()
	seen := map[string]map[string]bool{}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		for _, function := range words[1:] {
			if seen[function] == nil {
				seen[function] = map[string]bool{}
			}
			seen[function][words[0]] = true
		}
	}
	for function, tests := range seen {
		for test := range maps.Keys(tests) {
			s.callers[function] = append(s.callers[function], caller{suite, test, took[test]})
		}
	}
	return lines.Err()
}

// stages are the tests that may notice the loss of a rule, the likeliest first: those made
// for rules of its kind, or some that call its function, then all that call it, then all.
func (s survey) stages(m mutation) (all []stage) {
	switch m.Kind {
	case constraint:
		all = append(all, stage{"geo/register", "Limits_", none})
	case domain:
		all = append(all, stage{"geo/register", "TextClasses", none})
	}
	callers := s.callers[m.Function]
	first := callers[:min(few, len(callers))]
	for _, of := range [][]caller{first, callers[len(first):]} {
		for _, suite := range suiteNames {
			var names []string
			for _, c := range of {
				if c.suite == suite {
					names = append(names, c.test)
				}
			}
			if names != nil {
				all = append(all, stage{suite, oneOf(names), none})
			}
		}
	}
	for _, suite := range suiteNames {
		all = append(all, stage{suite, testsOf(suite, s.chosen), comparing})
	}
	return all
}
