package ogc_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/cql2"
	"github.com/rounds-project/rounds/geo/register"
	. "github.com/rounds-project/rounds/geo/register/registertest"
)

// Each filter finds what SQL finds.
func testFilters(t *testing.T, s *service) {
	box := "POLYGON((1.03 42.04, 1.04 42.04, 1.04 42.05, 1.03 42.05, 1.03 42.04))"
	for filter, sql := range map[string]string{
		"doors = 2": "h.doors = 2",
		"doors <> 2 AND street = 'West Street 1'":   "h.doors <> 2 AND h.street = 'West Street 1'",
		"NOT (doors = 2 OR house_number = '7')":     "NOT (h.doors = 2 OR h.house_number = '7')",
		"doors BETWEEN 1 AND 1.5":                   "h.doors = 1",
		"doors NOT BETWEEN 1 AND 1.5":               "h.doors <> 1",
		"house_number IN ('1', '2', 'none')":        "h.house_number IN ('1', '2')",
		"house_number NOT IN ('1', '2')":            "h.house_number NOT IN ('1', '2')",
		"street LIKE 'West%3'":                      "h.street = 'West Street 3'",
		"street LIKE 'West_Street\\_3'":             "false",
		"street NOT LIKE 'West%3'":                  "h.street <> 'West Street 3'",
		"CASEI(street) LIKE CASEI('wEST street 3')": "h.street = 'West Street 3'",
		"unit IS NULL":                              "h.unit IS NULL",
		"unit IS NOT NULL":                          "h.unit IS NOT NULL",
		"street > 'West Street 4' and \"doors\">=1": "h.street > 'West Street 4'",
		"TRUE":           "true",
		"street = place": "false",
		"street = 'it''s; DROP TABLE rounds.households'":                      "false",
		"S_INTERSECTS(geometry, " + box + ")":                                 "ST_Intersects(h.at, ST_GeomFromText('" + box + "', 4326))",
		"S_WITHIN(geometry, BBOX(1.03, 42.04, 1.04, 42.05))":                  "ST_Within(h.at, ST_MakeEnvelope(1.03, 42.04, 1.04, 42.05, 4326))",
		"s_disjoint(geometry, " + box + ")":                                   "NOT ST_Intersects(h.at, ST_GeomFromText('" + box + "', 4326))",
		"S_CONTAINS(" + box + ", geometry) AND doors = 1":                     "ST_Contains(ST_GeomFromText('" + box + "', 4326), h.at) AND h.doors = 1",
		"S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(0 0), " + box + "))": "ST_Intersects(h.at, ST_GeomFromText('" + box + "', 4326))",
	} {
		want := s.Count("SELECT count(*) " + ofWest + " AND " + sql)
		if page := s.items(where(filter)); page.NumberMatched != want || page.NumberReturned != want {
			t.Errorf("%s: %d, SQL finds %d", filter, page.NumberMatched, want)
		}
	}
	for filter, sql := range map[string]string{
		`{"op":"like","args":[{"property":"street"},"West\\"]}`:                                                                                                        "false",
		`{"op":"=","args":[{"property":"doors"},2]}`:                                                                                                                   "h.doors = 2",
		`{"op":"and","args":[{"op":">","args":[{"property":"doors"},1]},{"op":"like","args":[{"property":"street"},"West%3"]}]}`:                                       "h.doors > 1 AND h.street LIKE 'West%3'",
		`{"op":"not","args":[{"op":"in","args":[{"property":"house_number"},["1","2"]]}]}`:                                                                             "h.house_number NOT IN ('1', '2')",
		`{"op":"or","args":[{"op":"between","args":[{"property":"doors"},1,1]},{"op":"isNull","args":[{"property":"street"}]}]}`:                                       "h.doors = 1",
		`{"op":"=","args":[{"op":"casei","args":[{"property":"street"}]},{"op":"casei","args":["WEST STREET 3"]}]}`:                                                    "h.street = 'West Street 3'",
		`{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[[1.03,42.04],[1.04,42.04],[1.04,42.05],[1.03,42.05],[1.03,42.04]]]}]}`: "ST_Intersects(h.at, ST_GeomFromText('" + box + "', 4326))",
		`{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[1.03,42.04,1.04,42.05]}]}`:                                                                      "ST_Intersects(h.at, ST_GeomFromText('" + box + "', 4326))",
	} {
		want := s.Count("SELECT count(*) " + ofWest + " AND " + sql)
		if page := s.items(where(filter, "filter-lang", "cql2-json")); page.NumberMatched != want {
			t.Errorf("%s: %d, SQL finds %d", filter, page.NumberMatched, want)
		}
	}
}

func testDatesAndPseudonyms(t *testing.T, s *service) {
	day := s.Today.Format("2006-01-02")
	want := s.Count("SELECT count(*) FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.workers w ON w.id = r.worker_id WHERE r.day = $1 AND w.id = $2", s.Today, s.Workers[0])
	for _, filter := range []string{"date = DATE('" + day + "')", "date = '" + day + "'", "date >= TIMESTAMP('" + day + "T00:00:00Z') AND date < TIMESTAMP('" + day + "T12:00:00Z')"} {
		page := s.items("/ogc/collections/stops/items?" + url.Values{"filter": {filter}}.Encode())
		if page.NumberMatched != want || want == 0 {
			t.Errorf("%s: %d stops, want %d", filter, page.NumberMatched, want)
		}
	}
	for interval, sql := range map[string]string{day: "r.day = $1", day + "T08:00:00Z": "r.day = $1", "../" + day: "r.day <= $1", day + "/..": "r.day >= $1", day + "/" + day: "r.day = $1", "/" + day: "r.day <= $1"} {
		page := s.items("/ogc/collections/routes/items?datetime=" + url.QueryEscape(interval))
		if want := s.Count("SELECT count(*) FROM rounds.routes r WHERE worker_id = $2 AND "+sql, s.Today, s.Workers[0]); page.NumberMatched != want {
			t.Errorf("%s: %d routes, want %d", interval, page.NumberMatched, want)
		}
	}
	// A route's name leads from the route to its stops.
	route := s.items("/ogc/collections/routes/items?limit=1").Features[0]
	stops := s.items("/ogc/collections/stops/items?route=" + route.ID)
	if stops.NumberMatched != int(route.Properties["stops"].(float64)) || stops.NumberMatched == 0 {
		t.Errorf("%d stops of a route of %v", stops.NumberMatched, route.Properties["stops"])
	}
	if none := s.items("/ogc/collections/stops/items?route=nothing"); none.NumberMatched != 0 {
		t.Errorf("%d stops of no route", none.NumberMatched)
	}
}

func testWrongParameters(t *testing.T, s *service) {
	for path, field := range map[string]string{
		"households/items?limit=0":                                         "limit",
		"households/items?limit=many":                                      "limit",
		"households/items?bbox=1,2,3":                                      "bbox",
		"households/items?bbox=1,2,3,NaN":                                  "bbox",
		"households/items?bbox=1,5,3,2":                                    "bbox",
		"households/items?bbox-crs=" + url.QueryEscape(epsg(4326)):         "bbox-crs",
		"households/items?crs=EPSG:4326":                                   "crs",
		"households/items?crs=" + url.QueryEscape(epsg(4547)):              "crs", // is meant for China
		"households/items?colour=red":                                      "colour",
		"households/items?doors=two":                                       "doors",
		"households/items?doors=1&doors=2":                                 "doors",
		"households/items?datetime=yesterday":                              "datetime",
		"households/items?datetime=2027-03-02%2F2027-03-01":                "datetime",
		"households/items?filter=doors":                                    "filter",
		"households/items?filter=doors%3D":                                 "filter",
		"households/items?filter=colour%3D1":                               "filter",
		"households/items?filter=doors%3D%27two%27":                        "filter",
		"households/items?filter=geometry%3D1":                             "filter",
		"households/items?filter=id%3C%27a%27":                             "filter",
		"households/items?filter=S_INTERSECTS(shape,POINT(1%202))":         "filter",
		"households/items?filter=S_INTERSECTS(geometry,LINESTRING(1%202))": "filter",
		"households/items?filter-lang=cql2-json&filter=%7B":                "filter",
		"households/items?filter=S_INTERSECTS(geometry,BBOX(1,3,2,2))":     "filter",
		"households/items?filter-lang=sql&filter=true":                     "filter-lang",
		"households/items?filter-crs=" + url.QueryEscape(epsg(4326)):       "filter-crs",
		"households/items?cursor=forged":                                   "cursor",
		"households?limit=1":                                               "limit",
		"households/items?f=xml":                                           "f",
	} {
		a := s.get("/ogc/collections/" + path)
		var p struct{ Type, Field, Detail string }
		if err := json.Unmarshal(a.body, &p); err != nil || a.StatusCode != http.StatusBadRequest || p.Field != field || p.Detail == "" ||
			a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s %s", path, a.Status, a.body)
		}
	}
}

// Whose filter is more work than the database has patience for is told so.
func testPatience(t *testing.T, s *service) {
	who := s.As(WestSupervisor)
	who.Area = s.Area("West")
	layer, _ := register.ExportLayerNamed("households")
	long := make(cql2.Or, 900)
	for i := range long {
		long[i] = cql2.Like{Value: cql2.Casei{Of: cql2.Property("street")}, Pattern: cql2.Text(strings.Repeat("%x_", 10))}
	}
	query := register.FeatureQuery{
		Conditions: []register.Condition{{Of: long, In: register.CRS84}}, Out: register.CRS84, Limit: 1, Count: true, Today: s.Today, Patience: time.Millisecond,
		Names: s.Keys().Pseudonyms(uuid.New(), s.Today),
	}
	_, err := s.DB.Features(t.Context(), who, layer, query)
	var wrong *register.FilterError
	if !errors.As(err, &wrong) || !strings.Contains(wrong.Problem, "too long") {
		t.Errorf("%v", err)
	}
	// A page does not wait until all are counted: each row is as much work as all of these.
	for i := range long {
		long[i] = cql2.Comparison{Operator: "=", Left: cql2.Property("doors"), Right: cql2.Number(-i - 1)}
	}
	query.Conditions[0].Of, query.CountPatience, query.Patience = cql2.Not{Of: long}, time.Millisecond, 0
	if page, err := s.DB.Features(t.Context(), who, layer, query); err != nil || page.Matched != register.Uncounted || len(page.Features) != 1 {
		t.Errorf("%d features, %d matched, %v", len(page.Features), page.Matched, err)
	}
	// Without a filter it is nobody's fault, and not for ever.
	locked, err := s.Owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer locked.Rollback(context.Background())
	if _, err := locked.Exec(t.Context(), "LOCK TABLE rounds.households"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.Features(t.Context(), who, layer, register.FeatureQuery{Out: register.CRS84, Limit: 1, Today: s.Today, Patience: time.Millisecond}); !errors.Is(err, register.ErrSlow) {
		t.Errorf("%v", err)
	}
}

func testWrongNames(t *testing.T, s *service) {
	for _, name := range []string{"%00", "%FF", "nothing"} {
		for _, layer := range []string{"households", "releases", "basemap"} {
			if a := s.get("/ogc/collections/" + layer + "/items/" + name); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s of %s: %s", name, layer, a.Status)
			}
		}
	}
}

func epsg(code int) string { return fmt.Sprintf("http://www.opengis.net/def/crs/EPSG/0/%d", code) }

// A point in each system is where PostGIS has it, its axes in the order of the registry.
func testSystems(t *testing.T, s *service) {
	const one = "/ogc/collections/households/items?house_number=7"
	for code, northFirst := range map[int]bool{4326: true, 3857: false, 25831: false, 3035: true, 4258: true, 2154: false} {
		var x, y float64
		err := s.Owner.QueryRow(t.Context(), "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(at, $1::integer) AS p FROM rounds.households WHERE house_number = '7') AS t", code).Scan(&x, &y)
		if err != nil {
			t.Fatal(err)
		}
		if northFirst {
			x, y = y, x
		}
		uri := url.QueryEscape(epsg(code))
		a := s.get(one + "&crs=" + uri)
		var page features
		if err := json.Unmarshal(a.body, &page); err != nil || len(page.Features) != 1 {
			t.Fatalf("%s: %s", a.Status, a.body)
		}
		var at [2]float64
		if err := json.Unmarshal(page.Features[0].Geometry.Coordinates, &at); err != nil || math.Abs(at[0]-x) > 1e-3 || math.Abs(at[1]-y) > 1e-3 {
			t.Errorf("EPSG:%d: %v, want %v %v", code, at, x, y)
		}
		if got := a.Header.Get("Content-Crs"); got != "<"+epsg(code)+">" {
			t.Errorf("Content-Crs %s", got)
		}
		d := 1.0
		if code == 4326 || code == 4258 {
			d = 1e-5
		}
		around := fmt.Sprintf("%f,%f,%f,%f", at[0]-d, at[1]-d, at[0]+d, at[1]+d)
		shape := fmt.Sprintf("S_INTERSECTS(geometry, BBOX(%s))", around)
		tall := around // over the antimeridian, the other way round the world: all of it but a strip beside the point
		if code == 4326 || code == 4258 {
			tall = fmt.Sprintf("%f,%f,%f,%f", at[0]-d, at[1]-d, at[0]+d, at[1]-2*d)
		}
		for _, query := range []string{"&bbox-crs=" + uri + "&bbox=" + around, "&filter-crs=" + uri + "&filter=" + url.QueryEscape(shape),
			"&bbox-crs=" + uri + "&bbox=" + tall, "&filter-crs=" + uri + "&filter=" + url.QueryEscape("S_WITHIN(geometry, BBOX("+tall+"))")} {
			if page := s.items(one + query); page.NumberMatched != 1 {
				t.Errorf("%s: %d features", query, page.NumberMatched)
			}
		}
	}
}
