package osm

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"encoding/binary"
	"os"
	"strings"
	"testing"
	"time"
)

// field is a protobuf field of bytes, number that of a varint.
func field(tag int, content []byte) []byte {
	out := binary.AppendUvarint(nil, uint64(tag<<3|2))
	return append(binary.AppendUvarint(out, uint64(len(content))), content...)
}

func number(tag int, value uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, uint64(tag<<3)), value)
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// blob frames a blob; claim is what its header says of its size.
func blob(kind string, content []byte, claim int) []byte {
	header := join(field(1, []byte(kind)), number(3, uint64(claim)))
	return join(binary.BigEndian.AppendUint32(nil, uint32(len(header))), header, content)
}

func raw(kind string, block []byte) []byte {
	content := field(1, block)
	return blob(kind, content, len(content))
}

func deflated(block []byte, claim int) []byte {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, _ = w.Write(block)
	_ = w.Close()
	content := join(number(2, uint64(claim)), field(3, packed.Bytes()))
	return blob("OSMData", content, len(content))
}

var header = raw("OSMHeader", field(4, []byte("OsmSchema-V0.6")))

func hostileFiles(t testing.TB) map[string]struct {
	content []byte
	says    string
} {
	zeros := make([]byte, 8<<20)
	way := join(number(1, 7), field(2, []byte{9}), field(3, []byte{9}))
	dense := join(field(1, []byte{2, 2}), field(8, []byte{2}), field(9, []byte{2, 2}))
	files := map[string]struct {
		content []byte
		says    string
	}{
		"empty.osm.pbf":        {nil, "empty"},
		"page.osm":             {[]byte("<!doctype html><html><body>Not found</body></html>"), "is it an OpenStreetMap extract"},
		"archive.osm.pbf":      {[]byte("PK\x03\x04 a zip archive"), "it is no OpenStreetMap extract"},
		"notes.txt":            {[]byte("dear Sir, the file is not here"), "it is no OpenStreetMap extract"},
		"headerbomb.osm.pbf":   {join([]byte{0, 0xff, 0xff, 0xff}, zeros[:100]), "its header claims"},
		"blobbomb.osm.pbf":     {join(header, blob("OSMData", []byte("x"), 2<<30-1)), "it claims 2.0 GB"},
		"rawbomb.osm.pbf":      {join(header, deflated([]byte("x"), 2<<30-1)), "it claims to unpack to 2.0 GB"},
		"liar.osm.pbf":         {join(header, deflated(zeros[:1000], 10)), "does not unpack to the 10 bytes"},
		"zeros.osm.pbf":        {join(header, bytes.Repeat(deflated(zeros, len(zeros)), 40)), "times its size"},
		"strings.osm.pbf":      {join(header, raw("OSMData", field(2, field(3, way)))), "bad block"},
		"uneven.osm.pbf":       {join(header, raw("OSMData", field(2, field(2, dense)))), "bad block"},
		"feature.osm.pbf":      {raw("OSMHeader", field(4, []byte("Teleportation"))), "Teleportation"},
		"lzma.osm.pbf":         {join(header, blob("OSMData", field(4, []byte("x")), 3)), "not zlib"},
		"longitude.osm":        {[]byte(`<osm><node id="1" lon="1000" lat="5"/></osm>`), "longitude 1000"},
		"cut.osm":              {[]byte(`<osm><node id="1" lon="1" lat="5"/><node id="2" lo`), "cut off"},
		"no-number.osm":        {[]byte(`<osm><node id="one" lon="1" lat="5"/></osm>`), "one"},
		"gzipbomb.osm.gz":      {gzipped(t, join([]byte(`<osm><node id="1" lon="1" lat="1"/>`), bytes.Repeat([]byte(" "), 64<<20))), "times its size"},
		"nothing-inside.osm":   {[]byte(`<osm></osm>`), "no node, way or relation"},
		"broken-bzip2.osm.bz2": {[]byte("BZh91AY&SYgarbage and more garbage"), "bzip2"},
	}
	return files
}

func gzipped(t testing.TB, content []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func TestRead_RefusesHostileFilesInOneLine(t *testing.T) {
	t.Parallel()
	for name, file := range hostileFiles(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(context.Background(), written(t, name, file.content), Options{Streets: true, Households: true, Areas: true})
			if err == nil {
				t.Fatal("read without an error")
			}
			text := err.Error()
			if !strings.Contains(text, file.says) || !strings.Contains(text, name) || strings.Contains(text, "\n") || !strings.HasPrefix(text, "geo/osm: ") {
				t.Errorf("says %q, want %q in one line", text, file.says)
			}
		})
	}
}

func TestRead_RefusesAFileThatIsCutAnywhere(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(shipped(t, "delaware-latest.osm.pbf"))
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 50; i++ {
		cut := whole[:1+i*1231]
		if _, err := Read(context.Background(), written(t, "cut.osm.pbf", cut), Options{Streets: true}); err == nil || !strings.Contains(err.Error(), "cut off") {
			t.Errorf("%d bytes: %v", len(cut), err)
		}
	}
}

func TestRead_SaysThatThereIsNoFile(t *testing.T) {
	t.Parallel()
	if _, err := Read(context.Background(), "nowhere.osm.pbf", Options{}); err == nil || !strings.Contains(err.Error(), "nowhere.osm.pbf") {
		t.Errorf("got %v", err)
	}
	if _, err := Read(context.Background(), t.TempDir(), Options{}); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("got %v", err)
	}
}

// FuzzRead asks that no file, however broken, panics, hangs or reads without end.
func FuzzRead(f *testing.F) {
	for _, file := range hostileFiles(f) {
		if len(file.content) < 1<<12 {
			f.Add(file.content)
		}
	}
	var w town
	w.building(1, 0, 0, "addr:housenumber=1")
	f.Add(w.bytes())
	node := join(number(1, 2), number(8, 2), number(9, 2))
	f.Add(join(header, raw("OSMData", join(field(1, field(1, []byte("highway"))), field(2, field(1, node))))))
	f.Fuzz(func(t *testing.T, content []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		options := Options{Households: true, Streets: true, Areas: true, Feature: func(Feature) error { return nil }}
		_, _ = Read(ctx, written(t, "fuzz", content), options)
		if ctx.Err() != nil {
			t.Error("it takes more than ten seconds")
		}
	})
}
