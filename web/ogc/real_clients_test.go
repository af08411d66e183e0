//go:build clients

package ogc_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// run gives what a program prints.
func run(t *testing.T, folder, program string, arguments ...string) string {
	t.Helper()
	command := exec.Command(program, arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), "HOME="+t.TempDir())
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s%s", program, err, out, complaints.String())
	}
	return string(out)
}

// The clients that people have read every collection to its end: 1,600 households of
// West, more than the 1,450 rows of which another server showed ten.
func TestClients_ReadEverything(t *testing.T) {
	s := newService(t)
	s.grow(1200)
	counts := s.counted()
	clients := filepath.Join("testdata", "clients")
	for name, print := range map[string]func() string{
		"OWSLib": func() string {
			return run(t, "testdata", "/usr/bin/python3", "owslib_client.py", s.url+"/ogc/", s.token)
		},
		"QGIS": func() string {
			return run(t, "testdata", "/usr/bin/python3", "qgis_client.py", s.url+"/ogc", s.token, "areas", "households", "routes", "stops", "incidents", "basemap", "cells", "releases")
		},
		"QGIS, by the demo's project": func() string {
			return openProject(t, s.url+"/ogc", s.token)
		},
		"@ogcapi-js/features": func() string { return run(t, clients, "node", "ogcapi.js", s.url+"/ogc", s.token) },
	} {
		t.Run(name, func(t *testing.T) {
			out := print()
			for collection, want := range counts {
				if !regexp.MustCompile(fmt.Sprintf(`(?m)^%s %d\b`, collection, want)).MatchString(out) {
					t.Errorf("want %d %s: %s", want, collection, out)
				}
			}
		})
	}
}

func TestClients_SpectralFindsNothing(t *testing.T) {
	s := newService(t)
	api := filepath.Join(t.TempDir(), "api.json")
	if err := os.WriteFile(api, s.get("/ogc/api").body, 0o600); err != nil {
		t.Fatal(err)
	}
	own, err := filepath.Abs("../openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	for document, rules := range map[string]string{api: ".spectral.yaml", own: ".spectral-own.yaml"} {
		run(t, filepath.Join("testdata", "clients"), filepath.Join("node_modules", ".bin", "spectral"), "lint", "--fail-severity", "warn", "--ruleset", rules, document)
	}
}
