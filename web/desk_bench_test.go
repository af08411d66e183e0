//go:build bench

package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// TestBenchDesk measures what the desk asks for when it opens, on a city of a million
// households, for docs/benchmarks.md: every request of web/app/desk/desk.svelte.ts and
// the tiles of its first map.
func TestBenchDesk(t *testing.T) {
	begun := time.Now()
	c := registertest.NewMillion(t)
	fmt.Printf("the city took %.0f s\n", time.Since(begun).Seconds())
	w := worldOf(t, c.Town)
	following, stop := context.WithCancel(t.Context())
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		w.server.Tiles.Run(following)
	}()
	defer func() { stop(); <-followed }()
	begun = time.Now()
	for known := false; !known; { // as when the service has been up for a moment
		_, known = w.server.counted(t.Context(), w.Round)
	}
	fmt.Printf("after %.1f s the sums were in memory\n", time.Since(begun).Seconds())
	for _, account := range []string{registertest.CountySupervisor, registertest.WestSupervisor, registertest.CountyAnalyst} {
		w.openDesk(account)
	}
	for _, account := range []string{registertest.CountySupervisor, registertest.WestSupervisor} {
		w.openInChromium(account)
	}
}

// openInChromium opens the desk in a browser, which asks for several things at once.
func (w *world) openInChromium(account string) {
	w.Helper()
	home, err := url.Parse(w.url)
	w.must(err)
	cookies := w.caller(account).browser.Jar.Cookies(home)
	fmt.Printf("\n%s in Chromium, ms from the navigation on\n\n| opening | numbers | areas | map ready | last tile | tiles | KB of tiles | requests |\n|---|---|---|---|---|---|---|---|\n", account)
	command := exec.CommandContext(w.Context(), "node", "bench/desk.mjs", w.url, cookies[0].String())
	command.Dir, command.Stdout, command.Stderr = "app", os.Stdout, os.Stderr
	w.must(command.Run())
}

// openings of the desk, of which the first finds nothing in memory.
const openings = 4

func (w *world) openDesk(account string) {
	w.Helper()
	caller := w.caller(account)
	fmt.Printf("\n%s\n\n| asked | requests | KB | first (ms) | later, median (ms) | statements (ms) |\n|---|---|---|---|---|---|\n", account)
	var first, later, bytes float64
	for _, path := range w.desk(account) {
		var took []float64
		var n, size int
		before := w.processorOfDatabase()
		for range openings {
			begun := time.Now()
			n, size = caller.pages(path)
			took = append(took, float64(time.Since(begun).Microseconds())/1000)
		}
		computed := (w.processorOfDatabase() - before).Seconds() * 1000 / openings
		slices.Sort(took[1:])
		fmt.Printf("| %s | %d | %.1f | %.0f | %.0f | %.0f |\n", strings.ReplaceAll(path, w.Round.String(), "…"), n, float64(size)/1024, took[0], took[openings/2], computed)
		first, later, bytes = first+took[0], later+took[openings/2], bytes+float64(size)/1024
	}
	fmt.Printf("| one after the other | | %.0f | %.0f | %.0f | |\n", bytes, first, later)
}

// desk is what the desk of an account asks for.
func (w *world) desk(account string) []string {
	round := "/api/v1/rounds/" + w.Round.String()
	paths := []string{"/api/v1/session", "/api/v1/lists", "/api/v1/rounds?limit=100", "/api/v1/areas?limit=2000", round + "/progress?limit=2000", "/api/v1/incidents?state=open&limit=200"}
	if account != registertest.CountyAnalyst {
		paths = append(paths, "/api/v1/closures", round+"/plans?limit=50", "/api/v1/digest", "/api/v1/lone-timers")
	}
	for _, layer := range []string{"basemap", "work", "areas", "hazards"} {
		x, y := tileOf(1.1, 42.25, 10)
		paths = append(paths, tilePath(layer, 10, x, y)+"?round="+w.Round.String())
	}
	if only := os.Getenv("ROUNDS_BENCH_ONLY"); only != "" {
		paths = slices.DeleteFunc(paths, func(path string) bool { return !strings.Contains(path, only) })
	}
	return paths
}

// pages asks for a list to its end, and says how many requests and bytes that took.
func (c *caller) pages(path string) (requests, bytes int) {
	c.Helper()
	for cursor := ""; ; {
		asked := path
		if cursor != "" {
			asked += "&cursor=" + url.QueryEscape(cursor)
		}
		answer := c.do("GET", asked, nil)
		if requests > 0 && strings.HasPrefix(path, "/api/v1/incidents") {
			return requests, bytes // the desk reads one page
		}
		requests, bytes = requests+1, bytes+len(answer.body)
		if answer.status == http.StatusNoContent || !strings.HasPrefix(path, "/api/v1/") {
			return requests, bytes
		}
		var page struct{ Next *string }
		answer.want(http.StatusOK).to(&page)
		if page.Next == nil {
			return requests, bytes
		}
		cursor = *page.Next
	}
}
