package network

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"unsafe"

	"github.com/rounds-project/rounds/geo/osm"
)

// formatVersion is that of the file, rulesVersion that of what [Build] makes of an
// extract: who changes a tag rule, a speed or the order of edges raises it, and
// files of before are built anew. A test holds a digest against it.
const (
	formatVersion = 1
	rulesVersion  = 2
)

// ErrStale says that a file is no network that may be used: damaged, cut off, of
// another version, machine, extract or profile. Build it anew.
var ErrStale = errors.New("network: the file is stale")

// Key names what a network was built from; a file is used for its own key only.
type Key [32]byte

// A file is a header, a table of sections, and the sections, each at a multiple of
// 64 bytes: the slices of a Network as they lie in memory. It is written beside its
// place, renamed, and never changed in place, so that a mapped one stays whole.
type fileHeader struct {
	Magic          [8]byte
	Format, Rules  uint32
	Order          uint32 // byteOrder as this machine writes it
	Sections       uint32
	Size           uint64
	Key            Key
	Checksum, Zero uint32 // of the table
}

type fileSection struct {
	Offset, Length uint64
	Checksum, Zero uint32
}

var fileMagic = [8]byte{'r', 'o', 'u', 'n', 'd', 's', 'n', 'w'}

const (
	byteOrder    = 0x01020304
	fileAlign    = 64
	headerLength = 8 + 4*4 + 8 + 32 + 2*4
	tableEntry   = 2*8 + 2*4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// described is what of a network is no plain slice.
type described struct {
	Profile   Profile
	Names     [][2]string
	Entrances []describedEntrances
	Forks     []describedFork
	Notes     Notes
	Numbers   []osm.Interpolation
}

type describedEntrances struct {
	Household string
	At        [][2]float64
}

type describedFork struct {
	Vertex, Copy int32
	Allowed      []traversal
	Arrives      []traversal
}

// section is a slice of the network as bytes.
type section struct {
	bytes func() []byte
	set   func([]byte) error
}

// slab is the section of a slice whose elements hold no pointers.
func slab[T any](of *[]T) section {
	size := int(unsafe.Sizeof(*new(T)))
	return section{
		bytes: func() []byte {
			if len(*of) == 0 {
				return nil
			}
			return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(*of))), len(*of)*size)
		},
		set: func(b []byte) error {
			if len(b)%size != 0 || uintptr(unsafe.Pointer(unsafe.SliceData(b)))%unsafe.Alignof(*new(T)) != 0 {
				return ErrStale
			}
			*of = unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/size)
			return nil
		},
	}
}

// sections are the slices of a network, in the order of the file.
func (n *Network) sections(leaves, wallLeaves *[]box) []section {
	return []section{
		slab(&n.edges), slab(&n.shape), slab(&n.pieceOf), slab(&n.pieces), slab(&n.degree),
		slab(&n.yards.of), slab(&n.yards.public), slab(&n.yards.start), slab(&n.yards.arcs),
		slab(&n.rank.position), slab(&n.rank.up.start), slab(&n.rank.up.hops),
		slab(&n.rank.down.start), slab(&n.rank.down.hops), slab(&n.rank.parts),
		slab(&n.index.runs), slab(leaves), slab(&n.walls.points), slab(&n.walls.runs), slab(wallLeaves),
	}
}

// Save writes the network to a file for [Load]. The file appears whole or not at
// all.
func (n *Network) Save(path string, key Key) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("network: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("network: %w", err)
	}
	defer os.Remove(file.Name())
	if err := errors.Join(n.write(file, key), file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("network: %s: %w", filepath.Base(path), err)
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("network: %w", err)
	}
	return nil
}

func (n *Network) write(out io.Writer, key Key) error {
	text, err := json.Marshal(n.describe())
	if err != nil {
		return err
	}
	bodies := [][]byte{text}
	for _, s := range n.sections(&n.index.levels[0], &n.walls.levels[0]) {
		bodies = append(bodies, s.bytes())
	}
	header := fileHeader{Magic: fileMagic, Format: formatVersion, Rules: rulesVersion, Order: byteOrder, Sections: uint32(len(bodies)), Key: key}
	table := make([]fileSection, len(bodies))
	at := uint64(headerLength + tableEntry*len(bodies))
	for i, body := range bodies {
		at = aligned(at)
		table[i] = fileSection{Offset: at, Length: uint64(len(body)), Checksum: crc32.Checksum(body, castagnoli)}
		at += uint64(len(body))
	}
	header.Size = at
	tableBytes, err := binary.Append(nil, binary.NativeEndian, table)
	if err != nil {
		return err
	}
	header.Checksum = crc32.Checksum(tableBytes, castagnoli)
	start, err := binary.Append(nil, binary.NativeEndian, header)
	if err != nil {
		return err
	}
	written := uint64(0)
	for i, body := range append([][]byte{append(start, tableBytes...)}, bodies...) {
		if i > 0 {
			if _, err := out.Write(make([]byte, table[i-1].Offset-written)); err != nil {
				return err
			}
			written = table[i-1].Offset
		}
		if _, err := out.Write(body); err != nil {
			return err
		}
		written += uint64(len(body))
	}
	return nil
}

func aligned(at uint64) uint64 { return (at + fileAlign - 1) / fileAlign * fileAlign }

// Load opens the file of a network that was saved with the same key. It is mapped,
// where the system can, until the process ends: opening costs a checksum, and what
// no query touches needs no memory. The error is [ErrStale] for any file that cannot
// be used, fs.ErrNotExist when there is none.
func Load(path string, key Key) (*Network, error) {
	data, err := mapFile(path)
	if err != nil {
		return nil, err
	}
	return parse(data, key)
}

// parse makes a network of the bytes of a file, which it keeps.
func parse(data []byte, key Key) (*Network, error) {
	table, err := readTable(data, key)
	if err != nil {
		return nil, err
	}
	n := &Network{}
	var leaves, wallLeaves []box
	sections := n.sections(&leaves, &wallLeaves)
	if len(table) != len(sections)+1 {
		return nil, ErrStale
	}
	var d described
	if err := json.Unmarshal(table[0], &d); err != nil {
		return nil, ErrStale
	}
	for i, s := range sections {
		if err := s.set(table[i+1]); err != nil {
			return nil, err
		}
	}
	n.index.points = n.shape
	n.index.levels, n.walls.levels = pyramid(leaves), pyramid(wallLeaves)
	n.adopt(&d)
	if !n.sound() {
		return nil, ErrStale
	}
	n.searches.New = func() any { return newSearch(n) }
	return n, nil
}

// readTable cuts a file into its sections, all of them checked.
func readTable(data []byte, key Key) ([][]byte, error) {
	var header fileHeader
	if _, err := binary.Decode(data, binary.NativeEndian, &header); err != nil {
		return nil, ErrStale
	}
	if header.Magic != fileMagic || header.Format != formatVersion || header.Rules != rulesVersion || header.Order != byteOrder ||
		header.Key != key || header.Size != uint64(len(data)) || uint64(header.Sections) > uint64(len(data))/tableEntry {
		return nil, ErrStale
	}
	end := headerLength + int(header.Sections)*tableEntry
	if end > len(data) || crc32.Checksum(data[headerLength:end], castagnoli) != header.Checksum {
		return nil, ErrStale
	}
	table := make([]fileSection, header.Sections)
	if _, err := binary.Decode(data[headerLength:end], binary.NativeEndian, table); err != nil {
		return nil, ErrStale
	}
	bodies := make([][]byte, len(table))
	for i, s := range table {
		if s.Offset > uint64(len(data)) || s.Length > uint64(len(data))-s.Offset || s.Offset%fileAlign != 0 {
			return nil, ErrStale
		}
		bodies[i] = data[s.Offset : s.Offset+s.Length : s.Offset+s.Length]
		if crc32.Checksum(bodies[i], castagnoli) != s.Checksum {
			return nil, ErrStale
		}
	}
	return bodies, nil
}

// describe is the part of the network that has pointers, in a fixed order.
func (n *Network) describe() described {
	d := described{Profile: n.profile, Notes: n.notes, Numbers: n.numbers.lines()}
	for _, name := range n.names {
		d.Names = append(d.Names, [2]string{name.local, name.zh})
	}
	for id, at := range n.entrances {
		e := describedEntrances{Household: id}
		for _, p := range at {
			e.At = append(e.At, p)
		}
		d.Entrances = append(d.Entrances, e)
	}
	slices.SortFunc(d.Entrances, func(a, b describedEntrances) int { return cmp.Compare(a.Household, b.Household) })
	arrives := map[int32][]traversal{}
	for t, vertex := range n.turns.arrives {
		arrives[vertex] = append(arrives[vertex], t)
	}
	for v, forks := range n.turns.forks {
		for _, f := range forks {
			slices.Sort(arrives[f.vertex])
			d.Forks = append(d.Forks, describedFork{Vertex: v, Copy: f.vertex, Allowed: f.allowed, Arrives: arrives[f.vertex]})
		}
	}
	slices.SortFunc(d.Forks, func(a, b describedFork) int { return cmp.Compare(a.Copy, b.Copy) })
	return d
}

// adopt is the inverse of describe.
func (n *Network) adopt(d *described) {
	n.profile, n.notes = d.Profile, d.Notes
	for _, name := range d.Names {
		n.names = append(n.names, streetName{name[0], name[1]})
	}
	n.entrances = entranceMap(d.Entrances)
	n.numbers = numberedOf(d.Numbers)
	if len(d.Forks) == 0 {
		return
	}
	n.turns = turns{arrives: map[traversal]int32{}, forks: map[int32][]fork{}}
	for _, f := range d.Forks {
		n.turns.forks[f.Vertex] = append(n.turns.forks[f.Vertex], fork{f.Copy, f.Allowed})
		for _, t := range f.Arrives {
			n.turns.arrives[t] = f.Copy
		}
	}
}
