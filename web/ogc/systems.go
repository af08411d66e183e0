package ogc

import (
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/register"
)

// systemsCSV has the systems of the EPSG registry with two axes, east and north in one
// order or the other: number, first letters of the axes, what is measured along them,
// and west, south, east and north of where it is meant for. It is taken from PROJ's
// database, with which its test compares it.
//
//go:embed systems.csv
var systemsCSV string

// Names of the systems that each collection has.
const (
	crs84   = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
	epsgURI = "http://www.opengis.net/def/crs/EPSG/0/"
)

// system is a coordinate system with its name and where it is meant for.
type system struct {
	register.System
	uri   string
	reach orb.Bound
}

// registry is all systems, read at the first use.
var registry = sync.OnceValue(func() []system {
	rows, err := csv.NewReader(strings.NewReader(systemsCSV)).ReadAll()
	if err != nil {
		panic(err) // it is embedded, and tested
	}
	all := make([]system, len(rows))
	for i, row := range rows {
		number, err := strconv.Atoi(row[0])
		if err != nil {
			panic(err)
		}
		var edges [4]float64
		for j := range edges {
			if edges[j], err = strconv.ParseFloat(row[3+j], 64); err != nil {
				panic(err)
			}
		}
		all[i] = system{
			System: register.System{EPSG: number, NorthFirst: row[1] == "ne", Degrees: row[2] == "degrees"},
			uri:    epsgURI + row[0],
			reach:  orb.Bound{Min: orb.Point{edges[0], edges[1]}, Max: orb.Point{edges[2], edges[3]}},
		}
	}
	return all
})

// reaches says whether a point lies where the system is meant for, over the
// antimeridian too.
func (s system) reaches(p orb.Point) bool {
	if p[1] < s.reach.Min[1] || p[1] > s.reach.Max[1] {
		return false
	}
	if s.reach.Min[0] <= s.reach.Max[0] {
		return p[0] >= s.reach.Min[0] && p[0] <= s.reach.Max[0]
	}
	return p[0] >= s.reach.Min[0] || p[0] <= s.reach.Max[0]
}

// systemsAt are those for a place that PostGIS knows, CRS84 first, then WGS 84 and the
// web's Mercator.
func systemsAt(place orb.Point, known map[int]bool) []system {
	found := []system{{System: register.CRS84, uri: crs84}}
	var others []system
	for _, s := range registry() {
		switch {
		case !known[s.EPSG]:
		case s.EPSG == 4326 || s.EPSG == 3857:
			found = append(found, s)
		case s.reaches(place):
			others = append(others, s)
		}
	}
	if len(found) == 3 && found[1].EPSG == 3857 {
		found[1], found[2] = found[2], found[1]
	}
	return append(found, others...)
}

// known are the systems that PostGIS knows, asked once.
type known struct {
	mu      sync.Mutex
	numbers map[int]bool
}

func (k *known) read(ctx context.Context, db *register.DB) (map[int]bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.numbers == nil {
		numbers, err := db.Systems(ctx)
		if err != nil {
			return nil, err
		}
		k.numbers = numbers
	}
	return k.numbers, nil
}

// systemNamed finds the system of a URI among some.
func systemNamed(parameter, uri string, among []system) (system, error) {
	for _, s := range among {
		if s.uri == uri {
			return s, nil
		}
	}
	return system{}, invalid(parameter, fmt.Sprintf("%s is not one of the coordinate systems of this collection", uri))
}
