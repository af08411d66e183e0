// Package app serves the web app that was built into the binary.
package app

import (
	"embed"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed all:dist
var built embed.FS

// pages are the addresses that show a page of the app.
var pages = map[string]string{"/": "index.html", "/about": "about.html", "/desk": "desk.html", "/walk": "walk.html", "/withdraw": "withdraw.html", "/report": "report.html", "/guide": "guide.html",
	"/join": "join.html", "/account": "account.html", "/callback": "callback.html"}

// Handler serves the pages and their assets. A missing asset is a 404, never a
// page; without a build every page says how to make one.
func Handler() http.Handler {
	dist, err := fs.Sub(built, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	// Not every system knows this type.
	_ = mime.AddExtensionType(".webmanifest", "application/manifest+json")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "pages are only read", http.StatusMethodNotAllowed)
			return
		}
		if strings.HasPrefix(r.URL.Path, "/guide/") && !strings.Contains(r.URL.Path[len("/guide/"):], "/") {
			servePage(w, r, dist, "guide.html")
			return
		}
		if page, found := pages[strings.TrimSuffix(r.URL.Path, "/")+root(r.URL.Path)]; found {
			servePage(w, r, dist, page)
			return
		}
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if strings.HasSuffix(name, ".html") || !exists(dist, name) {
			http.NotFound(w, r)
			return
		}
		cache := "no-cache"
		if strings.HasPrefix(name, "assets/") { // their names hold a hash
			cache = "public, max-age=31536000, immutable"
		}
		w.Header().Set("Cache-Control", cache)
		http.ServeFileFS(w, r, dist, name) // #nosec G703 -- there is no way out of an embedded folder
	})
}

// root is "/" for the address of the first page, which is all slash.
func root(address string) string {
	if strings.Trim(address, "/") == "" {
		return "/"
	}
	return ""
}

func servePage(w http.ResponseWriter, r *http.Request, dist fs.FS, page string) {
	if !exists(dist, page) {
		page = "placeholder.html"
	}
	content, err := fs.ReadFile(dist, page)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(content)
}

// Frame is the page of a name in which a server puts content of its own; without a
// build an empty one.
func Frame(name string) string {
	content, err := built.ReadFile("dist/" + name)
	if err != nil {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Rounds</title></head><body><!-- content --></body></html>`
	}
	return string(content)
}

// Styles are the parts of map styles that the build made; nil without a build.
func Styles() []byte {
	content, err := built.ReadFile("dist/styles.json")
	if err != nil {
		return nil
	}
	return content
}

func exists(dist fs.FS, name string) bool {
	info, err := fs.Stat(dist, name)
	return err == nil && !info.IsDir()
}
