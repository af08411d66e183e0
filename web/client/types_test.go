package client_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/format"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write types.go and types.ts anew")

// schema is as much of JSON Schema as the answers for a token need.
type schema struct {
	Type, Ref, Format, Description string
	Enum                           []string
	Required                       []string
	Properties                     json.RawMessage
	Items                          *schema
}

// UnmarshalJSON reads $ref too, which is no name that a field finds by itself.
func (s *schema) UnmarshalJSON(text []byte) error {
	type plain schema
	if err := json.Unmarshal(text, (*plain)(s)); err != nil {
		return err
	}
	return json.Unmarshal(text, &struct {
		Ref *string `json:"$ref"`
	}{&s.Ref})
}

// fields are the properties in the order of the document.
func (s *schema) fields(t *testing.T) (names []string, of map[string]*schema) {
	t.Helper()
	of = map[string]*schema{}
	properties := json.NewDecoder(bytes.NewReader(s.Properties))
	_, err := properties.Token() // {
	for err == nil && properties.More() {
		var name json.Token
		var one schema
		if name, err = properties.Token(); err == nil {
			err = properties.Decode(&one)
			names = append(names, name.(string))
			of[name.(string)] = &one
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return names, of
}

func (s *schema) inGo(required bool) string {
	switch {
	case s.Ref != "":
		return s.Ref[strings.LastIndex(s.Ref, "/")+1:]
	case s.Type == "array":
		return "[]" + s.Items.inGo(true)
	case s.Type == "integer" && !required:
		return "*int" // 0 is another answer than none
	}
	return map[string]string{"string": "string", "integer": "int", "boolean": "bool"}[s.Type]
}

func (s *schema) inTypeScript() string {
	switch {
	case s.Ref != "":
		return s.Ref[strings.LastIndex(s.Ref, "/")+1:]
	case s.Type == "array":
		return s.Items.inTypeScript() + "[]"
	case len(s.Enum) > 0:
		return `"` + strings.Join(s.Enum, `" | "`) + `"`
	}
	return map[string]string{"string": "string", "integer": "number", "boolean": "boolean"}[s.Type]
}

// ownTypes are objects of any shape.
var ownTypes = map[string][2]string{
	"geometry":   {"json.RawMessage", "{ type: string; coordinates?: unknown; geometries?: unknown[] }"},
	"properties": {"map[string]any", "Record<string, string | number | boolean | null>"},
}

// named is a field's name in Go: due_on is DueOn.
func named(field string) string {
	var name string
	for _, part := range strings.Split(field, "_") {
		if part == "id" {
			part = "ID"
		}
		name += strings.ToUpper(part[:1]) + part[1:]
	}
	return name
}

// generate writes the types of some schemas in both languages.
func generate(t *testing.T, names []string, schemas map[string]*schema) (inGo, inTypeScript []byte) {
	t.Helper()
	var g, ts bytes.Buffer
	const head = "// Code generated from OpenAPI by TestTypes_AreThoseOfTheDescription. DO NOT EDIT.\n\n"
	g.WriteString(head + "package client\n\nimport \"encoding/json\"\n\n")
	ts.WriteString(head)
	for _, name := range names {
		s := schemas[name]
		if s == nil {
			t.Fatalf("no schema %s is described", name)
		}
		said := name + " is an answer of the server."
		if s.Description != "" {
			said = name + ": " + s.Description
		}
		fmt.Fprintf(&g, "// %s\ntype %s struct {\n", said, name)
		fmt.Fprintf(&ts, "export interface %s {\n", name)
		fields, of := s.fields(t)
		for _, field := range fields {
			f, required := of[field], slices.Contains(s.Required, field)
			goType, tsType := f.inGo(required), f.inTypeScript()
			if own, is := ownTypes[field]; is && f.Type == "object" {
				goType, tsType = own[0], own[1]
			}
			if goType == "" || tsType == "" {
				t.Fatalf("%s.%s is of a type that is not read here: %+v", name, field, f)
			}
			said := strings.TrimSpace(f.Description + map[string]string{"date": " Such as 2027-03-01.", "date-time": " RFC 3339."}[f.Format])
			tag, mark := "`json:\""+field+"\"`", ""
			if !required {
				tag, mark = "`json:\""+field+",omitempty\"`", "?"
			}
			if said != "" {
				fmt.Fprintf(&g, "// %s\n", said)
				fmt.Fprintf(&ts, "  /** %s */\n", said)
			}
			fmt.Fprintf(&g, "%s %s %s\n", named(field), goType, tag)
			fmt.Fprintf(&ts, "  %s%s: %s;\n", field, mark, tsType)
		}
		g.WriteString("}\n\n")
		ts.WriteString("}\n\n")
	}
	inGo, err := format.Source(g.Bytes())
	if err != nil {
		t.Fatalf("%v: %s", err, g.Bytes())
	}
	return inGo, append(bytes.TrimSpace(ts.Bytes()), '\n')
}

// described are the schemas of a description.
func described(t *testing.T, text []byte) map[string]*schema {
	t.Helper()
	var document struct {
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	schemas := map[string]*schema{}
	for name, text := range document.Components.Schemas {
		s := &schema{}
		if json.Unmarshal(text, s) == nil { // what is not asked for may be more than is read here
			schemas[name] = s
		}
	}
	return schemas
}

// The types of both clients are what the server describes: of the feeds in web/openapi.json,
// of features at /ogc/api.
func testTypes(t *testing.T, s *service) {
	text, err := os.ReadFile("../openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	schemas := described(t, text)
	features := described(t, s.read("/ogc/api"))
	for _, name := range []string{"Link", "Feature", "FeatureCollection"} {
		schemas[name] = features[name]
	}
	inGo, inTypeScript := generate(t, []string{"CaseChange", "CasePage", "RouteChange", "RoutePage", "Link", "Feature", "FeatureCollection", "Problem"}, schemas)
	for path, want := range map[string][]byte{"types.go": inGo, "types.ts": inTypeScript} {
		if *update {
			if err := os.WriteFile(path, want, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the server describes (%v); run go test ./web/client -run AreThoseOfTheDescription -update", path, err)
		}
	}
}
