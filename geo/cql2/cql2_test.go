package cql2

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

var square = orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}}

// pairs are filters in both languages, and what they are.
var pairs = []struct {
	text, json string
	is         Expression
}{
	{"a = 1", `{"op":"=","args":[{"property":"a"},1]}`, Comparison{"=", Property("a"), Number(1)}},
	{`"a b" <> 'it''s'`, `{"op":"<>","args":[{"property":"a b"},"it's"]}`, Comparison{"<>", Property("a b"), Text("it's")}},
	{"a<-1.5e3 AND b>=2 OR NOT c", `{"op":"or","args":[{"op":"and","args":[{"op":"<","args":[{"property":"a"},-1500]},{"op":">=","args":[{"property":"b"},2]}]},{"op":"not","args":[{"property":"c"}]}]}`,
		Or{And{Comparison{"<", Property("a"), Number(-1500)}, Comparison{">=", Property("b"), Number(2)}}, Not{Property("c")}}},
	{"a AND (b OR TRUE)", `{"op":"and","args":[{"property":"a"},{"op":"or","args":[{"property":"b"},true]}]}`, And{Property("a"), Or{Property("b"), Bool(true)}}},
	{"a LIKE 'x%'", `{"op":"like","args":[{"property":"a"},"x%"]}`, Like{Property("a"), Text("x%")}},
	{"a between 1 and 2 and b", `{"op":"and","args":[{"op":"between","args":[{"property":"a"},1,2]},{"property":"b"}]}`, And{Between{Property("a"), Number(1), Number(2)}, Property("b")}},
	{"a NOT IN (1, 'x')", `{"op":"not","args":[{"op":"in","args":[{"property":"a"},[1,"x"]]}]}`, Not{In{Property("a"), []Scalar{Number(1), Text("x")}}}},
	{"a IS NOT NULL", `{"op":"not","args":[{"op":"isNull","args":[{"property":"a"}]}]}`, Not{IsNull{"a"}}},
	{"CASEI(a) = casei('Ä')", `{"op":"=","args":[{"op":"casei","args":[{"property":"a"}]},{"op":"casei","args":["Ä"]}]}`, Comparison{"=", Casei{Property("a")}, Casei{Text("Ä")}}},
	{"date > DATE('2027-03-01')", `{"op":">","args":[{"property":"date"},{"date":"2027-03-01"}]}`, Comparison{">", Property("date"), Date(time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC))}},
	{"t < TIMESTAMP('2027-03-01T08:00:00Z')", `{"op":"<","args":[{"property":"t"},{"timestamp":"2027-03-01T08:00:00Z"}]}`, Comparison{"<", Property("t"), Timestamp(time.Date(2027, 3, 1, 8, 0, 0, 0, time.UTC))}},
	{"S_INTERSECTS(g, POLYGON((0 0, 1 0, 1 1, 0 1, 0 0)))", `{"op":"s_intersects","args":[{"property":"g"},{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}]}`,
		Spatial{"s_intersects", Property("g"), Shape{square}}},
	{"s_within(POINT Z (1 -2 3), g)", `{"op":"s_within","args":[{"type":"Point","coordinates":[1,-2]},{"property":"g"}]}`, Spatial{"s_within", Shape{orb.Point{1, -2}}, Property("g")}},
	{"S_DISJOINT(g, BBOX(0, 0, 1, 1))", `{"op":"s_disjoint","args":[{"property":"g"},{"bbox":[0,0,-9,1,1,9]}]}`, Spatial{"s_disjoint", Property("g"), Box{0, 0, 1, 1}}},
	{"S_EQUALS(g, MULTIPOINT((0 0), 1 1))", `{"op":"s_equals","args":[{"property":"g"},{"type":"MultiPoint","coordinates":[[0,0],[1,1]]}]}`, Spatial{"s_equals", Property("g"), Shape{orb.MultiPoint{{0, 0}, {1, 1}}}}},
	{"S_TOUCHES(g, GEOMETRYCOLLECTION(MULTILINESTRING((0 0, 1 1)), MULTIPOLYGON(((0 0, 1 0, 1 1, 0 1, 0 0)))))",
		`{"op":"s_touches","args":[{"property":"g"},{"type":"GeometryCollection","geometries":[{"type":"MultiLineString","coordinates":[[[0,0],[1,1]]]},{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,1],[0,0]]]]}]}]}`,
		Spatial{"s_touches", Property("g"), Shape{orb.Collection{orb.MultiLineString{{{0, 0}, {1, 1}}}, orb.MultiPolygon{square}}}}},
}

func TestParse_BothLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	for _, pair := range pairs {
		if got, err := ParseText(pair.text); err != nil || !reflect.DeepEqual(got, pair.is) {
			t.Errorf("%s: %#v, %v", pair.text, got, err)
		}
		if got, err := ParseJSON([]byte(pair.json)); err != nil || !reflect.DeepEqual(got, pair.is) {
			t.Errorf("%s: %#v, %v", pair.json, got, err)
		}
	}
}

// wrongs are filters that are none.
var wrongs = []string{
	"", "a =", "= 1", "a = 1 b", "a = 'x", `"a`, "a == 1", "(a = 1", "a IN ()", "a IN 1", "a BETWEEN 1", "a BETWEEN 1 OR 2", "1 IS NULL", "a IS 1", "NOT",
	"a = DATE('yesterday')", "a = TIMESTAMP('2027-03-01')", "a = DATE(1)", "S_NEAR(g, POINT(0 0))", "S_INTERSECTS(g)", "S_INTERSECTS(g, CIRCLE(0 0))",
	"S_INTERSECTS(g, POLYGON((0 0, 1 0, 0 0)))", "S_INTERSECTS(g, POINT(0))", "S_INTERSECTS(g, POINT(0 0, 1 1))", "S_INTERSECTS(g, BBOX(1, 2, 3))",
	"a = 1e999", "a = .", "a = 1; DROP TABLE x", "a = \x00", "a = 'x\x00'", "a = '\xff'", "a NOT 1", "a & b",
	"a LIKE", strings.Repeat("(", 100) + "a" + strings.Repeat(")", 100), strings.Repeat("NOT ", 100) + "a", "a IN (" + strings.Repeat("1,", 2000) + "1)", "a = '" + strings.Repeat("x", MostBytes) + "'",
}

func TestParseText_RefusesWhatIsNoFilter(t *testing.T) {
	t.Parallel()
	for _, text := range wrongs {
		var problem *Error
		if got, err := ParseText(text); !errors.As(err, &problem) || problem.Problem == "" {
			t.Errorf("%.60q: %#v, %v", text, got, err)
		}
	}
}

func TestParseJSON_RefusesWhatIsNoFilter(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `null`, `1`, `[]`, `{}`, `{"op":"and","args":[true]}`, `{"op":"=","args":[1]}`, `{"op":"+","args":[1,2]}`, `{"op":"isNull","args":[1]}`,
		`{"op":"in","args":[{"property":"a"},[]]}`, `{"op":"in","args":[{"property":"a"},1]}`, `{"op":"=","args":[{"property":"a"},null]}`, `{"op":"=","args":[{"property":"a"},[1]]}`,
		`{"op":"=","args":[{"property":"a"},{"date":"x"}]}`, `{"op":"s_intersects","args":[{"property":"g"},1]}`, `{"op":"s_intersects","args":[{"property":"g"},{"type":"Point"}]}`,
		`{"op":"s_intersects","args":[{"property":"g"},{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}]}`, `{"op":"s_intersects","args":[{"property":"g"},{"bbox":[1]}]}`,
		`{"op":"s_intersects","args":[{"property":"g"},{"type":"GeometryCollection","geometries":[null]}]}`, `{"op":"=","args":[{"property":"a"},"\u0000"]}`,
		strings.Repeat(`{"op":"not","args":[`, 100) + "true" + strings.Repeat("]}", 100), `{"op":"not","args":[true]`,
	} {
		var problem *Error
		if got, err := ParseJSON([]byte(text)); !errors.As(err, &problem) || problem.Problem == "" {
			t.Errorf("%.80s: %#v, %v", text, got, err)
		}
	}
}

func FuzzParseText(f *testing.F) {
	for _, pair := range pairs {
		f.Add(pair.text)
	}
	for _, text := range wrongs {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if e, err := ParseText(text); (e == nil) == (err == nil) {
			t.Errorf("%q: %#v, %v", text, e, err)
		}
	})
}

func FuzzParseJSON(f *testing.F) {
	for _, pair := range pairs {
		f.Add([]byte(pair.json))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if e, err := ParseJSON(text); (e == nil) == (err == nil) {
			t.Errorf("%q: %#v, %v", text, e, err)
		}
	})
}

func ExampleParseText() {
	_, err := ParseText("street LIKE 'Main%' AND doors >")
	fmt.Println(err)
	// Output: cql2: at character 32: want a property or a value; texts stand in '...'
}
