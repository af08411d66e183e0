package router

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/rounds-project/rounds/planner/network"
)

// osrm is the HTTP interface of osrm-routed
// (https://project-osrm.org/docs/v5.24.0/api/).
type osrm struct {
	asker
	profile string
}

// osrmProfiles are the names by convention; the server looks at none.
var osrmProfiles = map[network.Mode]string{network.Foot: "foot", network.Bike: "bike", network.Car: "driving"}

// most keeps a request within the 100 places that osrm-routed allows.
func (osrm) most() int { return 50 }

// osrmStatus is how every answer begins.
type osrmStatus struct {
	Code, Message string
}

func (o osrm) wrong(s osrmStatus) error {
	switch s.Code {
	case "Ok":
		return nil
	case "NoRoute", "NoTable", "NoSegment":
		return ErrNoWay
	}
	return fmt.Errorf("router: osrm at %s: %s %s", o.shown, s.Code, s.Message)
}

func coordinates(points []orb.Point) string {
	var text []string
	for _, p := range points {
		text = append(text, fmt.Sprintf("%.7f,%.7f", p[0], p[1]))
	}
	return strings.Join(text, ";")
}

func numbers(first, end int) string {
	var text []string
	for i := first; i < end; i++ {
		text = append(text, strconv.Itoa(i))
	}
	return strings.Join(text, ";")
}

type osrmPlace struct{ Location orb.Point }

func (o osrm) table(ctx context.Context, from, to []orb.Point) (table, error) {
	var answer struct {
		osrmStatus
		Durations, Distances  [][]*float64
		Sources, Destinations []osrmPlace
	}
	path := fmt.Sprintf("/table/v1/%s/%s;%s?annotations=duration,distance&sources=%s&destinations=%s", o.profile,
		coordinates(from), coordinates(to), numbers(0, len(from)), numbers(len(from), len(from)+len(to)))
	if err := o.ask(ctx, "GET", path, nil, &answer); err != nil {
		return table{}, err
	}
	if err := o.wrong(answer.osrmStatus); err != nil {
		return table{}, err
	}
	t := table{seconds: flat(answer.Durations), metres: flat(answer.Distances)}
	for _, p := range answer.Sources {
		t.from = append(t.from, p.Location)
	}
	for _, p := range answer.Destinations {
		t.to = append(t.to, p.Location)
	}
	return t, nil
}

// flat has NaN for null.
func flat(rows [][]*float64) (all []float64) {
	for _, row := range rows {
		for _, v := range row {
			if v == nil {
				all = append(all, math.NaN())
			} else {
				all = append(all, *v)
			}
		}
	}
	return all
}

func (o osrm) walk(ctx context.Context, from, to orb.Point) (Walk, error) {
	var answer struct {
		osrmStatus
		Routes []struct {
			Geometry geojson.Geometry
			Legs     []struct{ Steps []osrmStep }
		}
	}
	path := fmt.Sprintf("/route/v1/%s/%s?overview=full&geometries=geojson&steps=true", o.profile, coordinates([]orb.Point{from, to}))
	if err := o.ask(ctx, "GET", path, nil, &answer); err != nil {
		return Walk{}, err
	}
	if err := o.wrong(answer.osrmStatus); err != nil {
		return Walk{}, err
	}
	if len(answer.Routes) == 0 || len(answer.Routes[0].Legs) == 0 {
		return Walk{}, ErrNoWay
	}
	line, _ := answer.Routes[0].Geometry.Geometry().(orb.LineString)
	w := Walk{Line: line}
	var told sums
	ferry := 0.0
	for _, s := range answer.Routes[0].Legs[0].Steps {
		metres, seconds := told.add(s.Distance, s.Duration)
		if s.Mode == "ferry" {
			ferry += s.Distance
		}
		w.Steps = append(w.Steps, network.Say(s.kind(), s.turn(), s.name(), s.Maneuver.BearingAfter, metres, seconds))
	}
	w.FerryMetres = int(math.Round(ferry))
	return w, nil
}

type osrmStep struct {
	Name, Ref, Mode    string
	Distance, Duration float64
	Maneuver           struct {
		Type, Modifier string
		BearingAfter   float64 `json:"bearing_after"`
	}
}

func (s *osrmStep) name() string {
	if s.Name == "" {
		return s.Ref
	}
	return s.Name
}

func (s *osrmStep) kind() string {
	switch {
	case s.Mode == "ferry":
		return "ferry"
	case s.name() == "":
		return "path"
	}
	return "street"
}

// osrmTurns are the modifiers of a manoeuvre.
var osrmTurns = map[string]string{
	"uturn": "back", "sharp right": "sharp_right", "right": "right", "slight right": "slight_right", "straight": "straight",
	"slight left": "slight_left", "left": "left", "sharp left": "sharp_left",
}

func (s *osrmStep) turn() string {
	switch {
	case s.Maneuver.Type == "depart":
		return "depart"
	case s.Maneuver.Type == "arrive" && (s.Maneuver.Modifier == "left" || s.Maneuver.Modifier == "right"):
		return "arrive_" + s.Maneuver.Modifier
	case s.Maneuver.Type == "arrive":
		return "arrive"
	}
	if turn, found := osrmTurns[s.Maneuver.Modifier]; found {
		return turn
	}
	return "straight"
}
