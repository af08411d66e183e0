package router

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/planner/network"
)

// valhalla is the HTTP interface of valhalla_service
// (https://valhalla.github.io/valhalla/api/).
type valhalla struct {
	asker
	costing string
}

var valhallaCostings = map[network.Mode]string{network.Foot: "pedestrian", network.Bike: "bicycle", network.Car: "auto"}

// most keeps a request within the 50 places that the service allows by default.
func (valhalla) most() int { return 25 }

type valhallaPlace struct {
	Lon float64 `json:"lon"`
	Lat float64 `json:"lat"`
}

func places(points []orb.Point) (all []valhallaPlace) {
	for _, p := range points {
		all = append(all, valhallaPlace{p[0], p[1]})
	}
	return all
}

func points(places []valhallaPlace) (all []orb.Point) {
	for _, p := range places {
		all = append(all, orb.Point{p.Lon, p.Lat})
	}
	return all
}

// valhallaStatus is what an answer has when something is wrong.
type valhallaStatus struct {
	ErrorCode int    `json:"error_code"`
	Error     string `json:"error"`
}

func (v valhalla) wrong(s valhallaStatus) error {
	switch s.ErrorCode {
	case 0:
		return nil
	case 170, 171, 442: // unconnected regions, no edges near, no path
		return ErrNoWay
	}
	return fmt.Errorf("router: valhalla at %s: %d %s", v.shown, s.ErrorCode, s.Error)
}

func (v valhalla) post(ctx context.Context, path string, question map[string]any, into any) error {
	question["costing"], question["units"] = v.costing, "kilometers"
	body, err := json.Marshal(question)
	if err != nil {
		return fmt.Errorf("router: %w", err)
	}
	return v.ask(ctx, "POST", path, bytes.NewReader(body), into)
}

func (v valhalla) table(ctx context.Context, from, to []orb.Point) (table, error) {
	var answer struct {
		valhallaStatus
		Pairs            [][]struct{ Time, Distance *float64 } `json:"sources_to_targets"`
		Sources, Targets []valhallaPlace
	}
	if err := v.post(ctx, "/sources_to_targets", map[string]any{"sources": places(from), "targets": places(to)}, &answer); err != nil {
		return table{}, err
	}
	switch err := v.wrong(answer.valhallaStatus); {
	case err == ErrNoWay:
		return v.alone(ctx, from, to)
	case err != nil:
		return table{}, err
	}
	t := table{from: points(answer.Sources), to: points(answer.Targets)}
	for _, row := range answer.Pairs {
		for _, pair := range row {
			seconds, metres := math.NaN(), math.NaN()
			if pair.Time != nil && pair.Distance != nil {
				seconds, metres = *pair.Time, *pair.Distance*1000
			}
			t.seconds, t.metres = append(t.seconds, seconds), append(t.metres, metres)
		}
	}
	return t, nil
}

// alone asks for halves of a table that Valhalla refuses whole, as it does when one
// of the points lies nowhere.
func (v valhalla) alone(ctx context.Context, from, to []orb.Point) (table, error) {
	if len(from) == 1 && len(to) == 1 {
		return table{seconds: []float64{math.NaN()}, metres: []float64{math.NaN()}, from: from, to: to}, nil
	}
	if len(from) > 1 {
		a, err := v.table(ctx, from[:len(from)/2], to)
		if err != nil {
			return table{}, err
		}
		b, err := v.table(ctx, from[len(from)/2:], to)
		if err != nil {
			return table{}, err
		}
		return table{append(a.seconds, b.seconds...), append(a.metres, b.metres...), append(a.from, b.from...), a.to}, nil
	}
	a, err := v.table(ctx, from, to[:len(to)/2])
	if err != nil {
		return table{}, err
	}
	b, err := v.table(ctx, from, to[len(to)/2:])
	if err != nil {
		return table{}, err
	}
	return table{append(a.seconds, b.seconds...), append(a.metres, b.metres...), a.from, append(a.to, b.to...)}, nil
}

func (v valhalla) walk(ctx context.Context, from, to orb.Point) (Walk, error) {
	var answer struct {
		valhallaStatus
		Trip struct {
			Legs []struct {
				Shape     string
				Maneuvers []valhallaManeuver
			}
		}
	}
	if err := v.post(ctx, "/route", map[string]any{"locations": places([]orb.Point{from, to})}, &answer); err != nil {
		return Walk{}, err
	}
	if err := v.wrong(answer.valhallaStatus); err != nil {
		return Walk{}, err
	}
	if len(answer.Trip.Legs) == 0 {
		return Walk{}, ErrNoWay
	}
	w := Walk{Line: decodePolyline(answer.Trip.Legs[0].Shape)}
	var told sums
	ferry := 0.0
	for _, m := range answer.Trip.Legs[0].Maneuvers {
		metres, seconds := told.add(m.Length*1000, m.Time)
		if m.TravelType == "ferry" || m.Type == ferryEnter {
			ferry += m.Length * 1000
		}
		w.Steps = append(w.Steps, network.Say(m.kind(), m.turn(), m.name(), m.BearingAfter, metres, seconds))
	}
	w.FerryMetres = int(math.Round(ferry))
	return w, nil
}

type valhallaManeuver struct {
	Type         int
	Length, Time float64
	Names        []string `json:"street_names"`
	BearingAfter float64  `json:"bearing_after"`
	TravelType   string   `json:"travel_type"`
}

const (
	ferryEnter  = 28
	stepsEnter  = 40
	stepsEnter2 = 41 // escalators
)

func (m *valhallaManeuver) name() string {
	if len(m.Names) == 0 {
		return ""
	}
	return m.Names[0]
}

func (m *valhallaManeuver) kind() string {
	switch {
	case m.Type == ferryEnter:
		return "ferry"
	case m.Type == stepsEnter, m.Type == stepsEnter2:
		return "steps"
	case m.name() == "":
		return "path"
	}
	return "street"
}

// valhallaTurns are the types of manoeuvres in DirectionsLeg_Maneuver_Type.
var valhallaTurns = map[int]string{
	1: "depart", 2: "depart", 3: "depart", 4: "arrive", 5: "arrive_right", 6: "arrive_left",
	9: "slight_right", 10: "right", 11: "sharp_right", 12: "back", 13: "back", 14: "sharp_left", 15: "left", 16: "slight_left",
	18: "right", 19: "left", 20: "right", 21: "left", 23: "slight_right", 24: "slight_left", 37: "slight_right", 38: "slight_left",
}

func (m *valhallaManeuver) turn() string {
	if turn, found := valhallaTurns[m.Type]; found {
		return turn
	}
	return "straight"
}

// decodePolyline reads a line in Google's encoding with six digits.
func decodePolyline(text string) (line orb.LineString) {
	var at [2]int
	coordinate, shift, value := 0, 0, 0
	for i := range len(text) {
		bits := int(text[i]) - 63
		if bits < 0 || shift > 60 {
			return nil
		}
		value |= bits & 31 << shift
		shift += 5
		if bits >= 32 {
			continue
		}
		at[coordinate] += value>>1 ^ -(value & 1)
		if coordinate == 1 {
			line = append(line, orb.Point{float64(at[1]) / 1e6, float64(at[0]) / 1e6})
		}
		coordinate, shift, value = 1-coordinate, 0, 0
	}
	return line
}
