package main

import (
	"strings"
	"testing"
)

func TestServe_SaysHowAnEmptyInstallationGoesOn(t *testing.T) {
	r := newRegister(t)
	says := func(want string) {
		t.Helper()
		next, err := firstSteps(t.Context(), &database{appURL: r.app})
		if err != nil || !strings.HasPrefix(next, want) || want == "" && next != "" {
			t.Errorf("%q, %v; want %q", next, err, want)
		}
	}
	says("nothing is here yet: rounds import osm EXTRACT")
	r.imports(0, "areas", "areas.geojson", importedAreas)
	says("nobody can sign in yet: rounds user add")
	if code, _, stderr := commandLine("user", "add", "root", "--name", "Office", "--role", "administrator", "--data", r.data); code != 0 {
		t.Fatal(stderr)
	}
	says("")
}
