package gis

import (
	"bytes"
	"io"
	"os"
	"testing"

	"github.com/paulmach/orb"
)

// A GeoPackage that is no file of its own is read where it lies: of somebody's sealed file
// there is no open copy, and a look at its first rows reads no more than these.
func TestOpen_MakesNoCopyOfAGeoPackage(t *testing.T) {
	const rows = 5000
	shapes, values := make([]orb.Geometry, rows), make([][]any, rows)
	for i := range shapes {
		shapes[i], values[i] = orb.Point{1, float64(i) / 100}, []any{}
	}
	content, err := os.ReadFile(write(t, GPKG, Layer{Name: "points", Geometry: "Point"}, shapes, values))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	in := &counted{Reader: bytes.NewReader(content)}
	r, err := Open(in, Wanted{Names: map[string]string{}})
	if err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("%v lie there: %v", left, err)
	}
	if _, err := r.Next(); err != nil || in.read > len(content)/4 {
		t.Errorf("%d bytes of %d were read for the first row: %v", in.read, len(content), err)
	}
	n := 1
	for ; ; n++ {
		if _, err = r.Next(); err != nil {
			break
		}
	}
	if err != io.EOF || n != rows {
		t.Errorf("%d features: %v", n, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// counted counts the bytes that are read.
type counted struct {
	*bytes.Reader
	read int
}

func (c *counted) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.Reader.ReadAt(p, at)
	c.read += n
	return n, err
}
