package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rounds-project/rounds/planner/vrp"
)

// set is a row of the table: instances chosen by a rule, never by result.
type set struct {
	name, rule string
	folder     string
	// smallest and largest number of customers; every so manyth by size, or by name
	// where all have one size.
	smallest, largest, every int
	seconds                  func(customers int) float64
	seeds                    int
	// aim of the mean gap, in percent.
	aim float64
}

func always(seconds float64) func(int) float64 {
	return func(int) float64 { return seconds }
}

const most = 1 << 30

// sets by name. Those that end in -all are for long runs.
var sets = []set{
	{"X-small", "X up to 303 customers, 60 s", "X", 0, 303, 1, always(60), 1, 0.12},
	{"X-large", "X from 304 customers, 60 s", "X", 304, most, 1, always(60), 1, 0.40},
	{"VRPTW", "VRPTW, every third, 60 s", "VRPTW", 0, most, 3, always(60), 1, 2.0},
	{"MDVRPTW", "MDVRPTW, 60 s", "MDVRPTW", 0, most, 1, always(60), 1, 0.8},
	{"PCVRPTW", "PCVRPTW, every third, 60 s", "PCVRPTW", 0, most, 3, always(60), 1, 0.2},
	{"limited", "duration-limited, 60 s", "duration-limited", 0, most, 1, always(60), 1, 0.2},
	{"B", "B to 30,000, 120 s", "B", 0, most, 1, always(120), 1, 1.0},
	{"I", "Valle-D-Aosta, 120 s", "I", 0, most, 1, always(120), 1, 0.3},
	{"X-small-all", "X up to 303 customers, 60 s, seeds 1-5", "X", 0, 303, 1, always(60), 5, 0.12},
	{"X-long", "X, every fifth by size, 2.4 s a customer", "X", 0, most, 5, func(n int) float64 { return 2.4 * float64(n) }, 1, 0.15},
	{"VRPTW-all", "VRPTW, 60 s", "VRPTW", 0, most, 1, always(60), 1, 2.0},
	{"PCVRPTW-all", "PCVRPTW, 60 s", "PCVRPTW", 0, most, 1, always(60), 1, 0.2},
}

func setNamed(name string) (set, error) {
	k := slices.IndexFunc(sets, func(s set) bool { return s.name == name })
	if k < 0 {
		var names []string
		for _, s := range sets {
			names = append(names, s.name)
		}
		return set{}, fmt.Errorf("no set %q; there are %s", name, strings.Join(names, ", "))
	}
	return sets[k], nil
}

// instance is a file of a set and what is known of it.
type instance struct {
	name      string // with its folder
	path      string
	customers int
	best      float64
}

// instances of the set in the folder of data, by size, then name.
func (s set) instances(data string) ([]instance, error) {
	paths, err := filepath.Glob(filepath.Join(data, s.folder, "*.vrp"))
	if err != nil || len(paths) == 0 {
		return nil, errors.Join(fmt.Errorf("no instances in %s", filepath.Join(data, s.folder)), err)
	}
	known, err := bestKnown(filepath.Join(data, "bks.csv"))
	if err != nil {
		return nil, err
	}
	var all []instance
	for _, path := range paths {
		name := s.folder + "/" + strings.TrimSuffix(filepath.Base(path), ".vrp")
		one, ok := known[name]
		if !ok {
			if one, err = statedBest(path); err != nil {
				return nil, err
			}
		}
		one.name, one.path = name, path
		if one.customers >= s.smallest && one.customers <= s.largest {
			all = append(all, one)
		}
	}
	slices.SortStableFunc(all, func(a, b instance) int { return a.customers - b.customers })
	var chosen []instance
	for k := 0; k < len(all); k += s.every {
		chosen = append(chosen, all[k])
	}
	return chosen, nil
}

// bestKnown reads set, name, customers and best known value of each line.
func bestKnown(path string) (map[string]instance, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	known := make(map[string]instance, len(rows))
	for k, row := range rows[1:] {
		customers, err := strconv.Atoi(row[2])
		best, wrong := strconv.ParseFloat(row[3], 64)
		if err := errors.Join(err, wrong); err != nil {
			return nil, fmt.Errorf("%s: row %d: %w", path, k+2, err)
		}
		known[row[0]+"/"+row[1]] = instance{customers: customers, best: best}
	}
	return known, nil
}

// statedBest is the best value that an instance's own COMMENT states.
func statedBest(path string) (instance, error) {
	in, err := vrp.ReadFile(path)
	if err != nil {
		return instance{}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return instance{}, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == "COMMENT" {
			best, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				return instance{}, fmt.Errorf("%s: COMMENT states no best value: %w", path, err)
			}
			return instance{customers: len(in.Problem.Stops), best: best}, nil
		}
	}
	return instance{}, fmt.Errorf("%s: neither bks.csv nor a COMMENT knows its best value", path)
}
