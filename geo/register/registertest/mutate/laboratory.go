package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// suite is a compiled test binary and the folder that its tests run in.
type suite struct{ binary, folder string }

// compile makes the binaries of the tests once.
func compile(ctx context.Context, folder string) (map[string]suite, error) {
	suites := map[string]suite{}
	for _, name := range suiteNames {
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
	known    survey
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
	for _, stage := range l.known.stages(m) {
		if noticed, err = l.suites[stage.suite].run(ctx, stage, mutant); noticed != "" || err != nil {
			return noticed, err
		}
	}
	return "", nil
}

// failed is a test that fails, or waits for what does not come any more.
var failed = regexp.MustCompile(`--- FAIL: (\w+)|test timed out after \w+\s+running tests:\s+(\w+)`)

// longest is how long the tests of a stage may wait for what a mutant does not do.
const longest = 10 * time.Minute

func (s suite) run(ctx context.Context, of stage, mutant clustertest.Template) (noticed string, err error) {
	command := exec.CommandContext(ctx, s.binary, "-test.failfast", "-test.timeout="+longest.String(), "-test.run", of.tests, "-test.skip", of.but)
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
