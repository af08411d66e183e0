package main

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRoute_UphillTakesLonger(t *testing.T) {
	t.Parallel()
	// A tile that rises by 10 m for each of its rows, 93 m apart, to the north.
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
	extract := fileOf(t, "corner.osm", twoStreets)
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
