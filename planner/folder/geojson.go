package folder

import (
	"encoding/json"
	"io"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner"
)

// routeProperties are what GIS sees of a route.
type routeProperties struct {
	Worker    string `json:"worker"`
	Name      string `json:"name"`
	Date      string `json:"date"`
	Leave     string `json:"leave"`
	Back      string `json:"back"`
	Stops     int    `json:"stops"`
	TravelS   int    `json:"travel_s"`
	ServiceS  int    `json:"service_s"`
	WaitS     int    `json:"wait_s"`
	DistanceM int    `json:"distance_m"`
	OffRoadM  int    `json:"off_road_m"`
}

// offRoadProperties are those of the stretches of a route where there is no way.
type offRoadProperties struct {
	Kind      string `json:"kind"`
	Worker    string `json:"worker"`
	Name      string `json:"name"`
	Date      string `json:"date"`
	DistanceM int    `json:"distance_m"`
}

// metres of all lines.
func metres(lines []orb.LineString) int {
	sum := 0.0
	for _, line := range lines {
		sum += geo.Length(line)
	}
	return int(math.Round(sum))
}

// writeRoutes writes a feature for each route and, after it, one for its stretches
// without a way, each on a line (RFC 7946), so that memory does not grow with
// the plan and a text tool can look inside.
func writeRoutes(w io.Writer, plan *planner.Plan) error {
	names := workerNames(plan)
	var text strings.Builder
	text.WriteString(`{"type":"FeatureCollection","attribution":"` + Attribution + `","features":[`)
	for i := range plan.Routes {
		r := &plan.Routes[i]
		offRoad := metres(r.OffRoad)
		if i > 0 {
			text.WriteString(",")
		}
		err := feature(&text, routeProperties{
			r.Worker, names[r.Worker], r.Date, r.Leave, r.Back, len(r.Stops), r.TravelS, r.ServiceS, r.WaitS, r.DistanceM, offRoad,
		}, "LineString", func() { coordinates(&text, r.Line) })
		if err == nil && len(r.OffRoad) > 0 {
			text.WriteString(",")
			err = feature(&text, offRoadProperties{"off_road", r.Worker, names[r.Worker], r.Date, offRoad}, "MultiLineString", func() {
				for k, line := range r.OffRoad {
					text.WriteString([...]string{"[", ","}[min(k, 1)])
					coordinates(&text, line)
				}
				text.WriteString("]")
			})
		}
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, text.String()); err != nil {
			return err
		}
		text.Reset()
	}
	text.WriteString("\n]}\n")
	_, err := io.WriteString(w, text.String())
	return err
}

// feature writes one feature on a line of its own.
func feature(text *strings.Builder, properties any, kind string, coordinates func()) error {
	written, err := json.Marshal(properties)
	if err != nil {
		return err
	}
	text.WriteString("\n" + `{"type":"Feature","properties":`)
	text.Write(written)
	text.WriteString(`,"geometry":{"type":"` + kind + `","coordinates":`)
	coordinates()
	text.WriteString("}}")
	return nil
}

func coordinates(text *strings.Builder, line orb.LineString) {
	text.WriteByte('[')
	for k, p := range line {
		if k > 0 {
			text.WriteByte(',')
		}
		text.WriteString("[" + degrees(p[0]) + "," + degrees(p[1]) + "]")
	}
	text.WriteByte(']')
}

func workerNames(plan *planner.Plan) map[string]string {
	names := make(map[string]string, len(plan.Workers))
	for _, w := range plan.Workers {
		names[w.ID] = w.Name
	}
	return names
}
