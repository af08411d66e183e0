package tiles

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// encoding is a content coding of HTTP; the zero value is none.
type encoding string

const (
	identity encoding = ""
	gzipped  encoding = "gzip"
	zstded   encoding = "zstd"
)

// encodings are those that are spoken, the best first.
var encodings = []encoding{zstded, gzipped, identity}

// negotiate chooses the best encoding that an Accept-Encoding header takes (RFC
// 9110, 12.5.3): without one, none.
func negotiate(header string) encoding {
	best, most := identity, 0.0
	for _, part := range strings.Split(header, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		e := encoding(strings.ToLower(strings.TrimSpace(name)))
		if e == "*" {
			e = gzipped
		}
		if e != gzipped && e != zstded {
			continue
		}
		if q := quality(parameters); q > most || (q == most && q > 0 && e == zstded) {
			best, most = e, q
		}
	}
	return best
}

// quality is the weight of "q=0.8", 1 without one and 0 when it cannot be read.
func quality(parameters string) float64 {
	name, value, found := strings.Cut(strings.TrimSpace(parameters), "=")
	if !found {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || strings.ToLower(strings.TrimSpace(name)) != "q" || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

var gzipWriters = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.DefaultCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	return w
}}

// zstdWriter may be used from several goroutines at once.
var zstdWriter = sync.OnceValue(func() *zstd.Encoder {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		panic(err) // the options are constants
	}
	return w
})

// compress makes of a tile's bytes what goes out. Its ETag is strong: each encoding
// has its own.
func (e encoding) compress(data []byte) encoded {
	if len(data) == 0 {
		return encoded{}
	}
	digest := sha256.Sum256(data)
	tag := hex.EncodeToString(digest[:12])
	if e != identity {
		tag += "-" + string(e)
	}
	return encoded{encoding: e, etag: `"` + tag + `"`, body: e.body(data)}
}

func (e encoding) body(data []byte) []byte {
	switch e {
	case gzipped:
		var out bytes.Buffer
		w := gzipWriters.Get().(*gzip.Writer)
		defer gzipWriters.Put(w)
		w.Reset(&out)
		_, _ = w.Write(data) // a buffer in memory does not fail
		_ = w.Close()
		return out.Bytes()
	case zstded:
		return zstdWriter().EncodeAll(data, nil)
	default:
		return data
	}
}
