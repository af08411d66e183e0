package web

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/access"
)

// everyAddress is each route with ids that are none, and what else is served.
func everyAddress() []string {
	all := []string{"GET /", "GET /desk", "GET /walk", "GET /assets/none.js", "POST /desk", "GET /tiles/basemap.json", "GET /tiles/work/3/4/2.mvt", "GET /tiles/none/0/0/0.mvt", "GET /api/v1/nothing", "PATCH /api/v1/areas"}
	for _, r := range routes {
		all = append(all, strings.NewReplacer("{id}", uuid.NewString(), "{token}", "none", "{code}", "none").Replace(r.pattern))
	}
	return all
}

// personal answers are those that browsers and proxies may not keep.
func personal(path string) bool {
	open := []string{"/api/v1/lists", "/api/openapi.json"}
	return strings.HasPrefix(path, "/api/") && !slices.Contains(open, path)
}

func TestHeaders_AreOnEveryAnswerToEverybody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, account := range append([]string{""}, people...) {
		c := w.caller(account)
		for _, address := range everyAddress() {
			method, path, _ := strings.Cut(address, " ")
			if address == "DELETE /api/v1/session" {
				continue // ends the session
			}
			reply := c.do(method, path, "[]")
			for name, value := range always {
				if got := reply.header.Get(name); got != value && name != "Cache-Control" {
					t.Errorf("%s to %q: %s is %q", address, account, name, got)
				}
			}
			if cache := reply.header.Get("Cache-Control"); cache == "" || personal(path) && cache != "no-store" {
				t.Errorf("%s to %q may be kept: %q", address, account, cache)
			}
			if reply.status >= 400 && strings.HasPrefix(path, "/api/") && reply.header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s to %q: %d as %s", address, account, reply.status, reply.header.Get("Content-Type"))
			}
		}
	}
}

// What is served is embedded: no folder is listed, and nothing lies beside the pages.
func TestPages_AreAllThatIsServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/assets/", "/assets", "/.git/config", "/.git/HEAD", "/.env", "/embed.go", "/../go.mod", "/%2e%2e/go.mod", "/index.html", "/debug/pprof/"} {
		if reply := w.caller("").do("GET", path, nil); reply.status != http.StatusNotFound || len(reply.body) > 100 {
			t.Errorf("%s: %d %.200s", path, reply.status, reply.body)
		}
	}
}

func TestTRACE_IsNotAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/", "/api/v1/session", "/tiles/basemap.json", "/healthz"} {
		if reply := w.caller("").do("TRACE", path, nil, "X-Canary", "canary"); reply.status < 400 || strings.Contains(string(reply.body), "canary") {
			t.Errorf("TRACE %s: %d %s", path, reply.status, reply.body)
		}
	}
}

func TestPolicy_GoesFromNoneUpwardToSelf(t *testing.T) {
	t.Parallel()
	for directive := range strings.SplitSeq(policy, ";") {
		words := strings.Fields(directive)
		if len(words) != 2 || words[1] != "'none'" && words[1] != "'self'" {
			t.Errorf("%q lets in more than the server itself", directive)
		}
	}
	for _, needed := range []string{"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, needed) {
			t.Errorf("%s is missing", needed)
		}
	}
}

func TestCookie_IsForThisHostAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for host, want := range map[string][]string{
		"rounds.example": {"__Host-rounds=", "HttpOnly", "SameSite=Lax", "Path=/", "Secure"},
		"127.0.0.1:8080": {"rounds=", "HttpOnly", "SameSite=Lax", "Path=/"},
	} {
		body := `{"login": "` + w.logins[registertest.WestWorker] + `", "password": "` + password + `"}`
		request := httptest.NewRequestWithContext(t.Context(), "POST", "http://"+host+"/api/v1/session", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		w.handler.ServeHTTP(answer, request)
		cookie := answer.Header().Get("Set-Cookie")
		if answer.Code != http.StatusOK || !strings.HasPrefix(cookie, want[0]) || strings.Contains(cookie, "Domain") {
			t.Errorf("%s: %d %q", host, answer.Code, cookie)
		}
		for _, attribute := range want[1:] {
			if !strings.Contains(cookie, attribute) {
				t.Errorf("%s: %q has no %s", host, cookie, attribute)
			}
		}
	}
}

// A browser that came by TLS, to the service or to its proxy, shall not come without.
func TestStrictTransport_FollowsTLS(t *testing.T) {
	t.Parallel()
	proxies, err := access.ParseProxies([]string{"192.0.2.0/24"})
	if err != nil {
		t.Fatal(err)
	}
	handler := proxies.Handler(secure(http.NotFoundHandler()))
	for _, test := range []struct {
		from, scheme string
		tls          *tls.ConnectionState
		strict       bool
	}{
		{"198.51.100.1:1", "", nil, false},
		{"198.51.100.1:1", "", &tls.ConnectionState{}, true},
		{"192.0.2.7:1", "https", nil, true},
		{"192.0.2.7:1", "http", nil, false},
		{"198.51.100.1:1", "https", nil, false}, // no proxy of ours says so
	} {
		request := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		request.RemoteAddr, request.TLS = test.from, test.tls
		request.Header.Set("X-Forwarded-Proto", test.scheme)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		if got := answer.Header().Get("Strict-Transport-Security") != ""; got != test.strict {
			t.Errorf("%+v: strict is %v", test, got)
		}
	}
}
