//go:build clients

package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// QGIS, given the addresses of tiles and style and a token, draws the ground and the work in
// the colours of the desk, and nothing of what lies beyond the token's area.
func TestClients_QGISDrawsTilesInTheirStyle(t *testing.T) {
	w := newWorld(t)
	token := w.token(uuid.NewString(), w.receiver(100_000))
	west, middle := [4]float64{1.02, 42.03, 1.06, 42.07}, [4]float64{1.12, 42.03, 1.16, 42.07}
	var style struct {
		Metadata struct {
			Classes []styleColour `json:"rounds:classes"`
		}
	}
	answer := w.caller(registertest.CountySupervisor).request("GET", "/tiles/work/style.json?measure=to_visit", nil)
	w.must(json.Unmarshal(answer.Body.Bytes(), &style))

	ground := w.inQGIS(token, "basemap", "", west)
	for _, layer := range []string{"street", "building", "water", "green"} {
		if !slices.Contains(ground.Layers, layer) {
			t.Errorf("the style of the ground has no %s in QGIS: %v", layer, ground.Layers)
		}
	}
	if ground.Labels == 0 || len(ground.Colours) < 3 {
		t.Errorf("the ground: %d kinds of labels, the colours %v", ground.Labels, ground.Colours)
	}
	work := w.inQGIS(token, "work", "?measure=to_visit&round="+w.Round.String(), west)
	shown := 0
	for _, class := range style.Metadata.Classes {
		want := onWhite(parsed(t, class.Colour), 0.78)
		for colour, pixels := range work.Colours {
			if near(parsed(t, colour), want) {
				shown += pixels
			}
		}
	}
	if shown < 1000 {
		t.Errorf("%d of 120,000 pixels have a colour of a class %+v: %v", shown, style.Metadata.Classes, work.Colours)
	}
	if beyond := w.inQGIS(token, "work", "?measure=to_visit&round="+w.Round.String(), middle); len(beyond.Colours) != 1 || beyond.Colours["#ffffff"] == 0 {
		t.Errorf("beyond the token's area: %v", beyond.Colours)
	}
}

type styleColour struct{ Colour string }

func parsed(t *testing.T, colour string) (rgb [3]int) {
	t.Helper()
	if _, err := fmt.Sscanf(colour, "#%02x%02x%02x", &rgb[0], &rgb[1], &rgb[2]); err != nil {
		t.Fatal(err)
	}
	return rgb
}

// onWhite is a colour that covers white by so much.
func onWhite(rgb [3]int, cover float64) [3]int {
	for i, c := range rgb {
		rgb[i] = int(255 + (float64(c)-255)*cover + 0.5)
	}
	return rgb
}

// near says whether two colours differ by rounding alone.
func near(a, b [3]int) bool {
	for i := range a {
		if max(a[i]-b[i], b[i]-a[i]) > 2 {
			return false
		}
	}
	return true
}

// drawnInQGIS is what testdata/tiles_in_qgis.py prints.
type drawnInQGIS struct {
	Styled  bool
	Said    string
	Errors  []string
	Layers  []string
	Labels  int
	Colours map[string]int
}

func (w *world) inQGIS(token, layer, query string, box [4]float64) (drawn drawnInQGIS) {
	w.Helper()
	arguments := []string{"testdata/tiles_in_qgis.py", strings.Replace(w.url, "localhost", "127.0.0.1", 1), layer, query, token}
	for _, edge := range box {
		arguments = append(arguments, fmt.Sprint(edge))
	}
	command := exec.Command("/usr/bin/python3", append(arguments, filepath.Join(w.TempDir(), layer+".png"))...)
	command.Env = append(os.Environ(), "HOME="+w.TempDir())
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		w.Fatalf("%v: %s%s", err, out, complaints.String())
	}
	w.must(json.Unmarshal(out, &drawn))
	if !drawn.Styled || len(drawn.Errors) > 0 {
		w.Errorf("%s: styled %v, %s %v", layer, drawn.Styled, drawn.Said, drawn.Errors)
	}
	return drawn
}
