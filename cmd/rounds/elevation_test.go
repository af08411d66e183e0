package main

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// slope is a folder with a tile that rises by 10 m for each of its rows, 93 m apart, to the north.
func slope(t *testing.T) string {
	t.Helper()
	const side = 1201
	var data []byte
	for row := range side {
		for range side {
			data = binary.BigEndian.AppendUint16(data, uint16(10*(side-1-row)))
		}
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "N00E000.hgt"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestRoute_UphillTakesLonger(t *testing.T) {
	t.Parallel()
	folder, extract := slope(t), fileOf(t, "corner.osm", twoStreets)
	seconds := func(args ...string) int {
		code, out, errors := commandLine(append([]string{"route", "--osm", extract}, args...)...)
		if code != 0 {
			t.Fatal(errors)
		}
		var walk struct{ Properties struct{ Seconds int } }
		if err := json.Unmarshal([]byte(out), &walk); err != nil {
			t.Fatal(err)
		}
		return walk.Properties.Seconds
	}
	level := seconds("0,0.001", "0,0.008")
	up, down := seconds("--elevation", folder, "0,0.001", "0,0.008"), seconds("--elevation", folder, "0,0.008", "0,0.001")
	if up < level*13/10 || down < level*9/10 || down > level*11/10 {
		t.Errorf("%d s on the level, %d up and %d down a slope of 10.8 %%", level, up, down)
	}
	if code, _, errors := commandLine("route", "--osm", extract, "--elevation", t.TempDir(), "0,0", "0,0.001"); code != 1 || !strings.Contains(errors, "holds no tiles") {
		t.Errorf("an empty folder: exit %d, %q", code, errors)
	}
}

func TestImportElevation_ShadesTheAreas(t *testing.T) {
	r := newRegister(t)
	imports := func(arguments ...string) (code int, stdout, stderr string) {
		t.Helper()
		return commandLine(append([]string{"import", "elevation", "--data", r.data}, arguments...)...)
	}
	if code, _, stderr := imports(t.TempDir()); code != exitFailure || !strings.Contains(stderr, "holds no tiles") {
		t.Errorf("an empty folder: exit %d, %q", code, stderr)
	}
	folder := slope(t)
	if code, _, stderr := imports(folder); code != exitFailure || !strings.Contains(stderr, "first run: rounds import osm") {
		t.Errorf("before there are areas: exit %d, %q", code, stderr)
	}
	// A part lies west of the tile.
	r.imports(0, "areas", "areas.csv", "id,name,level,wkt\nc,County,county,\"POLYGON((-0.05 0.1,0.05 0.1,0.05 0.2,-0.05 0.2,-0.05 0.1))\"\n")
	code, stdout, stderr := imports(folder, "--dry-run")
	if code != 0 || !strings.Contains(stdout, "to zoom 11") || !strings.Contains(stdout, "N00W001.hgt") || r.count("SELECT count(*) FROM rounds.height_tiles") != 0 {
		t.Errorf("a dry run: exit %d, %s%s", code, stdout, stderr)
	}
	var said struct{ Tiles int }
	code, stdout, stderr = imports(folder, "--json")
	if err := json.Unmarshal([]byte(stdout), &said); err != nil || code != 0 || said.Tiles == 0 || said.Tiles != r.count("SELECT count(*) FROM rounds.height_tiles") {
		t.Errorf("exit %d, %s%s, %v", code, stdout, stderr, err)
	}
}
