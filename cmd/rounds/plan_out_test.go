package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestPlan_ReplacesAnEarlierPlanAlone(t *testing.T) {
	t.Parallel()
	extract, parent := fileOf(t, "village.osm", village()), t.TempDir()
	out := filepath.Join(parent, "plan")
	make := func(days string) (int, string) {
		code, _, errors := commandLine("plan", extract, "--workers", "1", "--days", days, "--iterations", "20", "--out", out)
		return code, lastLine(errors)
	}
	if code, errors := make("3"); code != 0 {
		t.Fatal(errors)
	}
	if code, errors := make("1"); code != 0 {
		t.Fatal(errors)
	}
	if plan := readPlan(t, out); plan.Round.Days != 1 || len(filesOf(t, filepath.Join(out, "gpx"))) != 1 {
		t.Errorf("%d days, gpx %d; want the second plan alone", plan.Round.Days, len(filesOf(t, filepath.Join(out, "gpx"))))
	}
	// Beside a plan lies something of the user's: the folder is not touched.
	notes := filepath.Join(out, "notes.txt")
	if err := os.WriteFile(notes, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, errors := make("2"); code != exitFailure || !strings.Contains(errors, "holds notes.txt, which is no part of a plan; name another folder") {
		t.Errorf("exit %d, %q", code, errors)
	}
	if _, err := os.Stat(notes); err != nil || readPlan(t, out).Round.Days != 1 {
		t.Errorf("the folder was touched: %v", err)
	}
	if entries, err := os.ReadDir(parent); err != nil || len(entries) != 1 {
		t.Errorf("left beside the plan: %v, %v", entries, err)
	}
}

func TestPlan_AsksBeforeTheWorkWhetherItCanWrite(t *testing.T) {
	t.Parallel()
	file := fileOf(t, "plan.txt", "not a folder")
	for out, want := range map[string]string{
		file:                         "is a file or lies below one; name a folder",
		filepath.Join(file, "below"): "is a file or lies below one; name a folder",
		"/proc/plan":                 "nothing can be written to /proc", // which takes no folder, not even of root
	} {
		// The extract does not exist: what is wrong with --out is told first.
		code, _, errors := commandLine("plan", "nowhere.osm", "--workers", "1", "--out", out)
		if code != exitFailure || !strings.Contains(errors, want) || strings.Count(errors, "\n") != 1 {
			t.Errorf("%s: exit %d, %q; want %q", out, code, errors, want)
		}
	}
}

// stopper ends a context when a text is written.
type stopper struct {
	bytes.Buffer
	at   string
	stop func()
}

func (s *stopper) Write(p []byte) (int, error) {
	if strings.Contains(string(p), s.at) {
		s.stop()
	}
	return s.Buffer.Write(p)
}

func TestPlan_StopsAtOnceAndLeavesNothing(t *testing.T) {
	t.Parallel()
	extract := fileOf(t, "village.osm", village())
	for _, stage := range []string{"reading", "building the network", "finding the doors", "drawing territories"} {
		parent := t.TempDir()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		stderr := &stopper{at: stage + ": ", stop: cancel}
		if stage == "reading" {
			stderr.at = "reading " + extract + ": "
		}
		began := time.Now()
		var stdout bytes.Buffer
		code := run(ctx, []string{"plan", extract, "--workers", "2", "--time", "1h", "--out", filepath.Join(parent, "plan")}, &stdout, stderr)
		if code != exitFailure || lastLine(stderr.String()) != "rounds: stopped; nothing half-done was left behind" {
			t.Errorf("%s: exit %d, %q", stage, code, stderr.String())
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: stops after %v", stage, took)
		}
		if entries, err := os.ReadDir(parent); err != nil || len(entries) > 0 {
			t.Errorf("%s: left behind: %v, %v", stage, entries, err)
		}
	}
}
