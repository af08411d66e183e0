package ogc_test

import (
	"net/http"
	"strings"
	"testing"
)

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
