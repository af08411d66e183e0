package gis

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestEachPoint_KeepsTheNamedPropertiesAlone(t *testing.T) {
	t.Parallel()
	const file = `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:25831"}},"features":[
		{"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[1.5,42.5]},"properties":{"户数":3,"note":"private","Street":" Mill Lane "}},
		{"type":"Feature","geometry":{"type":"LineString","coordinates":[]},"properties":null},
		{"type":"Feature","geometry":{"type":"Point","coordinates":[1,42]},"properties":{"doors":1,"户数":2}},
		{"type":"Feature","geometry":{"type":"Point","coordinates":[1,42]},"properties":{"doors":["1"]}}]}`
	names := map[string]string{"id": "id", "doors": "doors", "户数": "doors", "street": "street"}
	var told []string
	system := ""
	err := EachPoint(strings.NewReader(file), names, func(named string) error { system = named; return nil }, func(p *Point, wrong *RowError) error {
		id, _ := p.Text("id")
		street, _ := p.Text("street")
		doors, _, err := p.Float("doors")
		told = append(told, fmt.Sprintf("%d %s %q %v %v %q %v %v", p.Number(), id, street, doors, p.At, p.Others(), wrong != nil, err != nil))
		return nil
	})
	want := []string{`1 7 "Mill Lane" 3 [1.5 42.5] ["note"] false false`, `2  "" 0 [0 0] [] true false`}
	if err != nil || system != "EPSG:25831" || len(told) != 4 || !slices.Equal(told[:2], want) {
		t.Errorf("%v: %q", err, told)
	}
	if !strings.HasSuffix(told[2], "true false") || !strings.HasSuffix(told[3], "false true") {
		t.Errorf("a property under two names, and a list: %q", told[2:])
	}
	if err := EachPoint(strings.NewReader(file), names, nil, nil); err == nil || !strings.Contains(err.Error(), "WGS 84") {
		t.Errorf("another coordinate system: %v", err)
	}
}

func TestNewNamedTable_ReadsAColumnByEitherName(t *testing.T) {
	t.Parallel()
	names := map[string]string{"doors": "doors", "户数": "doors"}
	table, err := NewNamedTable(strings.NewReader("\xef\xbb\xbf户数,a,a\n3,x,y\n"), names, "doors")
	if err != nil || table.Columns() != 3 {
		t.Fatal(err)
	}
	if more, err := table.Next(); !more || err != nil {
		t.Fatal(err)
	}
	if doors, found, err := table.Float("doors"); doors != 3 || !found || err != nil {
		t.Errorf("%v, %v, %v", doors, found, err)
	}
	if _, err := NewNamedTable(strings.NewReader("户数,doors\n"), names); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("two names of one column: %v", err)
	}
}
