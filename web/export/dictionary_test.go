package export

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// TestFields_AreInTheDictionary fails on a field that nobody has reviewed, and on one
// of the dictionary that there is not.
func TestFields_AreInTheDictionary(t *testing.T) {
	file, err := os.Open("../../docs/dictionary/exports.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"layer", "field", "kind", "readers", "purpose"}; !slices.Equal(rows[0], want) {
		t.Fatalf("columns %v, want %v", rows[0], want)
	}
	var listed, there []string
	readers := map[string]string{}
	for _, row := range rows[1:] {
		listed = append(listed, row[0]+"."+row[1]+" "+row[2])
		readers[row[0]] = row[3]
		if row[4] == "" {
			t.Errorf("%s.%s has no purpose", row[0], row[1])
		}
	}
	for _, layer := range FeatureLayers {
		if got := strings.Join(layer.Roles, " ") + " operator"; len(layer.Roles) < 6 && got != readers[layer.Name] {
			t.Errorf("%s is for %q, the dictionary says %q", layer.Name, got, readers[layer.Name])
		}
	}
	for _, layer := range Layers() {
		for _, field := range Fields(layer) {
			there = append(there, layer+"."+field.Name+" "+string(field.Kind))
		}
		if got := whoMay(layer); got != readers[layer] {
			t.Errorf("%s is for %q, the dictionary says %q", layer, got, readers[layer])
		}
	}
	slices.Sort(listed)
	slices.Sort(there)
	for _, field := range there {
		if !slices.Contains(listed, field) {
			t.Errorf("%s is not in docs/dictionary/exports.csv", field)
		}
	}
	for _, field := range listed {
		if !slices.Contains(there, field) {
			t.Errorf("%s is in the dictionary and in no file", field)
		}
	}
}

// whoMay are the roles that get a layer, as the dictionary writes them.
func whoMay(layer string) string {
	var names []string
	for _, role := range []string{"worker", "supervisor", "case_handler", "analyst", "dpo", "administrator"} {
		request := Request{Layer: layer, Format: gis.GeoJSON, Purpose: "fire_safety"}
		if new(Exporter).Check(register.Principal{Role: role}, request) == nil {
			names = append(names, role)
		}
	}
	if len(names) == 6 {
		return "everybody signed in"
	}
	return strings.Join(append(names, "operator"), " ")
}

func TestFields_HaveNothingOfTheNeverList(t *testing.T) {
	never := []string{
		"outcome", "attempt", "visit_", "visited", "declin", "support", "dispute", "party", "parties", "text", "note", "skill",
		"phone", "mail", "person", "resident", "source_key", "password", "account", "worker_name", "risk", "score", "priority",
	}
	for _, layer := range Layers() {
		for _, field := range Fields(layer) {
			for _, word := range never {
				if strings.Contains(field.Name, word) {
					t.Errorf("%s.%s", layer, field.Name)
				}
			}
		}
	}
}
