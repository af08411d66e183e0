package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/osm"
)

// residential are the ways along which points are strewn.
var residential = map[string]bool{"residential": true, "living_street": true, "unclassified": true, "tertiary": true}

// points strews points along residential streets, at most 15 m from them, as many
// on a metre of one street as of the other. The seed is the count.
func points(m *measured, args []string) error {
	extract, err := osm.Read(context.Background(), args[0], osm.Options{Streets: true})
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	at := strew(extract.Streets, count)
	m.Points = len(at)
	file, err := os.Create(args[2])
	if err != nil {
		return err
	}
	out := csv.NewWriter(file)
	_ = out.Write([]string{"id", "lon", "lat"})
	for i, p := range at {
		_ = out.Write([]string{strconv.Itoa(i), fmt.Sprintf("%.7f", p[0]), fmt.Sprintf("%.7f", p[1])})
	}
	out.Flush()
	return errors.Join(out.Error(), file.Close())
}

// segment is a straight stretch of street.
type segment struct{ a, b orb.Point }

func strew(streets osm.Streets, count int) []orb.Point {
	var segments []segment
	var until []float64
	sum := 0.0
	for i := range streets.Ways {
		way := &streets.Ways[i]
		if !residential[way.Tags.Find("highway")] {
			continue
		}
		for k := range way.Nodes[1:] {
			a, _ := streets.Nodes.At(way.Nodes[k])
			b, _ := streets.Nodes.At(way.Nodes[k+1])
			sum += geo.Metres(a, b)
			segments, until = append(segments, segment{a, b}), append(until, sum)
		}
	}
	random := rand.New(rand.NewPCG(uint64(count), 1))
	at := make([]orb.Point, count)
	k := 0
	for i := range at {
		// Evenly spaced with a jitter, so that one pass serves.
		target := sum * (float64(i) + random.Float64()) / float64(count)
		for k < len(until)-1 && until[k] < target {
			k++
		}
		s, share := segments[k], random.Float64()
		at[i] = orb.Point{
			s.a[0] + share*(s.b[0]-s.a[0]) + (random.Float64()-0.5)*2e-4,
			s.a[1] + share*(s.b[1]-s.a[1]) + (random.Float64()-0.5)*2e-4,
		}
	}
	random.Shuffle(count, func(i, j int) { at[i], at[j] = at[j], at[i] })
	return at
}

func readPoints(path string) ([]orb.Point, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	in := csv.NewReader(bufio.NewReader(file))
	if _, err := in.Read(); err != nil {
		return nil, err
	}
	var at []orb.Point
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return at, nil
		}
		if err != nil {
			return nil, err
		}
		lon, errLon := strconv.ParseFloat(row[1], 64)
		lat, errLat := strconv.ParseFloat(row[2], 64)
		if err := errors.Join(errLon, errLat); err != nil {
			return nil, err
		}
		at = append(at, orb.Point{lon, lat})
	}
}

func writeTable(path string, parts ...[]int32) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	for _, numbers := range parts {
		if err := binary.Write(out, binary.LittleEndian, numbers); err != nil {
			return errors.Join(err, file.Close())
		}
	}
	return errors.Join(out.Flush(), file.Close())
}
