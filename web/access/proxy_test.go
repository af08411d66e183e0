package access

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestProxies_TellTheBrowsersAddress(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, from string
		forwarded  []string
		want       string
	}{
		{"nobody's word but a proxy's counts", "198.51.100.9:4000", []string{"203.0.113.5"}, "198.51.100.9"},
		{"a proxy's does", "10.0.0.1:4000", []string{"203.0.113.5"}, "203.0.113.5"},
		{"what stands before it may be made up", "10.0.0.1:4000", []string{"192.0.2.66, 203.0.113.5"}, "203.0.113.5"},
		{"two proxies", "10.0.0.1:4000", []string{"192.0.2.66, 203.0.113.5, 10.0.0.2"}, "203.0.113.5"},
		{"two headers", "10.0.0.1:4000", []string{"192.0.2.66", "203.0.113.5"}, "203.0.113.5"},
		{"a proxy that says nothing", "10.0.0.1:4000", nil, "10.0.0.1"},
		{"a proxy that says nonsense", "10.0.0.1:4000", []string{"localhost"}, "10.0.0.1"},
		{"an IPv6 proxy and a customer's network", "[2001:db8::1]:4000", []string{"2001:db8:7:8:9::1"}, "2001:db8:7:8::/64"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			proxies, err := ParseProxies([]string{"10.0.0.0/8", "2001:db8::1"})
			if err != nil {
				t.Fatal(err)
			}
			request := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
			request.RemoteAddr = test.from
			for _, line := range test.forwarded {
				request.Header.Add("X-Forwarded-For", line)
			}
			var seen string
			proxies.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = addressOf(r) })).
				ServeHTTP(httptest.NewRecorder(), request)
			if seen != test.want {
				t.Errorf("limits count %s, want %s", seen, test.want)
			}
		})
	}
}

func TestProxies_MakeCookiesSecure(t *testing.T) {
	t.Parallel()
	proxies, err := ParseProxies([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(t.Context(), "GET", "http://127.0.0.1:8080/", nil) // a proxy that keeps no host
	request.RemoteAddr = "127.0.0.1:4000"
	request.Header.Set("X-Forwarded-Proto", "https")
	answer := httptest.NewRecorder()
	proxies.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { setCookie(w, r, sessionCookie, "token", 1e9) })).ServeHTTP(answer, request)
	if cookies := answer.Result().Cookies(); len(cookies) != 1 || !cookies[0].Secure || cookies[0].Name != hostPrefix+sessionCookie {
		t.Errorf("%v", cookies)
	}
}

func TestParseProxies_RefusesWhatIsNoBlock(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "proxy.example", "10.0.0.0/40", "10.0.0.1:80"} {
		if _, err := ParseProxies([]string{text}); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
