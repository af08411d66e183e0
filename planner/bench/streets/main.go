// Streets measures planner/network for planner/bench/streets.py, which puts the
// figures beside those of its rivals. It is no part of the product.
//
//	streets build  EXTRACT MODE              build a network
//	streets points EXTRACT COUNT OUT.csv     strew points along residential streets
//	streets table  EXTRACT MODE POINTS.csv OUT.bin   all seconds, then all metres, int32 little endian
//	streets pairs  EXTRACT MODE POINTS.csv OUT.jsonl   walks from the first half of the points to the second
//	streets nearest EXTRACT MODE POINTS.csv K
//	streets country EDGES                    build a made-up country
//
// Each prints one JSON object with wall and processor seconds of each part.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/planner/network"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "streets:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	tasks := map[string]struct {
		args int
		do   func(m *measured, args []string) error
	}{
		"build": {2, build}, "points": {3, points}, "table": {4, table}, "pairs": {4, pairs}, "nearest": {4, nearest}, "country": {1, country},
	}
	if len(args) == 0 || tasks[args[0]].do == nil || len(args)-1 != tasks[args[0]].args {
		return fmt.Errorf("want build, points, table, pairs, nearest or country with their arguments; see the comment in main.go")
	}
	m := measured{Task: args[0]}
	if err := tasks[args[0]].do(&m, args[1:]); err != nil {
		return err
	}
	m.PeakMB = peakMB()
	return json.NewEncoder(os.Stdout).Encode(m)
}

// open reads an extract and builds its network.
func open(m *measured, path, mode string) (*network.Network, error) {
	parsed, err := network.ParseMode(mode)
	if err != nil {
		return nil, err
	}
	var extract *osm.Extract
	err = m.time("read", func() error {
		extract, err = osm.Read(context.Background(), path, osm.Options{Streets: true})
		return err
	})
	if err != nil {
		return nil, err
	}
	m.Extract = filepath.Base(path)
	return construct(m, extract.Streets, network.Profile{Mode: parsed, Ferries: true})
}

func construct(m *measured, streets osm.Streets, profile network.Profile) (n *network.Network, err error) {
	m.Ways = len(streets.Ways)
	err = m.time("build", func() error {
		n, err = network.Build(streets, profile)
		return err
	})
	if err == nil {
		m.Edges = n.Edges()
	}
	return n, err
}

func build(m *measured, args []string) error {
	_, err := open(m, args[0], args[1])
	return err
}

func snap(m *measured, n *network.Network, at []orb.Point) (doors []network.Access) {
	_ = m.time("snap", func() error { doors = n.Snap(at); return nil })
	return doors
}

func table(m *measured, args []string) error {
	n, err := open(m, args[0], args[1])
	if err != nil {
		return err
	}
	at, err := readPoints(args[2])
	if err != nil {
		return err
	}
	doors := snap(m, n, at)
	for i := range doors {
		doors[i] = doors[i].AtStreet() // as rivals measure: from street to street
	}
	var seconds, metres []int32
	for range 3 {
		err := m.time("table", func() error {
			seconds, metres, err = n.Matrix(context.Background(), doors, doors, 0)
			return err
		})
		if err != nil {
			return err
		}
	}
	return writeTable(args[3], seconds, metres)
}

func nearest(m *measured, args []string) error {
	n, err := open(m, args[0], args[1])
	if err != nil {
		return err
	}
	at, err := readPoints(args[2])
	if err != nil {
		return err
	}
	k, err := strconv.Atoi(args[3])
	if err != nil {
		return err
	}
	doors := snap(m, n, at)
	return m.time("nearest", func() error {
		_, err := n.Nearest(context.Background(), doors, k)
		return err
	})
}
