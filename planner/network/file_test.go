package network

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"unsafe"

	"github.com/paulmach/orb"
)

// onFile is a network as its file has it, at an address as a mapped file has.
func onFile(tb testing.TB, n *Network, key Key) []byte {
	tb.Helper()
	var file bytes.Buffer
	if err := n.write(&file, key); err != nil {
		tb.Fatal(err)
	}
	return inWords(file.Bytes())
}

// inWords copies bytes to where any number may begin.
func inWords(data []byte) []byte {
	words := make([]uint64, len(data)/8+1)
	whole := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), len(words)*8)
	return whole[:copy(whole, data)]
}

func TestSave_LoadGivesTheSameNetwork(t *testing.T) {
	t.Parallel()
	for _, mode := range modes {
		built, _ := andorraNetwork(t, Profile{Mode: mode})
		path := filepath.Join(t.TempDir(), "streets", "andorra.network")
		if err := built.Save(path, Key{1}); err != nil {
			t.Fatal(err)
		}
		loaded, err := Load(path, Key{1})
		if err != nil {
			t.Fatal(err)
		}
		built.searches, loaded.searches = sync.Pool{}, sync.Pool{}
		if !reflect.DeepEqual(built, loaded) {
			t.Errorf("%s: what was loaded differs from what was saved", mode)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

func TestLoad_RefusesWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	n := avenue("highway=primary", "").build(t, Profile{})
	data := onFile(t, n, Key{1})
	if _, err := parse(data, Key{1}); err != nil {
		t.Fatal(err)
	}
	if _, err := parse(data, Key{2}); !errors.Is(err, ErrStale) {
		t.Errorf("another key: %v", err)
	}
	for cut := range data {
		if _, err := parse(data[:cut], Key{1}); !errors.Is(err, ErrStale) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
	}
	padding := 0
	for i := range data {
		data[i] ^= 0x40
		if _, err := parse(data, Key{1}); err == nil {
			padding++ // between sections
		}
		data[i] ^= 0x40
	}
	if sections := 22; padding > sections*fileAlign {
		t.Errorf("%d of %d bytes may be anything", padding, len(data))
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none"), Key{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(empty, Key{}); !errors.Is(err, ErrStale) {
		t.Errorf("an empty file: %v", err)
	}
}

// resealed gives a changed file the checksums it would have had.
func resealed(data []byte) {
	var header fileHeader
	if _, err := binary.Decode(data, binary.NativeEndian, &header); err != nil {
		return
	}
	end := headerLength + int(min(header.Sections, 64))*tableEntry
	if end > len(data) {
		return
	}
	table := make([]fileSection, (end-headerLength)/tableEntry)
	if _, err := binary.Decode(data[headerLength:end], binary.NativeEndian, table); err != nil {
		return
	}
	for i, s := range table {
		if s.Offset <= uint64(len(data)) && s.Length <= uint64(len(data))-s.Offset {
			table[i].Checksum = crc32.Checksum(data[s.Offset:s.Offset+s.Length], castagnoli)
		}
	}
	_, _ = binary.Encode(data[headerLength:end], binary.NativeEndian, table)
	header.Checksum = crc32.Checksum(data[headerLength:end], castagnoli)
	_, _ = binary.Encode(data, binary.NativeEndian, header)
}

// FuzzParse changes a file, gives it right checksums, and asks of whatever is accepted
// everything there is: no query may leave its slices.
func FuzzParse(f *testing.F) {
	n := avenue("highway=primary", "highway=crossing crossing=zebra").way("na", "highway=service access=private").build(f, Profile{})
	whole := onFile(f, n, Key{})
	for at := 0; at < len(whole); at += 97 {
		f.Add(uint32(at), uint32(1), uint32(at+40), uint32(0x7fffffff), false)
	}
	f.Fuzz(func(t *testing.T, at, value, at2, value2 uint32, cut bool) {
		data := inWords(whole)
		for _, change := range [][2]uint32{{at, value}, {at2, value2}} {
			if i := int(change[0]) % (len(data) - 4); change[1] != 0 {
				binary.NativeEndian.PutUint32(data[i:], change[1])
			}
		}
		if cut {
			data = data[:int(at2)%len(data)]
		}
		resealed(data)
		n, err := parse(data, Key{})
		if err != nil {
			return
		}
		doors := n.Snap([]orb.Point{place(-100, 10), place(100, -10), place(0, 100), place(0, -100), place(-20, 180)})
		if _, _, err := n.Matrix(t.Context(), doors, doors, 1); err != nil {
			t.Fatal(err)
		}
		if _, err := n.Nearest(t.Context(), doors, 2); err != nil {
			t.Fatal(err)
		}
		n.Neighbours(doors)
		for _, a := range doors {
			for _, b := range doors {
				if leg, ok := n.Path(a, b); ok {
					n.Directions(leg)
				}
			}
		}
	})
}

func TestCached_BuildsOnceAndAgainWhenItMust(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	built := 0
	get := func(s Source) *Network {
		n, err := Cached(t.Context(), folder, s, func() (*Network, error) {
			built++
			return avenue("highway=primary", "").build(t, s.Profile), nil
		}, func(err error) { t.Error(err) })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	source := Source{Name: "town", Sums: [][32]byte{{1}}}
	steps := []struct {
		why    string
		change func()
		built  int
	}{
		{"the first time", func() {}, 1},
		{"again", func() {}, 1},
		{"another extract", func() { source.Sums[0][0] = 2 }, 2},
		{"another mode", func() { source.Profile.Mode = Bike }, 3},
		{"with ferries", func() { source.Profile.Ferries = true }, 4},
		{"a damaged file", func() {
			data, err := os.ReadFile(source.path(folder))
			if err != nil {
				t.Fatal(err)
			}
			data[len(data)-1]++
			if err := os.WriteFile(source.path(folder), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}, 5},
		{"and again", func() {}, 5},
	}
	for _, s := range steps {
		s.change()
		n := get(source)
		if built != s.built {
			t.Fatalf("%s: built %d times, want %d", s.why, built, s.built)
		}
		wantMetres(t, n, 0, 100, 0, -100, 200)
	}
	if files, _ := os.ReadDir(folder); len(files) != 3 {
		t.Errorf("%d files, want one for each profile", len(files))
	}
}

func TestCached_WorksInAFolderThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	said := 0
	n, err := Cached(t.Context(), file, Source{Name: "x"}, func() (*Network, error) { return avenue("highway=primary", "").build(t, Profile{}), nil },
		func(error) { said++ })
	if err != nil || n == nil || said != 1 {
		t.Errorf("%v, %v, said %d times", n, err, said)
	}
}

// TestRulesVersion_IsRaised holds what Build makes of Andorra against rulesVersion:
// files in caches are of the old rules otherwise. When it fails, and is meant to,
// raise rulesVersion and write the digest that it prints.
func TestRulesVersion_IsRaised(t *testing.T) {
	t.Parallel()
	digest := sha256.New()
	for _, mode := range modes {
		n, _ := andorraNetwork(t, Profile{Mode: mode, Ferries: true})
		if err := binary.Write(digest, binary.LittleEndian, n.edges); err != nil {
			t.Fatal(err)
		}
	}
	const version, want = 2, "3177324e026349bb"
	if got := hex.EncodeToString(digest.Sum(nil)[:8]); version != rulesVersion || got != want {
		t.Errorf("rules of version %d give %s; this test knows version %d with %s", rulesVersion, got, version, want)
	}
}
