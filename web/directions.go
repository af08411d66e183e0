package web

import (
	"fmt"
	"math"
	"net/http"
	"slices"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/planner/network"
	"github.com/rounds-project/rounds/planner/round"
	"github.com/rounds-project/rounds/web/access"
)

// mostWaypoints is how many points a walk may lead over.
const mostWaypoints = 60

// waypointBody is a household or a place. It is sent, not named in the address of the
// request, so that no log has where a home is.
type waypointBody struct {
	Household *uuid.UUID `json:"household"`
	Lon       *float64   `json:"lon"`
	Lat       *float64   `json:"lat"`
}

type walkQuestionBody struct {
	Mode   string         `json:"mode"`
	Points []waypointBody `json:"points"`
	// Matrix asks how far all points are from each other.
	Matrix bool `json:"matrix"`
}

// waypoints are the points as checked.
func (b walkQuestionBody) waypoints() ([]round.Waypoint, error) {
	if len(b.Points) < 2 || len(b.Points) > mostWaypoints {
		return nil, invalid("points", fmt.Sprintf("A walk leads over 2 to %d points.", mostWaypoints))
	}
	points := make([]round.Waypoint, len(b.Points))
	for i, p := range b.Points {
		field := fmt.Sprintf("points[%d]", i)
		switch {
		case p.Household != nil && p.Lon == nil && p.Lat == nil:
			points[i].Household = *p.Household
		case p.Household == nil && p.Lon != nil && p.Lat != nil && math.Abs(*p.Lon) <= 180 && math.Abs(*p.Lat) <= 90:
			points[i].At = orb.Point{*p.Lon, *p.Lat}
		default:
			return nil, invalid(field, "A point has a household, or lon and lat in degrees.")
		}
	}
	return points, nil
}

type walkLegBody struct {
	Seconds int            `json:"seconds"`
	Metres  int            `json:"metres"`
	Steps   []network.Step `json:"steps"`
}

type walkBody struct {
	Seconds int           `json:"seconds"`
	Metres  int           `json:"metres"`
	Line    lineBody      `json:"line"`
	Legs    []walkLegBody `json:"legs"`
	// Matrix has a row of metres from each point, -1 where no way leads.
	Matrix      [][]int32 `json:"matrix,omitempty"`
	Attribution string    `json:"attribution"`
}

// findRoute answers how to get from point to point. Nothing of it is kept.
func (s *Server) findRoute(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[walkQuestionBody](w, r)
	if err != nil {
		return err
	}
	mode, err := network.ParseMode(body.Mode)
	if err != nil {
		return invalid("mode", "The mode is foot, bike or car.")
	}
	points, err := body.waypoints()
	if err != nil {
		return err
	}
	walked, err := s.Planner.Walk(r.Context(), who.Principal, mode, points, body.Matrix)
	if err != nil {
		return err
	}
	answered := walkBody{Line: lineBody{"LineString", walked.Line}, Attribution: "© OpenStreetMap contributors, ODbL 1.0"}
	for _, leg := range walked.Legs {
		answered.Seconds, answered.Metres = answered.Seconds+leg.Seconds, answered.Metres+leg.Metres
		answered.Legs = append(answered.Legs, walkLegBody{leg.Seconds, leg.Metres, leg.Steps})
	}
	for row := range slices.Chunk(walked.Metres, len(points)) {
		for i, metres := range row {
			if metres == network.Unreachable {
				row[i] = -1
			}
		}
		answered.Matrix = append(answered.Matrix, row)
	}
	return answer(w, http.StatusOK, answered)
}
