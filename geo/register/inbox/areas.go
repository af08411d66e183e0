package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/geojson"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// mostBytes bounds files that are held in memory as a whole.
const mostBytes = 256 << 20

var errTooLarge = errors.New("inbox: the file is larger than 256 MB; split it by area")

// Areas reads drawn areas: a GIS file of polygons with the columns id, name, level
// (county, town, village or grid) and any of parent (the id of another area), name_zh; or
// a table with such columns and the outline as WKT in a column wkt.
// Rows are numbered as a spreadsheet does, the header being 1, and features from 1:
// left says the number of the first.
func Areas(ctx context.Context, in gis.Input, systems Systems, left *Left) ([]geo.Area, error) {
	looks, err := gis.Sniff(in)
	if err != nil {
		return nil, err
	}
	var areas []geo.Area
	switch looks {
	case gis.LooksFeatures:
		areas, err = areaFeatures(in, left)
	case gis.LooksRecords:
		areas, err = areaRecords(in, left)
	default:
		areas, err = areaTable(in, left)
	}
	if err != nil {
		return nil, err
	}
	turn, err := systems.of(left.System)
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

func areaFeatures(in gis.Input, left *Left) ([]geo.Area, error) {
	collection, err := features(in)
	if err != nil {
		return nil, err
	}
	if crs, err := json.Marshal(collection.ExtraMembers["crs"]); err == nil {
		left.System = gis.SystemOf(crs)
	}
	known, others := names(without(areaColumns, "wkt")), others{}
	var areas []geo.Area
	for i, f := range collection.Features {
		row := feature{number: int64(i + 1), values: map[string]string{}}
		if f == nil {
			return nil, fatal(row.Wrong("", "is null; want a feature"))
		}
		for name, value := range f.Properties {
			switch english, is := known[strings.ToLower(strings.TrimSpace(name))]; {
			case !is:
				others.add(name)
			case row.values[english] != "":
				return nil, fatal(row.Wrong(english, "is there twice; remove a property"))
			default:
				row.values[english] = text(value)
			}
		}
		area, err := areaRow(row, multiPolygon(f.Geometry))
		if err != nil {
			return nil, fatal(err)
		}
		areas = append(areas, area)
	}
	left.Columns = len(others)
	return areas, nil
}

// mostOutline bounds one area, in bytes: a coast has many points.
const mostOutline = 64 << 20

// areaRecords reads the other formats of GIS, and workbooks with outlines as WKT.
func areaRecords(in gis.Input, left *Left) ([]geo.Area, error) {
	r, err := records(in, left, names(areaColumns), []string{"id", "name", "level", "wkt"}, mostOutline)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	left.FirstRow = 1
	if r.Plain {
		left.FirstRow = 2
	}
	var areas []geo.Area
	for {
		record, err := r.Next()
		left.Columns = r.Dropped()
		if err == io.EOF {
			return areas, nil
		}
		if err != nil {
			return nil, fatal(err)
		}
		outline := multiPolygon(record.Shape)
		if r.Plain {
			text, _ := record.Text("wkt")
			shape, err := guarded(func() (orb.Geometry, error) { return wkt.Unmarshal(text) })
			if outline = multiPolygon(shape); err != nil || outline == nil {
				return nil, fatal(record.Wrong("wkt", "is no POLYGON or MULTIPOLYGON of well-known text"))
			}
		}
		area, err := areaRow(record, outline)
		if err != nil {
			return nil, fatal(err)
		}
		areas = append(areas, area)
	}
}

// feature is an area of a GeoJSON file as a record.
type feature struct {
	number int64
	values map[string]string
}

func (f feature) Text(column string) (string, error) { return f.values[column], nil }

func (f feature) Wrong(field, problem string) error {
	return &gis.RowError{Row: f.number, Field: field, Problem: problem}
}

// text is a text or a number of GeoJSON as text.
func text(value any) string {
	switch value := value.(type) {
	case string:
		return strings.TrimSpace(value)
	case float64:
		return fmt.Sprintf("%.15g", value)
	}
	return ""
}

func areaTable(in gis.Input, left *Left) ([]geo.Area, error) {
	t, err := table(in, left, names(areaColumns), []string{"id", "name", "level", "wkt"})
	if err != nil {
		return nil, err
	}
	left.FirstRow = 2
	var areas []geo.Area
	for {
		more, err := t.Next()
		if err != nil {
			return nil, fatal(err)
		}
		if !more {
			return areas, nil
		}
		outline, err := t.Text("wkt")
		if err != nil {
			return nil, fatal(err)
		}
		geometry, err := guarded(func() (orb.Geometry, error) { return wkt.Unmarshal(outline) })
		polygons := multiPolygon(geometry)
		if err != nil || polygons == nil {
			return nil, fatal(t.Wrong("wkt", "is no POLYGON or MULTIPOLYGON of well-known text"))
		}
		area, err := areaRow(t, polygons)
		if err != nil {
			return nil, fatal(err)
		}
		areas = append(areas, area)
	}
}

func areaRow(t texter, outline orb.MultiPolygon) (geo.Area, error) {
	area := geo.Area{Outline: outline}
	var level string
	err := texts(t, map[string]*string{"id": &area.ID, "parent": &area.ParentID, "level": &level, "name": &area.Name, "name_zh": &area.NameZH})
	area.Level = geo.Level(code(geo.ClosedLists(), "levels", level))
	return area, err
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
