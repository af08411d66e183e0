package gis

import (
	"strings"
	"testing"

	flatbuffers "github.com/google/flatbuffers/go"
)

// collection is a geometry whose parts all are the same one of many points, n levels deep.
func collection(levels, parts, points int) []byte {
	b := flatbuffers.NewBuilder(1 << 16)
	b.StartVector(8, 2*points, 8)
	for range 2 * points {
		b.PrependFloat64(1)
	}
	xy := b.EndVector(2 * points)
	b.StartObject(8)
	b.PrependUOffsetTSlot(1, xy, 0)
	b.PrependByteSlot(6, 3, 0)
	at := b.EndObject()
	for range levels {
		b.StartVector(4, parts, 4)
		for range parts {
			b.PrependUOffsetT(at)
		}
		vector := b.EndVector(parts)
		b.StartObject(8)
		b.PrependByteSlot(6, 7, 0)
		b.PrependUOffsetTSlot(7, vector, 0)
		at = b.EndObject()
	}
	b.Finish(at)
	return b.FinishedBytes()
}

func TestFlatGeobuf_PartsThatAreTheSameBytesCountEachTime(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		levels, parts, points int
		says                  string
	}{"few": {1, 10, 10, ""}, "wide": {1, 10_000, 10_000, "a million points"}, "deep": {8, 1000, 1, "a million points"}} {
		left := mostVertices
		_, err := rootTable(collection(test.levels, test.parts, test.points)).shape(7, 0, &left)
		if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
