//go:build clients

package ogc_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// demo is the demo as `make demo` starts it, from bin/rounds.
type demo struct {
	*testing.T
	address, tokenFile, token string
}

var demoSays = regexp.MustCompile(`A GIS reads  (http://[^ ]+)/ogc  by the token in ([^ ]+)`)

func startDemo(t *testing.T) *demo {
	t.Helper()
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/paulmach/osm").Output()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Chmod(filepath.Dir(folder), 0o755); err != nil { // the database's user enters it
		t.Fatal(err)
	}
	command := exec.Command("../../bin/rounds", "demo", "--osm", filepath.Join(strings.TrimSpace(string(module)), "testdata", "andorra-latest.osm.bz2"),
		"--data", filepath.Join(folder, "demo"), "--listen", "127.0.0.1:18080", "--iterations", "20000")
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait() // it ends by a signal
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := demoSays.FindStringSubmatch(lines.Text()); found != nil {
			token, err := os.ReadFile(found[2])
			if err != nil {
				t.Fatal(err)
			}
			return &demo{t, found[1], found[2], strings.TrimSpace(string(token))}
		}
	}
	t.Fatalf("the demo does not start: %s", complaints.String())
	return nil
}

// items are the features of a collection, all on one page.
func (d *demo) items(collection string) (page features) {
	d.Helper()
	request, err := http.NewRequestWithContext(d.Context(), http.MethodGet, d.address+"/ogc/collections/"+collection+"/items?limit=10000", nil)
	if err != nil {
		d.Fatal(err)
	}
	request.SetBasicAuth("gis", d.token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		d.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&page); err != nil || answer.StatusCode != http.StatusOK {
		d.Fatalf("%s: %s, %v", collection, answer.Status, err)
	}
	return page
}

// The ten lines and the project of docs/gis.md work as they are written against the demo,
// and QGIS draws the work in the colours of the desk.
func TestClients_ReadTheDemo(t *testing.T) {
	d := startDemo(t)
	folder := tenLines(t, d.address+"/ogc", d.tokenFile)
	for file, layer := range map[string]string{"households.gpkg": "households", "routes.fgb": "routes", "stops.csv": "stops", "work.gpkg": "cells", "map.gpkg": "basemap"} {
		want := fmt.Sprintf("Feature Count: %d\n", d.items(layer).NumberMatched)
		if out := run(t, folder, "ogrinfo", "-so", "-al", file); !strings.Contains(out, want) {
			t.Errorf("%s: want %s: %s", file, want, out)
		}
	}
	picture := filepath.Join(t.TempDir(), "demo.png")
	if folder := os.Getenv("ROUNDS_PICTURES"); folder != "" {
		picture = filepath.Join(folder, "demo-in-qgis.png")
	}
	out := openProject(t, d.address+"/ogc", d.token, "--picture="+picture)
	for _, layer := range []string{"areas", "households", "routes", "stops", "incidents", "cells", "releases"} {
		if want := fmt.Sprintf("%s %d ", layer, d.items(layer).NumberMatched); !strings.Contains(out, want) {
			t.Errorf("QGIS does not say %s: %s", want, out)
		}
	}
	d.checkColours(picture)
}

// heat are the classes of groups of dwellings as web/app/map/palette.ts has them, with
// their lower bounds.
var heat = []struct {
	from    float64
	r, g, b float64
}{{1, 0xd3, 0xe9, 0x9c}, {11, 0x97, 0xd0, 0xad}, {21, 0x4e, 0xb1, 0xbd}, {31, 0x22, 0x7d, 0xab}, {51, 0x18, 0x3f, 0x7d}}

// checkColours looks for the colour of each class that the work has, 78 % of it on white.
func (d *demo) checkColours(path string) {
	d.Helper()
	file, err := os.Open(path)
	if err != nil {
		d.Fatal(err)
	}
	defer file.Close()
	drawn, err := png.Decode(file)
	if err != nil {
		d.Fatal(err)
	}
	has := make([]bool, len(heat))
	for _, f := range d.items("cells").Features {
		visits, _ := f.Properties["to_visit"].(float64)
		for i := len(heat) - 1; i >= 0; i-- {
			if visits >= heat[i].from {
				has[i] = true
				break
			}
		}
	}
	classes := 0
	for i, class := range heat {
		if !has[i] {
			continue
		}
		classes++
		const share = 0.78
		on := func(c float64) float64 { return share*c + (1-share)*255 }
		if n := pixels(drawn, on(class.r), on(class.g), on(class.b)); n < 50 {
			d.Errorf("only %d pixels have the colour of %v and more visits", n, class.from)
		}
	}
	if classes < 2 {
		d.Errorf("the work of the demo has %d classes", classes)
	}
}

// pixels counts those of a colour, but for rounding.
func pixels(drawn image.Image, r, g, b float64) (n int) {
	bounds := drawn.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			red, green, blue, _ := drawn.At(x, y).RGBA()
			if math.Abs(float64(red>>8)-r)+math.Abs(float64(green>>8)-g)+math.Abs(float64(blue>>8)-b) <= 6 {
				n++
			}
		}
	}
	return n
}

// openProject opens the project of docs/gis in QGIS, with a token, and gives what that says.
func openProject(t *testing.T, root, token string, more ...string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/gis/demo.qgs")
	if err != nil {
		t.Fatal(err)
	}
	project := filepath.Join(t.TempDir(), "demo.qgs")
	text = bytes.ReplaceAll(text, []byte("http://127.0.0.1:8080/ogc'"), []byte(root+"' authcfg=rounds0"))
	if err := os.WriteFile(project, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return run(t, "testdata", "/usr/bin/python3", append(append([]string{"qgis_client.py"}, more...), root, token, project)...)
}
