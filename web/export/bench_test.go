//go:build bench

package export_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
	"github.com/rounds-project/rounds/web/export"
)

// rivals are the drivers of ogr2ogr for the formats, with what makes them write the same.
var rivals = map[gis.Format][]string{
	gis.CSV: {"CSV", "-lco", "GEOMETRY=AS_XY"}, gis.GeoJSON: {"GeoJSON"}, gis.GeoJSONSeq: {"GeoJSONSeq"}, gis.FGB: {"FlatGeobuf"},
	gis.GPKG: {"GPKG"}, gis.Shapefile: {"ESRI Shapefile", "-lco", "ENCODING=UTF-8"}, gis.KML: {"KML"}, gis.XLSX: {"XLSX"},
}

// TestBenchExport writes as many households as ROUNDS_BENCH_ROWS in each format, each in a
// process of its own, and beside it ogr2ogr from the same PostGIS; it prints rows of
// docs/benchmarks.md. The processor seconds are those of the writer, without the database.
func TestBenchExport(t *testing.T) {
	rows, err := strconv.Atoi(os.Getenv("ROUNDS_BENCH_ROWS"))
	if err != nil {
		t.Fatal("ROUNDS_BENCH_ROWS: ", err)
	}
	ownerURL, appURL := clustertest.Database(t)
	owner, err := pgx.Connect(t.Context(), ownerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close(context.Background())
	for _, statement := range []string{
		`INSERT INTO rounds.areas (id, level, source_key, name, outline) VALUES ('00000000-0000-4000-8000-000000000001', 'county', 'c', 'County', ST_Multi(ST_MakeEnvelope(1, 42, 2, 43, 4326)))`,
		`INSERT INTO rounds.areas (id, parent_id, level, source_key, name, outline) VALUES ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'grid', 'g', 'Grid', ST_Multi(ST_MakeEnvelope(1, 42, 2, 43, 4326)))`,
		fmt.Sprintf(`INSERT INTO rounds.households (id, source_key, area_id, street, house_number, postcode, place, doors, cell, at)
			SELECT gen_random_uuid(), 'b-' || n, '00000000-0000-4000-8000-000000000002', 'Carrer de la Font ' || n %% 700, (n %% 120)::text, 'AD500', 'Andorra', 1 + n %% 9,
				621000000000000000 + n / 20, ST_SetSRID(ST_Point(1 + (n * 0.618033988749895)::numeric %% 1, 42 + n::float8 / %d), 4326)
			FROM generate_series(1, %d) n`, rows+1, rows),
		"ANALYZE rounds.households",
	} {
		if _, err := owner.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%v: %s", err, statement)
		}
	}
	layer, _ := register.ExportLayerNamed("households")
	var names []string
	for _, column := range layer.Columns {
		names = append(names, column.Name)
	}
	config, err := pgx.ParseConfig(ownerURL)
	if err != nil {
		t.Fatal(err)
	}
	source := fmt.Sprintf("PG:host='%s' port=%d user='%s' dbname='%s' password='%s'", config.Host, config.Port, config.User, config.Database, config.Password)
	const query = `SELECT h.at, h.id::text, a.name AS area, h.street, h.house_number, h.unit, h.postcode, h.place, h.doors::bigint, h.building, h.window_opens::text, h.window_closes::text
		FROM rounds.households h JOIN rounds.areas a ON a.id = h.area_id ORDER BY h.cell, h.id`
	fmt.Printf("| format | s | CPU s | peak MB | file MB | ogr2ogr s | CPU s | peak MB |\n|---|---|---|---|---|---|---|---|\n")
	for _, format := range formatsToMeasure() {
		if format == gis.XLSX && rows >= 1<<20 {
			continue
		}
		path := filepath.Join(t.TempDir(), "households."+string(format))
		child := exec.Command(os.Args[0], "-test.run", "^TestBenchChild$")
		child.Env = append(os.Environ(), "ROUNDS_BENCH_URL="+appURL, "ROUNDS_BENCH_FORMAT="+string(format), "ROUNDS_BENCH_PATH="+path)
		ours := measured(t, child)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		theirs := "no driver | |"
		if driver := rivals[format]; driver != nil {
			arguments := append([]string{"-f", driver[0], filepath.Join(t.TempDir(), "rival."+string(format)), source, "-sql", query, "-nln", "households"}, driver[1:]...)
			theirs = measured(t, exec.Command("ogr2ogr", arguments...))
		}
		fmt.Printf("| %s | %s %d | %s\n", format, ours, info.Size()>>20, theirs)
	}
}

func formatsToMeasure() (formats []gis.Format) {
	for _, name := range strings.Fields(os.Getenv("ROUNDS_BENCH_FORMATS")) {
		formats = append(formats, gis.Format(name))
	}
	return formats
}

// measured runs a command: seconds of the wall and of the processor, and peak memory.
func measured(t *testing.T, command *exec.Cmd) string {
	t.Helper()
	began := time.Now()
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", command.Path, err, out)
	}
	used := command.ProcessState.SysUsage().(*syscall.Rusage)
	cpu := command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	return fmt.Sprintf("%.1f | %.1f | %d |", time.Since(began).Seconds(), cpu.Seconds(), used.Maxrss>>10)
}

// TestBenchChild writes one file, when it is told to.
func TestBenchChild(t *testing.T) {
	path := os.Getenv("ROUNDS_BENCH_PATH")
	if path == "" {
		return
	}
	db, err := register.Open(t.Context(), os.Getenv("ROUNDS_BENCH_URL"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	exporter := export.Exporter{DB: db, Today: time.Now}
	request := export.Request{Layer: "households", Format: gis.Format(os.Getenv("ROUNDS_BENCH_FORMAT")), Purpose: "fire_safety"}
	if _, err := exporter.Write(t.Context(), operator, request, path); err != nil {
		t.Fatal(err)
	}
}
