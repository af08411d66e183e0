package osm

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zlib"
	"github.com/paulmach/protoscan"
)

// Bounds of the PBF format (wiki.openstreetmap.org/wiki/PBF_Format). What a file
// claims is checked against them before anything is allocated: the decoder of
// paulmach/osm trusts it, and panics in goroutines of its own on bytes that are
// no block, hence this one (docs/decisions/osm-pbf.md).
const (
	mostBlobHeader = 64 << 10
	mostBlob       = 32 << 20
	// mostExpansion is how many times its own size a file may unpack to. Real
	// extracts reach 3 to 10.
	mostExpansion = 60
)

// pbfReader walks the blobs of a .osm.pbf file.
type pbfReader struct {
	in     *bufio.Reader
	offset int64 // of the blob that is being read
	budget int64 // bytes that may still be unpacked
	blob   []byte
	raw    bytes.Buffer
	zlib   io.ReadCloser
}

// readPBF decodes every block into a sink. size is the file's, in bytes.
func readPBF(ctx context.Context, in io.Reader, size int64, to sink) error {
	r := &pbfReader{in: bufio.NewReaderSize(in, 1<<16), budget: mostExpansion*size + 1<<20}
	var block primitiveBlock
	headers := 0
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		kind, raw, err := r.next()
		if err == io.EOF {
			if headers == 0 {
				return errors.New("the file is empty")
			}
			return nil
		}
		if err == nil {
			headers++
			err = decodeBlob(kind, raw, &block, to)
		}
		if err != nil {
			return fmt.Errorf("blob at byte %d: %w", r.offset, err)
		}
	}
}

func decodeBlob(kind string, raw []byte, block *primitiveBlock, to sink) error {
	switch kind {
	case "OSMHeader":
		return checkHeader(raw)
	case "OSMData":
		return block.decode(raw, to)
	default:
		return nil // the format lets readers pass over kinds they do not know
	}
}

// next is the kind of the next blob and its unpacked bytes, valid until the call
// after; io.EOF at a clean end.
func (r *pbfReader) next() (kind string, raw []byte, err error) {
	var length [4]byte
	if n, err := io.ReadFull(r.in, length[:]); err != nil {
		if n == 0 {
			return "", nil, io.EOF
		}
		return "", nil, errCut
	}
	headerSize := binary.BigEndian.Uint32(length[:])
	if headerSize > mostBlobHeader {
		return "", nil, fmt.Errorf("its header claims %s; the file is damaged or no .osm.pbf", bytesText(int64(headerSize)))
	}
	if err := r.fill(int64(headerSize)); err != nil {
		return "", nil, err
	}
	kind, size, err := blobHeader(r.blob)
	if err != nil {
		return "", nil, err
	}
	if size < 0 || size > mostBlob {
		return "", nil, fmt.Errorf("it claims %s; the file is damaged or hostile", bytesText(size))
	}
	if err := r.fill(size); err != nil {
		return "", nil, err
	}
	raw, err = r.unpack()
	r.offset += 4 + int64(headerSize) + size
	if err != nil {
		r.offset -= 4 + int64(headerSize) + size
	}
	return kind, raw, err
}

// errCut says that the file ends in the middle.
var errCut = errors.New("the file is cut off here; fetch it again")

// fill reads the next bytes of the file into r.blob, growing as they come: a claim
// of 32 MB in a file of 1 kB allocates no more than that.
func (r *pbfReader) fill(size int64) error {
	buffer := bytes.NewBuffer(r.blob[:0])
	if _, err := io.CopyN(buffer, r.in, size); err != nil {
		if err == io.EOF {
			return errCut
		}
		return err
	}
	r.blob = buffer.Bytes()
	return nil
}

func blobHeader(header []byte) (kind string, size int64, err error) {
	message := protoscan.New(header)
	for message.Next() {
		switch message.FieldNumber() {
		case 1:
			kind, err = message.String()
		case 3:
			var n int32
			n, err = message.Int32()
			size = int64(n)
		default:
			message.Skip()
		}
		if err != nil {
			return "", 0, fmt.Errorf("bad header: %w", err)
		}
	}
	if err := message.Err(); err != nil || kind == "" {
		return "", 0, errors.New("bad header; the file is damaged or no .osm.pbf")
	}
	return kind, size, nil
}

// unpack inflates r.blob.
func (r *pbfReader) unpack() ([]byte, error) {
	var raw, packed []byte
	var claim int64
	message := protoscan.New(r.blob)
	for message.Next() {
		var err error
		switch message.FieldNumber() {
		case 1:
			raw, err = message.Bytes()
		case 2:
			var n int32
			n, err = message.Int32()
			claim = int64(n)
		case 3:
			packed, err = message.Bytes()
		case 4, 5, 6, 7:
			return nil, errors.New("it is packed in a way that is not zlib; convert the file with: osmium cat -o out.osm.pbf")
		default:
			message.Skip()
		}
		if err != nil {
			return nil, fmt.Errorf("bad blob: %w", err)
		}
	}
	if err := message.Err(); err != nil {
		return nil, fmt.Errorf("bad blob: %w", err)
	}
	if raw != nil {
		return raw, r.spend(int64(len(raw)))
	}
	if claim < 0 || claim > mostBlob {
		return nil, fmt.Errorf("it claims to unpack to %s; the file is damaged or hostile", bytesText(claim))
	}
	if err := r.spend(claim); err != nil {
		return nil, err
	}
	return r.inflate(packed, claim)
}

func (r *pbfReader) spend(raw int64) error {
	if r.budget -= raw; r.budget < 0 {
		return fmt.Errorf("the file unpacks to more than %d times its size; it is damaged or hostile", mostExpansion)
	}
	return nil
}

func (r *pbfReader) inflate(packed []byte, size int64) (_ []byte, err error) {
	if r.zlib == nil {
		r.zlib, err = zlib.NewReader(bytes.NewReader(packed))
	} else {
		err = r.zlib.(zlib.Resetter).Reset(bytes.NewReader(packed), nil)
	}
	if err != nil {
		return nil, fmt.Errorf("bad zlib data: %w", err)
	}
	r.raw.Reset()
	// One byte more than claimed tells a blob that unpacks to more.
	n, err := io.CopyN(&r.raw, r.zlib, size+1)
	if err != io.EOF && err != nil {
		return nil, fmt.Errorf("bad zlib data: %w", err)
	}
	if n != size {
		return nil, fmt.Errorf("it does not unpack to the %d bytes that it claims", size)
	}
	return r.raw.Bytes(), nil
}

// checkHeader refuses a file that needs features that this reader does not have.
func checkHeader(raw []byte) error {
	message := protoscan.New(raw)
	for message.Next() {
		if message.FieldNumber() != 4 {
			message.Skip()
			continue
		}
		feature, err := message.String()
		if err != nil {
			return fmt.Errorf("bad header block: %w", err)
		}
		switch feature {
		case "OsmSchema-V0.6", "DenseNodes":
		default:
			return fmt.Errorf("the file needs the feature %q; convert it with: osmium cat -o out.osm.pbf", feature)
		}
	}
	if err := message.Err(); err != nil {
		return fmt.Errorf("bad header block: %w", err)
	}
	return nil
}

func bytesText(n int64) string {
	switch {
	case n < 0:
		return "a negative size"
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	default:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
}
