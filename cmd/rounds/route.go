package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner/network"
	"github.com/rounds-project/rounds/planner/router"
)

// routeFlags are the flags of rounds route.
type routeFlags struct {
	streetFlags
	out string
}

func newRouteCommand() *cobra.Command {
	var flags routeFlags
	c := &cobra.Command{
		Use:   "route --osm FILE LON,LAT LON,LAT...",
		Short: "One walk as GeoJSON with directions",
		Long: `Print the shortest way from point to point as a GeoJSON Feature: a LineString from door
to door, and for each leg its seconds, metres and steps in English and Chinese.`,
		Example: `  rounds route --osm andorra-latest.osm.bz2 --mode foot 1.5218,42.5075 1.5337,42.5101
  rounds route --osm delaware-latest.osm.pbf --mode car -- -75.5277,39.1573 -75.5466,39.7447`,
		Args: arguments(2, 0),
		RunE: func(c *cobra.Command, args []string) error {
			if err := flags.check(); err != nil {
				return err
			}
			points, err := parsePoints(args)
			if err != nil {
				return err
			}
			return route(c.Context(), c.OutOrStdout(), newProgress(c.ErrOrStderr()), points, flags)
		},
	}
	flags.add(c)
	c.Flags().StringVarP(&flags.out, "output", "o", "", "write to this file (default standard output)")
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		if strings.Contains(err.Error(), "shorthand flag") {
			return fmt.Errorf("rounds: %w; put -- before points west of Greenwich", err)
		}
		return fmt.Errorf("rounds: %w", err)
	})
	return c
}

// parsePoints reads LON,LAT arguments.
func parsePoints(args []string) ([]orb.Point, error) {
	points := make([]orb.Point, len(args))
	for i, arg := range args {
		lon, lat, found := strings.Cut(arg, ",")
		x, errX := strconv.ParseFloat(lon, 64)
		y, errY := strconv.ParseFloat(lat, 64)
		switch {
		case !found || errX != nil || errY != nil:
			return nil, usagef("point %d %q is not LON,LAT, as 1.5218,42.5075", i+1, arg)
		case !(math.Abs(y) <= 90) && math.Abs(x) <= 90:
			return nil, usagef("point %d %q has a latitude beyond 90 degrees; longitude comes first", i+1, arg)
		case !(math.Abs(x) <= 180 && math.Abs(y) <= 90):
			return nil, usagef("point %d %q lies outside the world; want degrees", i+1, arg)
		}
		points[i] = orb.Point{x, y}
	}
	return points, nil
}

// routeLeg is the way from one point to the next.
type routeLeg struct {
	Seconds     int            `json:"seconds"`
	Metres      int            `json:"metres"`
	FerryMetres int            `json:"ferry_metres,omitempty"`
	Steps       []network.Step `json:"steps"`
}

func route(ctx context.Context, out io.Writer, p *progress, points []orb.Point, flags routeFlags) error {
	next, err := flags.walker(ctx, p, points)
	if err != nil {
		return err
	}
	walk, err := follow(len(points), next, flags)
	if err != nil {
		return err
	}
	return writeOutput(out, flags.out, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(walk); err != nil {
			return fmt.Errorf("rounds: %w", err)
		}
		return nil
	})
}

// walker is the way from the i-th point to the next, from a network or from a server;
// the error is router.ErrNoWay when there is none.
type walker func(i int) (router.Walk, error)

func (flags *routeFlags) walker(ctx context.Context, p *progress, points []orb.Point) (walker, error) {
	server, err := flags.server()
	if err != nil {
		return nil, err
	}
	if server != nil {
		return func(i int) (router.Walk, error) { return server.Walk(ctx, points[i], points[i+1]) }, nil
	}
	n, err := flags.open(ctx, p)
	if err != nil {
		return nil, err
	}
	at := n.Snap(points)
	for i := range at {
		if !at[i].Reachable() {
			return nil, fmt.Errorf("rounds: point %d (%v,%v) lies more than %d m from any way open %s; move it, or take another extract", i+1, points[i][0], points[i][1], network.MaxOffRoad, flags.travels().By())
		}
	}
	return func(i int) (router.Walk, error) {
		leg, found := n.Path(at[i], at[i+1])
		if !found {
			return router.Walk{}, router.ErrNoWay
		}
		return router.Walk{Seconds: leg.Seconds, Metres: leg.Metres, FerryMetres: leg.FerryMetres, Line: leg.Line, OffRoad: leg.OffRoad, Steps: n.Directions(leg)}, nil
	}, nil
}

// follow joins the legs between so many points into one feature.
func follow(points int, next walker, flags routeFlags) (*geojson.Feature, error) {
	var line orb.LineString
	var legs []routeLeg
	whole, offRoad := routeLeg{}, 0.0
	for i := range points - 1 {
		leg, err := next(i)
		if errors.Is(err, router.ErrNoWay) {
			return nil, fmt.Errorf("rounds: no way leads from point %d to point %d %s: they lie on parts of the map that no way joins%s", i+1, i+2, flags.travels().By(), flags.hint())
		}
		if err != nil {
			return nil, err
		}
		if i > 0 {
			leg.Line = leg.Line[1:]
		}
		line = append(line, leg.Line...)
		for _, part := range leg.OffRoad {
			offRoad += geo.Length(part)
		}
		legs = append(legs, routeLeg{leg.Seconds, leg.Metres, leg.FerryMetres, leg.Steps})
		whole.Seconds, whole.Metres, whole.FerryMetres = whole.Seconds+leg.Seconds, whole.Metres+leg.Metres, whole.FerryMetres+leg.FerryMetres
	}
	feature := geojson.NewFeature(line)
	feature.Properties = geojson.Properties{
		"mode": flags.mode, "seconds": whole.Seconds, "metres": whole.Metres, "ferry_metres": whole.FerryMetres, "off_road_metres": int(math.Round(offRoad)), "legs": legs,
		"attribution": "© OpenStreetMap contributors, ODbL 1.0",
	}
	return feature, nil
}

// hint says what else might lead there.
func (s *streetFlags) hint() string {
	if s.ferries || s.travels() == network.Car {
		return ""
	}
	return "; --ferries takes boats"
}
