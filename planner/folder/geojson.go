package folder

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/paulmach/orb"

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
}

// writeRoutes writes a feature a line (RFC 7946), so that memory does not grow with
// the plan and a text tool can look inside.
func writeRoutes(w io.Writer, plan *planner.Plan) error {
	names := workerNames(plan)
	var text strings.Builder
	text.WriteString(`{"type":"FeatureCollection","attribution":"` + Attribution + `","features":[`)
	for i := range plan.Routes {
		r := &plan.Routes[i]
		properties, err := json.Marshal(routeProperties{
			r.Worker, names[r.Worker], r.Date, r.Leave, r.Back, len(r.Stops), r.TravelS, r.ServiceS, r.WaitS, r.DistanceM,
		})
		if err != nil {
			return err
		}
		if i > 0 {
			text.WriteString(",")
		}
		text.WriteString("\n" + `{"type":"Feature","properties":`)
		text.Write(properties)
		text.WriteString(`,"geometry":{"type":"LineString","coordinates":`)
		coordinates(&text, r.Line)
		text.WriteString("}}")
		if _, err := io.WriteString(w, text.String()); err != nil {
			return err
		}
		text.Reset()
	}
	text.WriteString("\n]}\n")
	_, err := io.WriteString(w, text.String())
	return err
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
