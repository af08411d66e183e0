package ogc_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

// noCRS is the name of no system.
const noCRS = "http://www.opengis.net/def/crs/OGC/0/does_not_exist"

var nameOfCRS = regexp.MustCompile(`^http://www\.opengis\.net/def/crs/(OGC/1\.3/CRS84|EPSG/0/([0-9]+))$`)

// crsAssertions are those of Features, Part 2: Coordinate Reference Systems by Reference
// (OGC 18-058r1, annex A).
var crsAssertions = map[string]func(*testing.T, *suite){
	"/conf/crs/crs-uri": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			for _, uri := range append(slices.Clone(one.CRS), one.StorageCRS) {
				if parsed, err := url.Parse(uri); err != nil || parsed.Scheme != "http" || !nameOfCRS.MatchString(uri) {
					t.Errorf("%s: %q is no name of a system", one.ID, uri)
				}
			}
		}
	},
	"/conf/crs/default-crs": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			if one.CRS[0] != crs84 {
				t.Errorf("%s: %s comes first", one.ID, one.CRS[0])
			}
		}
	},
	"/conf/crs/storageCrs": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			if !slices.Contains(one.CRS, one.StorageCRS) {
				t.Errorf("%s is kept in %s", one.ID, one.StorageCRS)
			}
		}
	},
	"/conf/crs/crs-parameter": func(t *testing.T, c *suite) {
		c.eachSystem(func(one collectionJSON, uri string) {
			for _, path := range []string{one.asked("crs", uri, "limit", "1"), one.items() + "/" + c.unfiltered[one.ID].Features[0].ID + "?crs=" + url.QueryEscape(uri)} {
				if a := c.get(path); a.StatusCode != http.StatusOK || a.Header.Get("Content-Crs") != "<"+uri+">" {
					t.Errorf("%s: %s, Content-Crs %q", path, a.Status, a.Header.Get("Content-Crs"))
				}
			}
		})
	},
	"/conf/crs/crs-parameter-invalid": func(t *testing.T, c *suite) {
		for id, page := range c.unfiltered {
			for _, uri := range []string{noCRS, "EPSG:3857", ""} {
				c.status(t, "/ogc/collections/"+id+"/items?crs="+url.QueryEscape(uri), http.StatusBadRequest)
				c.status(t, "/ogc/collections/"+id+"/items/"+page.Features[0].ID+"?crs="+url.QueryEscape(uri), http.StatusBadRequest)
			}
		}
	},
	"/conf/crs/crs-parameter-default": func(t *testing.T, c *suite) {
		for id, page := range c.unfiltered {
			for _, path := range []string{"", "/" + page.Features[0].ID} {
				if got := c.get("/ogc/collections/" + id + "/items" + path).Header.Get("Content-Crs"); got != "<"+crs84+">" {
					t.Errorf("%s%s: Content-Crs %q", id, path, got)
				}
			}
		}
	},
	"/conf/crs/crs-parameter-transform": func(t *testing.T, c *suite) {
		c.eachSystem(func(one collectionJSON, uri string) {
			first := c.unfiltered[one.ID].Features[0]
			page := c.items(one.asked("crs", uri, "limit", "1"))
			var alone feature
			c.read(t, one.items()+"/"+first.ID+"?crs="+url.QueryEscape(uri), &alone)
			for _, f := range append(page.Features, alone) {
				if metres := c.apart(t, f, uri, first); metres > 0.05 {
					t.Errorf("%s in %s lies %v m away", one.ID, uri, metres)
				}
			}
		})
	},
	"/conf/crs/bbox-crs-parameter": func(t *testing.T, c *suite) {
		c.eachSystem(func(one collectionJSON, uri string) {
			first := c.unfiltered[one.ID].Features[0]
			around := c.boundIn(t, first, uri)
			page := c.items(one.asked("bbox-crs", uri, "bbox", fmt.Sprintf("%f,%f,%f,%f", around[0], around[1], around[2], around[3]), "crs", uri))
			if !slices.Contains(ids(page), first.ID) {
				t.Errorf("%s in %s: what lies in %v is not found", one.ID, uri, around)
			}
			for _, f := range page.Features {
				if b := f.bound(t); b.Min[0] > around[2] || b.Max[0] < around[0] || b.Min[1] > around[3] || b.Max[1] < around[1] {
					t.Errorf("%s in %s: %v does not meet %v", one.ID, uri, b, around)
				}
			}
		})
	},
	"/conf/crs/bbox-crs-parameter-invalid": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			c.status(t, one.asked("bbox", one.box(), "bbox-crs", noCRS), http.StatusBadRequest)
		}
	},
	"/conf/crs/bbox-crs-parameter-default": func(t *testing.T, c *suite) {
		for _, one := range c.collections {
			with, without := c.items(one.asked("bbox", one.box(), "bbox-crs", crs84)), c.items(one.asked("bbox", one.box()))
			if !slices.Equal(ids(with), ids(without)) {
				t.Errorf("%s: %d features with bbox-crs, %d without", one.ID, len(with.Features), len(without.Features))
			}
		}
	},
}

// eachSystem calls for every system of a collection of points and of one of polygons, and
// for some systems of every other that has a feature: they are the same.
func (c *suite) eachSystem(call func(one collectionJSON, uri string)) {
	some := []string{crs84, epsg(4326), epsg(3857), epsg(3035)}
	for _, one := range c.collections {
		if _, there := c.unfiltered[one.ID]; !there {
			continue
		}
		for _, uri := range one.CRS {
			if one.ID == "households" || one.ID == "areas" || slices.Contains(some, uri) {
				call(one, uri)
			}
		}
	}
}

// axes are the number of a system and whether north comes first, by the table that
// TestSystems_AreThoseOfPROJ compares with PROJ.
func axes(t *testing.T, uri string) (code string, northFirst bool) {
	t.Helper()
	if uri == crs84 {
		return "4326", false
	}
	file, err := os.Open("systems.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	code = nameOfCRS.FindStringSubmatch(uri)[2]
	i := slices.IndexFunc(all, func(row []string) bool { return row[0] == code })
	return code, i >= 0 && all[i][1] == "ne"
}

// inPostGIS is a feature's shape in SQL, x first, of parameters $1 and $2.
const inPostGIS = "ST_SetSRID(CASE WHEN $3 THEN ST_FlipCoordinates(ST_GeomFromGeoJSON($1)) ELSE ST_GeomFromGeoJSON($1) END, $2)"

func (f feature) geoJSON(t *testing.T) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"type": f.Geometry.Type, "coordinates": f.Geometry.Coordinates})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// apart is how far, in metres, the points of a feature in a system lie from those of the
// same feature in degrees, as PostGIS takes one into the other.
func (c *suite) apart(t *testing.T, f feature, uri string, inDegrees feature) (metres float64) {
	t.Helper()
	code, northFirst := axes(t, uri)
	query := strings.ReplaceAll(`SELECT coalesce(max(ST_Distance(a.geom::geography, b.geom::geography)), 1e9)
		FROM ST_DumpPoints(ST_Transform(SHAPE, 4326)) a JOIN ST_DumpPoints(ST_GeomFromGeoJSON($4)) b USING (path)`, "SHAPE", inPostGIS)
	if err := c.Owner.QueryRow(t.Context(), query, f.geoJSON(t), number(t, code), northFirst, inDegrees.geoJSON(t)).Scan(&metres); err != nil {
		t.Fatal(err)
	}
	return metres
}

// boundIn is a little more than the bound of a feature of degrees in a system, its axes
// in that system's order.
func (c *suite) boundIn(t *testing.T, f feature, uri string) (edges [4]float64) {
	t.Helper()
	code, northFirst := axes(t, uri)
	const query = `SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Expand(s, CASE WHEN ST_XMax(s) <= 360 AND ST_XMin(s) >= -360 AND ST_YMax(s) <= 90 THEN 1e-6 ELSE 1 END) AS e
		FROM (SELECT ST_Transform(ST_SetSRID(ST_GeomFromGeoJSON($1), 4326), $2::integer) AS s) shape) expanded`
	if err := c.Owner.QueryRow(t.Context(), query, f.geoJSON(t), number(t, code)).Scan(&edges[0], &edges[1], &edges[2], &edges[3]); err != nil {
		t.Fatal(err)
	}
	if northFirst {
		edges = [4]float64{edges[1], edges[0], edges[3], edges[2]}
	}
	return edges
}
