package folder

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/rounds-project/rounds/planner"
)

// writeGPX writes a route as a GPX 1.1 track with a numbered waypoint for each
// stop. Times of day stand in the description: a track with times would say that
// somebody had been there.
func writeGPX(w io.Writer, plan *planner.Plan, r *planner.Route) error {
	name := escape(plan.Round.Name + " " + r.Worker + " " + r.Date)
	var text strings.Builder
	text.WriteString(xml.Header + `<gpx version="1.1" creator="Rounds" xmlns="http://www.topografix.com/GPX/1/1">` + "\n")
	fmt.Fprintf(&text, `<metadata><name>%s</name><copyright author="OpenStreetMap contributors"><license>https://opendatacommons.org/licenses/odbl/1-0/</license></copyright></metadata>`+"\n", name)
	for i := range r.Stops {
		s := &r.Stops[i]
		title := s.Address
		if title == "" {
			title = s.Household
		}
		fmt.Fprintf(&text, `<wpt lat="%s" lon="%s"><name>%d %s</name><desc>%s - %s</desc></wpt>`+"\n",
			degrees(s.Lat), degrees(s.Lon), s.Seq, escape(title), s.Start[:5], s.Depart[:5])
	}
	fmt.Fprintf(&text, "<trk><name>%s</name><trkseg>\n", name)
	for _, p := range r.Line {
		fmt.Fprintf(&text, `<trkpt lat="%s" lon="%s"/>`+"\n", degrees(p[1]), degrees(p[0]))
	}
	text.WriteString("</trkseg></trk>\n</gpx>\n")
	_, err := io.WriteString(w, text.String())
	return err
}

// escape is the text for XML; characters that XML cannot hold are replaced.
func escape(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}
