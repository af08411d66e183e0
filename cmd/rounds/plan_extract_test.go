package main

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// delaware is an extract that the module paulmach/osm ships.
func delaware(t *testing.T) []byte {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/paulmach/osm").Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "testdata", "delaware-latest.osm.pbf"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// hugeBlob is a .osm.pbf whose first blob claims 2 GB.
func hugeBlob() string {
	header := append([]byte{0x0a, 7}, "OSMData"...)              // field 1: kind
	header = binary.AppendUvarint(append(header, 0x18), 2<<30-1) // field 3: size
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(header)))) + string(header) + "x"
}

func TestPlan_RefusesBadExtractsInOneLine(t *testing.T) {
	t.Parallel()
	pbf := string(delaware(t))
	scrambled := []byte(pbf)
	for k := 3000; k < 3100; k++ {
		scrambled[k] ^= 0x5a
	}
	good := fileOf(t, "village.osm", village())
	for _, c := range []struct{ name, text, want string }{
		{"empty.osm.pbf", "", "the file is empty"},
		{"cut.osm.pbf", pbf[:len(pbf)/2], "the file is cut off here; fetch it again"},
		{"scrambled.osm.pbf", string(scrambled), "bad zlib data"},
		{"huge.osm.pbf", hugeBlob(), "it claims 2.0 GB; the file is damaged or hostile"},
		{"cut.osm", village()[:4000], "the file is cut off here"},
		{"page.osm", "<!doctype html><html><body>404</body></html>", "is it an OpenStreetMap extract?"},
		{"table.osm", "id,lon,lat\n1,2,3\n", "it is no OpenStreetMap extract; Rounds reads .osm.pbf"},
		{"archive.osm.pbf", "PK\x03\x04", "it is no OpenStreetMap extract"},
		{"packed.osm.gz", "\x1f\x8b\x08\x00garbage that is no gzip", "packed.osm.gz"},
		{"torn.osm.bz2", "BZh9" + strings.Repeat("garbage", 20), "bzip2"},
		{"packed.osm.bz2", "BZh91AY&SYgarbage", "the file is cut off here"},
		{"nothing.osm", `<osm version="0.6"></osm>`, "it holds no node, way or relation"},
		{"houses.osm", withoutWays(village()), "the input has no ways with a highway tag to walk on; name an extract with streets"},
		{"far.osm", `<osm><node id="1" lon="500" lat="1"/></osm>`, "a node lies at longitude 500"},
	} {
		bad, parent := fileOf(t, c.name, c.text), t.TempDir()
		for _, inputs := range [][]string{{bad}, {good, bad}} {
			if c.name == "houses.osm" && len(inputs) > 1 {
				continue // the other extract has the streets
			}
			args := slices.Concat([]string{"plan", "--workers", "1", "--iterations", "1", "--out", filepath.Join(parent, "plan")}, inputs)
			code, stdout, errors := commandLine(args...)
			last := lastLine(errors)
			if code != exitFailure || stdout != "" || !strings.Contains(last, c.want) {
				t.Errorf("%v: exit %d, %q; want %q", inputs, code, last, c.want)
			}
			if strings.Contains(last, "goroutine") || !strings.Contains(errors, c.name) {
				t.Errorf("%v: %q does not name the file", inputs, errors)
			}
		}
		if entries, err := os.ReadDir(parent); err != nil || len(entries) > 0 {
			t.Errorf("%s: left behind: %v, %v", c.name, entries, err)
		}
	}
	for path, want := range map[string]string{"nowhere.osm.pbf": "no such file", t.TempDir(): "is a folder; name a file .osm.pbf"} {
		code, _, errors := commandLine("plan", path, "--workers", "1", "--out", filepath.Join(t.TempDir(), "plan"))
		if code != exitFailure || !strings.Contains(lastLine(errors), want) {
			t.Errorf("%s: exit %d, %q", path, code, errors)
		}
	}
}

func withoutWays(extract string) string {
	return extract[:strings.Index(extract, "<way")] + "</osm>"
}

func TestPlan_TakesExtractsThatAreUntidy(t *testing.T) {
	t.Parallel()
	whole := village()
	args := []string{"--workers", "2", "--iterations", "100", "--name", "same", "--from", "2027-03-01", "--timezone", "UTC"}
	want := planned(t, append(args, fileOf(t, "tidy.osm", whole))...)
	for name, text := range map[string]string{
		"unsorted.osm": unsorted(whole),
		"twice.osm":    strings.Replace(whole, "</osm>", whole[strings.Index(whole, "<node"):], 1),
		"dangling.osm": strings.Replace(whole, "</osm>", `<way id="90"><nd ref="9000"/><nd ref="100"/><nd ref="9001"/><tag k="highway" v="residential"/></way>`+
			`<way id="91"><nd ref="9000"/><nd ref="9001"/><nd ref="9002"/><nd ref="9000"/><tag k="building" v="yes"/></way>`+
			`<relation id="92"><member type="way" ref="9005" role="outer"/><tag k="type" v="multipolygon"/><tag k="building" v="yes"/></relation></osm>`, 1),
	} {
		got := planned(t, append(args, fileOf(t, name, text))...)
		if got.Households != want.Households || got.Totals != want.Totals {
			t.Errorf("%s: %d households, %+v; want %d, %+v", name, got.Households, got.Totals, want.Households, want.Totals)
		}
	}
}

// unsorted has the elements of an extract in the opposite order.
func unsorted(extract string) string {
	head, rest, _ := strings.Cut(extract, `<osm version="0.6">`)
	rest = strings.TrimSuffix(strings.TrimSpace(rest), "</osm>")
	elements := strings.SplitAfter(strings.NewReplacer("</node>", "</node>\x00", "</way>", "</way>\x00", `"/><node`, "\"/>\x00<node").Replace(rest), "\x00")
	slices.Reverse(elements)
	return head + `<osm version="0.6">` + strings.ReplaceAll(strings.Join(elements, ""), "\x00", "\n") + "</osm>"
}
