package mvt

import (
	"encoding/binary"
	"math/bits"
)

// Field numbers of vector_tile.proto.
const (
	tileLayers = 3

	layerName     = 1
	layerFeatures = 2
	layerKeys     = 3
	layerValues   = 4
	layerExtent   = 5
	layerVersion  = 15

	featureID       = 1
	featureTags     = 2
	featureType     = 3
	featureGeometry = 4

	valueText   = 1
	valueUint   = 5
	valueSint   = 6
	typePolygon = 3
)

// Commands of the pen.
const (
	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

func command(id, count uint32) uint32 { return id | count<<3 }

func zigzag(v int32) uint32 { return uint32(v<<1) ^ uint32(v>>31) }

// Wire types of protocol buffers.
const (
	wireVarint = 0
	wireBytes  = 2
)

func varintField(b []byte, field int, value uint64) []byte {
	b = binary.AppendUvarint(b, uint64(field)<<3|wireVarint)
	return binary.AppendUvarint(b, value)
}

func bytesField(b []byte, field int, value []byte) []byte {
	b = binary.AppendUvarint(b, uint64(field)<<3|wireBytes)
	b = binary.AppendUvarint(b, uint64(len(value)))
	return append(b, value...)
}

func stringField(b []byte, field int, value string) []byte {
	b = binary.AppendUvarint(b, uint64(field)<<3|wireBytes)
	b = binary.AppendUvarint(b, uint64(len(value)))
	return append(b, value...)
}

func packedField(b []byte, field int, values []uint32) []byte {
	size := 0
	for _, v := range values {
		size += (bits.Len32(v|1) + 6) / 7
	}
	b = binary.AppendUvarint(b, uint64(field)<<3|wireBytes)
	b = binary.AppendUvarint(b, uint64(size))
	for _, v := range values {
		b = binary.AppendUvarint(b, uint64(v))
	}
	return b
}

// encode is the value as a message.
func (v Value) encode() []byte {
	switch {
	case v.isText:
		return stringField(nil, valueText, v.text)
	case v.number >= 0:
		return varintField(nil, valueUint, uint64(v.number))
	default:
		return varintField(nil, valueSint, uint64(v.number<<1)^uint64(v.number>>63))
	}
}

// dictionary numbers things in the order in which they come.
type dictionary[T comparable] map[T]uint32

func (d dictionary[T]) index(thing T) uint32 {
	n, ok := d[thing]
	if !ok {
		n = uint32(len(d))
		d[thing] = n
	}
	return n
}

func (d dictionary[T]) ordered() []T {
	things := make([]T, len(d))
	for thing, n := range d {
		things[n] = thing
	}
	return things
}
