package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMatrix_IsACSV(t *testing.T) {
	t.Parallel()
	extract := fileOf(t, "corner.osm", twoStreets)
	points := fileOf(t, "points.csv", "id,lon,lat,note\nhere,0.005,0,x\nthere,0,0.005,y\nsea,0.5,0.5,z\n")
	out := filepath.Join(t.TempDir(), "matrix.csv")
	code, printed, errors := commandLine("matrix", "--osm", extract, "--mode", "car", points, "-o", out)
	if code != 0 || printed != "" || !strings.Contains(errors, "sea lies more than 250 m from any way open by car") {
		t.Fatalf("exit %d, printed %q, %s", code, printed, errors)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	// East is a one-way towards the corner: there is no way back.
	want := `from,to,seconds,metres
here,here,0,0
here,there,160,1112
here,sea,,
there,here,,
there,there,0,0
there,sea,,
sea,here,,
sea,there,,
sea,sea,,
`
	if string(got) != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestMatrix_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	extract := fileOf(t, "corner.osm", twoStreets)
	for _, c := range []struct{ points, want string }{
		{"id,lon,lat\na,0,0\nb,0,north\n", `row 3: lat: "north" is no number`},
		{"id,lon,lat\na,0,0\na,0,0\n", "row 3: id"},
		{"id,lon,lat\na,42,119\n", "lon and lat swapped"},
		{"id,lon\na,0\n", "lat: is missing"},
		{"id,lon,lat\n", "holds no points"},
		{"", "empty"},
	} {
		points := fileOf(t, "points.csv", c.points)
		out := filepath.Join(filepath.Dir(points), "matrix.csv")
		code, _, errors := commandLine("matrix", "--osm", extract, points, "-o", out)
		if code != 1 || !strings.Contains(errors, c.want) || !strings.Contains(errors, "points.csv") || strings.Count(errors, "\n") != 1 {
			t.Errorf("%q: exit %d, %q; want %q", c.points, code, errors, c.want)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%q: a file was written", c.points)
		}
	}
	if code, _, errors := commandLine("matrix", fileOf(t, "points.csv", "")); code != 2 || !strings.Contains(errors, "--osm is missing") {
		t.Errorf("without --osm: exit %d, %q", code, errors)
	}
}
