package ogc_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// What the OGC's test suites for Features 1.0 (ets-ogcapi-features10), Part 2 and CQL2
// assert, said again here.
func testConformance(t *testing.T, s *service) {
	anonymous := func(r *http.Request) { r.Header.Del("Authorization") }
	read := func(path string, into any) http.Header {
		t.Helper()
		a := s.get(path)
		if err := json.Unmarshal(a.body, into); err != nil || a.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v", path, a.Status, err)
		}
		return a.Header
	}

	// A.2.2.2, A.2.3: the landing page leads to everything.
	var landing features
	read("/ogc/", &landing)
	for rel, media := range map[string]string{
		"self": "application/json", "alternate": "text/html", "service-desc": "application/vnd.oai.openapi+json;version=3.0",
		"service-doc": "text/html", "conformance": "application/json", "data": "application/json",
	} {
		if !slices.ContainsFunc(landing.Links, func(l linkJSON) bool {
			return l.Rel == rel && l.Type == media && s.get(l.Href).StatusCode == http.StatusOK
		}) {
			t.Errorf("landing page: no link %s of %s that leads somewhere", rel, media)
		}
	}

	// A.2.4: the description is OpenAPI 3.0 and describes what there is.
	var api struct {
		OpenAPI    string
		Paths      map[string]map[string]struct{ OperationID string }
		Components struct {
			Parameters map[string]struct {
				Schema struct{ Minimum, Maximum, Default any }
			}
		}
	}
	if media := read("/ogc/api", &api).Get("Content-Type"); media != "application/vnd.oai.openapi+json;version=3.0" {
		t.Errorf("the description is %s", media)
	}
	if limit := api.Components.Parameters["limit"].Schema; !strings.HasPrefix(api.OpenAPI, "3.0") || limit.Maximum != 10000.0 || limit.Default != 1000.0 || limit.Minimum != 1.0 {
		t.Errorf("%s, limit %v", api.OpenAPI, limit)
	}

	// A.2.5: classes.
	var conformance struct{ ConformsTo []string }
	read("/ogc/conformance", &conformance)
	for _, class := range []string{"ogcapi-features-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/geojson", "ogcapi-features-1/1.0/conf/html",
		"ogcapi-features-1/1.0/conf/oas30", "ogcapi-features-2/1.0/conf/crs", "ogcapi-features-3/1.0/conf/filter", "cql2/1.0/conf/basic-cql2"} {
		if !slices.Contains(conformance.ConformsTo, "http://www.opengis.net/spec/"+class) {
			t.Errorf("no %s", class)
		}
	}

	// A.2.6, A.2.7: collections, each with what a client needs of it.
	var listed struct {
		Links       []linkJSON
		Collections []struct {
			ID, Title, Description, ItemType, StorageCRS string
			Extent                                       struct{ Spatial struct{ BBox [][]float64 } }
			CRS                                          []string
			Links                                        []linkJSON
		}
	}
	read("/ogc/collections", &listed)
	if len(listed.Collections) == 0 {
		t.Fatal("no collections")
	}
	for _, c := range listed.Collections {
		if c.ItemType != "feature" || c.Title == "" || c.Description == "" || len(c.Extent.Spatial.BBox) != 1 || len(c.Extent.Spatial.BBox[0]) != 4 {
			t.Errorf("%+v", c)
		}
		// Part 2, A.1: the systems, the one of storage among them, CRS84 first.
		if c.CRS[0] != "http://www.opengis.net/def/crs/OGC/1.3/CRS84" || !slices.Contains(c.CRS, c.StorageCRS) || !slices.Contains(c.CRS, epsg(25831)) {
			t.Errorf("%s has %v", c.ID, c.CRS)
		}
		for _, l := range c.Links {
			if strings.HasPrefix(l.Href, s.url) && s.get(l.Href).StatusCode != http.StatusOK {
				t.Errorf("%s: %s %s leads nowhere", c.ID, l.Rel, l.Href)
			}
		}
		path := "/ogc/collections/" + c.ID
		for _, described := range []string{path, path + "/queryables", path + "/items", path + "/items/{featureId}"} {
			if api.Paths[strings.TrimPrefix(described, "/ogc")]["get"].OperationID == "" {
				t.Errorf("%s is not described", described)
			}
		}
		checkItems(t, s, path+"/items")
	}

	// A.2.9 and errors: what is not there, or not for everybody.
	for path, want := range map[string]int{"/ogc/nothing": 404, "/ogc/collections/nothing": 404, "/ogc/collections/nothing/items": 404, "/ogc/collections/households/items/nothing": 404} {
		if a := s.get(path); a.StatusCode != want || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s", path, a.Status)
		}
	}
	if a := s.get("/ogc/collections", anonymous); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a token: %s", a.Status)
	}
	post := func(r *http.Request) { r.Method = http.MethodPost }
	if a := s.get("/ogc/collections", post); a.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %s", a.Status)
	}
}

// checkItems asserts what is said of the features of a collection (A.2.7.1 to A.2.8).
func checkItems(t *testing.T, s *service, path string) {
	t.Helper()
	began := time.Now().AddDate(-50, 0, 0)
	all := s.items(path)
	if all.Type != "FeatureCollection" || all.NumberReturned != len(all.Features) || all.NumberMatched < all.NumberReturned || all.TimeStamp.Before(began) {
		t.Errorf("%s: %d matched, %d returned, %d there, %s", path, all.NumberMatched, all.NumberReturned, len(all.Features), all.TimeStamp)
	}
	if all.link("self") == "" || all.link("alternate") == "" {
		t.Errorf("%s: links %v", path, all.Links)
	}
	if all.NumberMatched == 0 {
		return
	}
	if one := s.items(path + "?limit=1"); one.NumberReturned != 1 || one.NumberMatched != all.NumberMatched || (one.link("next") == "") != (all.NumberMatched == 1) {
		t.Errorf("%s: %d of %d with limit 1", path, one.NumberReturned, one.NumberMatched)
	}
	for query, want := range map[string]int{"limit=100000": all.NumberMatched, "bbox=-180,-90,180,90": all.NumberMatched, "bbox=100,-60,101,-59": 0, "bbox=170,-60,-170,-59": 0, "bbox=-180,-90,-100,180,90,9000": all.NumberMatched,
		"bbox-crs=" + url.QueryEscape(epsg(4326)) + "&bbox=-90,-180,90,180": all.NumberMatched} {
		if page := s.items(path + "?" + query); page.NumberMatched != want {
			t.Errorf("%s?%s: %d, want %d", path, query, page.NumberMatched, want)
		}
	}
	first := all.Features[0]
	a := s.get(path + "/" + first.ID)
	var again struct {
		feature
		Type  string
		Links []linkJSON
	}
	if err := json.Unmarshal(a.body, &again); err != nil || again.Type != "Feature" || again.ID != first.ID || a.Header.Get("Content-Type") != "application/geo+json" ||
		string(again.Geometry.Coordinates) != string(first.Geometry.Coordinates) || len(again.Properties) != len(first.Properties) {
		t.Errorf("%s/%s: %s %s", path, first.ID, a.Status, a.body)
	}
	for _, rel := range []string{"self", "alternate", "collection"} {
		if !slices.ContainsFunc(again.Links, func(l linkJSON) bool { return l.Rel == rel && s.get(l.Href).StatusCode == http.StatusOK }) {
			t.Errorf("%s/%s: no link %s", path, first.ID, rel)
		}
	}
}

func testNegotiation(t *testing.T, s *service) {
	const path = "/ogc/collections/households/items?limit=2"
	for header, want := range map[string]string{
		"": "application/geo+json", "*/*": "application/geo+json", "text/html": "text/html; charset=utf-8", "application/json": "application/geo+json",
		"text/html,application/xhtml+xml,*/*;q=0.8": "text/html; charset=utf-8", "application/geo+json, text/html;q=0.5": "application/geo+json",
		"text/*": "text/html; charset=utf-8", "application/*;q=0.2, text/html;q=0.1": "application/geo+json",
	} {
		if a := s.get(path, accept(header)); a.Header.Get("Content-Type") != want || a.StatusCode != http.StatusOK {
			t.Errorf("Accept %q: %s %s, want %s", header, a.Status, a.Header.Get("Content-Type"), want)
		}
	}
	if a := s.get(path, accept("image/png")); a.StatusCode != http.StatusNotAcceptable {
		t.Errorf("a picture: %s", a.Status)
	}
	if a := s.get(path+"&f=html", accept("application/json")); a.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("f comes first: %s", a.Header.Get("Content-Type"))
	}
	page := s.get(path+"&f=html", func(r *http.Request) { r.Header.Set("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.5") })
	for _, want := range []string{`lang="zh-Hans"`, "住户", "下一页", `id="map" data-features="{&#34;type&#34;`, `rel="next" href="http`} {
		if !strings.Contains(string(page.body), want) {
			t.Errorf("the page has no %s", want)
		}
	}
	head := func(r *http.Request) { r.Method = http.MethodHead }
	spent := s.Count("SELECT sum(sent_rows) FROM rounds.receivers")
	// Its length tells how much there is: it costs what the page does.
	if a := s.get(path, head); a.StatusCode != http.StatusOK || a.ContentLength <= 0 || s.Count("SELECT sum(sent_rows) FROM rounds.receivers") != spent+2 {
		t.Errorf("HEAD: %s, %d bytes", a.Status, a.ContentLength)
	}
	options := func(r *http.Request) { r.Method = http.MethodOptions; r.Header.Del("Authorization") }
	if a := s.get(path, options); a.StatusCode != http.StatusNoContent || !strings.Contains(a.Header.Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("OPTIONS: %s", a.Status)
	}
	if a := s.get(path); a.Header.Get("Access-Control-Allow-Origin") != "https://maps.example.org" {
		t.Errorf("for the receiver's host alone: %q", a.Header.Get("Access-Control-Allow-Origin"))
	}
}
