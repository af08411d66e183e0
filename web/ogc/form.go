package ogc

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// form is how an answer is written.
type form string

const (
	asJSON form = "json"
	asHTML form = "html"
)

// Media types of answers.
const (
	typeJSON    = "application/json"
	typeGeoJSON = "application/geo+json"
	typeSchema  = "application/schema+json"
	typeOpenAPI = "application/vnd.oai.openapi+json;version=3.0"
	typeHTML    = "text/html"
)

// formFor is what f asks for, or else what Accept likes best; JSON when it is the same
// to the client.
func formFor(r *http.Request) (form, error) {
	switch f := r.URL.Query().Get("f"); f {
	case "json", "geojson":
		return asJSON, nil
	case "html":
		return asHTML, nil
	case "":
	default:
		return asJSON, invalid("f", "f is json or html")
	}
	headers := r.Header.Values("Accept")
	if strings.Join(headers, "") == "" {
		return asJSON, nil
	}
	json := 0.0
	for _, media := range []string{typeJSON, typeGeoJSON, typeSchema, "application/vnd.oai.openapi+json"} {
		json = max(json, liking(headers, media))
	}
	html := liking(headers, typeHTML)
	switch {
	case html > json:
		return asHTML, nil
	case json > 0:
		return asJSON, nil
	}
	return asJSON, &Problem{Status: http.StatusNotAcceptable, Code: "not_acceptable", Field: "Accept", Detail: "There are JSON and HTML."}
}

// liking is the quality that Accept gives a media type (RFC 9110, 12.5.1): that of the
// range which says most of it.
func liking(headers []string, media string) float64 {
	kind, _, _ := strings.Cut(media, "/")
	quality, precision := 0.0, -1
	for _, one := range strings.Split(strings.Join(headers, ","), ",") {
		accepted, parameters, err := mime.ParseMediaType(one)
		if err != nil {
			continue
		}
		exact := slices.Index([]string{"*/*", kind + "/*", media}, accepted)
		if exact <= precision {
			continue
		}
		precision, quality = exact, 1
		if q, err := strconv.ParseFloat(parameters["q"], 64); err == nil {
			quality = q
		}
	}
	return quality
}

// link is one of RFC 8288 as OGC writes it.
type link struct {
	Href  string `json:"href"`
	Rel   string `json:"rel"`
	Type  string `json:"type,omitempty"`
	Title string `json:"title,omitempty"`
}

// itself links to the answer in its form, and to the same in the other.
func (a *asked) itself(media string) []link {
	links := []link{{a.address(asJSON), "self", media, a.words.ThisJSON}, {a.address(asHTML), "alternate", typeHTML, a.words.thisHTML}}
	if a.form == asHTML {
		links[0].Rel, links[1].Rel = "alternate", "self"
	}
	return links
}

// address is that of the request in a form.
func (a *asked) address(f form) string {
	query := a.r.URL.Query()
	query.Set("f", string(f))
	return a.of(a.r.URL.Path, query)
}

func (a *asked) of(path string, query url.Values) string {
	return strings.TrimSuffix(a.base, "/ogc") + (&url.URL{Path: path, RawQuery: query.Encode()}).String()
}
