package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// square is four customers at the corners of a square around the depot.
const square = `NAME : square
TYPE : CVRP
DIMENSION : 5
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 2
NODE_COORD_SECTION
1 0 0
2 10 10
3 -10 10
4 -10 -10
5 10 -10
DEMAND_SECTION
1 0
2 1
3 1
4 1
5 1
DEPOT_SECTION
1
-1
EOF
`

func TestSolve_PrintsAndWrites(t *testing.T) {
	dir := t.TempDir()
	path, out := filepath.Join(dir, "square.vrp"), filepath.Join(dir, "square.sol")
	if err := os.WriteFile(path, []byte(square), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), []string{"solve", path, "--iterations", "500", "-o", out}, &stdout, &stderr); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr.String())
	}
	if got := stdout.String(); !strings.HasPrefix(got, "cost=96 routes=2 feasible=yes seconds=") {
		t.Errorf("%q", got)
	}
	if sol, err := os.ReadFile(out); err != nil || !strings.HasSuffix(string(sol), "\nCost 96\n") {
		t.Errorf("%q, %v", sol, err)
	}
	stdout.Reset()
	if code := run(context.Background(), []string{"solve", path, "--iterations", "500", "--json"}, &stdout, &stderr); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr.String())
	}
	var result solved
	if err := json.Unmarshal(stdout.Bytes(), &result); err != nil || result.Cost != 96 || !result.Feasible || result.Iterations < 500 {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestSolve_RefusesInOneLine(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.vrp")
	if err := os.WriteFile(bad, []byte(strings.Replace(square, "2 10 10", "2 10 x", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, c := range map[string]struct {
		code int
		args []string
	}{
		"bad.vrp:8: NODE_COORD_SECTION": {exitFailure, []string{"solve", bad}},
		"no such file":                  {exitFailure, []string{"solve", bad + ".not"}},
		"--time, --cpu, --iterations":   {exitUsage, []string{"solve", bad, "--time", "-3s"}},
		"want: rounds solve INSTANCE":   {exitUsage, []string{"solve"}},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(context.Background(), c.args, &stdout, &stderr); code != c.code {
			t.Errorf("%v: exit %d, want %d", c.args, code, c.code)
		}
		if got := stderr.String(); !strings.Contains(got, want) || strings.Count(got, "\n") != 1 {
			t.Errorf("%v: %q, want one line with %q", c.args, got, want)
		}
	}
}

func TestSolve_BoundsProcessorTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "square.vrp")
	if err := os.WriteFile(path, []byte(square), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	began := processorTime()
	if code := run(context.Background(), []string{"solve", path, "--cpu", "1ms"}, &stdout, &stderr); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr.String())
	}
	if processorTime() <= began {
		t.Error("no processor time was used")
	}
	for _, args := range [][]string{{"--cpu", "-1s"}, {"--cpu", "1s", "--time", "1s"}, {"--cpu", "1s", "--threads", "2"}} {
		if code := run(context.Background(), append([]string{"solve", path}, args...), &stdout, &stderr); code != 2 {
			t.Errorf("%v: exit %d, want 2", args, code)
		}
	}
}
