//go:build clients

package ogc_test

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rounds-project/rounds/geo/gis"
	. "github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/export"
)

// manyHouseholds is how many there are for a client to lose one of.
const manyHouseholds = 200_000

// compared are the fields of a household but for its pseudonym.
var compared = []string{"area", "street", "house_number", "unit", "postcode", "place", "doors", "building", "window_opens", "window_closes"}

// growMany adds households to West, until there are so many, with all that a client may
// take for something else: quotation marks, tags, formulas, numbers with zeros before
// them, Chinese, nothing at all.
func (s *service) growMany(households int) {
	s.Helper()
	s.Exec(`INSERT INTO rounds.households (id, area_id, source_key, street, house_number, unit, postcode, place, doors, building, window_opens, window_closes, cell, at)
		SELECT gen_random_uuid(), h.area_id, 'many-' || n,
			CASE n % 6 WHEN 0 THEN 'Carrer d''en "Font" ' || n % 700 WHEN 1 THEN '建设路' || n % 90 || '号院' WHEN 2 THEN 'Straße <' || n % 50 || '> & ;' WHEN 3 THEN '=SUM(A' || n % 9 || ')'
				WHEN 4 THEN 'Rua, "do" ' || n % 11 END,
			n::text, CASE WHEN n % 3 = 0 THEN 'B' || n % 7 END, lpad((n % 1000)::text, 5, '0'), CASE WHEN n % 2 = 0 THEN 'Ordino' ELSE '大兴' END,
			1 + n % 9, (ARRAY['house', 'apartments', 'farm', 'institution', 'other'])[1 + n % 5]::rounds.building_type,
			CASE WHEN n % 10 = 0 THEN time '08:30' END, CASE WHEN n % 10 = 0 THEN time '17:45:30' END, h.cell,
			ST_SetSRID(ST_Point(1.03 + n / 1e7, 42.04 + (n * 0.618033988749895)::numeric % 0.01), 4326)
		FROM (SELECT * FROM rounds.households WHERE source_key LIKE 'West-%' ORDER BY id LIMIT 1) h, generate_series(1, $1) n`, households-s.Count("SELECT count(*) "+ofWest))
	s.Exec("ANALYZE rounds.households")
}

// row is a household as it is compared: its fields, its point to a centimetre.
func row(values []string, lon, lat float64) string {
	return strings.Join(values, "|") + fmt.Sprintf("|%.7f|%.7f", lon, lat)
}

// bySQL are the households of West as the database has them, each with how often.
func (s *service) bySQL(change func(string) string) map[string]int {
	s.Helper()
	rows, err := s.Owner.Query(s.Context(), `SELECT ARRAY[h.area_name, h.street, h.house_number, h.unit, h.postcode, h.place, h.doors::text, h.building::text, h.window_opens::text, h.window_closes::text], ST_X(h.at), ST_Y(h.at)
		FROM (SELECT h.*, g.name AS area_name `+strings.Replace(ofWest, "WHERE", "JOIN rounds.areas g ON g.id = h.area_id WHERE", 1)+`) h`)
	if err != nil {
		s.Fatal(err)
	}
	defer rows.Close()
	found := map[string]int{}
	for rows.Next() {
		var texts []*string
		var lon, lat float64
		if err := rows.Scan(&texts, &lon, &lat); err != nil {
			s.Fatal(err)
		}
		values := make([]string, len(texts))
		for i, text := range texts {
			if text != nil {
				values[i] = change(*text)
			}
		}
		found[row(values, lon, lat)]++
	}
	if err := rows.Err(); err != nil {
		s.Fatal(err)
	}
	return found
}

// reading takes what a client prints off what there is.
type reading struct {
	*testing.T
	left map[string]int
	rows int
}

func (r *reading) one(values []string, lon, lat float64) {
	r.rows++
	text := row(values, lon, lat)
	if r.left[text]--; r.left[text] < 0 {
		r.Fatalf("row %d is in no household: %s", r.rows, text)
	}
	if r.left[text] == 0 {
		delete(r.left, text)
	}
}

// lines reads features, one a line; more are the fields that this client adds. Some say
// nothing of a field without a value.
func (r *reading) lines(from io.Reader, more ...string) {
	seen := map[string]bool{}
	scanner := bufio.NewScanner(from)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		line := bytes.TrimLeft(scanner.Bytes(), "\x1e")
		var f struct {
			Properties map[string]any
			Geometry   struct{ Coordinates []float64 }
		}
		if err := json.Unmarshal(line, &f); err != nil {
			r.Fatalf("%v: %.200s", err, line)
		}
		values := make([]string, len(compared))
		for i, name := range compared {
			value, is := f.Properties[name]
			seen[name] = seen[name] || is
			values[i] = plain(name, value)
		}
		for name := range f.Properties {
			if name != "id" && !slices.Contains(compared, name) && !slices.Contains(more, name) {
				r.Fatalf("a field %s: %s", name, line)
			}
		}
		r.one(values, f.Geometry.Coordinates[0], f.Geometry.Coordinates[1])
	}
	if err := scanner.Err(); err != nil {
		r.Fatal(err)
	}
	for _, name := range compared {
		if !seen[name] {
			r.Errorf("no field %s", name)
		}
	}
}

// plain is a value as SQL writes it.
func plain(field string, value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case float64:
		if strings.HasPrefix(field, "window_") { // GeoParquet has microseconds of the day
			return time.UnixMicro(int64(v)).UTC().Format(time.TimeOnly)
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// table reads CSV.
func (r *reading) table(from io.Reader) {
	lines := csv.NewReader(from)
	lines.ReuseRecord = true
	header, err := lines.Read()
	if want := append(append([]string{"id"}, compared...), "lon", "lat"); err != nil || !slices.Equal(header, want) {
		r.Fatalf("%v, header %v, want %v", err, header, want)
	}
	for {
		line, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			r.Fatal(err)
		}
		lon, _ := strconv.ParseFloat(line[len(line)-2], 64) // what is no number lies nowhere
		lat, _ := strconv.ParseFloat(line[len(line)-1], 64)
		r.one(line[1:len(line)-2], lon, lat)
	}
}

// TestLargeClients_ReadWhatSQLHas has every client read 200,000 households, from the
// service or from a file: as many rows, fields and points as SQL has.
func TestLargeClients_ReadWhatSQLHas(t *testing.T) {
	s := newService(t)
	s.growMany(manyHouseholds)
	folder, sheet := t.TempDir(), t.TempDir()
	exporter := export.Exporter{DB: s.DB, Today: func() time.Time { return s.Today }}
	file := func(format gis.Format) string {
		path := filepath.Join(folder, "households."+string(format))
		if _, err := os.Stat(path); err == nil {
			return path
		}
		about, err := exporter.Write(t.Context(), s.As(WestSupervisor), export.Request{Layer: "households", Format: format, Purpose: Purpose}, path)
		if err != nil || about.Rows != manyHouseholds {
			t.Fatalf("%s: %d rows, %v", format, about.Rows, err)
		}
		return path
	}
	ogr := func(source string, options ...string) []string {
		return append([]string{"ogr2ogr", "-f", "GeoJSONSeq", "/vsistdout/", source, "-lco", "COORDINATE_PRECISION=15"}, options...)
	}
	python, node, clients := "/usr/bin/python3", "node", filepath.Join("testdata", "clients")
	for _, client := range []struct {
		name    string
		command func() []string
		// more are fields that the client adds.
		more []string
	}{
		{"ogr2ogr, OAPIF", func() []string { return ogr("OAPIF:"+s.url+"/ogc", "-oo", "PAGE_SIZE=10000", "households") }, nil},
		{"ogr2ogr, GPKG", func() []string { return ogr(file(gis.GPKG), "households") }, nil},
		{"ogr2ogr, FGB", func() []string { return ogr(file(gis.FGB)) }, nil},
		{"ogr2ogr, KML", func() []string { return ogr(file(gis.KML)) }, []string{"Name", "description", "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon"}},
		{"ogr2ogr, CSV", func() []string {
			return ogr(file(gis.CSV), "-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat")
		}, []string{"lon", "lat"}},
		{"QGIS, OAPIF", func() []string {
			return []string{python, "testdata/qgis_client.py", "--rows", s.url + "/ogc", s.token, "households"}
		}, nil},
		{"QGIS, GPKG", func() []string {
			return []string{python, "testdata/qgis_client.py", "--rows", s.url + "/ogc", s.token, file(gis.GPKG)}
		}, []string{"fid"}},
		{"OWSLib", func() []string {
			return []string{python, "testdata/owslib_client.py", s.url + "/ogc/", s.token, "households"}
		}, nil},
		{"@ogcapi-js/features", func() []string {
			return []string{node, filepath.Join(clients, "ogcapi.js"), s.url + "/ogc", s.token, "households"}
		}, nil},
		{"hyparquet", func() []string { return []string{node, "../app/e2e/gis.mjs", "--rows", file(gis.Parquet)} }, []string{"bbox"}},
		{"flatgeobuf", func() []string { return []string{node, "../app/e2e/gis.mjs", "--rows", file(gis.FGB)} }, nil},
		{"LibreOffice, XLSX", func() []string {
			// Comma, quotation mark, UTF-8, from the first line, every cell as text.
			return []string{"soffice", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false", "--outdir", sheet, file(gis.XLSX)}
		}, nil},
	} {
		t.Run(client.name, func(t *testing.T) {
			arguments := client.command()
			escaped := func(text string) string { return text }
			if strings.Contains(client.name, "CSV") || strings.Contains(client.name, "XLSX") {
				escaped = gis.EscapeCell
			}
			r := &reading{T: t, left: s.bySQL(escaped)}
			s.Exec("UPDATE rounds.receivers SET sent_on = NULL") // its day begins again
			began := time.Now()
			command := exec.CommandContext(t.Context(), arguments[0], arguments[1:]...)
			command.Env = append(os.Environ(), "HOME="+t.TempDir(), "GDAL_HTTP_AUTH=BASIC", "GDAL_HTTP_USERPWD=gis:"+s.token)
			var complaints bytes.Buffer
			command.Stderr = &complaints
			out, err := command.StdoutPipe()
			if err == nil {
				err = command.Start()
			}
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(client.name, "LibreOffice") {
				_, _ = io.Copy(io.Discard, out)
			} else {
				r.lines(out, client.more...)
			}
			if err := command.Wait(); err != nil {
				t.Fatalf("%v: %s", err, complaints.String())
			}
			if strings.HasPrefix(client.name, "LibreOffice") {
				table, err := os.Open(filepath.Join(sheet, "households.csv"))
				if err != nil {
					t.Fatal(err)
				}
				defer table.Close()
				r.table(table)
			}
			if r.rows != manyHouseholds || len(r.left) != 0 {
				t.Errorf("%d rows, want %d; %d are missing", r.rows, manyHouseholds, len(r.left))
			}
			t.Logf("%d rows in %.1f s", r.rows, time.Since(began).Seconds())
		})
	}
}
