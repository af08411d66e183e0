// Package elevation reads heights of the ground from tiles of the Shuttle Radar
// Topography Mission (.hgt), which are free of rights.
package elevation

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/paulmach/orb"
)

// Tiles are the tiles of a folder, each a degree wide and read when it is first asked
// for. It is safe for concurrent use.
type Tiles struct {
	folder string
	// files of the folder, for who keeps what was made of them.
	files []string

	mu     sync.Mutex
	loaded map[string]*tile
	wrong  error
}

// tile is rows of heights from north to south, each from west to east; the outermost
// lie on the edges of the degree.
type tile struct {
	side   int
	height []int16
}

// void stands for a height that is not known.
const void = -32768

// Open looks into a folder of files such as N42E001.hgt. It fails when there is none.
func Open(folder string) (*Tiles, error) {
	files, err := filepath.Glob(filepath.Join(folder, "[NS][0-9][0-9][EW][0-9][0-9][0-9].hgt"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("elevation: %s holds no tiles; want files such as N42E001.hgt (SRTM, 1 or 3 seconds of arc)", folder)
	}
	return &Tiles{folder: folder, files: files, loaded: map[string]*tile{}}, nil
}

// Files are the paths of all tiles.
func (t *Tiles) Files() []string { return t.files }

// Missing are the files for a part of the bounds that the folder lacks.
func (t *Tiles) Missing(bounds []orb.Bound) []string {
	lacks := map[string]bool{}
	for _, bound := range bounds {
		for west := int(math.Floor(bound.Min[0])); west < int(math.Ceil(bound.Max[0])); west++ {
			for south := int(math.Floor(bound.Min[1])); south < int(math.Ceil(bound.Max[1])); south++ {
				if name := fileName(west, south); !slices.Contains(t.files, filepath.Join(t.folder, name)) {
					lacks[name] = true
				}
			}
		}
	}
	names := slices.AppendSeq([]string{}, maps.Keys(lacks))
	slices.Sort(names)
	return names
}

// forget lets go of what was read; it is read again when it is asked for.
func (t *Tiles) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.loaded)
}

// Err is the first error of reading a tile, whose heights then are not known.
func (t *Tiles) Err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.wrong
}

// At is the height in metres, between the four nearest of the grid; NaN where it is
// not known.
func (t *Tiles) At(p orb.Point) float64 {
	west, south := math.Floor(p[0]), math.Floor(p[1])
	if !(math.Abs(west) <= 180 && math.Abs(south) <= 90) {
		return math.NaN()
	}
	grid := t.tile(int(west), int(south))
	if grid == nil {
		return math.NaN()
	}
	x, y := (p[0]-west)*float64(grid.side-1), (south+1-p[1])*float64(grid.side-1)
	column, row := min(int(x), grid.side-2), min(int(y), grid.side-2)
	x, y = x-float64(column), y-float64(row)
	return (grid.at(row, column)*(1-x)+grid.at(row, column+1)*x)*(1-y) + (grid.at(row+1, column)*(1-x)+grid.at(row+1, column+1)*x)*y
}

func (g *tile) at(row, column int) float64 {
	v := g.height[row*g.side+column]
	if v == void {
		return math.NaN()
	}
	return float64(v)
}

// tile is nil when the folder has none there, or none that can be read.
func (t *Tiles) tile(west, south int) *tile {
	name := fileName(west, south)
	t.mu.Lock()
	defer t.mu.Unlock()
	read, known := t.loaded[name]
	if !known {
		var err error
		read, err = readTile(filepath.Join(t.folder, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) && t.wrong == nil {
			t.wrong = err
		}
		t.loaded[name] = read
	}
	return read
}

// fileName is that of the tile with this south-west corner.
func fileName(west, south int) string {
	return fmt.Sprintf("%c%02d%c%03d.hgt", "SN"[b2i(south >= 0)], abs(south), "WE"[b2i(west >= 0)], abs(west))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func abs(v int) int { return max(v, -v) }

// sides of a tile: 3 seconds of arc, and 1.
var sides = []int{1201, 3601}

// sideOf is how many heights a row of a file has, by its size.
func sideOf(path string) (int, error) {
	file, err := os.Stat(path)
	if err != nil {
		return 0, fmt.Errorf("elevation: %w", err)
	}
	for _, side := range sides {
		if file.Size() == int64(2*side*side) {
			return side, nil
		}
	}
	return 0, fmt.Errorf("elevation: %s has %d bytes; a tile has 2 x 1201 x 1201 or 2 x 3601 x 3601", filepath.Base(path), file.Size())
}

func readTile(path string) (*tile, error) {
	side, err := sideOf(path)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("elevation: %w", err)
	}
	g := &tile{side: side, height: make([]int16, len(data)/2)}
	if len(g.height) != side*side {
		return nil, fmt.Errorf("elevation: %s changed while it was read", filepath.Base(path))
	}
	for i := range g.height {
		g.height[i] = int16(binary.BigEndian.Uint16(data[2*i:]))
	}
	return g, nil
}
