package gis

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
)

// parquetWriter writes GeoParquet 1.1: shapes as WKB in longitude and latitude, each
// with its bound, by which readers leave out row groups. One row group is held.
type parquetWriter struct {
	file  *os.File
	out   *parquet.Writer
	layer Layer
	row   parquet.Row
	shape []byte
	bound orb.Bound
	types map[string]bool
}

// groupRows are the rows of a row group: few enough to be held, and to be left out
// when a reader wants a town of a county.
const groupRows = 1 << 15

// inOrderGroup is a group whose fields stay in order.
type inOrderGroup struct {
	parquet.Group
	names []string
}

func (g inOrderGroup) Fields() []parquet.Field {
	fields := g.Group.Fields()
	slices.SortFunc(fields, func(a, b parquet.Field) int {
		return slices.Index(g.names, a.Name()) - slices.Index(g.names, b.Name())
	})
	return fields
}

func createParquet(file *os.File, layer Layer, about Manifest) (Writer, error) {
	manifest, err := toJSON(about)
	if err != nil {
		return nil, err
	}
	root := inOrderGroup{Group: parquet.Group{}}
	add := func(name string, node parquet.Node) { root.Group[name], root.names = node, append(root.names, name) }
	for _, column := range layer.Columns {
		add(column.Name, parquet.Optional(parquetNode(column.Kind)))
	}
	add("geometry", parquet.Leaf(parquet.ByteArrayType))
	sides := inOrderGroup{Group: parquet.Group{}, names: []string{"xmin", "ymin", "xmax", "ymax"}}
	for _, side := range sides.names {
		sides.Group[side] = parquet.Leaf(parquet.DoubleType)
	}
	add("bbox", sides)
	out := parquet.NewWriter(file, parquet.NewSchema(layer.Name, root),
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}), parquet.MaxRowsPerRowGroup(groupRows),
		parquet.CreatedBy("rounds", "", ""), parquet.KeyValueMetadata("rounds", string(manifest)),
		// Bounds of WKB say nothing.
		parquet.SkipPageBounds("geometry"))
	return &parquetWriter{file: file, out: out, layer: layer, types: map[string]bool{}}, nil
}

func parquetNode(kind Kind) parquet.Node {
	switch kind {
	case Integer:
		return parquet.Int(64)
	case Boolean:
		return parquet.Leaf(parquet.BooleanType)
	case Date:
		return parquet.Date()
	case Time:
		return parquet.TimeAdjusted(parquet.Microsecond, false)
	}
	return parquet.String()
}

func (w *parquetWriter) Write(shape orb.Geometry, values []any) error {
	w.row = w.row[:0]
	for i, value := range values {
		v, err := parquetValue(w.layer.Columns[i], value)
		if err != nil {
			return err
		}
		present := 1
		if v.IsNull() {
			present = 0
		}
		w.row = append(w.row, v.Level(0, present, i))
	}
	var err error
	if w.shape, err = wkb.Marshal(shape, binary.LittleEndian); err != nil {
		return wrap(err)
	}
	bound := shape.Bound()
	if len(w.types) == 0 {
		w.bound = bound
	}
	w.bound = w.bound.Union(bound)
	w.types[shape.GeoJSONType()] = true
	at := len(values)
	w.row = append(w.row, parquet.ByteArrayValue(w.shape).Level(0, 0, at))
	for i, side := range []float64{bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1]} {
		w.row = append(w.row, parquet.DoubleValue(side).Level(0, 0, at+1+i))
	}
	_, err = w.out.WriteRows([]parquet.Row{w.row})
	return wrap(err)
}

func parquetValue(column Column, value any) (parquet.Value, error) {
	switch v := value.(type) {
	case nil:
		return parquet.NullValue(), nil
	case int64:
		return parquet.Int64Value(v), nil
	case bool:
		return parquet.BooleanValue(v), nil
	case string:
		switch column.Kind {
		case Date:
			day, err := time.Parse(time.DateOnly, v)
			return parquet.Int32Value(int32(day.Unix() / (24 * 60 * 60))), wrap(err)
		case Time:
			clock, err := time.Parse(time.TimeOnly, v)
			midnight := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
			return parquet.Int64Value(clock.Sub(midnight).Microseconds()), wrap(err)
		}
		return parquet.ByteArrayValue([]byte(v)), nil
	}
	return parquet.Value{}, fmt.Errorf("gis: a %T in the column %s", value, column.Name)
}

// parquetGeo is the metadata of the standard; without a crs it is longitude and
// latitude on WGS 84.
func (w *parquetWriter) parquetGeo() ([]byte, error) {
	shape := map[string]any{"encoding": "WKB", "geometry_types": slices.Sorted(maps.Keys(w.types)), "covering": map[string]any{
		"bbox": map[string][]string{"xmin": {"bbox", "xmin"}, "ymin": {"bbox", "ymin"}, "xmax": {"bbox", "xmax"}, "ymax": {"bbox", "ymax"}},
	}}
	if len(w.types) > 0 {
		shape["bbox"] = []float64{w.bound.Min[0], w.bound.Min[1], w.bound.Max[0], w.bound.Max[1]}
	} else {
		shape["geometry_types"] = []string{}
	}
	return json.Marshal(map[string]any{"version": "1.1.0", "primary_column": "geometry", "columns": map[string]any{"geometry": shape}})
}

func (w *parquetWriter) Close() error {
	geo, err := w.parquetGeo()
	if err == nil {
		w.out.SetKeyValueMetadata("geo", string(geo))
		err = w.out.Close()
	}
	if closed := w.file.Close(); err == nil {
		err = closed
	}
	return wrap(err)
}
