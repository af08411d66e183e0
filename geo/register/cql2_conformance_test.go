//go:build standards

package register_test

import (
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/geojson"
	_ "modernc.org/sqlite"

	"github.com/rounds-project/rounds/geo/cql2"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// standardLayer is a layer of the standard's dataset, without the columns whose kind no
// layer here has: start and end, which are moments.
type standardLayer struct {
	register.ExportLayer
	rows *register.Given
}

// standard is a checkout of the OGC's ogcapi-features at the tag cql2-1.0.0, which has the
// annexes of CQL2 and their dataset.
var standard = flag.String("standard", "", "a checkout of opengeospatial/ogcapi-features at cql2-1.0.0")

func standardLayers(t *testing.T) map[string]standardLayer {
	t.Helper()
	path := filepath.Join(*standard, "cql2", "standard", "data", "ne110m4cql2.gpkg")
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	layers := map[string]standardLayer{}
	for name, columns := range map[string][]register.ExportColumn{
		"ne_110m_admin_0_countries": {{Name: "NAME", Kind: "text"}, {Name: "POP_EST", Kind: "integer"}},
		"ne_110m_populated_places_simple": {{Name: "name", Kind: "text"}, {Name: "nameascii", Kind: "text"}, {Name: "pop_other", Kind: "integer"},
			{Name: "pop_min", Kind: "integer"}, {Name: "pop_max", Kind: "integer"}, {Name: "date", Kind: "date"}, {Name: "boolean", Kind: "boolean"}},
		"ne_110m_rivers_lake_centerlines": {{Name: "name", Kind: "text"}},
	} {
		var fields []string
		for _, column := range columns {
			fields = append(fields, fmt.Sprintf("CAST(%q AS TEXT)", column.Name))
		}
		rows, err := db.QueryContext(t.Context(), fmt.Sprintf("SELECT fid, geom, %s FROM %s", strings.Join(fields, ", "), name))
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		given := &register.Given{}
		for rows.Next() {
			var fid int64
			var shape []byte
			values, targets := make([]sql.NullString, len(columns)), []any{&fid, &shape}
			for i := range values {
				targets = append(targets, &values[i])
			}
			if err := rows.Scan(targets...); err != nil {
				t.Fatal(err)
			}
			const header = 8 + 32 // of a GeoPackage's geometry with its bound in two dimensions
			if len(shape) == 8+21 {
				shape = shape[8:] // a point has no bound
			} else {
				shape = shape[header:]
			}
			geometry, err := wkb.Unmarshal(shape)
			if err != nil {
				t.Fatal(err)
			}
			if err := given.Add(strconv.FormatInt(fid, 10), geometry, typedValues(t, columns, values)); err != nil {
				t.Fatal(err)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		layers[name] = standardLayer{register.GivenLayer(name, "Geometry", nil, nil, columns), given}
	}
	return layers
}

func typedValues(t *testing.T, columns []register.ExportColumn, values []sql.NullString) []any {
	t.Helper()
	typed := make([]any, len(values))
	for i, value := range values {
		if !value.Valid {
			continue
		}
		switch columns[i].Kind {
		case "integer":
			n, err := strconv.ParseFloat(value.String, 64)
			if err != nil {
				t.Fatal(err)
			}
			typed[i] = int64(n)
		case "boolean":
			typed[i] = value.String == "1"
		default:
			typed[i] = value.String
		}
	}
	return typed
}

// annexes are those of the classes that are declared.
var annexes = []string{"basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison", "basic-spatial-functions",
	"basic-spatial-functions-plus", "spatial-functions", "property-property"}

// rows are those of the tables of an annex, of so many cells: with the class that a
// predicate needs too, or without.
func rows(t *testing.T, annex string) (all [][]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(*standard, "cql2", "standard", "annex_ats_"+annex+".adoc"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(strings.TrimPrefix(line, "|"), " |")
		if _, err := strconv.Atoi(cells[len(cells)-1]); err != nil || !strings.HasPrefix(line, "|") {
			continue
		}
		for i, cell := range cells {
			cells[i] = strings.ReplaceAll(strings.Trim(strings.TrimSpace(cell), "`"), "\\", "")
		}
		all = append(all, cells)
	}
	return all
}

// Each predicate of the standard's abstract tests (A.5 to A.12, "test-data") finds as many
// features of its dataset as the standard says, as text and as JSON.
func TestCQL2_FindsWhatTheStandardSays(t *testing.T) {
	t.Parallel()
	_, appURL := clustertest.Database(t)
	db, err := register.Open(t.Context(), appURL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	layers := standardLayers(t)
	count := func(layer, filter string) int64 {
		t.Helper()
		text, err := cql2.ParseText(filter)
		if err != nil {
			t.Errorf("%s: %v", filter, err)
			return -1
		}
		written, err := json.Marshal(inJSON(text))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := cql2.ParseJSON(written); err != nil || !reflect.DeepEqual(again, text) {
			t.Errorf("%s is another filter as JSON: %s, %v", filter, written, err)
		}
		page, err := db.Features(t.Context(), register.Service("operator"), layers[layer].ExportLayer, register.FeatureQuery{
			Conditions: []register.Condition{{Of: text, In: register.CRS84}}, Given: layers[layer].rows, Out: register.CRS84, Count: true, Limit: 1,
			Names: register.NewKeys(make([]byte, 32)).Pseudonyms(uuid.Nil, time.Time{}),
		})
		if err != nil {
			t.Errorf("%s: %v", filter, err)
			return -1
		}
		return page.Matched
	}
	// named is a predicate with the names that things have here.
	named := func(predicate string) string {
		return regexp.MustCompile(`\bgeom\b`).ReplaceAllString(predicate, register.GeometryProperty)
	}
	moments := func(predicate string) bool {
		return strings.Contains(predicate, "start") || strings.Contains(predicate, "end")
	}
	asked, combined := 0, 0
	for _, annex := range annexes {
		for _, cells := range rows(t, annex) {
			last := len(cells) - 1
			switch filter := named(cells[last-1]); {
			case moments(strings.Join(cells, " ")), cells[0] == "Temporal Functions":
			case last == 4: // a combination
				combined++
				filter = fmt.Sprintf("(NOT (%[2]s) AND %[1]s) OR (%[3]s and %[4]s) or not (%[1]s OR %[4]s)", cells[0], cells[1], cells[2], cells[3])
				if got := fmt.Sprint(count("ne_110m_populated_places_simple", filter)); got != cells[last] {
					t.Errorf("%s: %s features, want %s", filter, got, cells[last])
				}
			default:
				asked++
				if got := fmt.Sprint(count(cells[last-2], filter)); got != cells[last] {
					t.Errorf("%s: %s: %s features, want %s", annex, filter, got, cells[last])
				}
			}
		}
	}
	if asked < 150 || combined < 15 {
		t.Errorf("the annexes have %d predicates and %d combinations", asked, combined)
	}
	t.Logf("%d predicates and %d combinations", asked, combined)
}

// inJSON is a filter as CQL2 JSON has it.
func inJSON(e any) any {
	op := func(name string, args ...any) map[string]any {
		for i, argument := range args {
			args[i] = inJSON(argument)
		}
		return map[string]any{"op": name, "args": args}
	}
	each := func(terms []cql2.Expression) (all []any) {
		for _, term := range terms {
			all = append(all, term)
		}
		return all
	}
	switch e := e.(type) {
	case cql2.And:
		return op("and", each(e)...)
	case cql2.Or:
		return op("or", each(e)...)
	case cql2.Not:
		return op("not", e.Of)
	case cql2.Comparison:
		return op(e.Operator, e.Left, e.Right)
	case cql2.Like:
		return op("like", e.Value, e.Pattern)
	case cql2.Between:
		return op("between", e.Value, e.Least, e.Most)
	case cql2.In:
		return op("in", e.Value, e.List)
	case []cql2.Scalar:
		var all []any
		for _, value := range e {
			all = append(all, inJSON(value))
		}
		return all
	case cql2.IsNull:
		return op("isNull", e.Of)
	case cql2.Spatial:
		return op(e.Relation, e.Left, e.Right)
	case cql2.Casei:
		return op("casei", e.Of)
	case cql2.Property:
		return map[string]any{"property": string(e)}
	case cql2.Date:
		return map[string]any{"date": time.Time(e).Format(time.DateOnly)}
	case cql2.Timestamp:
		return map[string]any{"timestamp": time.Time(e).Format(time.RFC3339)}
	case cql2.Shape:
		return geojson.NewGeometry(e.Geometry)
	case cql2.Box:
		return map[string]any{"bbox": [4]float64(e)}
	}
	return e
}
