package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
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

// AreaRows are the areas of a file, and what is wrong with rows of it. A row with a fault is
// among them, with what could be read of it.
type AreaRows struct {
	Areas []geo.Area
	Wrong map[int64]register.Complaint
}

// Areas reads drawn areas: a GIS file of polygons with the columns id, name, level
// (county, town, village or grid) and any of parent (the id of another area), name_zh; or
// a table with such columns and the outline as WKT in a column wkt. mapping has, for names
// in small letters, the column that each is; nil goes by the names of the columns.
// Rows are numbered as a spreadsheet does, the header being 1, and features from 1:
// left says the number of the first.
func Areas(ctx context.Context, in gis.Input, mapping map[string]string, systems Systems, left *Left) (AreaRows, error) {
	looks, err := gis.Sniff(in)
	if err != nil {
		return AreaRows{}, err
	}
	kept := mapping
	if kept == nil {
		kept = names(areaColumns)
	}
	rows := &areaReader{left: left, kept: kept, found: AreaRows{Wrong: map[int64]register.Complaint{}}}
	switch looks {
	case gis.LooksFeatures:
		err = rows.features(in)
	case gis.LooksRecords:
		err = rows.records(ctx, in)
	default:
		err = rows.table(ctx, in)
	}
	if err != nil {
		return AreaRows{}, err
	}
	turn, err := systems.of(left.System)
	if err != nil || turn == nil {
		return rows.found, err
	}
	for _, area := range rows.found.Areas {
		for _, polygon := range area.Outline {
			for _, ring := range polygon {
				if err := turn(ctx, ring); err != nil {
					return AreaRows{}, err
				}
			}
		}
	}
	return rows.found, nil
}

// mostVertices bounds the points of all areas, which are held in memory: 160 MB of them.
const mostVertices = 10_000_000

// areaReader reads areas of any kind of file.
type areaReader struct {
	left     *Left
	kept     map[string]string
	found    AreaRows
	vertices int
}

// take reads a row and its outline, or what is wrong with that.
func (r *areaReader) take(number int64, row texter, outline orb.MultiPolygon, wrong error) error {
	area, err := areaRow(row, outline)
	if wrong != nil {
		err = wrong
	}
	if err != nil {
		c := complaint(err)
		if c == nil {
			return err
		}
		r.found.Wrong[number] = *c
	}
	for _, polygon := range outline {
		for _, ring := range polygon {
			r.vertices += len(ring)
		}
	}
	if r.vertices > mostVertices {
		return errTooLarge
	}
	r.found.Areas = append(r.found.Areas, area)
	return nil
}

func (r *areaReader) features(in gis.Input) error {
	collection, err := features(in)
	if err != nil {
		return err
	}
	if crs, err := json.Marshal(collection.ExtraMembers["crs"]); err == nil {
		r.left.System = gis.SystemOf(crs)
	}
	known, others := maps.Clone(r.kept), others{}
	maps.DeleteFunc(known, func(_, english string) bool { return english == "wkt" }) // a feature has its geometry
	for i, f := range collection.Features {
		row := feature{number: int64(i + 1), values: map[string]string{}}
		if f == nil {
			return fatal(row.Wrong("", "is null; want a feature"))
		}
		var wrong error
		for name, value := range f.Properties {
			switch english, is := known[strings.ToLower(strings.TrimSpace(name))]; {
			case !is:
				others.add(name)
			case row.values[english] != "":
				wrong = row.Wrong(english, "is there twice; remove a property")
			default:
				row.values[english] = text(value)
			}
		}
		if err := r.take(row.number, row, multiPolygon(f.Geometry), wrong); err != nil {
			return err
		}
	}
	r.left.Columns = len(others)
	return nil
}

// mostOutline bounds one area, in bytes: a coast has many points.
const mostOutline = 64 << 20

// records reads the other formats of GIS, and workbooks with outlines as WKT.
func (r *areaReader) records(ctx context.Context, in gis.Input) error {
	file, err := records(in, r.left, r.kept, []string{"id", "name", "level", "wkt"}, mostOutline)
	if err != nil {
		return err
	}
	defer file.Close()
	r.left.FirstRow = 1
	if file.Plain {
		r.left.FirstRow = 2
	}
	for {
		record, err := file.Next()
		r.left.Columns = file.Dropped()
		switch {
		case err == io.EOF:
			return nil
		case gis.Ends(err) != nil:
			return fatal(err)
		case ctx.Err() != nil:
			return ctx.Err()
		}
		wrong := err
		outline := multiPolygon(record.Shape)
		if file.Plain && wrong == nil {
			outline, wrong = wktOf(record)
		}
		if err := r.take(record.Number(), record, outline, wrong); err != nil {
			return err
		}
	}
}

// wktOf is the outline of a row of a table.
func wktOf(row texter) (orb.MultiPolygon, error) {
	text, err := row.Text("wkt")
	if err != nil {
		return nil, err
	}
	shape, err := guarded(func() (orb.Geometry, error) { return wkt.Unmarshal(text) })
	outline := multiPolygon(shape)
	if err != nil || outline == nil {
		return nil, row.Wrong("wkt", "is no POLYGON or MULTIPOLYGON of well-known text")
	}
	return outline, nil
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

func (r *areaReader) table(ctx context.Context, in gis.Input) error {
	t, err := table(in, r.left, r.kept, []string{"id", "name", "level", "wkt"})
	if err != nil {
		return err
	}
	r.left.FirstRow = 2
	for {
		more, err := t.Next()
		switch {
		case err != nil:
			return fatal(err)
		case !more:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		}
		outline, wrong := wktOf(t)
		if err := r.take(t.Number(), t, outline, wrong); err != nil {
			return err
		}
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
