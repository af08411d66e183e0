package ogc_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

const (
	ogcJSON = "application/json"
	ogcGeo  = "application/geo+json"
	ogcHTML = "text/html"
	ogcAPI  = "application/vnd.oai.openapi+json;version=3.0"
)

// times are the properties that say when features are there: one, or first and last.
var times = map[string][2]string{"routes": {"date", "date"}, "stops": {"date", "date"}, "incidents": {"reported_on", "closed_on"}, "releases": {"from", "to"}}

// coreAssertions are those of Features, Part 1: Core (OGC 17-069r4, annex A).
var coreAssertions = map[string]func(*testing.T, *suite){
	"/conf/core/http": func(t *testing.T, c *suite) {
		if a := c.get("/ogc/"); !a.ProtoAtLeast(1, 1) {
			t.Errorf("HTTP %s", a.Proto)
		}
		if a := c.get("/ogc/collections", func(r *http.Request) { r.Header.Del("Authorization") }); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("without a token: %s", a.Status)
		}
		if a := c.get("/ogc/collections", func(r *http.Request) { r.Method = http.MethodPost }); a.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST: %s", a.Status)
		}
		for _, path := range []string{"/ogc/nothing", "/ogc/collections/nothing", "/ogc/collections/nothing/items", "/ogc/collections/households/items/nothing"} {
			c.status(t, path, http.StatusNotFound)
		}
	},
	"/conf/core/crs84": func(t *testing.T, c *suite) {
		for id, page := range c.unfiltered {
			for _, f := range page.Features {
				if b := f.bound(t); b.Min[0] < -180 || b.Min[1] < -90 || b.Max[0] > 180 || b.Max[1] > 90 {
					t.Errorf("%s: %v are no degrees", id, b)
				}
			}
		}
	},
	"/conf/core/root-op": func(t *testing.T, c *suite) {
		for _, path := range []string{"/ogc", "/ogc/"} {
			c.status(t, path, http.StatusOK)
		}
	},
	"/conf/core/root-success": func(t *testing.T, c *suite) {
		c.want(t, c.landing.Links, "landing page", map[string]string{"self": ogcJSON, "alternate": ogcHTML, "service-desc": ogcAPI, "service-doc": ogcHTML, "conformance": ogcJSON, "data": ogcJSON})
	},
	"/conf/core/api-definition-op": func(t *testing.T, c *suite) {
		for _, l := range c.landing.Links {
			if strings.HasPrefix(l.Rel, "service-") {
				c.status(t, l.Href, http.StatusOK)
			}
		}
	},
	"/conf/core/api-definition-success": func(t *testing.T, c *suite) {
		if !strings.HasPrefix(c.api.OpenAPI, "3.0.") || c.api.Info.Title == "" || c.api.Info.Version == "" || len(c.api.Paths) == 0 {
			t.Errorf("%+v", c.api.Info)
		}
	},
	"/conf/core/conformance-op": func(t *testing.T, c *suite) {
		c.status(t, "/ogc/conformance", http.StatusOK)
	},
	"/conf/core/conformance-success": func(t *testing.T, c *suite) {
		for _, class := range []string{"core", "geojson", "html", "oas30"} {
			if !slices.Contains(c.classes, "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"+class) {
				t.Errorf("no %s", class)
			}
		}
	},
	"/conf/core/fc-md-op": func(t *testing.T, c *suite) { c.status(t, "/ogc/collections", http.StatusOK) },
	"/conf/core/fc-md-success": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			if one.ID == "" || one.Title == "" || one.Description == "" || one.ItemType != "feature" || !slices.Contains(one.CRS, crs84) {
				t.Errorf("%+v", one)
			}
		}
	},
	"/conf/core/fc-md-links": func(t *testing.T, c *suite) {
		var listed features
		c.read(t, "/ogc/collections", &listed)
		c.want(t, listed.Links, "collections", map[string]string{"self": ogcJSON, "alternate": ogcHTML})
	},
	"/conf/core/fc-md-items": func(t *testing.T, c *suite) {
		for name := range c.counted() {
			if !slices.ContainsFunc(c.collections, func(one collectionJSON) bool { return one.ID == name }) {
				t.Errorf("%s is not listed", name)
			}
		}
	},
	"/conf/core/fc-md-items-links": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			c.want(t, one.Links, one.ID, map[string]string{"items": ogcGeo})
			c.want(t, one.Links, one.ID, map[string]string{"items": ogcHTML})
		}
	},
	"/conf/core/fc-md-extent": func(t *testing.T, c *suite) {
		const centimetre = 1e-7
		for _, one := range c.collections {
			if len(one.Extent.Spatial.BBox) != 1 {
				t.Errorf("%s has %d boxes", one.ID, len(one.Extent.Spatial.BBox))
				continue
			}
			box := one.Extent.Spatial.BBox[0]
			extent := orb.Bound{Min: orb.Point{box[0], box[1]}, Max: orb.Point{box[2], box[3]}}.Pad(centimetre)
			for _, f := range c.all(one.items()) {
				if b := f.bound(t); !extent.Contains(b.Min) || !extent.Contains(b.Max) {
					t.Errorf("%s: %v lies out of %v", one.ID, b, extent)
				}
			}
			if interval := one.Extent.Temporal; interval != nil && interval.Interval[0] != [2]*string{} {
				t.Errorf("%s is there from %v", one.ID, interval.Interval)
			}
		}
	},
	"/conf/core/sfc-md-op": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			c.status(t, one.path(), http.StatusOK)
		}
	},
	"/conf/core/sfc-md-success": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			var alone collectionJSON
			c.read(t, one.path(), &alone)
			c.want(t, alone.Links, one.ID, map[string]string{"self": ogcJSON, "alternate": ogcHTML, "items": ogcGeo})
			alone.Links, one.Links = nil, nil
			if !reflect.DeepEqual(alone, one) {
				t.Errorf("alone %+v, in the list %+v", alone, one)
			}
		}
	},
	"/conf/core/fc-op": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			c.status(t, one.items(), http.StatusOK)
		}
	},
	"/conf/core/fc-bbox-definition": func(t *testing.T, c *suite) {
		p := c.parameter(t, "bbox")
		if p.Schema.Type != "array" || p.Schema.MinItems != 4 || p.Schema.MaxItems != 6 || p.Schema.Items.Type != "number" {
			t.Errorf("%+v", p)
		}
	},
	"/conf/core/fc-bbox-response": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			all := c.items(one.items()).NumberMatched
			for box, want := range map[string]int{
				"-180,-90,180,90": all, one.box(): all, "-200,-100,200,100": all, "-180,-90,-100,180,90,9000": all,
				"100,-60,101,-59": 0, "170,-60,-170,-59": 0,
			} {
				if got := c.items(one.asked("bbox", box)).NumberMatched; got != want {
					t.Errorf("%s in %s: %d, want %d", one.ID, box, got, want)
				}
			}
			page, some := c.unfiltered[one.ID]
			if !some {
				continue
			}
			around := page.Features[0].bound(t).Pad(1e-6)
			found := c.items(one.asked("bbox", fmt.Sprintf("%f,%f,%f,%f", around.Min[0], around.Min[1], around.Max[0], around.Max[1])))
			if !slices.Contains(ids(found), page.Features[0].ID) {
				t.Errorf("%s: %v does not find what lies there", one.ID, around)
			}
			for _, f := range found.Features {
				if !f.bound(t).Intersects(around) {
					t.Errorf("%s: %v finds what lies at %v", one.ID, around, f.bound(t))
				}
			}
		}
	},
	"/conf/core/fc-limit-definition": func(t *testing.T, c *suite) {
		p := c.parameter(t, "limit")
		if p.Schema.Type != "integer" || p.Schema.Minimum != 1.0 || p.Schema.Maximum != 10000.0 || p.Schema.Default != 1000.0 {
			t.Errorf("%+v", p)
		}
	},
	"/conf/core/fc-limit-response": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			all := c.items(one.items()).NumberMatched
			for limit, most := range map[string]int{"1": 1, "3": 3, "10000": 10000, "100000": 10000} {
				page := c.items(one.asked("limit", limit))
				if want := min(all, most); page.NumberReturned != want || (page.link("next") != "") != (all > most) {
					t.Errorf("%s: %d of %d with limit %s", one.ID, page.NumberReturned, all, limit)
				}
			}
		}
	},
	"/conf/core/fc-time-definition": func(t *testing.T, c *suite) {
		if p := c.parameter(t, "datetime"); p.Schema.Type != "string" {
			t.Errorf("%+v", p)
		}
	},
	"/conf/core/fc-time-response": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			of, timed := times[one.ID]
			all := c.items(one.items())
			for _, interval := range []string{c.Today.Format(time.DateOnly), c.Today.Format(time.RFC3339), "../" + c.Today.Format(time.DateOnly), c.Today.Format(time.DateOnly) + "/.."} {
				page := c.items(one.asked("datetime", interval))
				if !timed && page.NumberMatched != all.NumberMatched {
					t.Errorf("%s: %d are there at %s, all %d have no time", one.ID, page.NumberMatched, interval, all.NumberMatched)
				}
				if !timed {
					continue
				}
				want := 0
				for _, f := range all.Features {
					if f.meets(of, interval) {
						want++
					}
				}
				if page.NumberMatched != want {
					t.Errorf("%s at %s: %d, want %d", one.ID, interval, page.NumberMatched, want)
				}
			}
		}
	},
	"/conf/core/query-param-unknown": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			c.status(t, one.asked("unknownQueryParameter", "unknown"), http.StatusBadRequest)
		}
	},
	"/conf/core/query-param-invalid": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			for name, value := range map[string]string{"limit": "ten", "bbox": "1,2,3", "datetime": "yesterday"} {
				c.status(t, one.asked(name, value), http.StatusBadRequest)
			}
		}
	},
	"/conf/core/fc-response": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			if page := c.items(one.items()); page.Type != "FeatureCollection" || page.Features == nil {
				t.Errorf("%s is a %s", one.ID, page.Type)
			}
		}
	},
	"/conf/core/fc-links": func(t *testing.T, c *suite) {
		for id, page := range c.unfiltered {
			c.want(t, page.Links, id, map[string]string{"self": ogcGeo, "alternate": ogcHTML})
			if len(page.Features) < page.NumberMatched {
				c.want(t, page.Links, id, map[string]string{"next": ogcGeo})
			}
		}
	},
	"/conf/core/fc-timeStamp": func(t *testing.T, c *suite) {
		for id, page := range c.unfiltered {
			if page.TimeStamp.IsZero() {
				t.Errorf("%s has no time", id)
			}
		}
	},
	"/conf/core/fc-numberMatched": func(t *testing.T, c *suite) {
		for layer, want := range c.counted() {
			if got := c.items("/ogc/collections/" + layer + "/items?limit=1").NumberMatched; got != want {
				t.Errorf("%s: %d, SQL counts %d", layer, got, want)
			}
		}
	},
	"/conf/core/fc-numberReturned": func(t *testing.T, c *suite) {
		for id, page := range c.unfiltered {
			if page.NumberReturned != len(page.Features) {
				t.Errorf("%s: %d, there are %d", id, page.NumberReturned, len(page.Features))
			}
		}
	},
	"/conf/core/f-op": func(t *testing.T, c *suite) {
		c.eachFeature(func(path string, _ feature) { c.status(t, path, http.StatusOK) })
	},
	"/conf/core/f-success": func(t *testing.T, c *suite) {
		c.eachFeature(func(path string, listed feature) {
			var alone feature
			c.read(t, path, &alone)
			if !reflect.DeepEqual(alone.Geometry, listed.Geometry) || !reflect.DeepEqual(alone.Properties, listed.Properties) {
				t.Errorf("alone %+v, in the list %+v", alone, listed)
			}
		})
	},
	"/conf/core/f-links": func(t *testing.T, c *suite) {
		c.eachFeature(func(path string, _ feature) {
			var alone features
			c.read(t, path, &alone)
			c.want(t, alone.Links, path, map[string]string{"self": ogcGeo, "alternate": ogcHTML, "collection": ogcJSON})
		})
	},
	"/conf/geojson/definition": func(t *testing.T, c *suite) {
		for path, want := range c.resources() {
			if a := c.get(path, accept("application/geo+json, application/json;q=0.9")); a.Header.Get("Content-Type") != want {
				t.Errorf("%s is %s, want %s", path, a.Header.Get("Content-Type"), want)
			}
		}
	},
	"/conf/geojson/content": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			if _, err := geojson.UnmarshalFeatureCollection(c.get(one.items()).body); err != nil {
				t.Errorf("%s: %v", one.ID, err)
			}
		}
		c.eachFeature(func(path string, listed feature) {
			if f, err := geojson.UnmarshalFeature(c.get(path).body); err != nil || f.ID != listed.ID || !strings.HasSuffix(path, "/"+listed.ID) {
				t.Errorf("%s: %v", path, err)
			}
		})
	},
	"/conf/html/definition": func(t *testing.T, c *suite) {
		for path := range c.resources() {
			if a := c.get(path, accept(ogcHTML)); a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/html; charset=utf-8" {
				t.Errorf("%s: %s %s", path, a.Status, a.Header.Get("Content-Type"))
			}
		}
	},
	"/conf/html/content": func(t *testing.T, c *suite) {
		c.eachFeature(func(path string, f feature) {
			page := string(c.get(path, accept(ogcHTML)).body)
			if !strings.HasPrefix(strings.ToLower(page), "<!doctype html>") || !strings.Contains(page, `id="map"`) {
				t.Errorf("%s is no page with a map", path)
			}
			for name, value := range f.Properties {
				if !strings.Contains(page, ">"+name+"<") && name != "id" {
					t.Errorf("%s does not show %s, %v", path, name, value)
				}
			}
		})
	},
	"/conf/oas30/completeness":     described,
	"/conf/oas30/exceptions-codes": described,
	"/conf/oas30/oas-definition-1": func(t *testing.T, c *suite) {
		c.want(t, c.landing.Links, "landing page", map[string]string{"service-desc": ogcAPI, "service-doc": ogcHTML})
	},
	"/conf/oas30/oas-definition-2": func(t *testing.T, c *suite) {
		if !json.Valid(c.get("/ogc/api").body) { // as OpenAPI 3.0 it is read by make test-clients
			t.Error("no JSON")
		}
	},
	"/conf/oas30/oas-impl": func(t *testing.T, c *suite) {
		served := c.resources()
		c.eachFeature(func(path string, f feature) {
			delete(served, path)
			served[strings.TrimSuffix(path, f.ID)+"{featureId}"] = ""
		})
		for path := range c.api.Paths {
			if _, is := served["/ogc"+path]; !is && !strings.HasPrefix(path, "/collections/releases/items/") {
				t.Errorf("%s is described and not there", path)
			}
			delete(served, "/ogc"+path)
		}
		for path := range served {
			t.Errorf("%s is there and not described", path)
		}
	},
	"/conf/oas30/security": func(t *testing.T, c *suite) {
		schemes := c.api.Components.SecuritySchemes
		if schemes["basic"].Scheme != "basic" || schemes["bearer"].Scheme != "bearer" || len(c.api.Security) != 2 {
			t.Errorf("%v %v", schemes, c.api.Security)
		}
		for path, operations := range c.api.Paths {
			open := operations["get"].Security != nil && len(*operations["get"].Security) == 0
			want := http.StatusUnauthorized
			if open {
				want = http.StatusOK
			}
			path = strings.ReplaceAll("/ogc"+path, "{featureId}", "x")
			if a := c.get(path, func(r *http.Request) { r.Header.Del("Authorization") }); a.StatusCode != want {
				t.Errorf("%s without a token: %s, want %d", path, a.Status, want)
			}
		}
	},
}

// described says that each operation describes its answers, those of errors too.
func described(t *testing.T, c *suite) {
	for path, operations := range c.api.Paths {
		if answers := operations["get"].Responses; answers["200"] == nil || answers["default"] == nil {
			t.Errorf("%s describes %v", path, answers)
		}
	}
}

// parameter is one of the query of every collection's items.
func (c *suite) parameter(t *testing.T, name string) parameterJSON {
	t.Helper()
	for _, one := range c.collections {
		operation := c.api.Paths[strings.TrimPrefix(one.items(), "/ogc")]["get"]
		if !slices.ContainsFunc(operation.Parameters, func(p struct {
			Ref string `json:"$ref"`
		}) bool {
			return p.Ref == "#/components/parameters/"+name
		}) {
			t.Errorf("%s takes no %s", one.ID, name)
		}
	}
	p := c.api.Components.Parameters[name]
	if p.Name != name || p.In != "query" || p.Required || p.Style != "form" || p.Explode {
		t.Errorf("%+v", p)
	}
	return p
}

// eachFeature calls with the first feature of every collection that has any.
func (c *suite) eachFeature(call func(path string, listed feature)) {
	for id, page := range c.unfiltered {
		call("/ogc/collections/"+id+"/items/"+page.Features[0].ID, page.Features[0])
	}
}

// resources are the addresses that there are, with what they are as JSON.
func (c *suite) resources() map[string]string {
	all := map[string]string{"/ogc/": ogcJSON, "/ogc/conformance": ogcJSON, "/ogc/api": ogcAPI, "/ogc/collections": ogcJSON}
	for _, one := range c.collections {
		all[one.path()], all[one.path()+"/queryables"], all[one.items()] = ogcJSON, "application/schema+json", ogcGeo
	}
	c.eachFeature(func(path string, _ feature) { all[path] = ogcGeo })
	return all
}

// bound is where a feature lies.
func (f feature) bound(t *testing.T) orb.Bound {
	t.Helper()
	text, err := json.Marshal(map[string]any{"type": f.Geometry.Type, "coordinates": f.Geometry.Coordinates})
	if err != nil {
		t.Fatal(err)
	}
	shape, err := geojson.UnmarshalGeometry(text)
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return shape.Geometry().Bound()
}

// meets says whether a feature is there in an interval; of stands for its first and last day.
func (f feature) meets(of [2]string, interval string) bool {
	from, to, is := strings.Cut(interval, "/")
	if !is {
		to = from
	}
	first, _ := f.Properties[of[0]].(string)
	last, known := f.Properties[of[1]].(string)
	if !known {
		last = "9999-12-31"
	}
	return (to == ".." || first <= to[:len(time.DateOnly)]) && (from == ".." || last >= from[:len(time.DateOnly)])
}
