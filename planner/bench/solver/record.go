package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"sync"
)

// record is the results so far, in a CSV file: commit, instance, seed, seconds, cost.
type record struct {
	path, commit string
	mu           sync.Mutex
	results      []result
}

var columns = []string{"commit", "instance", "seed", "seconds", "cost"}

func openRecord(path, commit string) (*record, error) {
	r := &record{path: path, commit: commit}
	if path == "" || commit == "" {
		return nil, errors.New("want -record and -commit")
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return r, r.append(columns)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := csv.NewReader(f)
	lines.FieldsPerRecord = len(columns)
	for number := 1; ; number++ {
		row, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return r, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if number == 1 {
			continue
		}
		seed, first := strconv.Atoi(row[2])
		seconds, second := strconv.ParseFloat(row[3], 64)
		cost, third := strconv.ParseFloat(row[4], 64)
		if err := errors.Join(first, second, third); err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", path, number, err)
		}
		r.results = append(r.results, result{row[0], row[1], seed, seconds, cost})
	}
}

// find is the result of a job with the program of this commit.
func (r *record) find(j job) (result, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := slices.IndexFunc(r.results, func(o result) bool {
		return o.commit == r.commit && o.instance == j.name && o.seed == j.seed && o.seconds == j.seconds
	})
	if k < 0 {
		return result{}, false
	}
	return r.results[k], true
}

func (r *record) has(j job) bool {
	_, ok := r.find(j)
	return ok
}

// add writes a result down at once, so that a run that ends early resumes.
func (r *record) add(o result) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.results = append(r.results, o)
	return r.append([]string{
		o.commit, o.instance, strconv.Itoa(o.seed),
		strconv.FormatFloat(o.seconds, 'f', -1, 64), strconv.FormatFloat(o.cost, 'f', -1, 64),
	})
}

func (r *record) append(row []string) error {
	f, err := os.OpenFile(r.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	err = w.Write(row)
	w.Flush()
	return errors.Join(err, w.Error(), f.Close())
}
