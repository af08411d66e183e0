package elevation

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// hills is a surface with valleys some 5 km wide, whose steepest slope is about 0.7.
func hills(p orb.Point) float64 {
	return 1500 + 500*math.Sin(p[0]*120)*math.Cos(p[1]*90) + 100*math.Sin(p[0]*500+p[1]*300)
}

// hillsFile writes them, with a hole of some 200 m.
func hillsFile(tb testing.TB, folder string) string {
	tb.Helper()
	const side = 1201
	data := make([]byte, 0, 2*side*side)
	for row := range side {
		for column := range side {
			height := int16(math.Round(hills(orb.Point{1 + float64(column)/(side-1), 43 - float64(row)/(side-1)})))
			if row/3 == 200 && column/3 == 200 {
				height = void
			}
			data = binary.BigEndian.AppendUint16(data, uint16(height))
		}
	}
	path := filepath.Join(folder, "N42E001.hgt")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// decoded are the heights of a picture.
func decoded(t *testing.T, picture Picture) (h heights) {
	t.Helper()
	drawn, err := png.Decode(bytes.NewReader(picture.PNG))
	if err != nil || drawn.Bounds().Dx() != Side || drawn.Bounds().Dy() != Side {
		t.Fatalf("%v of %v", err, picture.Tile)
	}
	for i := range h {
		r, g, b, _ := drawn.At(i%Side, i/Side).RGBA()
		h[i] = float64(r>>8)*256 + float64(g>>8) + float64(b>>8)/256 - 32768
	}
	return h
}

// drawn are the pictures of a box, by tile.
func drawn(t *testing.T, folder string, box orb.Bound) map[maptile.Tile]Picture {
	t.Helper()
	tiles, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	all := map[maptile.Tile]Picture{}
	err = tiles.Pyramid(t.Context(), []orb.Bound{box, box.Pad(-0.01)}, func(p Picture) error {
		if _, twice := all[p.Tile]; twice {
			t.Errorf("%v was drawn twice", p.Tile)
		}
		all[p.Tile] = p
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A picture has the heights that GDAL finds at its pixels, and a hole those around it.
func TestPyramid_HasTheHeightsThatGDALHas(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	source := hillsFile(t, folder)
	all := drawn(t, folder, orb.Bound{Min: orb.Point{1.4, 42.4}, Max: orb.Point{1.7, 42.65}})
	tile := maptile.At(orb.Point{1.53, 42.5}, 11)
	got := decoded(t, all[tile])
	if known := all[tile].Known; known < Side*Side-40 || known == Side*Side {
		t.Errorf("%d heights are known, want all but the hole", known)
	}
	hole := orb.Point{1 + 601.0/1200, 43 - 601.0/1200}
	at := maptile.Fraction(hole, 11)
	holeX, holeY := int((at[0]-float64(tile.X))*Side), int((at[1]-float64(tile.Y))*Side)
	for row, line := range warped(t, source, tile) {
		for column, want := range line {
			if max(row-holeY, holeY-row, column-holeX, holeX-column) < 6 {
				continue // GDAL fills a part of it in another way
			}
			// Metres are whole in the file and a pixel is told to a quarter; GDAL's own way to
			// the pixel is half a metre off on a slope of 0.7.
			if diff := math.Abs(got[row*Side+column] - want); want > 0 && diff > 1.2 {
				t.Fatalf("pixel %d, %d: %v m, GDAL says %v", column, row, got[row*Side+column], want)
			}
		}
	}
	if v := got[holeY*Side+holeX]; math.Abs(v-hills(hole)) > 120 {
		t.Errorf("the hole is %v m high, the hill %v", v, hills(hole))
	}
}

// warped are the heights of a tile's pixels by GDAL, 0 where it has none.
func warped(t *testing.T, source string, tile maptile.Tile) [][]float64 {
	t.Helper()
	const half = 20037508.342789244
	size := 2 * half / math.Exp2(float64(tile.Z))
	text := func(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) }
	west, north := -half+float64(tile.X)*size, half-float64(tile.Y)*size
	grid, table := filepath.Join(t.TempDir(), "grid.tif"), filepath.Join(t.TempDir(), "grid.asc")
	for _, command := range [][]string{
		{"gdalwarp", "-q", "-t_srs", "EPSG:3857", "-te", text(west), text(north - size), text(west + size), text(north), "-ts", "256", "256",
			"-r", "bilinear", "-et", "0", "-ot", "Float32", "-dstnodata", "0", source, grid},
		{"gdal_translate", "-q", "-of", "AAIGrid", grid, table},
	} {
		if out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v: %s", command, err, out)
		}
	}
	data, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	var lines [][]float64
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) != Side {
			continue // the head
		}
		values := make([]float64, Side)
		for i, field := range fields {
			if values[i], err = strconv.ParseFloat(field, 64); err != nil {
				t.Fatal(err)
			}
		}
		lines = append(lines, values)
	}
	if len(lines) != Side {
		t.Fatalf("%d lines", len(lines))
	}
	return lines
}

// Each zoom is there, whole, and says on the whole what the next one does.
func TestPyramid_HasEachZoomOnce(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	hillsFile(t, folder)
	box := orb.Bound{Min: orb.Point{1.4, 42.4}, Max: orb.Point{1.7, 42.65}}
	all := drawn(t, folder, box)
	n := 0
	for zoom := maptile.Zoom(FirstZoom); zoom <= 11; zoom++ {
		for tile := range tilesOf([]orb.Bound{box}, zoom) {
			n++
			picture, found := all[tile]
			if !found {
				t.Fatalf("%v is missing", tile)
			}
			if zoom == 11 {
				continue
			}
			whole := decoded(t, picture)
			for _, child := range tile.Children() {
				if _, found := all[child]; !found {
					continue
				}
				part := decoded(t, all[child])
				x, y := int(child.X%2)*Side/2, int(child.Y%2)*Side/2
				mean := (part[0] + part[1] + part[Side] + part[Side+1]) / 4
				if diff := math.Abs(whole[y*Side+x] - mean); diff > 0.5 && picture.Known == Side*Side {
					t.Errorf("%v: %v m, the four of %v are %v", tile, whole[y*Side+x], child, mean)
				}
			}
		}
	}
	if n != len(all) {
		t.Errorf("%d tiles, want %d", len(all), n)
	}
}

func TestPyramid_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := hillsFile(t, folder)
	tiles, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	box := []orb.Bound{{Min: orb.Point{0.9, 42.4}, Max: orb.Point{1.1, 42.5}}}
	if missing := tiles.Missing(box); len(missing) != 1 || missing[0] != "N42E000.hgt" {
		t.Errorf("missing: %v", missing)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = tiles.Pyramid(ctx, box, func(Picture) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("called off: %v", err)
	}
	full := errors.New("full")
	if err := tiles.Pyramid(t.Context(), box, func(Picture) error { return full }); !errors.Is(err, full) {
		t.Errorf("keep failed: %v", err)
	}
	if err := os.Truncate(path, 100); err != nil {
		t.Fatal(err)
	}
	tiles.forget()
	if err := tiles.Pyramid(t.Context(), box, func(Picture) error { return nil }); err == nil || !strings.Contains(err.Error(), "100 bytes") {
		t.Errorf("a file that was cut off: %v", err)
	}
}
