package gis

import (
	"encoding/binary"
	"math/bits"

	"github.com/parquet-go/parquet-go/format"
)

// mostValues bounds the values of a page of a Parquet file: a few bytes can claim two
// thousand million of one value, for which the library makes room.
const mostValues = 2 << 20

// checkValues refuses a page, unpacked, that claims more values than it says it has, or
// than a page may have. levels are those of a page of the second version; depth is how many
// levels of what may be absent the column has.
func checkValues(header *format.PageHeader, levels, page []byte, depth int) error {
	var n int
	var coded format.Encoding
	switch {
	case header.DictionaryPageHeader.Valid:
		// A value of a dictionary takes a byte at least.
		if int(header.DictionaryPageHeader.V.NumValues) > len(page) {
			return errParquet
		}
		return nil
	case header.DataPageHeader.Valid:
		n, coded = int(header.DataPageHeader.V.NumValues), header.DataPageHeader.V.Encoding
		if depth > 0 {
			var err error
			if levels, page, err = prefixed(page); err != nil || header.DataPageHeader.V.DefinitionLevelEncoding != format.RLE {
				return errParquet
			}
		}
	case header.DataPageHeaderV2.Valid:
		n, coded = int(header.DataPageHeaderV2.V.NumValues), header.DataPageHeaderV2.V.Encoding
	default:
		return nil // an index
	}
	if n < 0 || n > mostValues {
		return ends("a page of the Parquet file has more than %d rows; write smaller ones", mostValues)
	}
	if depth > 0 {
		if err := checkRuns(levels, bits.Len(uint(depth)), n); err != nil {
			return err
		}
	}
	if len(page) == 0 {
		return nil
	}
	switch coded {
	case format.PlainDictionary, format.RLEDictionary:
		return checkRuns(page[1:], int(page[0]), n)
	case format.RLE:
		runs, _, err := prefixed(page)
		if err != nil {
			return err
		}
		return checkRuns(runs, 1, n)
	case format.DeltaBinaryPacked, format.DeltaLengthByteArray:
		return checkDelta(page, n)
	case format.DeltaByteArray:
		// Each value may begin as the one before: some bytes become any number.
		return ends("a column of the Parquet file is coded by differences of texts; write it with a dictionary")
	}
	return nil
}

// prefixed are bytes behind their length, and what comes after them.
func prefixed(page []byte) (found, rest []byte, err error) {
	if len(page) < 4 {
		return nil, nil, errParquet
	}
	n := binary.LittleEndian.Uint32(page)
	if uint64(n) > uint64(len(page)-4) {
		return nil, nil, errParquet
	}
	return page[4 : 4+n], page[4+n:], nil
}

// checkRuns goes through runs of one value and of packed ones, of some bits each, and refuses
// more than there are. The last packed run may be padded.
func checkRuns(runs []byte, width, most int) error {
	const padding = 512
	if width > 32 {
		return errParquet
	}
	for n := uint64(0); len(runs) > 0; {
		header, size := binary.Uvarint(runs)
		if size <= 0 {
			return errParquet
		}
		count, bytes := header>>1, uint64(width+7)/8
		if header&1 == 1 {
			// Eight values take as many bytes as a value has bits.
			if count > mostValues {
				return errParquet
			}
			count, bytes = 8*count, count*uint64(width)
		}
		if count > mostValues {
			return errParquet
		}
		if n += count; n > uint64(most)+padding {
			return errParquet
		}
		runs = runs[size:]
		runs = runs[min(bytes, uint64(len(runs))):]
	}
	return nil
}

// checkDelta reads how many values are coded by their differences.
func checkDelta(page []byte, most int) error {
	var fields [3]uint64 // of a block, its parts, all
	for i := range fields {
		v, size := binary.Uvarint(page)
		if size <= 0 {
			return errParquet
		}
		fields[i], page = v, page[size:]
	}
	if fields[2] > uint64(most) {
		return errParquet
	}
	return nil
}
