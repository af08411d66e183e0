package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo/elevation"
	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/planner/network"
	"github.com/rounds-project/rounds/planner/router"
)

// streetFlags say which network a command uses.
type streetFlags struct {
	osm, mode, cache, router, elevation string
	ferries                             bool
}

func (s *streetFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&s.osm, "osm", "", "OpenStreetMap extract: .osm.pbf, .osm.bz2, .osm.gz or .osm")
	s.addTravel(c)
}

// addTravel adds the flags that say how one travels.
func (s *streetFlags) addTravel(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&s.mode, "mode", "foot", "foot, bike or car")
	f.BoolVar(&s.ferries, "ferries", false, "board ferries on foot and by bike")
	f.StringVar(&s.router, "router", "", "ask this server for walks: osrm=URL or valhalla=URL; it learns where the doors are")
	f.StringVar(&s.elevation, "elevation", "", "folder of SRTM tiles (N42E001.hgt ...): uphill takes longer on foot")
	f.StringVar(&s.cache, "network-cache", "", "keep the built streets in this folder, so that the next run need not build them")
}

func (s *streetFlags) check() error {
	if s.osm == "" && s.router == "" {
		return usagef("--osm is missing: name an OpenStreetMap extract that gives the streets")
	}
	return s.checkTravel()
}

func (s *streetFlags) checkTravel() error {
	if _, err := network.ParseMode(s.mode); err != nil {
		return usagef("--mode %q is none of foot, bike, car", s.mode)
	}
	if _, err := s.server(); err != nil {
		return usagef("--router: %s", strings.TrimPrefix(err.Error(), "router: "))
	}
	return nil
}

// server is the router that was named, nil for none.
func (s *streetFlags) server() (*router.Router, error) {
	if s.router == "" {
		return nil, nil
	}
	return router.Parse(s.router, s.travels())
}

// travels is who uses the network.
func (s *streetFlags) travels() network.Mode { return network.Mode(s.mode) }

func (s *streetFlags) profile() network.Profile {
	return network.Profile{Mode: s.travels(), Ferries: s.ferries}
}

// open reads the extract and builds the network, or takes it from the cache.
func (s *streetFlags) open(ctx context.Context, p *progress) (*network.Network, error) {
	defer p.end()
	return s.network(ctx, p, []string{s.osm}, false, func() (osm.Streets, error) {
		extract, err := osm.Read(ctx, s.osm, osm.Options{Streets: true, Progress: func(done, total int64) { p.tell("reading "+s.osm, done, total) }})
		if err != nil {
			return osm.Streets{}, err
		}
		return extract.Streets, nil
	})
}

// network is what the ways of extracts make; doors says that they were read with
// households.
func (s *streetFlags) network(ctx context.Context, p *progress, paths []string, doors bool, read func() (osm.Streets, error)) (*network.Network, error) {
	ground, err := s.ground()
	if err != nil {
		return nil, err
	}
	if ground != nil {
		paths = append(slices.Clone(paths), ground.Files()...)
	}
	build := func() (*network.Network, error) {
		streets, err := read()
		if err != nil {
			return nil, err
		}
		p.tell("building the network", 0, 1)
		if ground == nil {
			return network.Build(streets, s.profile())
		}
		streets.Elevation = ground.At
		n, err := network.Build(streets, s.profile())
		return n, errors.Join(err, ground.Err())
	}
	n, err := s.cached(ctx, p, paths, doors, build)
	if err == nil {
		p.note(n.Notes().String())
	}
	return n, err
}

// ground is the elevation that was named, nil for none.
func (s *streetFlags) ground() (*elevation.Tiles, error) {
	if s.elevation == "" {
		return nil, nil
	}
	return elevation.Open(s.elevation)
}

func (s *streetFlags) cached(ctx context.Context, p *progress, paths []string, doors bool, build func() (*network.Network, error)) (*network.Network, error) {
	if s.cache == "" {
		return build()
	}
	source, err := network.SourceOf(paths, s.profile(), doors)
	if err != nil {
		return nil, err
	}
	return network.Cached(ctx, s.cache, source, build, func(err error) { p.note(err.Error()) })
}
