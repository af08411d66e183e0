package ogc_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const relQueryables = "http://www.opengis.net/def/rel/ogc/1.0/queryables"

// filterAssertions are those of Features, Part 3: Filtering (OGC 19-079r2, annex A), and
// of CQL2 (OGC 21-065r2, annex A) on the layers that there are; what the latter say of
// their own dataset, make test-cql2 reads.
var filterAssertions = map[string]func(*testing.T, *suite){
	"/conf/queryables/get-conformance":                  declares("ogcapi-features-3/1.0/conf/queryables"),
	"/conf/queryables-query-parameters/get-conformance": declares("ogcapi-features-3/1.0/conf/queryables-query-parameters"),
	"/conf/filter/get-conformance":                      declares("ogcapi-features-3/1.0/conf/filter"),
	"/conf/features-filter/get-conformance":             declares("ogcapi-features-3/1.0/conf/features-filter"),
	"/conf/queryables/get-queryables-uris": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			a := c.get(one.items(), accept(ogcGeo), func(r *http.Request) { r.Method = http.MethodHead })
			if want := "<" + c.url + one.path() + `/queryables>; rel="` + relQueryables + `"`; a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Header.Get("Link"), want) {
				t.Errorf("%s: %s, Link %q", one.ID, a.Status, a.Header.Get("Link"))
			}
		}
	},
	"/conf/queryables/get-queryables": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			q := c.queryables(t, one)
			if q.Schema != "https://json-schema.org/draft/2020-12/schema" || q.ID != c.url+one.path()+"/queryables" || q.Type != "object" || len(q.Properties) < 2 || q.AdditionalProperties == nil {
				t.Errorf("%s: %+v", one.ID, q)
			}
			for name, p := range q.Properties {
				_, typed := p["type"]
				_, referred := p["$ref"]
				format, _ := p["format"].(string)
				if spatial := strings.HasPrefix(format, "geometry-"); spatial == typed || referred || spatial != (name == "geometry") {
					t.Errorf("%s: %s is %v", one.ID, name, p)
				}
			}
		}
	},
	"/conf/queryables-query-parameters/query-param": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			for name, p := range c.queryables(t, one).Properties {
				value := c.valueOf(one, name)
				if value != nil {
					page := c.items(one.asked(name, text(value)))
					for _, f := range page.Features {
						if text(f.Properties[name]) != text(value) {
							t.Errorf("%s: %s=%v finds %v", one.ID, name, value, f.Properties[name])
						}
					}
					if len(page.Features) == 0 {
						t.Errorf("%s: %s=%v finds nothing", one.ID, name, value)
					}
				}
				if p["type"] == "integer" || p["type"] == "boolean" || p["format"] == "date" || p["format"] == "time" {
					c.status(t, one.asked(name, "invalid"), http.StatusBadRequest)
				}
			}
		}
	},
	"/conf/filter/filter-param":             filtered("filter-lang", "cql2-text"),
	"/conf/filter/filter-lang-default":      filtered(),
	"/conf/features-filter/filter-on-items": filtered(),
	"/conf/filter/expression-construction": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			c.status(t, one.asked("filter", "this_is_not_a_queryable IS NULL"), http.StatusBadRequest)
		}
	},
	"/conf/filter/filter-crs-wgs84": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			c.same(t, one, "filter", "S_INTERSECTS(geometry,BBOX("+one.box()+"))")
			c.status(t, one.asked("filter", "S_INTERSECTS(geometry,BBOX(1000000,1000000,2000000,2000000))"), http.StatusBadRequest)
		}
	},
	"/conf/filter/filter-crs-param": func(t *testing.T, c *suite) {
		c.eachSystem(func(one collectionJSON, uri string) {
			first := c.unfiltered[one.ID].Features[0]
			edges := c.boundIn(t, first, uri)
			var box []string
			for _, edge := range edges {
				box = append(box, strconv.FormatFloat(edge, 'f', 6, 64))
			}
			page := c.items(one.asked("filter", "S_INTERSECTS(geometry,BBOX("+strings.Join(box, ",")+"))", "filter-crs", uri))
			if !slices.Contains(ids(page), first.ID) {
				t.Errorf("%s in %s: what lies in %v is not found", one.ID, uri, box)
			}
		})
		for _, one := range c.collections {
			c.status(t, one.asked("filter", "S_INTERSECTS(geometry,BBOX("+one.box()+"))", "filter-crs", noCRS), http.StatusBadRequest)
		}
	},
	"/conf/features-filter/get-collections": func(t *testing.T, c *suite) { c.status(t, "/ogc/collections", http.StatusOK) },
	"/conf/features-filter/get-collection": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			if !slices.ContainsFunc(one.Links, func(l linkJSON) bool { return l.Rel == relQueryables && l.Href == c.url+one.path()+"/queryables" }) {
				t.Errorf("%s: %v", one.ID, one.Links)
			}
		}
	},
	"/conf/features-filter/mixing-expression": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			within := "S_INTERSECTS(geometry,BBOX(" + one.box() + "))"
			c.same(t, one, "filter", within, "bbox", one.box())
			if n := c.matched(one, "filter", within, "bbox", "100,-60,101,-59"); n != 0 {
				t.Errorf("%s: %d features in no place", one.ID, n)
			}
		}
	},
	"/conf/cql2/basic-cql2/comparison": func(t *testing.T, c *suite) {
		c.eachComparable(t, func(one collectionJSON, name, value string) {
			found := func(operator string) int {
				return c.matched(one, "filter", quoted(name)+operator+value)
			}
			known := c.matched(one, "filter", quoted(name)+" IS NOT NULL")
			for _, pair := range [][2]string{{"=", "<>"}, {">", "<="}, {"<", ">="}} {
				if n := found(pair[0]) + found(pair[1]); n != known {
					t.Errorf("%s: %s by %v finds %d of %d", one.ID, name, pair, n, known)
				}
			}
		})
	},
	"/conf/cql2/basic-cql2/is-null": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			for name := range c.queryables(t, one).Properties {
				null, not := c.matched(one, "filter", quoted(name)+" IS NULL"), c.matched(one, "filter", quoted(name)+" is not null")
				if all := c.matched(one); null+not != all {
					t.Errorf("%s: %s is null %d times and not %d, of %d", one.ID, name, null, not, all)
				}
			}
		}
	},
	"/conf/cql2/basic-cql2/boolean": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			c.same(t, one, "filter", "true")
			if n := c.matched(one, "filter", "false"); n != 0 {
				t.Errorf("%s: %d features", one.ID, n)
			}
		}
	},
	"/conf/cql2/advanced-comparison-operators/like": func(t *testing.T, c *suite) {
		c.eachComparable(t, func(one collectionJSON, name, value string) {
			if value != "'foo'" {
				return
			}
			found := func(pattern string) int {
				return c.matched(one, "filter", quoted(name)+" LIKE '"+pattern+"'")
			}
			if found("%") != found("%%") || found("_%")+found("") != found("%") || found(`\%\_`) != 0 {
				t.Errorf("%s: %s", one.ID, name)
			}
		})
	},
	"/conf/cql2/property-property/comparison-property-property": func(t *testing.T, c *suite) {
		c.eachComparable(t, func(one collectionJSON, name, _ string) {
			found := func(operator string) int {
				return c.matched(one, "filter", quoted(name)+operator+quoted(name))
			}
			known := c.matched(one, "filter", quoted(name)+" IS NOT NULL")
			if found("<>")+found("<")+found(">") != 0 || found("=") != known || found(">=") != known || found("<=") != known {
				t.Errorf("%s: %s", one.ID, name)
			}
		})
	},
	"/conf/cql2/basic-spatial-functions/s_intersects": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			c.same(t, one, "filter", "S_INTERSECTS(geometry,BBOX(-180,-90,180,90))")
			c.status(t, one.asked("filter", "S_INTERSECTS(geometry,POINT(7.02 49.92))"), http.StatusOK)
			c.status(t, one.asked("filter", "S_INTERSECTS(geometry,POINT(90 180))"), http.StatusBadRequest)
		}
	},
	"/conf/cql2/basic-spatial-functions-plus/s_intersects": func(t *testing.T, c *suite) {
		const one, other = "((-180 -90,-90 -90,-90 90,-180 90,-180 -90),(-120 -50,-100 -50,-100 -40,-120 -40,-120 -50))", "((0 0,10 0,10 10,0 10,0 0))"
		for _, layer := range c.collections {
			for _, shape := range []string{"LINESTRING(-180 -45,0 -45)", "MULTILINESTRING((-180 -45,0 -45),(0 45,180 45))", "POLYGON" + one, "MULTIPOLYGON(" + one + "," + other + ")", "GEOMETRYCOLLECTION(POINT(7.02 49.92),POLYGON" + other + ")"} {
				c.status(t, layer.asked("filter", "S_INTERSECTS(geometry,"+shape+")"), http.StatusOK)
			}
			c.status(t, layer.asked("filter", "S_INTERSECTS(geometry,MULTIPOINT(7.02 49.92,90 180))"), http.StatusBadRequest)
		}
	},
	"/conf/cql2/spatial-functions/s_disjoint": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			all := c.matched(one)
			for _, shape := range []string{"BBOX(-180,-90,180,90)", "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))", "LINESTRING(1 42,2 43)", "POINT(7.02 49.92)"} {
				meet, apart := c.matched(one, "filter", "S_INTERSECTS(geometry,"+shape+")"), c.matched(one, "filter", "S_DISJOINT(geometry,"+shape+")")
				if meet+apart != all {
					t.Errorf("%s: %d meet %s, %d are apart of it, of %d", one.ID, meet, shape, apart, all)
				}
			}
			c.status(t, one.asked("filter", "S_DISJOINT(geometry,POINT(90 180))"), http.StatusBadRequest)
		}
	},
}

// queryablesJSON is what can be asked for of a collection.
type queryablesJSON struct {
	Schema               string `json:"$schema"`
	ID                   string `json:"$id"`
	Type                 string
	Properties           map[string]map[string]any
	AdditionalProperties *bool
}

func (c *suite) queryables(t *testing.T, one collectionJSON) (q queryablesJSON) {
	t.Helper()
	if media := c.read(t, one.path()+"/queryables", &q).Get("Content-Type"); media != "application/schema+json" {
		t.Errorf("%s: %s", one.ID, media)
	}
	return q
}

func declares(class string) func(*testing.T, *suite) {
	return func(t *testing.T, c *suite) {
		if !slices.Contains(c.classes, "http://www.opengis.net/spec/"+class) {
			t.Errorf("no %s", class)
		}
	}
}

// filtered asserts what is said of valid and of invalid filters, with more parameters.
func filtered(more ...string) func(*testing.T, *suite) {
	return func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			for name := range c.queryables(t, one).Properties {
				if name == "geometry" {
					continue
				}
				for _, f := range c.items(one.asked(append(more, "filter", quoted(name)+" IS NULL")...)).Features {
					if f.Properties[name] != nil {
						t.Errorf("%s: %s is %v", one.ID, name, f.Properties[name])
					}
				}
			}
			c.status(t, one.asked(append(more, "filter", "THIS IS NOT A FILTER")...), http.StatusBadRequest)
		}
	}
}

// matched is how many features parameters find.
func (c *suite) matched(one collectionJSON, parameters ...string) int {
	return c.items(one.asked(append(parameters, "limit", "1")...)).NumberMatched
}

// same asserts that parameters find all that there is.
func (c *suite) same(t *testing.T, one collectionJSON, parameters ...string) {
	t.Helper()
	if all, found := c.items(one.items()), c.items(one.asked(parameters...)); !slices.Equal(ids(all), ids(found)) {
		t.Errorf("%s: %v finds %d of %d", one.ID, parameters, found.NumberMatched, all.NumberMatched)
	}
}

// eachComparable calls for every property that is compared by size, with the standard's
// literal of its kind.
func (c *suite) eachComparable(t *testing.T, call func(one collectionJSON, name, value string)) {
	t.Helper()
	for _, one := range c.collections {
		for name, p := range c.queryables(t, one).Properties {
			value := map[any]string{"string": "'foo'", "integer": "1", "boolean": "true"}[p["type"]]
			switch format, _ := p["format"].(string); {
			case format == "date":
				value = "DATE('2022-04-14')"
			case format == "time":
				value = "'12:00:00'"
			case value == "" || pseudonyms[name]:
				continue
			}
			call(one, name, value)
		}
	}
}

// pseudonyms are compared by = and <> alone, as docs/decisions/ogc.md says.
var pseudonyms = map[string]bool{"id": true, "parent": true, "route": true, "household": true}

// valueOf is a value that a property has somewhere, nil when it has none.
func (c *suite) valueOf(one collectionJSON, name string) any {
	for _, f := range c.unfiltered[one.ID].Features {
		if value := f.Properties[name]; value != nil {
			return value
		}
	}
	return nil
}

func text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(value)
	}
	return ""
}

func quoted(name string) string { return `"` + name + `"` }

func number(t *testing.T, code string) int {
	t.Helper()
	n, err := strconv.Atoi(code)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
