package gis

import (
	"bufio"
	"compress/gzip"
	"io"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// mostPage bounds a page of a Parquet file, unpacked, in bytes.
const mostPage = 64 << 20

// checkPages unpacks the pages of a column, one after the other, before the library, which
// believes what they claim, does: none may be larger than it says, nor than mostPage, nor
// claim more values than it has. depth is how many levels of what may be absent there are.
func checkPages(in io.ReaderAt, column *format.ColumnMetaData, depth int) error {
	at := column.DataPageOffset
	if first := column.DictionaryPageOffset; first > 0 && first < at {
		at = first
	}
	if at < 0 || column.TotalCompressedSize < 0 {
		return errParquet
	}
	for end := at + column.TotalCompressedSize; at < end; {
		section := &counting{Reader: bufio.NewReader(io.NewSectionReader(in, at, end-at))}
		var header format.PageHeader
		protocol := thrift.CompactProtocol{}
		if thrift.NewDecoder(protocol.NewReader(section)).Decode(&header) != nil || section.n == 0 || header.CompressedPageSize < 0 {
			return errParquet
		}
		at += section.n
		size := int64(header.CompressedPageSize)
		if header.UncompressedPageSize < 0 || header.UncompressedPageSize > mostPage || size > mostPage {
			return ends("a page of the Parquet file is larger than %d MB; write smaller ones", mostPage>>20)
		}
		skip := int64(0)
		if v2 := header.DataPageHeaderV2; v2.Valid {
			if v2.V.DefinitionLevelsByteLength < 0 || v2.V.RepetitionLevelsByteLength < 0 {
				return errParquet
			}
			skip = int64(v2.V.DefinitionLevelsByteLength) + int64(v2.V.RepetitionLevelsByteLength)
		}
		if skip > size {
			return errParquet
		}
		levels := make([]byte, skip)
		if _, err := in.ReadAt(levels, at); err != nil && err != io.EOF {
			return wrap(err)
		}
		if v2 := header.DataPageHeaderV2; v2.Valid {
			levels = levels[v2.V.RepetitionLevelsByteLength:]
		}
		codec := column.Codec
		if v2 := header.DataPageHeaderV2; v2.Valid && v2.V.IsCompressed.Valid && !v2.V.IsCompressed.V {
			codec = format.Uncompressed
		}
		page, err := unpackPage(io.NewSectionReader(in, at+skip, size-skip), codec, int64(header.UncompressedPageSize))
		if err == nil {
			err = checkValues(&header, levels, page, depth)
		}
		if err != nil {
			return err
		}
		at += size
	}
	return nil
}

// counting counts the bytes that were read.
type counting struct {
	*bufio.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counting) ReadByte() (byte, error) {
	b, err := c.Reader.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

func (c *counting) Discard(n int) (int, error) {
	n, err := c.Reader.Discard(n)
	c.n += int64(n)
	return n, err
}

// unpackPage refuses what unpacks to more than a size.
func unpackPage(in *io.SectionReader, codec format.CompressionCodec, size int64) ([]byte, error) {
	var unpacked io.Reader
	switch codec {
	case format.Uncompressed:
		unpacked = in
	case format.Snappy:
		packed, err := io.ReadAll(in)
		if err != nil {
			return nil, wrap(err)
		}
		if n, err := s2.DecodedLen(packed); len(packed) == 0 || err != nil || int64(n) > size {
			return nil, damagedUnlessEmpty(len(packed))
		}
		page, err := s2.Decode(nil, packed)
		if err != nil {
			return nil, errParquet
		}
		return page, nil
	case format.Gzip:
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, errParquet
		}
		unpacked = z
	case format.Zstd:
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(2*mostPage), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, errParquet
		}
		defer z.Close()
		unpacked = z
	default:
		return nil, ends("the Parquet file is packed by %s; write it with zstd, gzip or snappy", codec)
	}
	page, err := io.ReadAll(io.LimitReader(unpacked, size+1))
	if err != nil && in.Size() > 0 || int64(len(page)) > size {
		return nil, errParquet
	}
	return page, nil
}

// damagedUnlessEmpty: a page without values has no bytes.
func damagedUnlessEmpty(packed int) error {
	if packed == 0 {
		return nil
	}
	return errParquet
}
