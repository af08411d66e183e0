package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Properties that name who works here, and the figures that may stand beside one
// (docs/privacy.md, Never 9: only planned, finished and minutes, and how far).
var (
	ofStaff = []string{"account", "account_id", "worker", "worker_id", "login", "reader", "code", "recorder", "handler", "team"}
	figures = []string{"days", "stops", "stop_count", "finished", "minutes", "travel_minutes", "travel_s", "service_s", "wait_s", "distance_m", "last_travel_s", "last_distance_m"}
	// Stops that a new plan moves between workers are planned ones.
	revisions = []string{"before", "after", "in", "out"}
)

// openDocument is openapi.json, or what a test says of one.
type openDocument map[string]any

func documented(t *testing.T, text []byte) openDocument {
	t.Helper()
	var doc openDocument
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// objects hands over every object below, with where it is; references are followed.
func (doc openDocument) objects(at string, node any, seen map[string]bool, do func(at string, object map[string]any)) {
	switch node := node.(type) {
	case []any:
		for i, part := range node {
			doc.objects(fmt.Sprintf("%s/%d", at, i), part, seen, do)
		}
	case map[string]any:
		if reference, is := node["$ref"].(string); is && !seen[reference] {
			seen[reference] = true
			doc.objects(reference, doc.at(reference), seen, do)
		}
		do(at, node)
		for _, name := range slices.Sorted(maps.Keys(node)) {
			doc.objects(at+"/"+name, node[name], seen, do)
		}
	}
}

func (doc openDocument) at(reference string) any {
	var node any = map[string]any(doc)
	for name := range strings.SplitSeq(strings.TrimPrefix(reference, "#/"), "/") {
		node = node.(map[string]any)[name]
	}
	return node
}

// numbers are the properties of an object that are, or may be, a number.
func numbers(object map[string]any) (names []string) {
	properties, _ := object["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		schema, _ := properties[name].(map[string]any)
		if kind := fmt.Sprint(schema["type"]); strings.Contains(kind, "integer") || strings.Contains(kind, "number") {
			names = append(names, name)
		}
	}
	return names
}

// informers are what of a document counts or ranks people by what they are not to be
// counted by, and reads by anybody or anything.
func (doc openDocument) informers() (found []string) {
	doc.objects("", map[string]any(doc), map[string]bool{}, func(at string, object map[string]any) {
		properties, _ := object["properties"].(map[string]any)
		if slices.ContainsFunc(ofStaff, func(name string) bool { return properties[name] != nil }) {
			for _, name := range numbers(object) {
				// A term of a closed list has a code too, and is nobody.
				of := strings.HasSuffix(at, "/WorkerChange") && slices.Contains(revisions, name)
				if !of && !slices.Contains(figures, name) && !strings.HasSuffix(at, "/Term") {
					found = append(found, at+" has the figure "+name+" beside who works here")
				}
			}
		}
		name, in := fmt.Sprint(object["name"]), object["in"]
		if in == "query" && slices.Contains([]string{"sort", "order", "order_by", "group", "group_by", "rank", "top"}, name) {
			found = append(found, at+" takes "+name)
		}
	})
	for path, operations := range doc["paths"].(map[string]any) {
		if !strings.HasSuffix(path, "/reads") {
			continue
		}
		doc.objects(path, operations, map[string]bool{}, func(at string, object map[string]any) {
			for _, name := range numbers(object) {
				if !strings.Contains(at, "Problem") {
					found = append(found, at+" has the figure "+name+" of reads")
				}
			}
			if name := fmt.Sprint(object["name"]); object["in"] == "query" && !slices.Contains([]string{"account", "purpose", "from", "to", "cursor", "limit"}, name) {
				found = append(found, at+" asks for reads by "+name)
			}
		})
	}
	return found
}

// No route counts or ranks reads, by person, household or hour, and none counts anything
// about who works here but the work.
func TestOpenAPI_HasNoFiguresThatMakeInformers(t *testing.T) {
	t.Parallel()
	doc := documented(t, openAPI)
	for _, informer := range doc.informers() {
		t.Error(informer)
	}
	paths := doc["paths"].(map[string]any)
	if paths["/api/v1/reads"] == nil || paths["/api/v1/account/reads"] == nil {
		t.Error("the routes of the audit log are not where this test looks")
	}
}

func TestFigures_AreSeenByTheirTest(t *testing.T) {
	t.Parallel()
	const schema = `{"type": "object", "properties": {"worker_id": {"type": "string"}, "%s": {"type": ["integer", "null"]}}}`
	const read = `{"get": {"parameters": [{"name": "%s", "in": "query"}], "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/X"}}}}}}}`
	for name, test := range map[string]struct {
		paths, schema string
		found         int
	}{
		"the work alone":          {`{}`, fmt.Sprintf(schema, "finished"), 0},
		"declines of a worker":    {`{}`, fmt.Sprintf(schema, "declined"), 1},
		"a ranking":               {`{"/api/v1/workers": {"get": {"parameters": [{"name": "sort", "in": "query"}]}}}`, `{}`, 1},
		"reads as they are":       {`{"/api/v1/reads": ` + fmt.Sprintf(read, "account") + `}`, `{"properties": {"login": {"type": "string"}}}`, 0},
		"reads with their number": {`{"/api/v1/reads": ` + fmt.Sprintf(read, "from") + `}`, `{"properties": {"total": {"type": "integer"}}}`, 1},
		"reads of a household":    {`{"/api/v1/reads": ` + fmt.Sprintf(read, "household") + `}`, `{}`, 1},
	} {
		doc := documented(t, []byte(`{"paths": `+test.paths+`, "components": {"schemas": {"X": `+test.schema+`}}}`))
		if found := doc.informers(); len(found) != test.found {
			t.Errorf("%s: %q, want %d", name, found, test.found)
		}
	}
}
