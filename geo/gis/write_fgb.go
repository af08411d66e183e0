package gis

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"slices"

	flatbuffers "github.com/google/flatbuffers/go"
	"github.com/paulmach/orb"
)

// fgbWriter writes FlatGeobuf 3 with its packed Hilbert index. Features lie in a
// second file until their order is known; of each, 48 bytes are held.
type fgbWriter struct {
	file    *os.File
	spool   *spool
	layer   Layer
	about   Manifest
	builder *flatbuffers.Builder
	items   []indexItem
	bound   orb.Bound
}

// fgbMagic begins every file: FlatGeobuf 3.0.
const fgbMagic = "fgb\x03fgb\x00"

// Numbers of the schema (header.fbs, feature.fbs).
var (
	fgbGeometries = map[string]byte{
		"Geometry": 0, "Point": 1, "LineString": 2, "Polygon": 3, "MultiPoint": 4, "MultiLineString": 5, "MultiPolygon": 6,
	}
	fgbTypes = map[Kind]byte{Text: 11, Integer: 7, Boolean: 2, Date: 13, Time: 11}
)

func createFGB(file *os.File, layer Layer, about Manifest) (Writer, error) {
	features, err := newSpool()
	if err != nil {
		return nil, wrap(err)
	}
	return &fgbWriter{file: file, spool: features, layer: layer, about: about, builder: flatbuffers.NewBuilder(1 << 12),
		items: make([]indexItem, 0, max(about.Rows, 0))}, nil
}

func (w *fgbWriter) Write(shape orb.Geometry, values []any) error {
	properties, err := fgbProperties(w.layer, values)
	if err != nil {
		return err
	}
	b := w.builder
	b.Reset()
	geometry, err := w.geometry(shape)
	if err != nil {
		return err
	}
	vector := b.CreateByteVector(properties)
	b.StartObject(3)
	b.PrependUOffsetTSlot(0, geometry, 0)
	b.PrependUOffsetTSlot(1, vector, 0)
	b.FinishSizePrefixed(b.EndObject())
	bytes := b.FinishedBytes()
	bound := shape.Bound()
	if len(w.items) == 0 {
		w.bound = bound
	}
	w.bound = w.bound.Union(bound)
	w.items = append(w.items, indexItem{bound: bound, offset: w.spool.size, size: uint32(len(bytes))})
	_, err = w.spool.Write(bytes)
	return wrap(err)
}

// fgbProperties are pairs of a column's number and its value; what has no value is
// left out.
func fgbProperties(layer Layer, values []any) ([]byte, error) {
	var b []byte
	for i, value := range values {
		if value == nil {
			continue
		}
		b = binary.LittleEndian.AppendUint16(b, uint16(i))
		switch v := value.(type) {
		case string:
			b = binary.LittleEndian.AppendUint32(b, uint32(len(v)))
			b = append(b, v...)
		case int64:
			b = binary.LittleEndian.AppendUint64(b, uint64(v))
		case bool:
			b = append(b, map[bool]byte{true: 1}[v])
		default:
			return nil, fmt.Errorf("gis: a %T in the column %s", value, layer.Columns[i].Name)
		}
	}
	return b, nil
}

// geometry writes a geometry as positions, where its parts end, and, for polygons of
// several parts, these.
func (w *fgbWriter) geometry(shape orb.Geometry) (flatbuffers.UOffsetT, error) {
	var positions []orb.Point
	var ends []uint32
	switch g := shape.(type) {
	case orb.Point:
		positions = []orb.Point{g}
	case orb.MultiPoint:
		positions = g
	case orb.LineString:
		positions = g
	case orb.MultiLineString:
		for _, line := range g {
			positions = append(positions, line...)
			ends = append(ends, uint32(len(positions)))
		}
	case orb.Polygon:
		for _, ring := range g {
			positions = append(positions, ring...)
			ends = append(ends, uint32(len(positions)))
		}
	case orb.MultiPolygon:
		return w.parts(g)
	default:
		return 0, fmt.Errorf("gis: a %T in FlatGeobuf", shape)
	}
	b := w.builder
	endsAt := flatbuffers.UOffsetT(0)
	if len(ends) > 1 {
		b.StartVector(4, len(ends), 4)
		for i := len(ends) - 1; i >= 0; i-- {
			b.PrependUint32(ends[i])
		}
		endsAt = b.EndVector(len(ends))
	}
	b.StartVector(8, 2*len(positions), 8)
	for i := len(positions) - 1; i >= 0; i-- {
		b.PrependFloat64(positions[i][1])
		b.PrependFloat64(positions[i][0])
	}
	xy := b.EndVector(2 * len(positions))
	b.StartObject(8)
	b.PrependUOffsetTSlot(0, endsAt, 0)
	b.PrependUOffsetTSlot(1, xy, 0)
	b.PrependByteSlot(6, fgbGeometries[shape.GeoJSONType()], 0)
	return b.EndObject(), nil
}

func (w *fgbWriter) parts(polygons orb.MultiPolygon) (flatbuffers.UOffsetT, error) {
	offsets := make([]flatbuffers.UOffsetT, len(polygons))
	for i, polygon := range polygons {
		var err error
		if offsets[i], err = w.geometry(polygon); err != nil {
			return 0, err
		}
	}
	b := w.builder
	vector := fgbVector(b, offsets)
	b.StartObject(8)
	b.PrependByteSlot(6, fgbGeometries["MultiPolygon"], 0)
	b.PrependUOffsetTSlot(7, vector, 0)
	return b.EndObject(), nil
}

func fgbVector(b *flatbuffers.Builder, offsets []flatbuffers.UOffsetT) flatbuffers.UOffsetT {
	b.StartVector(4, len(offsets), 4)
	for i := len(offsets) - 1; i >= 0; i-- {
		b.PrependUOffsetT(offsets[i])
	}
	return b.EndVector(len(offsets))
}

func (w *fgbWriter) Close() error {
	err := w.finish()
	w.spool.file.Close()
	if closed := w.file.Close(); err == nil {
		err = closed
	}
	return wrap(err)
}

// finish writes header, index and features in order.
func (w *fgbWriter) finish() error {
	if err := w.spool.out.Flush(); err != nil {
		return err
	}
	sortHilbert(w.items, w.bound)
	out := bufio.NewWriterSize(w.file, 1<<16)
	header, err := w.header()
	if err != nil {
		return err
	}
	out.WriteString(fgbMagic)
	out.Write(header)
	if err := writeIndex(out, w.items); err != nil {
		return err
	}
	var feature []byte
	for _, item := range w.items {
		feature = slices.Grow(feature[:0], int(item.size))[:item.size]
		if _, err := w.spool.file.ReadAt(feature, item.offset); err != nil {
			return err
		}
		out.Write(feature)
	}
	return out.Flush()
}

func (w *fgbWriter) header() ([]byte, error) {
	manifest, err := toJSON(w.about)
	if err != nil {
		return nil, err
	}
	b := w.builder
	b.Reset()
	name, metadata := b.CreateString(w.layer.Name), b.CreateString(string(manifest))
	description := b.CreateString(w.about.Attribution + ", " + w.about.Licence)
	columns := make([]flatbuffers.UOffsetT, len(w.layer.Columns))
	for i, column := range w.layer.Columns {
		called := b.CreateString(column.Name)
		b.StartObject(11)
		b.PrependUOffsetTSlot(0, called, 0)
		b.PrependByteSlot(1, fgbTypes[column.Kind], 0)
		columns[i] = b.EndObject()
	}
	columnsAt := fgbVector(b, columns)
	organisation := b.CreateString("EPSG")
	b.StartObject(6)
	b.PrependUOffsetTSlot(0, organisation, 0)
	b.PrependInt32Slot(1, 4326, 0)
	system := b.EndObject()
	b.StartVector(8, 4, 8)
	for _, v := range []float64{w.bound.Max[1], w.bound.Max[0], w.bound.Min[1], w.bound.Min[0]} {
		b.PrependFloat64(v)
	}
	envelope := b.EndVector(4)
	b.StartObject(14)
	b.PrependUOffsetTSlot(0, name, 0)
	if len(w.items) > 0 {
		b.PrependUOffsetTSlot(1, envelope, 0)
	}
	b.PrependByteSlot(2, fgbGeometries[w.layer.Geometry], 0)
	b.PrependUOffsetTSlot(7, columnsAt, 0)
	b.PrependUint64Slot(8, uint64(len(w.items)), 0)
	nodes := uint16(indexNode)
	if len(w.items) == 0 {
		nodes = 0 // no index
	}
	b.PrependUint16Slot(9, nodes, 16)
	b.PrependUOffsetTSlot(10, system, 0)
	b.PrependUOffsetTSlot(12, description, 0)
	b.PrependUOffsetTSlot(13, metadata, 0)
	b.FinishSizePrefixed(b.EndObject())
	return b.FinishedBytes(), nil
}
