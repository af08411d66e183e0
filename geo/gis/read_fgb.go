package gis

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	flatbuffers "github.com/google/flatbuffers/go"
	"github.com/paulmach/orb"
)

// flatGeobuf reads features one after the other; the index is skipped. What lies outside
// a feature makes the accessors of flatbuffers panic, which ends the file.
type flatGeobuf struct {
	in       *bufio.Reader
	columns  []fgbColumn
	geometry byte
	content  []byte
}

type fgbColumn struct {
	name string
	kind byte
	read bool
}

// table is a table of flatbuffers.
type table struct{ flatbuffers.Table }

func rootTable(content []byte) table {
	return table{flatbuffers.Table{Bytes: content, Pos: flatbuffers.GetUOffsetT(content)}}
}

// field is where the field of a slot is, 0 when it is left out.
func (t table) field(slot int) flatbuffers.UOffsetT {
	return flatbuffers.UOffsetT(t.Offset(flatbuffers.VOffsetT(4 + 2*slot)))
}

func (t table) byteOf(slot int, otherwise byte) byte {
	if o := t.field(slot); o != 0 {
		return t.GetByte(o + t.Pos)
	}
	return otherwise
}

func (t table) textOf(slot int) string {
	if o := t.field(slot); o != 0 {
		return string(t.ByteVector(o + t.Pos))
	}
	return ""
}

// tableOf is the table of a slot, and whether there is one.
func (t table) tableOf(slot int) (table, bool) {
	o := t.field(slot)
	if o == 0 {
		return table{}, false
	}
	return table{flatbuffers.Table{Bytes: t.Bytes, Pos: t.Indirect(o + t.Pos)}}, true
}

// tablesOf are the tables of a vector.
func (t table) tablesOf(slot int) (tables []table) {
	o := t.field(slot)
	if o == 0 {
		return nil
	}
	at := t.Vector(o)
	for i := range t.bounded(o, 4) {
		tables = append(tables, table{flatbuffers.Table{Bytes: t.Bytes, Pos: t.Indirect(at + flatbuffers.UOffsetT(4*i))}})
	}
	return tables
}

// bounded is the length of a vector, which must lie in the content.
func (t table) bounded(o flatbuffers.UOffsetT, size int) int {
	n := t.VectorLen(o)
	if n < 0 || int(t.Vector(o))+n*size > len(t.Bytes) {
		panic("gis: a vector beyond its content")
	}
	return n
}

func openFGB(in Input, _ int64, r *Records) error {
	f := &flatGeobuf{in: bufio.NewReaderSize(in, 1<<16)}
	r.source = f
	magic := make([]byte, len(fgbMagic))
	if _, err := io.ReadFull(f.in, magic); err != nil || string(magic[:4]) != fgbMagic[:4] {
		return ends("is no FlatGeobuf of version 3; write it again")
	}
	if err := f.take(mostRecord); err == io.EOF {
		return ends("the file was cut off; write it again")
	} else if err != nil {
		return err
	}
	header := rootTable(f.content)
	f.geometry = header.byteOf(2, 0)
	columns := header.tablesOf(7)
	if len(columns) > mostColumns {
		return ends("the file has more than %d columns; leave those out that are not needed", mostColumns)
	}
	names := 0
	for _, column := range columns {
		c := fgbColumn{name: column.textOf(0), kind: column.byteOf(1, 0)}
		// Many columns may point to the same bytes.
		if names += len(c.name); names > mostRecord {
			return ends("the names of the columns are longer than %d MB; write the file again", mostRecord>>20)
		}
		c.read = r.wants(c.name)
		f.columns = append(f.columns, c)
		r.known = append(r.known, c.name)
	}
	if system, found := header.tableOf(10); found {
		number := int64(0)
		if o := system.field(1); o != 0 {
			number = int64(system.GetInt32(o + system.Pos))
		}
		organization := system.textOf(0)
		if organization == "" {
			organization = "EPSG"
		}
		r.System = systemOf(organization, number, system.textOf(4))
	}
	var count uint64
	if o := header.field(8); o != 0 {
		count = header.GetUint64(o + header.Pos)
	}
	node := uint16(indexNode)
	if o := header.field(9); o != 0 {
		node = header.GetUint16(o + header.Pos)
	}
	return f.skipIndex(count, node)
}

// skipIndex passes the packed tree of a number of features.
func (f *flatGeobuf) skipIndex(count uint64, node uint16) error {
	if node == 0 || count == 0 {
		return nil
	}
	if node < 2 || count > 1<<32 {
		return ends("the index is damaged; write the file again")
	}
	// One feature has a root above it too.
	nodes, level := count, count
	for {
		level = (level + uint64(node) - 1) / uint64(node)
		if nodes += level; level == 1 {
			break
		}
	}
	if _, err := io.CopyN(io.Discard, f.in, int64(nodes)*40); err != nil {
		return ends("the file ends inside its index; it was cut off")
	}
	return nil
}

// take reads what follows its own size.
func (f *flatGeobuf) take(most int) error {
	var size [4]byte
	if _, err := io.ReadFull(f.in, size[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return io.EOF
		}
		return ends("the file was cut off; write it again")
	}
	n := binary.LittleEndian.Uint32(size[:])
	if n < 8 || int64(n) > int64(most) {
		return ends("a feature is said to have more than %d MB, or nothing; write the file again", most>>20)
	}
	if cap(f.content) < int(n) {
		f.content = make([]byte, n)
	}
	f.content = f.content[:n]
	if _, err := io.ReadFull(f.in, f.content); err != nil {
		return ends("the file was cut off; write it again")
	}
	return nil
}

func (f *flatGeobuf) next(r *Records) error {
	if err := f.take(r.wanted.MostBytes); err != nil {
		return err
	}
	feature := rootTable(f.content)
	if o := feature.field(1); o != 0 {
		feature.bounded(o, 1)
		if err := f.properties(r, feature.ByteVector(o+feature.Pos)); err != nil {
			return err
		}
	}
	geometry, found := feature.tableOf(0)
	if !found {
		return nil
	}
	kind := f.geometry
	if own := geometry.byteOf(6, 0); own != 0 {
		kind = own
	}
	left := mostVertices
	shape, err := geometry.shape(kind, 0, &left)
	r.record.Shape = shape
	return err
}

// properties are pairs of a column's number and its value.
func (f *flatGeobuf) properties(r *Records, b []byte) error {
	for len(b) >= 2 {
		i := int(binary.LittleEndian.Uint16(b))
		if i >= len(f.columns) {
			return ends("a property is of column %d, and there are %d", i, len(f.columns))
		}
		column := f.columns[i]
		text, n, err := fgbValue(column.kind, b[2:])
		if err != nil {
			return err
		}
		b = b[2+n:]
		if column.read {
			if err := r.put(column.name, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// fgbValue is a value as text, and its length.
func fgbValue(kind byte, b []byte) (string, int, error) {
	sizes := map[byte]int{0: 1, 1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 8, 8: 8, 9: 4, 10: 8, 11: 4, 12: 4, 13: 4, 14: 4}
	size, known := sizes[kind]
	if !known || len(b) < size {
		return "", 0, ends("a property is damaged; write the file again")
	}
	switch kind {
	case 0:
		return strconv.Itoa(int(int8(b[0]))), size, nil
	case 1:
		return strconv.Itoa(int(b[0])), size, nil
	case 2:
		return strconv.FormatBool(b[0] != 0), size, nil
	case 3:
		return strconv.Itoa(int(int16(binary.LittleEndian.Uint16(b)))), size, nil
	case 4:
		return strconv.Itoa(int(binary.LittleEndian.Uint16(b))), size, nil
	case 5:
		return strconv.Itoa(int(int32(binary.LittleEndian.Uint32(b)))), size, nil
	case 6:
		return strconv.FormatUint(uint64(binary.LittleEndian.Uint32(b)), 10), size, nil
	case 7:
		return strconv.FormatInt(int64(binary.LittleEndian.Uint64(b)), 10), size, nil
	case 8:
		return strconv.FormatUint(binary.LittleEndian.Uint64(b), 10), size, nil
	case 9:
		return strconv.FormatFloat(float64(math.Float32frombits(binary.LittleEndian.Uint32(b))), 'g', -1, 32), size, nil
	case 10:
		return strconv.FormatFloat(math.Float64frombits(binary.LittleEndian.Uint64(b)), 'g', -1, 64), size, nil
	}
	n := int64(binary.LittleEndian.Uint32(b))
	if n > int64(len(b)-4) {
		return "", 0, ends("a property is damaged; write the file again")
	}
	text, err := asText(b[4 : 4+n])
	return text, int(4 + n), err
}

// shape reads a geometry: ends, xy and parts. left is how many points and parts it may
// still have: many parts may point to the same bytes.
func (t table) shape(kind byte, depth int, left *int) (orb.Geometry, error) {
	if depth > mostDepth {
		return nil, &RowError{Field: "geometry", Problem: "lies in too many geometries"}
	}
	for _, vector := range [...]struct{ slot, size int }{{0, 4}, {1, 8}, {7, 4}} {
		if o := t.field(vector.slot); o != 0 {
			*left -= t.bounded(o, vector.size) * vector.size / 16
		}
	}
	if *left--; *left < 0 {
		return nil, errVertices()
	}
	points := t.points()
	var lists [][]orb.Point
	if o := t.field(0); o != 0 {
		from, at := 0, t.Vector(o)
		for i := range t.bounded(o, 4) {
			end := int(t.GetUint32(at + flatbuffers.UOffsetT(4*i)))
			if end < from || end > len(points) {
				return nil, &RowError{Field: "geometry", Problem: "has parts beyond its points"}
			}
			lists, from = append(lists, points[from:end]), end
		}
	}
	if lists == nil {
		lists = [][]orb.Point{points}
	}
	switch kind {
	case 1:
		if len(points) == 0 {
			return nil, nil
		}
		return points[0], nil
	case 2:
		return orb.LineString(points), nil
	case 3:
		return ringsOf(lists), nil
	case 4:
		return orb.MultiPoint(points), nil
	case 5:
		lines := orb.MultiLineString{}
		for _, list := range lists {
			lines = append(lines, list)
		}
		return lines, nil
	case 6, 7:
		return t.partShapes(kind, depth, left)
	}
	return nil, &RowError{Field: "geometry", Problem: fmt.Sprintf("is of type %d, which is not read; want points or polygons", kind)}
}

// partShapes are the shapes of a MultiPolygon or a collection.
func (t table) partShapes(kind byte, depth int, left *int) (orb.Geometry, error) {
	var shapes orb.Collection
	var polygons orb.MultiPolygon
	for _, part := range t.tablesOf(7) {
		of := part.byteOf(6, 0)
		if kind == 6 {
			of = 3
		}
		shape, err := part.shape(of, depth+1, left)
		if err != nil {
			return nil, err
		}
		if polygon, is := shape.(orb.Polygon); is {
			polygons = append(polygons, polygon)
		}
		shapes = append(shapes, shape)
	}
	if kind == 6 {
		return polygons, nil
	}
	return shapes, nil
}

func ringsOf(lists [][]orb.Point) orb.Polygon {
	var rings orb.Polygon
	for _, list := range lists {
		rings = append(rings, list)
	}
	return rings
}

// points are those of the vector xy.
func (t table) points() []orb.Point {
	o := t.field(1)
	if o == 0 {
		return nil
	}
	n, at := t.bounded(o, 8)/2, t.Vector(o)
	points := make([]orb.Point, n)
	for i := range points {
		points[i] = orb.Point{t.GetFloat64(at + flatbuffers.UOffsetT(16*i)), t.GetFloat64(at + flatbuffers.UOffsetT(16*i+8))}
	}
	return points
}

func (f *flatGeobuf) close() error { return nil }
