package web

import (
	"net/http"

	"github.com/rounds-project/rounds/web/access"
)

// policy lets pages load what the server itself has, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; " +
	"worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// always are the headers of every answer. An answer may be cached only where its
// handler says so.
var always = map[string]string{
	"Content-Security-Policy":           policy,
	"X-Content-Type-Options":            "nosniff",
	"X-Frame-Options":                   "DENY",
	"Referrer-Policy":                   "no-referrer",
	"Permissions-Policy":                "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
	"Cross-Origin-Opener-Policy":        "same-origin",
	"Cross-Origin-Resource-Policy":      "same-origin",
	"Cross-Origin-Embedder-Policy":      "require-corp",
	"X-Permitted-Cross-Domain-Policies": "none",
	"Cache-Control":                     "no-store",
}

// strictTransport is for a year, as browsers ask for who wants to be preloaded.
const strictTransport = "max-age=31536000; includeSubDomains"

// secure sets the headers that every answer has.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		for name, value := range always {
			header.Set(name, value)
		}
		if access.Encrypted(r) {
			header.Set("Strict-Transport-Security", strictTransport)
		}
		next.ServeHTTP(w, r)
	})
}
