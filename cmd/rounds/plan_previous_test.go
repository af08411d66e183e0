package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestPlan_StaysCloseToThePreviousPlan(t *testing.T) {
	t.Parallel()
	extract := fileOf(t, "village.osm", village())
	first := filepath.Join(t.TempDir(), "first")
	args := []string{"plan", extract, "--workers", "2", "--shift", "3h", "--visit", "10m", "--timezone", "UTC", "--iterations", "200"}
	if code, _, errors := commandLine(append(args, "--from", "2027-03-01", "--out", first)...); code != 0 {
		t.Fatalf("exit %d: %s", code, errors)
	}
	second := filepath.Join(t.TempDir(), "second")
	args = append(args, "--from", "2027-09-06", "--previous", filepath.Join(first, "plan.json"))
	code, stdout, errors := commandLine(append(args, "--out", second)...)
	if code != 0 || !strings.Contains(stdout, "100.0 % of 60 households of the last round keep worker and day") {
		t.Errorf("exit %d: %s%s", code, stdout, errors)
	}
	for _, c := range []struct{ want, flag, value string }{
		{"--previous: ", "--previous", filepath.Join(first, "none.json")},
		{"is no plan.json with workers", "--previous", filepath.Join(first, "stops.csv")},
		{"--workers 3, but the previous plan has 2", "--workers", "3"},
	} {
		code, _, errors := commandLine(append(args, c.flag, c.value, "--out", filepath.Join(t.TempDir(), "x"))...)
		if code == 0 || !strings.Contains(errors, c.want) || strings.Count(errors, "\n") != 1 {
			t.Errorf("%s %s: exit %d, %q; want %q", c.flag, c.value, code, errors, c.want)
		}
	}
}
