package elevation

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
)

// tileFile writes a tile whose height is 1000 m in the south and 10 m more for each
// row to the north, and unknown in the south-west corner.
func tileFile(tb testing.TB, folder, name string) {
	tb.Helper()
	const side = 1201
	data := make([]byte, 0, 2*side*side)
	for row := range side {
		for column := range side {
			height := int16(1000 + 10*(side-1-row))
			if row == side-1 && column == 0 {
				height = void
			}
			data = binary.BigEndian.AppendUint16(data, uint16(height))
		}
	}
	if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
		tb.Fatal(err)
	}
}

func TestTiles_At(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	tileFile(t, folder, "N42E001.hgt")
	tileFile(t, folder, "S01W072.hgt")
	tiles, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at   orb.Point
		want float64
	}{
		{orb.Point{1.5, 42}, 1000},
		{orb.Point{1.5, 42.5}, 7000},
		{orb.Point{1.5, 42 + 0.25/1200}, 1002.5},
		{orb.Point{1.999999, 42.999999}, 13000},
		{orb.Point{-71.5, -0.5}, 7000},
		{orb.Point{1, 42}, math.NaN()},
		{orb.Point{2.5, 42.5}, math.NaN()},
		{orb.Point{math.NaN(), 0}, math.NaN()},
	} {
		if got := tiles.At(c.at); math.Abs(got-c.want) > 0.02 || math.IsNaN(got) != math.IsNaN(c.want) {
			t.Errorf("%v: %v m, want %v", c.at, got, c.want)
		}
	}
	if tiles.Err() != nil || len(tiles.Files()) != 2 {
		t.Errorf("%v, %v", tiles.Err(), tiles.Files())
	}
}

func TestOpen_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if _, err := Open(folder); err == nil {
		t.Error("an empty folder was taken")
	}
	if err := os.WriteFile(filepath.Join(folder, "N00E000.hgt"), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	tiles, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	if v := tiles.At(orb.Point{0.5, 0.5}); !math.IsNaN(v) || tiles.Err() == nil {
		t.Errorf("%v m of a tile that is cut off, %v", v, tiles.Err())
	}
}

func ExampleTiles_At() {
	folder, err := os.MkdirTemp("", "tiles")
	if err != nil {
		return
	}
	defer os.RemoveAll(folder)
	if err := os.WriteFile(filepath.Join(folder, "N42E001.hgt"), make([]byte, 2*1201*1201), 0o600); err != nil {
		return
	}
	tiles, err := Open(folder)
	if err != nil {
		return
	}
	fmt.Println(tiles.At(orb.Point{1.52, 42.5}))
	// Output: 0
}
