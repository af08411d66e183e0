package gis

import (
	"encoding/xml"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/paulmach/orb"
)

// gpxWriter writes lines as the tracks of GPX 1.1, the manifest being in the
// metadata. The name of a track is made of the columns code and date, its
// description of all.
type gpxWriter struct {
	stream
	layer Layer
}

func createGPX(file *os.File, layer Layer, about Manifest) (Writer, error) {
	if layer.Geometry != "LineString" {
		return nil, fmt.Errorf("%w gpx holds routes; take gpkg or geojson for %s", ErrFormat, layer.Name)
	}
	manifest, err := toJSON(about)
	if err != nil {
		return nil, err
	}
	w := &gpxWriter{stream: newStream(file), layer: layer}
	_, err = fmt.Fprintf(w.out, `%s<gpx version="1.1" creator="Rounds" xmlns="http://www.topografix.com/GPX/1/1">`+
		`<metadata><name>%s</name><desc>%s</desc><copyright author="%s"><license>%s</license></copyright><time>%s</time></metadata>`+"\n",
		xml.Header, escapeXML(layer.Name), escapeXML(string(manifest)), escapeXML(about.Attribution), escapeXML(about.Licence),
		about.Created.UTC().Format(time.RFC3339))
	return w, wrap(err)
}

func (w *gpxWriter) Write(shape orb.Geometry, values []any) error {
	line, ok := shape.(orb.LineString)
	if !ok {
		return fmt.Errorf("gis: a %T in GPX", shape)
	}
	var name, description []string
	for i, column := range w.layer.Columns {
		if values[i] == nil {
			continue
		}
		text := fmt.Sprint(values[i])
		if column.Name == "code" || column.Name == "date" {
			name = append(name, text)
		}
		description = append(description, column.Name+" "+text)
	}
	fmt.Fprintf(w.out, "<trk><name>%s</name><desc>%s</desc><trkseg>", escapeXML(strings.Join(name, " ")), escapeXML(strings.Join(description, ", ")))
	for _, at := range line {
		fmt.Fprintf(w.out, `<trkpt lat="%s" lon="%s"></trkpt>`, appendDegrees(nil, at[1]), appendDegrees(nil, at[0]))
	}
	_, err := w.out.WriteString("</trkseg></trk>\n") // tells of the errors before, too
	return wrap(err)
}

func (w *gpxWriter) Close() error {
	_, err := w.out.WriteString("</gpx>\n")
	return w.close(err)
}
