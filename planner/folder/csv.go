package folder

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/rounds-project/rounds/planner"
)

func writeStops(w io.Writer, plan *planner.Plan) error {
	out := csv.NewWriter(w)
	out.Write([]string{"worker", "date", "seq", "household", "address", "lon", "lat", "doors", "arrive", "start", "depart", "travel_s", "distance_m"})
	for i := range plan.Routes {
		r := &plan.Routes[i]
		for k := range r.Stops {
			s := &r.Stops[k]
			out.Write([]string{
				cell(r.Worker), r.Date, strconv.Itoa(s.Seq), cell(s.Household), cell(s.Address), degrees(s.Lon), degrees(s.Lat),
				strconv.Itoa(s.Doors), s.Arrive, s.Start, s.Depart, strconv.Itoa(s.TravelS), strconv.Itoa(s.DistanceM),
			})
		}
	}
	out.Flush()
	return out.Error() // csv.Writer keeps the first error
}

func writeUnplanned(w io.Writer, plan *planner.Plan) error {
	out := csv.NewWriter(w)
	out.Write([]string{"household", "lon", "lat", "reason"})
	for _, u := range plan.Unplanned {
		out.Write([]string{cell(u.Household), degrees(u.Lon), degrees(u.Lat), cell(string(u.Reason))})
	}
	out.Flush()
	return out.Error()
}

// cell is a text that no spreadsheet takes for a formula.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// degrees has seven decimals at most, about a centimetre.
func degrees(v float64) string {
	text := strconv.FormatFloat(v, 'f', 7, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
