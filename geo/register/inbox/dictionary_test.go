package inbox

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// entry is a row of docs/dictionary/imports.csv.
type entry struct {
	kind, column, chinese string
	targets               []string
}

func read(t *testing.T, path string, header ...string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(rows[0], header) {
		t.Fatalf("%s has columns %v, want %v", path, rows[0], header)
	}
	return rows[1:]
}

func dictionary(t *testing.T) (entries []entry) {
	t.Helper()
	columns := map[string]bool{"none": true}
	for _, row := range read(t, "../../../docs/dictionary/columns.csv", "table", "name", "kind", "class", "purpose", "readers", "clock") {
		columns[row[0]+"."+row[1]] = true
	}
	for _, row := range read(t, "../../../docs/dictionary/imports.csv", "kind", "column", "chinese", "target", "purpose") {
		e := entry{row[0], row[1], row[2], strings.Fields(row[3])}
		for _, target := range e.targets {
			if !columns[target] {
				t.Errorf("%s %s goes to %s, which is no column", e.kind, e.column, target)
			}
		}
		if len(e.targets) == 0 || row[4] == "" {
			t.Errorf("%s %s has no target or no purpose", e.kind, e.column)
		}
		entries = append(entries, e)
	}
	return entries
}

func TestColumns_AreThoseOfTheDictionary(t *testing.T) {
	t.Parallel()
	listed := map[string]string{}
	for _, e := range dictionary(t) {
		if e.kind != "osm" {
			listed[e.kind+" "+e.column] = e.chinese
		}
	}
	accepted := map[string]string{}
	for kind, columns := range map[string][]column{"households": householdColumns, "areas": areaColumns, "incidents": incidentColumns, "ledger": ledgerColumns, "refusals": refusalColumns} {
		for _, c := range columns {
			accepted[kind+" "+c.english] = c.chinese
		}
		all := 0
		for _, c := range columns {
			all += 2 + len(c.also)
		}
		if n := names(columns); len(n) != all {
			t.Errorf("%s: %d names, of which %d are there twice", kind, all, all-len(n))
		}
	}
	if !maps.Equal(listed, accepted) {
		t.Errorf("accepted: %v\nin docs/dictionary/imports.csv: %v", accepted, listed)
	}
}

// The tags that an extract's areas, households and base map are made of.
func TestTags_AreThoseOfTheDictionary(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	keep := func(expression ast.Expr) {
		if text, is := expression.(*ast.BasicLit); is && text.Kind == token.STRING {
			key, _ := strconv.Unquote(text.Value)
			used[key] = true
		}
	}
	for _, name := range []string{"area.go", "building.go", "feature.go", "household.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), "../../osm/"+name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.CallExpr: // tags.Find("name")
				if f, is := n.Fun.(*ast.SelectorExpr); is && f.Sel.Name == "Find" {
					keep(n.Args[0])
				}
			case *ast.CompositeLit: // keys looked for one after the other
				if list, is := n.Type.(*ast.ArrayType); is && fmt.Sprint(list.Elt) == "string" {
					for _, element := range n.Elts {
						keep(element)
					}
				}
			}
			return true
		})
	}
	for _, e := range dictionary(t) {
		if e.kind == "osm" && !used[e.column] {
			t.Errorf("the tag %s is in docs/dictionary/imports.csv and not used", e.column)
		}
		if e.kind == "osm" {
			delete(used, e.column)
		}
	}
	for key := range used {
		t.Errorf("the tag %s is not in docs/dictionary/imports.csv", key)
	}
}

// samples are rows of a file of each kind: for each column a value, and what the
// target then holds.
var samples = map[string][]map[string][2]string{
	"areas": {
		{"id": {"county", ""}, "level": {"county", ""}, "name": {"County", ""}, "wkt": {"POLYGON((1 42,1.1 42,1.1 42.1,1 42.1,1 42))", ""}},
		{"id": {"t1", "t1"}, "parent": {"county", "*"}, "level": {"town", "town"}, "name": {"Westing", "Westing"}, "name_zh": {"西镇", "西镇"},
			"wkt": {"POLYGON((1 42,1.05 42,1.05 42.1,1 42.1,1 42))", "MULTIPOLYGON(((1 42,1.05 42,1.05 42.1,1 42.1,1 42)))"}},
	},
	"households": {
		{"id": {"b-1", "b-1"}, "lon": {"1.051", "POINT(1.051 42.052)"}, "lat": {"42.052", "POINT(1.051 42.052)"}, "street": {"Mill Lane", "Mill Lane"},
			"house_number": {"12 bis", "12 bis"}, "unit": {"3B", "3B"}, "postcode": {"AD500", "AD500"}, "place": {"Millton", "Millton"},
			"doors": {"7", "7"}, "window_start": {"09:15", "09:15:00"}, "window_end": {"11:45", "11:45:00"}},
		{"id": {"b-2", "b-2"}, "lon": {"1.052", ""}, "lat": {"42.052", ""}, "address": {"High Street 1, Millton", "High Street 1, Millton"}},
	},
	"refusals": {
		{"street": {"Mill Lane", "*"}, "house_number": {"12 bis", "*"}, "unit": {"3B", "*"}, "postcode": {"AD500", "*"}, "place": {"County", "*"}},
		{"address": {"High Street 1, County", "*"}, "place": {"County", "*"}},
	},
	"incidents": {
		{"id": {"7/2026", "*"}, "lon": {"1.051", "POINT(1.051 42.052)"}, "lat": {"42.052", "POINT(1.051 42.052)"}, "matter": {"unlit_path", "unlit_path"},
			"reported_on": {"2026-03-01", "2026-03-01"}, "state": {"closed", "closed"}, "closed_on": {"2026-03-09", "2026-03-09"}},
	},
}

// chineseTerms are names of entries of closed lists in Chinese.
var chineseTerms = map[string]string{"county": "县", "town": "乡镇", "unlit_path": "道路无照明", "closed": "已办结"}

func TestImports_GoWhereTheDictionarySays(t *testing.T) {
	t.Parallel()
	entries := dictionary(t)
	for kind := range samples {
		for _, form := range []string{"English", "Chinese", "GeoJSON"} {
			if kind == "refusals" && form == "GeoJSON" {
				continue // they have no point
			}
			t.Run(kind+" "+form, func(t *testing.T) {
				t.Parallel()
				f := open(t)
				report, left, err := f.take(kind, sampleFile(t, entries, kind, form), "")
				f.must(err)
				if left.Columns != 1 || report.Added+report.Unchanged+report.Changed+report.Addresses != len(samples[kind]) {
					t.Errorf("%+v, %d columns left out", report, left.Columns)
				}
				for _, e := range entries {
					if e.kind == kind {
						f.holds(e.targets[0], expected(kind, e.column))
					}
				}
			})
		}
	}
}

func expected(kind, column string) string {
	for _, row := range samples[kind] {
		if row[column][1] != "" {
			return row[column][1]
		}
	}
	return ""
}

// holds checks that a row has the value in a column; "*" is any.
func (f *fixture) holds(target, value string) {
	f.Helper()
	table, column, _ := strings.Cut(target, ".")
	shown := column + "::text"
	if strings.HasPrefix(value, "POINT") || strings.HasPrefix(value, "MULTIPOLYGON") {
		shown = "ST_AsText(" + column + ")"
	}
	if f.count("SELECT count(*) FROM rounds."+table+" WHERE $1 IN ('*', "+shown+") AND "+column+" IS NOT NULL", value) == 0 {
		f.Errorf("%s does not hold %q", target, value)
	}
}

// sampleFile has all columns of the kind, and one that Rounds does not keep.
func sampleFile(t *testing.T, entries []entry, kind, form string) string {
	t.Helper()
	if form == "GeoJSON" {
		return sampleFeatures(t, kind)
	}
	var b strings.Builder
	table := csv.NewWriter(&b)
	var header []string
	rows := make([][]string, len(samples[kind]))
	for _, e := range entries {
		if e.kind != kind {
			continue
		}
		name := e.column
		if form == "Chinese" {
			name = e.chinese
		}
		header = append(header, name)
		for i, sample := range samples[kind] {
			value := sample[e.column][0]
			if term, is := chineseTerms[value]; is && form == "Chinese" && e.column != "id" && e.column != "parent" {
				value = term
			}
			rows[i] = append(rows[i], value)
		}
	}
	table.Write(append(header, "remark"))
	for _, row := range rows {
		table.Write(append(row, "nice garden"))
	}
	table.Flush()
	return b.String()
}

func sampleFeatures(t *testing.T, kind string) string {
	t.Helper()
	features := []any{}
	for _, sample := range samples[kind] {
		properties := map[string]any{"remark": "nice garden"}
		for column, value := range sample {
			properties[column] = value[0]
		}
		geometry := fmt.Sprintf(`{"type":"Point","coordinates":[%s,%s]}`, sample["lon"][0], sample["lat"][0])
		if kind == "areas" {
			ring := strings.TrimSuffix(strings.TrimPrefix(sample["wkt"][0], "POLYGON(("), "))")
			geometry = `{"type":"Polygon","coordinates":[[[` + strings.NewReplacer(" ", ",", ",", "],[").Replace(ring) + `]]]}`
		}
		for _, column := range []string{"lon", "lat", "wkt"} {
			delete(properties, column)
		}
		features = append(features, map[string]any{"type": "Feature", "geometry": json.RawMessage(geometry), "properties": properties})
	}
	text, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
