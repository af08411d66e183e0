package export_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb/geojson"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
	. "github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/export"
)

var operator = register.Service("operator")

func newShelf(t *testing.T) (*Town, *export.Shelf) {
	t.Helper()
	town := NewTown(t)
	town.DB.Now = time.Now // files have the clock of the machine
	exporter := export.Exporter{DB: town.DB, Today: func() time.Time { return town.Today }}
	return town, &export.Shelf{Exporter: exporter, Folder: filepath.Join(t.TempDir(), "exports")}
}

// read is a file as GDAL reads it, and one that GDAL of Debian does not read as
// browsers do.
func read(t *testing.T, path, layer string, format gis.Format) (features []*geojson.Feature) {
	t.Helper()
	switch format {
	case gis.Parquet:
		return collection(t, exec.Command("node", "../app/e2e/gis.mjs", path))
	case gis.Shapefile:
		archive, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		defer archive.Close()
		for _, file := range archive.File {
			if name, is := strings.CutSuffix(file.Name, ".shp"); is {
				features = append(features, collection(t, exec.Command("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", "/vsizip/{"+path+"}", name))...)
			}
		}
		return features
	}
	arguments := []string{"-f", "GeoJSON", "/vsistdout/", path}
	switch format {
	case gis.CSV:
		arguments = append(arguments, "-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat", "-oo", "GEOM_POSSIBLE_NAMES=wkt")
	case gis.XLSX:
		arguments = append(arguments, "-oo", "HEADERS=FORCE")
	case gis.GPX:
		layer = "tracks"
	}
	return collection(t, exec.Command("ogr2ogr", append(arguments, layer)...))
}

// collection are the features that a command prints.
func collection(t *testing.T, command *exec.Cmd) []*geojson.Feature {
	t.Helper()
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", command.Path, err, complaints.String())
	}
	read, err := geojson.UnmarshalFeatureCollection(out)
	if err != nil {
		t.Fatal(err)
	}
	return read.Features
}

func TestExport_EveryFormatHasTheRowsOfTheDatabase(t *testing.T) {
	t.Parallel()
	town, shelf := newPublishedShelf(t)
	town.Visit(WestWorker, town.Household(town.Workers[0], town.Today, 0), "declined")
	for layer, query := range map[string]string{
		"areas":      "SELECT count(*) FROM rounds.areas",
		"cells":      "SELECT count(DISTINCT (cell, area_id)) FROM rounds.households",
		"households": "SELECT count(*) FROM rounds.households",
		"routes":     "SELECT count(*) FROM rounds.routes",
		"stops":      "SELECT count(*) FROM rounds.stops",
		"incidents":  "SELECT count(*) FROM rounds.incidents",
		"releases":   "SELECT count(*)" + newestValues,
		"basemap":    "SELECT count(*) FROM rounds.basemap_features",
	} {
		want := town.Count(query)
		for _, format := range []gis.Format{gis.GeoJSON, gis.GeoJSONSeq, gis.CSV, gis.GPKG, gis.FGB, gis.KML, gis.XLSX, gis.GPX, gis.Shapefile, gis.Parquet} {
			if format == gis.GPX && layer != "routes" {
				continue
			}
			t.Run(layer+"/"+string(format), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), layer+"."+string(format))
				about, err := shelf.Write(t.Context(), operator, export.Request{Layer: layer, Format: format, Purpose: "fire_safety"}, path)
				if err != nil {
					t.Fatal(err)
				}
				if features := read(t, path, layer, format); len(features) != want || about.Rows != int64(want) {
					t.Errorf("GDAL reads %d rows, the manifest says %d, the database %d", len(features), about.Rows, want)
				}
				if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".export-*")); len(left) > 0 {
					t.Errorf("left behind: %v", left)
				}
			})
		}
	}
}

func TestExport_GivesEachRoleItsOwn(t *testing.T) {
	t.Parallel()
	town, shelf := newShelf(t)
	grids := town.Count(`SELECT count(*) FROM rounds.areas a JOIN rounds.areas p ON p.id = a.parent_id WHERE p.name = 'West' AND a.level = 'grid'`)
	cells := town.Count("SELECT count(DISTINCT h.cell) FROM rounds.households h JOIN rounds.areas a ON a.id = h.area_id JOIN rounds.areas p ON p.id = a.parent_id WHERE p.name = 'West'")
	groups := town.Count("SELECT count(*) FROM rounds.dwelling_groups")
	all := town.Count("SELECT count(*) FROM rounds.areas")
	const refused = -1
	for account, want := range map[string]map[string]int{
		WestSupervisor:   {"areas": grids + 1, "cells": cells, "households": 150, "routes": 8, "stops": 150, "incidents": 2, "basemap": 4},
		CountySupervisor: {"areas": all, "cells": groups, "households": 240, "routes": 13, "stops": 240, "incidents": 3, "basemap": 4},
		CountyAnalyst:    {"areas": all, "cells": groups, "households": refused, "routes": refused, "stops": refused, "incidents": 2, "basemap": 4},
		WestWorker:       {"areas": refused, "cells": refused, "households": refused, "routes": refused, "stops": refused, "incidents": refused, "basemap": 4},
		CountyDPO:        {"areas": refused, "cells": refused, "households": refused, "routes": refused, "stops": refused, "incidents": refused, "basemap": 4},
		Administrator:    {"areas": refused, "cells": refused, "households": refused, "routes": refused, "stops": refused, "incidents": refused, "basemap": 4},
	} {
		for layer, n := range want {
			path := filepath.Join(t.TempDir(), "file")
			about, err := shelf.Write(t.Context(), town.As(account), export.Request{Layer: layer, Format: gis.GeoJSON, Purpose: "fire_safety"}, path)
			switch {
			case n == refused:
				if !errors.Is(err, register.ErrExportRefused) {
					t.Errorf("%s gets %s: %v", account, layer, err)
				}
			case err != nil:
				t.Errorf("%s, %s: %v", account, layer, err)
			case about.Rows != int64(n):
				t.Errorf("%s gets %d %s, want %d", account, about.Rows, layer, n)
			}
		}
	}
	// A grant that has ended or is for another purpose, or another's area, gives nothing.
	var refusal *export.FieldError
	for account, purpose := range map[string]string{PastSupervisor: "fire_safety", WestSupervisor: "census_follow_up"} {
		request := export.Request{Layer: "households", Format: gis.CSV, Purpose: purpose}
		if _, err := shelf.Write(t.Context(), town.As(account), request, filepath.Join(t.TempDir(), "x")); !errors.As(err, &refusal) || refusal.Field != "purpose" {
			t.Errorf("%s without a grant for %s: %v", account, purpose, err)
		}
	}
	middle := export.Request{Layer: "households", Format: gis.CSV, Purpose: "fire_safety", Area: town.Area("Middle")}
	if _, err := shelf.Write(t.Context(), town.As(WestSupervisor), middle, filepath.Join(t.TempDir(), "x")); !errors.Is(err, register.ErrNoArea) {
		t.Errorf("another's area: %v", err)
	}
}

func TestExport_NarrowsToAnArea(t *testing.T) {
	t.Parallel()
	town, shelf := newShelf(t)
	for layer, want := range map[string]int{"households": 90, "stops": 90, "routes": 5, "incidents": 1, "basemap": 0} {
		request := export.Request{Layer: layer, Format: gis.GeoJSON, Purpose: "fire_safety", Area: town.Area("Middle")}
		about, err := shelf.Write(t.Context(), operator, request, filepath.Join(t.TempDir(), layer))
		if err != nil || about.Rows != int64(want) || about.Area != "Middle" {
			t.Errorf("%s of %s: %d rows, want %d; %v", layer, about.Area, about.Rows, want, err)
		}
	}
}

func TestExport_PseudonymsDoNotJoin(t *testing.T) {
	t.Parallel()
	town, shelf := newShelf(t)
	ids := func(layer, field string) []string {
		path := filepath.Join(t.TempDir(), "file.geojson")
		if _, err := shelf.Write(t.Context(), operator, export.Request{Layer: layer, Format: gis.GeoJSON, Purpose: "fire_safety"}, path); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		collection, err := geojson.UnmarshalFeatureCollection(content)
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, feature := range collection.Features {
			if id, ok := feature.Properties[field].(string); ok {
				found = append(found, id)
			}
		}
		slices.Sort(found)
		return slices.Compact(found)
	}
	one, other := ids("households", "id"), ids("households", "id")
	if len(one) != 240 || len(other) != 240 {
		t.Fatalf("%d and %d ids, want 240", len(one), len(other))
	}
	for _, id := range other {
		if slices.Contains(one, id) {
			t.Errorf("%s is in both files", id)
		}
	}
	// Within a file they join: every parent is an area of it, each route one id.
	areas := ids("areas", "id")
	if parents := ids("areas", "parent"); len(parents) == 0 || len(areas) <= len(parents) {
		t.Errorf("%d parents of %d areas", len(parents), len(areas))
	}
	if routes := ids("stops", "route"); len(routes) != town.Count("SELECT count(*) FROM rounds.routes") {
		t.Errorf("stops of %d routes", len(routes))
	}
}

func TestExport_HostileNamesSurvive(t *testing.T) {
	t.Parallel()
	town, shelf := newShelf(t)
	name := `=cmd|'/C calc'!A0 <b>&"x" 𠮷`
	town.Exec("UPDATE rounds.areas SET name = $1 WHERE name = 'West'", name)
	for _, format := range []gis.Format{gis.GeoJSON, gis.GeoJSONSeq, gis.GPKG, gis.FGB, gis.KML, gis.CSV, gis.XLSX, gis.Shapefile} {
		path := filepath.Join(t.TempDir(), "areas."+string(format))
		if _, err := shelf.Write(t.Context(), operator, export.Request{Layer: "areas", Format: format, Purpose: "fire_safety"}, path); err != nil {
			t.Fatal(err)
		}
		want := name
		if format == gis.CSV || format == gis.XLSX {
			want = "'" + name
		}
		found := slices.ContainsFunc(read(t, path, "areas", format), func(f *geojson.Feature) bool {
			return f.Properties["name"] == want || f.Properties["Name"] == want
		})
		if !found {
			t.Errorf("%s has no area %s", format, want)
		}
	}
}

func TestExport_RefusesInWords(t *testing.T) {
	t.Parallel()
	town, shelf := newShelf(t)
	for _, test := range []struct {
		layer, format, purpose string
		field, word            string
	}{
		{"releases", "gpkg", "fire_safety", "layer", "DATABASE_STATS_URL"},
		{"visits", "gpkg", "fire_safety", "layer", "no layer"},
		{"outcomes", "gpkg", "fire_safety", "layer", "no layer"},
		{"areas", "docx", "fire_safety", "format", "no format"},
		{"stops", "gpx", "fire_safety", "format", "routes"},
		{"areas", "gpkg", "curiosity", "purpose", "no purpose"},
	} {
		path := filepath.Join(t.TempDir(), "x")
		_, err := shelf.Write(t.Context(), operator, export.Request{Layer: test.layer, Format: gis.Format(test.format), Purpose: test.purpose}, path)
		var wrong *export.FieldError
		if !errors.As(err, &wrong) || wrong.Field != test.field || !strings.Contains(wrong.Problem, test.word) {
			t.Errorf("%s as %s: %v, want %s: ... %s", test.layer, test.format, err, test.field, test.word)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s as %s: a file is there", test.layer, test.format)
		}
	}
	if n := town.Count("SELECT count(*) FROM rounds.exports"); n != 0 {
		t.Errorf("%d records of what was refused", n)
	}
	town.Exec("UPDATE rounds.plans SET state = 'superseded'")
	if _, err := shelf.Write(t.Context(), operator, export.Request{Layer: "routes", Format: gis.GPX, Purpose: "fire_safety"}, filepath.Join(t.TempDir(), "x")); !errors.Is(err, register.ErrNoPlan) {
		t.Errorf("routes without a plan: %v", err)
	}
	if _, err := shelf.Write(t.Context(), operator, export.Request{Layer: "cells", Format: gis.GPKG, Purpose: "fire_safety", Round: uuid.New()}, filepath.Join(t.TempDir(), "x")); !errors.Is(err, register.ErrNoRound) {
		t.Errorf("cells without a round: %v", err)
	}
}

func TestShelf_GivesAFileOnceToWhoAskedForIt(t *testing.T) {
	t.Parallel()
	town, shelf := newShelf(t)
	mine := town.As(WestSupervisor)
	link, err := shelf.Put(t.Context(), mine, export.Request{Layer: "households", Format: gis.GPKG, Purpose: "fire_safety"})
	if err != nil {
		t.Fatal(err)
	}
	if link.FileName != "households-2027-03-08.gpkg" || time.Until(link.ExpiresAt) > export.Lifetime {
		t.Errorf("%+v", link)
	}
	if n := town.Count("SELECT count(*) FROM rounds.exports WHERE account_id = $1 AND fetched_at IS NULL AND layer = 'households'", mine.Account); n != 1 {
		t.Errorf("%d records, want 1", n)
	}
	for _, who := range []register.Principal{town.As(CountySupervisor), town.As(WestWorker), {}} {
		if _, err := shelf.Open(t.Context(), who, link.Token); !errors.Is(err, register.ErrNoExport) {
			t.Errorf("%v takes another's file: %v", who, err)
		}
	}
	for _, token := range []string{"", "x", strings.Repeat("A", 43), link.Token + "A"} {
		if _, err := shelf.Open(t.Context(), mine, token); !errors.Is(err, register.ErrNoExport) {
			t.Errorf("token %q: %v", token, err)
		}
	}
	file, err := shelf.Open(t.Context(), mine, link.Token)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(file)
	if err != nil || !bytes.HasPrefix(content, []byte("SQLite format 3")) || file.Name != link.FileName {
		t.Errorf("%d bytes of %s: %v", len(content), file.Name, err)
	}
	file.Close()
	if err := shelf.Spend(t.Context(), mine, file); err != nil {
		t.Fatal(err)
	}
	if err := shelf.Spend(t.Context(), mine, file); !errors.Is(err, register.ErrNoExport) {
		t.Errorf("spent twice: %v", err)
	}
	if _, err := shelf.Open(t.Context(), mine, link.Token); !errors.Is(err, register.ErrNoExport) {
		t.Errorf("a second time: %v", err)
	}
	if left, err := os.ReadDir(shelf.Folder); err != nil || len(left) != 0 {
		t.Errorf("left on the shelf: %v, %v", left, err)
	}
}

func TestShelf_SweepsWhatIsOver(t *testing.T) {
	t.Parallel()
	town, shelf := newShelf(t)
	mine := town.As(WestSupervisor)
	link, err := shelf.Put(t.Context(), mine, export.Request{Layer: "areas", Format: gis.GeoJSON, Purpose: "fire_safety"})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := shelf.Sweep(); n != 0 || err != nil {
		t.Errorf("%d fresh files swept, %v", n, err)
	}
	town.DB.Now = func() time.Time { return time.Now().Add(export.Lifetime + time.Minute) }
	if _, err := shelf.Open(t.Context(), mine, link.Token); !errors.Is(err, register.ErrNoExport) {
		t.Errorf("after its time: %v", err)
	}
	if n, err := shelf.Sweep(); n != 1 || err != nil {
		t.Errorf("%d files swept, %v; want 1", n, err)
	}
}

func TestShelf_ATableComesWithItsManifest(t *testing.T) {
	t.Parallel()
	town, shelf := newShelf(t)
	mine := town.As(WestSupervisor)
	link, err := shelf.Put(t.Context(), mine, export.Request{Layer: "incidents", Format: gis.CSV, Purpose: "fire_safety"})
	if err != nil {
		t.Fatal(err)
	}
	file, err := shelf.Open(t.Context(), mine, link.Token)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(file, size)
	if err != nil {
		t.Fatal(err)
	}
	if link.FileName != "incidents-2027-03-08.csv.zip" || len(archive.File) != 2 {
		t.Fatalf("%s with %d files", link.FileName, len(archive.File))
	}
	metadata, err := archive.Open("incidents-2027-03-08.csv-metadata.json")
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		URL   string
		Notes []gis.Manifest
	}
	if err := json.NewDecoder(metadata).Decode(&said); err != nil {
		t.Fatal(err)
	}
	if said.URL != "incidents-2027-03-08.csv" || said.Notes[0].Rows != 2 || said.Notes[0].Requester == "" || said.Notes[0].Requester == "operator" {
		t.Errorf("%+v", said)
	}
}
