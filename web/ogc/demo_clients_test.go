//go:build clients

package ogc_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
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

// The ten lines and the project of docs/gis.md work as they are written against the demo.
func TestClients_ReadTheDemo(t *testing.T) {
	d := startDemo(t)
	folder := tenLines(t, d.address+"/ogc", d.tokenFile)
	for file, layer := range map[string]string{"households.gpkg": "households", "routes.fgb": "routes", "stops.csv": "stops", "work.gpkg": "cells", "map.gpkg": "basemap"} {
		want := fmt.Sprintf("Feature Count: %d\n", d.items(layer).NumberMatched)
		if out := run(t, folder, "ogrinfo", "-so", "-al", file); !strings.Contains(out, want) {
			t.Errorf("%s: want %s: %s", file, want, out)
		}
	}
	out := openProject(t, d.address+"/ogc", d.token)
	for _, layer := range []string{"areas", "households", "routes", "stops", "incidents", "cells", "releases"} {
		if want := fmt.Sprintf("%s %d ", layer, d.items(layer).NumberMatched); !strings.Contains(out, want) {
			t.Errorf("QGIS does not say %s: %s", want, out)
		}
	}
}

// openProject opens the project of docs/gis in QGIS, with a token, and gives what that says.
func openProject(t *testing.T, root, token string) string {
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
	return run(t, "testdata", "/usr/bin/python3", "qgis_client.py", root, token, project)
}
