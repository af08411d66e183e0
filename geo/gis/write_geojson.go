package gis

import (
	"bytes"
	"encoding/json"
	"os"
	"strconv"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// geoJSONWriter writes RFC 7946: a collection with the manifest as a foreign member,
// or one feature a line, the first of which carries the manifest.
type geoJSONWriter struct {
	stream
	manifest []byte
	sequence bool
	rows     int
	buffer   []byte
	// keys are the names of the columns as they stand before their values.
	keys []string
}

func newGeoJSONWriter(file *os.File, layer Layer) *geoJSONWriter {
	w := &geoJSONWriter{stream: newStream(file)}
	for i, column := range layer.Columns {
		key := `"` + column.Name + `":`
		if i > 0 {
			key = "," + key
		}
		w.keys = append(w.keys, key)
	}
	return w
}

func createGeoJSON(file *os.File, layer Layer, about Manifest) (Writer, error) {
	manifest, err := toJSON(about)
	if err != nil {
		return nil, err
	}
	w := newGeoJSONWriter(file, layer)
	name, err := toJSON(layer.Name)
	if err != nil {
		return nil, err
	}
	_, err = w.out.WriteString(`{"type":"FeatureCollection","name":` + string(name) + `,"manifest":` + string(manifest) + `,"features":[`)
	return w, wrap(err)
}

func createGeoJSONSeq(file *os.File, layer Layer, about Manifest) (Writer, error) {
	w := newGeoJSONWriter(file, layer)
	w.sequence = true
	var err error
	w.manifest, err = toJSON(about)
	return w, err
}

// toJSON writes a value without escaping what only HTML needs.
func toJSON(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), wrap(err)
}

// appendJSON writes a value of a row as toJSON does, without what that takes for a value.
func appendJSON(b []byte, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...), nil
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case string:
		if isPlainJSON(v) {
			return append(append(append(b, '"'), v...), '"'), nil
		}
	}
	text, err := toJSON(value)
	return append(b, text...), err
}

// isPlainJSON says that a text stands in JSON as it is.
func isPlainJSON(text string) bool {
	ascii := true
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ', c == '"', c == '\\', c == 0xe2: // which two ends of lines begin with
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return ascii || utf8.ValidString(text)
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
	for i, key := range w.keys {
		if b, err = appendJSON(append(b, key...), values[i]); err != nil {
			return err
		}
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
