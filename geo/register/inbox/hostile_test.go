package inbox

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
)

// marked is what must be found nowhere: each note about people in the files has a
// word that begins with zqmark, and every number is that of a person.
var marked = regexp.MustCompile(`zqmark\w*|\+376 \d{3} \d{3}|[0-9０-９]{9,}[X]?|[0-9]{8}[A-Z]`)

// A register that comes with notes and numbers of people, in columns of its own and
// in those that Rounds keeps: the rows that are refused are named without a word of
// them, and of what is taken in the end no byte of the rest is anywhere.
func TestImport_KeepsNothingOfHostileFiles(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind, file              string
		taken, refused, leftOut int
	}{
		{"households", "hostile-en.csv", 3, 19, 9},
		{"households", "hostile-zh.csv", 3, 16, 9},
		{"households", "hostile.geojson", 6, 33, 19},
		{"areas", "hostile-areas.csv", 2, 7, 9},
		{"incidents", "hostile-incidents.csv", 2, 9, 9},
		{"ledger", "hostile-ledger.csv", 2, 9, 9},
		{"refusals", "hostile-en.csv", 14, 8, 15},
	} {
		t.Run(test.kind+" "+test.file, func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(filepath.Join("testdata", test.file))
			f := open(t)
			f.must(err)
			markers := slices.Compact(slices.Sorted(slices.Values(marked.FindAllString(string(content), -1))))
			if len(markers) < 20 {
				t.Fatalf("only %d markers", len(markers))
			}
			f.mustLack("the database before the import", f.dump(), markers)
			text, refused := string(content), 0
			var report register.ImportReport
			for {
				var left Left
				report, left, err = f.take(test.kind, text, "")
				if left.Columns != test.leftOut && err == nil {
					t.Errorf("%d columns left out, want %d", left.Columns, test.leftOut)
				}
				f.mustLack("the report", said(err), markers)
				f.mustLack("the corrected copy", f.corrected.String(), markers)
				if err == nil {
					break
				}
				complaints := f.refused(err)
				refused += len(complaints)
				text = withoutRows(f, text, complaints)
			}
			if refused != test.refused {
				t.Errorf("%d rows were refused, want %d", refused, test.refused)
			}
			if test.kind == "refusals" {
				// That a file of wishes came in is not recorded.
				if report.Addresses != test.taken || f.count("SELECT count(*) FROM rounds.imports") != 1 {
					t.Errorf("%d addresses were taken, want %d; or their import was recorded", report.Addresses, test.taken)
				}
			} else if n := f.count("SELECT added FROM rounds.imports WHERE sha256 = $1 AND kind::text = $2 ORDER BY imported_at DESC LIMIT 1", make([]byte, 32), test.kind); n != test.taken {
				t.Errorf("%d rows were taken, want %d", n, test.taken)
			}
			f.mustLack("the database", f.dump(), markers)
			f.mustLackBytes(markers)
		})
	}
}

// said is all that an error says, also what a program reads.
func said(err error) string {
	var refused *register.RefusedError
	if !errors.As(err, &refused) {
		return fmt.Sprint(err)
	}
	content, _ := json.Marshal(refused)
	return fmt.Sprintf("%v %s", refused, content)
}

func (f *fixture) mustLack(what, text string, markers []string) {
	f.Helper()
	for _, marker := range markers {
		if strings.Contains(strings.ToLower(text), strings.ToLower(marker)) {
			f.Errorf("%s holds %q", what, marker)
		}
	}
}

// dump is every row of every table, whatever schema it is in.
func (f *fixture) dump() string {
	f.Helper()
	ctx := context.Background()
	rows, err := f.owner.Query(ctx, `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
		WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'spatial_ref_sys'`)
	f.must(err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	f.must(err)
	var all strings.Builder
	for _, table := range tables {
		var text string
		f.must(f.owner.QueryRow(ctx, "SELECT coalesce(string_agg(t::text || to_jsonb(t)::text, E'\\n'), '') FROM "+table+" t").Scan(&text))
		all.WriteString(text)
	}
	if all.Len() < 1000 {
		f.Fatal("the dump is empty")
	}
	return all.String()
}

// mustLackBytes looks into the files of the server: the tables and what is left of
// deleted rows, temporary files, the log of what was written, the log in words.
func (f *fixture) mustLackBytes(markers []string) {
	f.Helper()
	_, err := f.owner.Exec(context.Background(), "CHECKPOINT")
	f.must(err)
	var folder string
	f.must(f.owner.QueryRow(context.Background(), "SELECT current_setting('data_directory')").Scan(&folder))
	own := fmt.Sprintf("%cbase%c%d%c", filepath.Separator, filepath.Separator, f.count("SELECT oid::int FROM pg_database WHERE datname = current_database()"), filepath.Separator)
	needles := [][]byte{[]byte("zqmark")}
	for _, marker := range markers {
		if !strings.HasPrefix(marker, "zqmark") {
			needles = append(needles, []byte(marker))
		}
	}
	files := 0
	f.must(filepath.WalkDir(filepath.Dir(folder), func(path string, entry fs.DirEntry, err error) error {
		// Databases of other tests come and go.
		if err != nil || entry.IsDir() || !entry.Type().IsRegular() || strings.Contains(path, "/base/") && !strings.Contains(path, own) && !strings.Contains(path, "pgsql_tmp") {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		files++
		for _, needle := range needles {
			if bytes.Contains(content, needle) {
				f.Errorf("%s holds %q", path, needle)
			}
		}
		return nil
	}))
	if files < 100 {
		f.Errorf("only %d files of the server were looked into", files)
	}
}

// withoutRows is the file without the rows that were complained about, as its owner
// would mend it.
func withoutRows(f *fixture, text string, complaints []register.Complaint) string {
	f.Helper()
	var bad []int64
	for _, c := range complaints {
		if c.Row == 0 {
			f.Fatalf("the whole file was refused: %v", c)
		}
		bad = append(bad, c.Row)
	}
	if strings.HasPrefix(text, "{") {
		var collection map[string]json.RawMessage
		var features, kept []json.RawMessage
		f.must(json.Unmarshal([]byte(text), &collection))
		f.must(json.Unmarshal(collection["features"], &features))
		for i, feature := range features {
			if !slices.Contains(bad, int64(i+1)) {
				kept = append(kept, feature)
			}
		}
		var err error
		collection["features"], err = json.Marshal(kept)
		f.must(err)
		mended, err := json.Marshal(collection)
		f.must(err)
		return string(mended)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	f.must(err)
	var mended strings.Builder
	table := csv.NewWriter(&mended)
	for i, row := range rows {
		if !slices.Contains(bad, int64(i+1)) {
			table.Write(row)
		}
	}
	table.Flush()
	return mended.String()
}
