package gis

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/rounds-project/rounds/geo"
)

// feature is what is read of a GeoJSON feature (RFC 7946). Other members and other
// properties are dropped here.
type feature struct {
	Type     string          `json:"type"`
	ID       json.RawMessage `json:"id"`
	Geometry *struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
	Properties struct {
		ID          json.RawMessage `json:"id"`
		Address     json.RawMessage `json:"address"`
		Doors       json.RawMessage `json:"doors"`
		WindowStart json.RawMessage `json:"window_start"`
		WindowEnd   json.RawMessage `json:"window_end"`
	} `json:"properties"`
}

// eachFeature reads a FeatureCollection of points.
func eachFeature(r io.Reader, each func(int64, geo.Household, *RowError) error) error {
	return decodeFeatures(r, nil, func(row int64, f feature) error {
		h, field, problem := f.household()
		var wrong *RowError
		if problem != "" {
			wrong = &RowError{row, field, problem}
		}
		return each(row, h, wrong)
	})
}

// decodeFeatures reads a FeatureCollection, one feature at a time. A row is the
// number of a feature from 1.
func decodeFeatures[F any](r io.Reader, system func(string) error, each func(row int64, f F) error) error {
	in := &limited{in: skipMark(r), left: mostRecord}
	d := json.NewDecoder(in)
	if err := openFeatures(d, in, system); err != nil {
		return err
	}
	for row := int64(1); d.More(); row++ {
		in.left = mostRecord
		var f F
		if err := d.Decode(&f); err != nil {
			return jsonError(row, err)
		}
		if err := each(row, f); err != nil {
			return err
		}
	}
	in.left = mostRecord
	if _, err := d.Token(); err != nil {
		return jsonError(0, err)
	}
	return nil
}

// skipMark drops a byte-order mark.
func skipMark(r io.Reader) io.Reader {
	start := make([]byte, 3)
	n, _ := io.ReadFull(r, start) // what is wrong shows again at the next read
	return io.MultiReader(bytes.NewReader(bytes.TrimPrefix(start[:n], []byte("\xef\xbb\xbf"))), r)
}

// openFeatures moves to the first feature of a collection.
func openFeatures(d *json.Decoder, in *limited, system func(string) error) error {
	if _, err := d.Token(); err != nil {
		return jsonError(0, err)
	}
	for d.More() {
		in.left = mostRecord
		key, err := d.Token()
		if err != nil {
			return jsonError(0, err)
		}
		if key == "features" {
			if open, err := d.Token(); err != nil || open != json.Delim('[') {
				return &RowError{Problem: `"features" is no list; want a GeoJSON FeatureCollection of points`}
			}
			return nil
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return jsonError(0, err)
		}
		if named := SystemOf(value); key == "crs" && named != "" && system != nil {
			if err := system(named); err != nil {
				return err
			}
			continue
		}
		if err := checkMember(key, value); err != nil {
			return err
		}
	}
	return &RowError{Problem: "there is no list of features; want a GeoJSON FeatureCollection of points"}
}

var epsg = regexp.MustCompile(`EPSG:(?:[0-9.]*:)?([0-9]{1,7})\b`)

// SystemOf is the coordinate system that a member "crs" names, as GeoJSON of 2008 had
// it: "EPSG:25831"; "" is longitude and latitude.
func SystemOf(crs []byte) string {
	named := epsg.FindSubmatch(crs)
	if named == nil || string(named[1]) == "4326" {
		return ""
	}
	return "EPSG:" + string(named[1])
}

// checkMember refuses what is no collection, or is in another coordinate system
// (as GeoJSON of 2008 could name one).
func checkMember(key json.Token, value []byte) error {
	switch key {
	case "type":
		if string(value) != `"FeatureCollection"` {
			return &RowError{Field: "type", Problem: "is not FeatureCollection; want a GeoJSON FeatureCollection of points"}
		}
	case "crs":
		text := string(value)
		if text != "null" && !strings.Contains(text, "CRS84") && !strings.Contains(text, "4326") {
			return &RowError{Field: "crs", Problem: "is not WGS 84; save the file with coordinates in degrees (EPSG:4326)"}
		}
	}
	return nil
}

func jsonError(row int64, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, errLong):
		return &RowError{Row: row, Problem: fmt.Sprintf("a feature is longer than %d MB", mostRecord>>20)}
	case errors.As(err, &syntax):
		return &RowError{Row: row, Problem: fmt.Sprintf("no valid JSON at byte %d: %v; write the file again", syntax.Offset, err)}
	case errors.As(err, &kind):
		return &RowError{Row: row, Field: kind.Field, Problem: fmt.Sprintf("is a %s; want a GeoJSON feature of a point", kind.Value)}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &RowError{Row: row, Problem: "the file ends inside the features; it was cut off"}
	}
	return fmt.Errorf("gis: %w", err)
}

func (f *feature) household() (h geo.Household, field, problem string) {
	if f.Geometry == nil || f.Geometry.Type != "Point" {
		return h, "geometry", "is no Point; want the point of the door or the middle of the building"
	}
	var at []float64
	if json.Unmarshal(f.Geometry.Coordinates, &at) != nil || len(at) < 2 {
		return h, "coordinates", "are no longitude and latitude; want them like [1.5218, 42.5063]"
	}
	v := fields{lon: at[0], lat: at[1]}
	id := f.Properties.ID
	if plain(id) == "" {
		id = f.ID
	}
	for _, m := range []struct {
		field string
		raw   json.RawMessage
		to    *string
	}{{"id", id, &v.id}, {"address", f.Properties.Address, &v.address}, {"window_start", f.Properties.WindowStart, &v.opens}, {"window_end", f.Properties.WindowEnd, &v.closes}} {
		if len(m.raw) > 0 && (m.raw[0] == '{' || m.raw[0] == '[') {
			return h, m.field, "is a list or an object; want a text"
		}
		*m.to = plain(m.raw)
	}
	if text := plain(f.Properties.Doors); text != "" {
		if v.doors, problem = parseFloat(text); problem != "" {
			return h, "doors", problem
		}
		v.hasDoors = true
	}
	return v.household()
}

// plain is a JSON text or number as text; "" for null and nothing.
func plain(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return strings.TrimSpace(text)
	}
	var number json.Number
	if json.Unmarshal(raw, &number) == nil {
		return number.String()
	}
	if truth, err := strconv.ParseBool(string(raw)); err == nil {
		return strconv.FormatBool(truth)
	}
	return ""
}
