package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRoute_KeepsTheStreetsInACache(t *testing.T) {
	t.Parallel()
	cache := filepath.Join(t.TempDir(), "streets")
	extract := fileOf(t, "corner.osm", twoStreets)
	args := []string{"route", "--osm", extract, "--network-cache", cache, "0.005,0", "0,0.005"}
	code, first, told := commandLine(args...)
	if code != 0 || !strings.Contains(told, "building the network") {
		t.Fatalf("exit %d, the first run says %q", code, told)
	}
	files, err := os.ReadDir(cache)
	if err != nil || len(files) != 1 {
		t.Fatalf("the cache holds %v, %v", files, err)
	}
	_, again, told := commandLine(args...)
	if strings.Contains(told, "building the network") || again != first {
		t.Errorf("the second run says %q and gives %q, want %q", told, again, first)
	}
	if err := os.WriteFile(extract, []byte(strings.ReplaceAll(twoStreets, "North", "South")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, changed, _ := commandLine(args...); !strings.Contains(changed, "South") {
		t.Errorf("after the extract has changed: %q", changed)
	}
}
