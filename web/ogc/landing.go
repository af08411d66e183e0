package ogc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

// classes are the conformance classes that are kept.
var classes = []string{
	"http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
	"http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
	"http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
	"http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
	"http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
	"http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
	"http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
	"http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
	"http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
	"http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
	"http://www.opengis.net/spec/cql2/1.0/conf/property-property",
}

// only refuses parameters that an address does not know.
func (a *asked) only(names ...string) error {
	for name, values := range a.r.URL.Query() {
		if name != "f" && !slices.Contains(names, name) {
			return invalid(name, "There is no such parameter here.")
		}
		if len(values) > 1 {
			return invalid(name, "Give it once.")
		}
	}
	return nil
}

type landingBody struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Attribution string `json:"attribution"`
	Links       []link `json:"links"`
}

func (a *asked) landing() error {
	if err := a.only(); err != nil {
		return err
	}
	w := a.words
	body := landingBody{Title: w.title, Description: w.description, Attribution: attribution, Links: append(a.itself(typeJSON),
		link{a.base + "/api?f=json", "service-desc", typeOpenAPI, w.api},
		link{a.base + "/api?f=html", "service-doc", typeHTML, w.apiHTML},
		link{a.base + "/conformance", "conformance", typeJSON, w.conformance},
		link{a.base + "/collections", "data", typeJSON, w.Collections},
	)}
	if a.form == asHTML {
		return a.page("landing", view{Heading: w.title, Body: body})
	}
	return a.json(typeJSON, body)
}

func (a *asked) conformance() error {
	if err := a.only(); err != nil {
		return err
	}
	if a.form == asHTML {
		return a.page("conformance", view{Heading: a.words.conformance, Body: classes})
	}
	return a.json(typeJSON, struct {
		ConformsTo []string `json:"conformsTo"`
	}{classes})
}

// json answers with a body that is whole before its first byte leaves.
func (a *asked) json(media string, body any) error {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return fmt.Errorf("ogc: %w", err)
	}
	a.send(media, buffer.Bytes())
	return nil
}

func (a *asked) send(media string, body []byte) {
	header := a.w.Header()
	header.Set("Content-Type", media)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("Cache-Control", "no-store")
	if a.r.Method != http.MethodHead {
		_, _ = a.w.Write(body) // the client may have gone
	}
}
