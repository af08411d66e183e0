package gis

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// A few bytes may claim a run of two thousand million values; the library makes room for
// them before it looks what there is.
func TestCheckValues_RefusesRunsLongerThanThePage(t *testing.T) {
	t.Parallel()
	run := func(count uint64, value ...byte) []byte { return append(binary.AppendUvarint(nil, count<<1), value...) }
	prefixed := func(runs []byte, rest ...byte) []byte {
		return append(append(binary.LittleEndian.AppendUint32(nil, uint32(len(runs))), runs...), rest...)
	}
	page := func(n int32, coded format.Encoding) *format.PageHeader {
		var h format.PageHeader
		h.DataPageHeader.Valid = true
		h.DataPageHeader.V.NumValues, h.DataPageHeader.V.Encoding, h.DataPageHeader.V.DefinitionLevelEncoding = n, coded, format.RLE
		return &h
	}
	delta := func(total uint64) []byte {
		return binary.AppendUvarint(binary.AppendUvarint(binary.AppendUvarint(nil, 128), 4), total)
	}
	dictionary := format.PageHeader{}
	dictionary.DictionaryPageHeader.Valid = true
	dictionary.DictionaryPageHeader.V.NumValues = 100
	for name, one := range map[string]struct {
		header *format.PageHeader
		page   []byte
		depth  int
		taken  bool
	}{
		"levels":                    {page(10, format.Plain), prefixed(run(10, 1), 1), 1, true},
		"levels of a bomb":          {page(10, format.Plain), prefixed(run(1<<31-1, 1), 1), 1, false},
		"many short runs":           {page(10, format.Plain), prefixed(bytes.Repeat(run(400, 1), 3)), 1, false},
		"indexes":                   {page(10, format.RLEDictionary), append([]byte{3}, run(10, 5)...), 0, true},
		"indexes of a bomb":         {page(10, format.RLEDictionary), append([]byte{3}, run(1<<30, 5)...), 0, false},
		"packed indexes of a bomb":  {page(10, format.RLEDictionary), append([]byte{0}, binary.AppendUvarint(nil, 1<<40|1)...), 0, false},
		"flags of a bomb":           {page(10, format.RLE), prefixed(run(1<<30, 1)), 0, false},
		"differences":               {page(10, format.DeltaBinaryPacked), delta(10), 0, true},
		"differences of a bomb":     {page(10, format.DeltaLengthByteArray), delta(1 << 30), 0, false},
		"texts by their beginnings": {page(10, format.DeltaByteArray), delta(10), 0, false},
		"rows":                      {page(mostValues+1, format.Plain), nil, 0, false},
		"a dictionary":              {&dictionary, make([]byte, 400), 0, true},
		"a dictionary of a bomb":    {&dictionary, make([]byte, 99), 0, false},
		"a length beyond the page":  {page(10, format.Plain), []byte{255, 255, 255, 255, 1}, 1, false},
	} {
		if err := checkValues(one.header, nil, one.page, one.depth); (err == nil) != one.taken {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Of two lengths whose sum is one, neither may be less than none.
func TestCheckPages_RefusesLengthsBelowNone(t *testing.T) {
	t.Parallel()
	for _, lengths := range [][2]int32{{-5, 10}, {10, -5}} {
		header := format.PageHeader{Type: format.DataPageV2, UncompressedPageSize: 8, CompressedPageSize: 8}
		header.DataPageHeaderV2.Valid = true
		header.DataPageHeaderV2.V.RepetitionLevelsByteLength, header.DataPageHeaderV2.V.DefinitionLevelsByteLength = lengths[0], lengths[1]
		content, err := thrift.Marshal(&thrift.CompactProtocol{}, &header)
		if err != nil {
			t.Fatal(err)
		}
		content = append(content, make([]byte, 8)...)
		column := format.ColumnMetaData{TotalCompressedSize: int64(len(content))}
		if err := checkPages(bytes.NewReader(content), &column, 1); err == nil {
			t.Errorf("%v are taken", lengths)
		}
	}
}
