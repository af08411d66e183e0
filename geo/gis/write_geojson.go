package gis

import (
	"bytes"
	"encoding/json"
	"os"

	"github.com/paulmach/orb"
)

// geoJSONWriter writes RFC 7946: a collection with the manifest as a foreign member,
// or one feature a line, the first of which carries the manifest.
type geoJSONWriter struct {
	stream
	layer    Layer
	manifest []byte
	sequence bool
	rows     int
	buffer   []byte
}

func createGeoJSON(file *os.File, layer Layer, about Manifest) (Writer, error) {
	manifest, err := toJSON(about)
	if err != nil {
		return nil, err
	}
	w := &geoJSONWriter{stream: newStream(file), layer: layer}
	name, err := toJSON(layer.Name)
	if err != nil {
		return nil, err
	}
	_, err = w.out.WriteString(`{"type":"FeatureCollection","name":` + string(name) + `,"manifest":` + string(manifest) + `,"features":[`)
	return w, wrap(err)
}

func createGeoJSONSeq(file *os.File, layer Layer, about Manifest) (Writer, error) {
	manifest, err := toJSON(about)
	return &geoJSONWriter{stream: newStream(file), layer: layer, manifest: manifest, sequence: true}, err
}

// toJSON writes a value without escaping what only HTML needs.
func toJSON(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), wrap(err)
}

func (w *geoJSONWriter) Write(shape orb.Geometry, values []any) error {
	b := w.buffer[:0]
	if !w.sequence {
		if w.rows > 0 {
			b = append(b, ',')
		}
		b = append(b, '\n')
	}
	b = append(b, `{"type":"Feature",`...)
	if w.sequence && w.rows == 0 {
		b = append(append(append(b, `"manifest":`...), w.manifest...), ',')
	}
	b = append(append(append(b, `"geometry":{"type":"`...), shape.GeoJSONType()...), `","coordinates":`...)
	b, err := brackets.append(b, shape)
	if err != nil {
		return err
	}
	b = append(b, `},"properties":{`...)
	for i, column := range w.layer.Columns {
		if i > 0 {
			b = append(b, ',')
		}
		value, err := toJSON(values[i])
		if err != nil {
			return err
		}
		b = append(append(append(append(b, '"'), column.Name...), `":`...), value...)
	}
	b = append(b, `}}`...)
	if w.sequence {
		b = append(b, '\n')
	}
	w.buffer = b
	w.rows++
	_, err = w.out.Write(b)
	return wrap(err)
}

func (w *geoJSONWriter) Close() error {
	if w.sequence {
		return w.close(nil)
	}
	_, err := w.out.WriteString("\n]}\n")
	return w.close(err)
}
