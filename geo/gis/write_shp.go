package gis

import (
	"archive/zip"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/paulmach/orb"
)

// shpWriter writes ESRI Shapefiles into one ZIP, with code page, coordinate system,
// manifest, and a table of the field names, which have at most ten letters. A layer of
// several types becomes a Shapefile for each. Rows lie in further files until all
// widths are known.
type shpWriter struct {
	file   *os.File
	layer  Layer
	about  Manifest
	fields []dbfField
	// sets are by the type of shape.
	sets map[int32]*shpSet
}

// shpSet is a Shapefile in the making.
type shpSet struct {
	kind                int32
	shapes, index, rows *spool
	bound               orb.Bound
	count               int64
}

// Types of shapes, of the specification (ESRI 1998).
const (
	shpPoint      = 1
	shpLine       = 3
	shpPolygon    = 5
	shpMultiPoint = 8
)

// shpNames are added to the name of a layer of several types.
var shpNames = map[int32]string{shpPoint: "-points", shpMultiPoint: "-multipoints", shpLine: "-lines", shpPolygon: "-polygons"}

// mostShapefile is what other programs read of one file, in bytes.
const mostShapefile = 1<<31 - 1

const shpSystem = `GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`

var errShapefileFull = fmt.Errorf("%w shp holds at most 2 GB; take gpkg, fgb or parquet, or export area by area", ErrFormat)

func createShapefile(file *os.File, layer Layer, about Manifest) (Writer, error) {
	return &shpWriter{file: file, layer: layer, about: about, fields: dbfFields(layer.Columns), sets: map[int32]*shpSet{}}, nil
}

func (w *shpWriter) set(kind int32) (*shpSet, error) {
	if s := w.sets[kind]; s != nil {
		return s, nil
	}
	s := &shpSet{kind: kind}
	w.sets[kind] = s
	for _, part := range []**spool{&s.shapes, &s.index, &s.rows} {
		var err error
		if *part, err = newSpool(); err != nil {
			return nil, wrap(err)
		}
	}
	return s, nil
}

func (w *shpWriter) Write(shape orb.Geometry, values []any) error {
	kind, content, err := shpRecord(shape)
	if err != nil {
		return err
	}
	s, err := w.set(kind)
	if err != nil {
		return err
	}
	if s.shapes.size+int64(len(content))+108 > mostShapefile {
		return errShapefileFull
	}
	// Offsets and lengths are in words of two bytes.
	position := binary.BigEndian.AppendUint32(nil, uint32((100+s.shapes.size)/2))
	if _, err := s.index.Write(binary.BigEndian.AppendUint32(position, uint32(len(content)/2))); err != nil {
		return wrap(err)
	}
	s.count++
	head := binary.BigEndian.AppendUint32(nil, uint32(s.count))
	if _, err := s.shapes.Write(append(binary.BigEndian.AppendUint32(head, uint32(len(content)/2)), content...)); err != nil {
		return wrap(err)
	}
	if s.count == 1 {
		s.bound = shape.Bound()
	}
	s.bound = s.bound.Union(shape.Bound())
	return w.spoolRow(s, values)
}

// shpRecord is a shape without the head of its record.
func shpRecord(shape orb.Geometry) (kind int32, content []byte, err error) {
	switch g := shape.(type) {
	case orb.Point:
		b := binary.LittleEndian.AppendUint32(nil, shpPoint)
		return shpPoint, appendFloats(b, g[0], g[1]), nil
	case orb.MultiPoint:
		b := binary.LittleEndian.AppendUint32(nil, shpMultiPoint)
		b = appendFloats(b, g.Bound().Min[0], g.Bound().Min[1], g.Bound().Max[0], g.Bound().Max[1])
		b = binary.LittleEndian.AppendUint32(b, uint32(len(g)))
		for _, at := range g {
			b = appendFloats(b, at[0], at[1])
		}
		return shpMultiPoint, b, nil
	case orb.LineString:
		return shpLine, shpParts(shpLine, g.Bound(), [][]orb.Point{g}), nil
	case orb.MultiLineString:
		parts := make([][]orb.Point, len(g))
		for i, line := range g {
			parts[i] = line
		}
		return shpLine, shpParts(shpLine, g.Bound(), parts), nil
	case orb.Polygon:
		return shpPolygon, shpParts(shpPolygon, g.Bound(), shpRings(g)), nil
	case orb.MultiPolygon:
		return shpPolygon, shpParts(shpPolygon, g.Bound(), shpRings(g...)), nil
	}
	return 0, nil, fmt.Errorf("gis: a %T in a Shapefile", shape)
}

// shpRings are outer rings clockwise, holes against the clock, as the format has them.
func shpRings(polygons ...orb.Polygon) (parts [][]orb.Point) {
	for _, polygon := range polygons {
		for i, ring := range polygon {
			want := orb.CW
			if i > 0 {
				want = orb.CCW
			}
			if ring.Orientation() != want {
				ring = ring.Clone()
				ring.Reverse()
			}
			parts = append(parts, ring)
		}
	}
	return parts
}

func shpParts(kind uint32, bound orb.Bound, parts [][]orb.Point) []byte {
	all := 0
	for _, part := range parts {
		all += len(part)
	}
	b := make([]byte, 0, 44+4*len(parts)+16*all)
	b = binary.LittleEndian.AppendUint32(b, kind)
	b = appendFloats(b, bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1])
	b = binary.LittleEndian.AppendUint32(b, uint32(len(parts)))
	b = binary.LittleEndian.AppendUint32(b, uint32(all))
	at := 0
	for _, part := range parts {
		b = binary.LittleEndian.AppendUint32(b, uint32(at))
		at += len(part)
	}
	for _, part := range parts {
		for _, p := range part {
			b = appendFloats(b, p[0], p[1])
		}
	}
	return b
}

func appendFloats(b []byte, values ...float64) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// shpHead is the head of .shp and .shx; size is that of what follows.
func (s *shpSet) shpHead(size int64) []byte {
	b := binary.BigEndian.AppendUint32(nil, 9994)
	b = append(b, make([]byte, 20)...)
	b = binary.BigEndian.AppendUint32(b, uint32((100+size)/2))
	b = binary.LittleEndian.AppendUint32(b, 1000)
	b = binary.LittleEndian.AppendUint32(b, uint32(s.kind))
	b = appendFloats(b, s.bound.Min[0], s.bound.Min[1], s.bound.Max[0], s.bound.Max[1])
	return append(b, make([]byte, 32)...)
}

func (w *shpWriter) Close() error {
	err := w.finish()
	for _, s := range w.sets {
		for _, part := range []*spool{s.shapes, s.index, s.rows} {
			if part != nil {
				part.file.Close()
			}
		}
	}
	if closed := w.file.Close(); err == nil {
		err = wrap(closed)
	}
	return err
}

// finish packs the parts, now that bounds and widths are known.
func (w *shpWriter) finish() error {
	if len(w.sets) == 0 {
		kinds := map[string]int32{"LineString": shpLine, "MultiLineString": shpLine, "Polygon": shpPolygon, "MultiPolygon": shpPolygon, "MultiPoint": shpMultiPoint}
		kind, found := kinds[w.layer.Geometry]
		if !found {
			kind = shpPoint
		}
		if _, err := w.set(kind); err != nil {
			return err
		}
	}
	archive := zip.NewWriter(w.file)
	for _, kind := range []int32{shpPoint, shpMultiPoint, shpLine, shpPolygon} {
		if s := w.sets[kind]; s != nil {
			if err := w.pack(archive, s); err != nil {
				return err
			}
		}
	}
	if err := w.packNotes(archive); err != nil {
		return wrap(err)
	}
	return wrap(archive.Close())
}

func (w *shpWriter) pack(archive *zip.Writer, s *shpSet) error {
	name := w.layer.Name
	if w.layer.Geometry == "Geometry" {
		name += shpNames[s.kind]
	}
	for _, part := range []struct {
		ending string
		write  func(io.Writer) error
	}{
		{".shp", func(out io.Writer) error { return s.copy(out, s.shapes) }},
		{".shx", func(out io.Writer) error { return s.copy(out, s.index) }},
		{".dbf", func(out io.Writer) error { return w.writeRows(out, s) }},
		{".cpg", func(out io.Writer) error { return writeText(out, "UTF-8") }},
		{".prj", func(out io.Writer) error { return writeText(out, shpSystem) }},
	} {
		out, err := archive.Create(name + part.ending)
		if err != nil {
			return wrap(err)
		}
		if err := part.write(out); err != nil {
			if errors.Is(err, ErrFormat) {
				return err
			}
			return wrap(err)
		}
	}
	return nil
}

func (s *shpSet) copy(out io.Writer, from *spool) error {
	in, err := from.back()
	if err != nil {
		return err
	}
	if _, err := out.Write(s.shpHead(from.size)); err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return err
}

func writeText(out io.Writer, text string) error {
	_, err := io.WriteString(out, text)
	return err
}

// packNotes adds the manifest and the table of names.
func (w *shpWriter) packNotes(archive *zip.Writer) error {
	about := w.about
	for _, field := range w.fields {
		if field.cut > 0 {
			about.LeftOut = append(about.LeftOut, fmt.Sprintf("the end of %d texts in %s: a Shapefile holds %d bytes of each", field.cut, field.name, mostField))
		}
	}
	manifest, err := toJSON(about)
	if err != nil {
		return err
	}
	out, err := archive.Create(w.layer.Name + "-manifest.json")
	if err != nil {
		return err
	}
	if _, err := out.Write(append(manifest, '\n')); err != nil {
		return err
	}
	if out, err = archive.Create(w.layer.Name + "-fields.csv"); err != nil {
		return err
	}
	var text strings.Builder
	table := csv.NewWriter(&text)
	rows := [][]string{{"field", "name", "kind"}}
	for i, field := range w.fields {
		rows = append(rows, []string{field.name, w.layer.Columns[i].Name, string(w.layer.Columns[i].Kind)})
	}
	if err := table.WriteAll(rows); err != nil {
		return err
	}
	return writeText(out, text.String())
}
