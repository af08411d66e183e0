package gis

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/paulmach/orb/geojson"
)

// sequence reads GeoJSON text sequences (RFC 8142), and features a line each.
type sequence struct{ lines *bufio.Scanner }

// isSequence says whether a first object is a feature, not a collection of them: by the
// first member that tells, as they may come in any order.
func isSequence(start []byte) bool {
	d := json.NewDecoder(bytes.NewReader(start))
	if _, err := d.Token(); err != nil {
		return false
	}
	for {
		key, err := d.Token()
		if err != nil {
			return false
		}
		switch key {
		case "features":
			return false
		case "geometry", "properties":
			return true
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return false
		}
		if key == "type" {
			return string(value) == `"Feature"`
		}
	}
}

func openSequence(in Input, _ int64, r *Records) error {
	lines := bufio.NewScanner(skipMark(in))
	lines.Buffer(make([]byte, 0, 1<<16), r.wanted.MostBytes)
	r.source = &sequence{lines}
	return nil
}

func (s *sequence) next(r *Records) error {
	for {
		if !s.lines.Scan() {
			if errors.Is(s.lines.Err(), bufio.ErrTooLong) {
				return ends("line %d is longer than %d MB; write a feature a line", r.record.number, r.wanted.MostBytes>>20)
			}
			if s.lines.Err() != nil {
				return fmt.Errorf("gis: %w", s.lines.Err())
			}
			return io.EOF
		}
		line := bytes.TrimSpace(bytes.TrimPrefix(s.lines.Bytes(), []byte("\x1e")))
		if len(line) > 0 {
			return s.feature(r, line)
		}
	}
}

func (s *sequence) feature(r *Records, line []byte) error {
	var f struct {
		Type       string                     `json:"type"`
		ID         json.RawMessage            `json:"id"`
		Geometry   json.RawMessage            `json:"geometry"`
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if err := json.Unmarshal(line, &f); err != nil || f.Type != "Feature" {
		return &RowError{Field: "feature", Problem: "is no GeoJSON; want a feature a line"}
	}
	for name, value := range f.Properties {
		if err := r.put(name, plain(value)); err != nil {
			return err
		}
	}
	if r.record.values["id"] == "" {
		if id := plain(f.ID); id != "" {
			if err := r.put("id", id); err != nil {
				return err
			}
		}
	}
	if len(f.Geometry) == 0 || string(f.Geometry) == "null" {
		return nil
	}
	shape, err := geojson.UnmarshalGeometry(f.Geometry)
	if err != nil || shape == nil {
		return &RowError{Field: "geometry", Problem: "is no GeoJSON geometry"}
	}
	r.record.Shape = shape.Geometry()
	return nil
}

func (s *sequence) close() error { return nil }
