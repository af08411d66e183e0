package ogc_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// suite is what the abstract tests of the OGC look at: docs/decisions/ogc.md has where
// they come from, and what of them is left out.
type suite struct {
	*service
	landing     features
	api         apiJSON
	classes     []string
	collections []collectionJSON
	// unfiltered are the first features of each collection that has any.
	unfiltered map[string]features
}

type apiJSON struct {
	OpenAPI  string
	Info     struct{ Title, Version string }
	Servers  []struct{ URL string }
	Security []map[string][]string
	Paths    map[string]map[string]struct {
		OperationID string
		Parameters  []struct {
			Ref string `json:"$ref"`
		}
		Responses map[string]json.RawMessage
		Security  *[]map[string][]string
	}
	Components struct {
		Parameters      map[string]parameterJSON
		SecuritySchemes map[string]struct{ Type, Scheme string }
	}
}

type parameterJSON struct {
	Name, In, Style   string
	Required, Explode bool
	Schema            struct {
		Type, Format              string
		Minimum, Maximum, Default any
		MinItems, MaxItems        int
		Items                     struct{ Type string }
		Enum                      []string
	}
}

type collectionJSON struct {
	ID, Title, Description, ItemType, StorageCRS string
	Extent                                       struct {
		Spatial  struct{ BBox [][4]float64 }
		Temporal *struct{ Interval [][2]*string }
	}
	CRS   []string
	Links []linkJSON
}

func (c collectionJSON) path() string  { return "/ogc/collections/" + c.ID }
func (c collectionJSON) items() string { return c.path() + "/items" }

// assertions are the tests of the suites by the names that the standards give them.
func assertions() map[string]func(*testing.T, *suite) {
	all := map[string]func(*testing.T, *suite){}
	for _, part := range []map[string]func(*testing.T, *suite){coreAssertions, crsAssertions, filterAssertions} {
		maps.Copy(all, part)
	}
	return all
}

func testConformance(t *testing.T, s *service) {
	c := &suite{service: s, unfiltered: map[string]features{}}
	c.read(t, "/ogc/", &c.landing)
	c.read(t, "/ogc/api", &c.api)
	var classes struct{ ConformsTo []string }
	c.read(t, "/ogc/conformance", &classes)
	c.classes = classes.ConformsTo
	var listed struct{ Collections []collectionJSON }
	c.read(t, "/ogc/collections", &listed)
	c.collections = listed.Collections
	for _, one := range c.collections {
		if page := s.items(one.items() + "?limit=50"); len(page.Features) > 0 {
			c.unfiltered[one.ID] = page
		}
	}
	if len(c.unfiltered) < 7 { // no bin is West's alone
		t.Fatalf("only %d collections have features", len(c.unfiltered))
	}
	all := assertions()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(strings.TrimPrefix(name, "/conf/"), func(t *testing.T) { all[name](t, c) })
	}
}

// What docs/decisions/ogc.md says is asserted, is.
func TestConformance_IsWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/decisions/ogc.md")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| (`/conf/.*?) \\|.*$").FindAllStringSubmatch(string(text), -1) {
		for _, name := range regexp.MustCompile("`(/conf/[^`]+)`").FindAllStringSubmatch(row[1], -1) {
			said[name[1]] = true
		}
	}
	for name := range assertions() {
		if !said[name] {
			t.Errorf("docs/decisions/ogc.md does not name %s", name)
		}
		delete(said, name)
	}
	for name := range said {
		if !strings.HasPrefix(name, "/conf/cql2") && !strings.Contains(string(text), "| `"+name+"` | left out") {
			t.Errorf("docs/decisions/ogc.md names %s, which nothing asserts", name)
		}
	}
}

// read reads a document that has to be there.
func (c *suite) read(t *testing.T, path string, into any) http.Header {
	t.Helper()
	a := c.get(path, accept("application/json, application/geo+json, application/schema+json, application/vnd.oai.openapi+json"))
	if err := json.Unmarshal(a.body, into); err != nil || a.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", path, a.Status, err)
	}
	return a.Header
}

// leads says whether some link of a kind leads to an answer of its media type.
func (c *suite) leads(links []linkJSON, rel, media string) bool {
	return slices.ContainsFunc(links, func(l linkJSON) bool {
		if l.Rel != rel || l.Type != media {
			return false
		}
		a := c.get(l.Href)
		kind, _, _ := strings.Cut(a.Header.Get("Content-Type"), "; charset")
		return a.StatusCode == http.StatusOK && kind == media
	})
}

func (c *suite) want(t *testing.T, links []linkJSON, of string, wanted map[string]string) {
	t.Helper()
	for rel, media := range wanted {
		if !c.leads(links, rel, media) {
			t.Errorf("%s: no link %s that leads to %s", of, rel, media)
		}
	}
	for _, l := range links {
		if l.Rel == "" || l.Type == "" || l.Href == "" {
			t.Errorf("%s: a link without relation, type or address: %+v", of, l)
		}
	}
}

// ids are the names of features.
func ids(page features) (all []string) {
	for _, f := range page.Features {
		all = append(all, f.ID)
	}
	return all
}

// asked is the address of a collection's items with parameters.
func (c collectionJSON) asked(parameters ...string) string {
	query := url.Values{}
	for i := 0; i < len(parameters); i += 2 {
		query.Set(parameters[i], parameters[i+1])
	}
	return c.items() + "?" + query.Encode()
}

// status is how an address answers.
func (c *suite) status(t *testing.T, path string, want int) {
	t.Helper()
	a := c.get(path)
	if a.StatusCode != want || want != http.StatusOK && a.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s: %s %s, want %d", path, a.Status, a.body, want)
	}
}

// box is the extent of a collection as bbox takes it.
func (c collectionJSON) box() string {
	b := c.Extent.Spatial.BBox[0]
	return fmt.Sprintf("%v,%v,%v,%v", b[0], b[1], b[2], b[3])
}
