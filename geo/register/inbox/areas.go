package inbox

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/geojson"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// areaFields are all that is read of an area, besides its outline.
var areaFields = []string{"id", "parent", "level", "name", "name_zh"}

// mostBytes bounds files that are held in memory as a whole.
const mostBytes = 256 << 20

var errTooLarge = errors.New("inbox: the file is larger than 256 MB; split it by area")

// Areas reads drawn areas: a GeoJSON file of polygons with the properties id, name,
// level (county, town, village or grid) and any of parent (the id of another area),
// name_zh; or a CSV file with such columns and the outline as WKT in a column wkt.
// Rows are numbered from the first area, 1, in the order given.
func Areas(ctx context.Context, r io.Reader, turn Transform, left *Left) ([]geo.Area, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	json, err := isJSON(in)
	if err != nil {
		return nil, err
	}
	var areas []geo.Area
	if json {
		areas, err = areaFeatures(in, left)
	} else {
		areas, err = areaTable(in, left)
	}
	if err != nil || turn == nil {
		return areas, err
	}
	for _, area := range areas {
		for _, polygon := range area.Outline {
			for _, ring := range polygon {
				if err := turn(ctx, ring); err != nil {
					return nil, err
				}
			}
		}
	}
	return areas, nil
}

func areaFeatures(in io.Reader, left *Left) ([]geo.Area, error) {
	collection, err := features(in)
	if err != nil {
		return nil, err
	}
	left.Columns = otherProperties(collection, areaFields)
	areas := make([]geo.Area, len(collection.Features))
	for i, f := range collection.Features {
		areas[i] = geo.Area{ID: property(f, "id"), ParentID: property(f, "parent"), Level: geo.Level(property(f, "level")),
			Name: property(f, "name"), NameZH: property(f, "name_zh"), Outline: multiPolygon(f.Geometry)}
	}
	return areas, nil
}

func areaTable(in io.Reader, left *Left) ([]geo.Area, error) {
	t, err := table(in, left, append([]string{"wkt"}, areaFields...), []string{"id", "name", "level", "wkt"})
	if err != nil {
		return nil, err
	}
	var areas []geo.Area
	for {
		more, err := t.Next()
		if err != nil {
			return nil, fatal(err)
		}
		if !more {
			return areas, nil
		}
		area, err := areaRow(t)
		if err != nil {
			return nil, fatal(err)
		}
		areas = append(areas, area)
	}
}

func areaRow(t *gis.Table) (area geo.Area, err error) {
	var level, outline string
	err = texts(t, map[string]*string{"id": &area.ID, "parent": &area.ParentID, "level": &level, "name": &area.Name,
		"name_zh": &area.NameZH, "wkt": &outline})
	if err != nil {
		return area, err
	}
	area.Level = geo.Level(level)
	geometry, err := guarded(func() (orb.Geometry, error) { return wkt.Unmarshal(outline) })
	if area.Outline = multiPolygon(geometry); err != nil || area.Outline == nil {
		return area, t.Wrong("wkt", "is no POLYGON or MULTIPOLYGON of well-known text")
	}
	return area, nil
}

func multiPolygon(geometry orb.Geometry) orb.MultiPolygon {
	switch g := geometry.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}
	case orb.MultiPolygon:
		return g
	}
	return nil
}

// features reads a GeoJSON collection as a whole.
func features(in io.Reader) (*geojson.FeatureCollection, error) {
	content, err := io.ReadAll(io.LimitReader(in, mostBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("inbox: %w", err)
	case len(content) > mostBytes:
		return nil, errTooLarge
	}
	collection, err := guarded(func() (*geojson.FeatureCollection, error) { return geojson.UnmarshalFeatureCollection(content) })
	if err != nil {
		return nil, &register.RefusedError{Total: 1, Complaints: []register.Complaint{{
			Field: "file", Problem: "is no GeoJSON FeatureCollection, or was cut off; write it again"}}}
	}
	return collection, nil
}

// guarded calls a decoder that may panic on bytes that nobody thought of.
func guarded[T any](decode func() (T, error)) (value T, err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			err = fmt.Errorf("inbox: %v", trouble)
		}
	}()
	return decode()
}
