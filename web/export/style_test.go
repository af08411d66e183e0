package export

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rounds-project/rounds/geo/gis"
)

// The colours of files are those of the map.
func TestStyles_AreThoseOfTheMap(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../app/map/palette.ts")
	if err != nil {
		t.Fatal(err)
	}
	palette := string(content)
	list := func(classes []int64) string { return strings.ReplaceAll(fmt.Sprint(classes), " ", ", ") }
	for _, line := range []string{
		`const demand = ["` + strings.Join(demand, `", "`) + `"];`,
		"to_visit: " + list(cellClasses), "to_visit: " + list(groupClasses), "releaseClasses = " + list(releaseClasses),
	} {
		if !strings.Contains(palette, line) {
			t.Errorf("web/app/map/palette.ts has no %s", line)
		}
	}
	content, err = os.ReadFile("../app/desk/layers.ts")
	if err != nil {
		t.Fatal(err)
	}
	for _, colour := range []string{edge, blue, orange, areaLine, fmt.Sprintf(`"fill-opacity": %v`, heatShare)} {
		if !strings.Contains(string(content), colour) {
			t.Errorf("web/app/desk/layers.ts has no %s", colour)
		}
	}
}

// Rules name columns that there are.
func TestStyles_AreOfFieldsOfTheLayer(t *testing.T) {
	t.Parallel()
	for name, style := range styles {
		for _, rule := range style.Rules {
			for _, condition := range rule.Where {
				if !slices.ContainsFunc(Fields(name), func(f gis.Column) bool { return f.Name == condition.Column }) {
					t.Errorf("%s has no %s", name, condition.Column)
				}
			}
		}
	}
}

var update = flag.Bool("update", false, "write the styles into docs/gis/demo.qgs anew")

// The project for QGIS shows the layers as the desk does.
func TestStyles_AreThoseOfTheProject(t *testing.T) {
	t.Parallel()
	const path = "../../docs/gis/demo.qgs"
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	project := string(content)
	renderer := regexp.MustCompile(`(?s)<renderer-v2 .*?</renderer-v2>`)
	for name, style := range styles {
		begins := strings.Index(project, "<layername>"+name+"</layername>") // its renderer comes next
		if begins < 0 {
			t.Errorf("%s has no layer %s", path, name)
			continue
		}
		shown, want := renderer.FindString(project[begins:]), renderer.FindString(style.QML(layerOf(name).Geometry))
		if *update {
			project = project[:begins] + strings.Replace(project[begins:], shown, want, 1)
		} else if shown != want {
			t.Errorf("%s shows %s in another way; run go test ./web/export -run AreThoseOfTheProject -update", path, name)
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(project), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
