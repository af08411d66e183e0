//go:build bench

package tiles_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	. "github.com/rounds-project/rounds/geo/register/registertest"
)

// TestBenchFresh measures how long it takes from the commit of a visit until a map that was
// told of it has fetched the tile that shows it (docs/benchmarks.md).
func TestBenchFresh(t *testing.T) {
	s := newSite(t)
	s.follow(t)
	heard := make(chan []string, 64)
	cancel, err := s.server.Subscribe(t.Context(), s.As(WestSupervisor), func(layer string, tiles []string) {
		if layer == "work" {
			heard <- tiles
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	tile := at(1.04, 42.05, 10)
	finished := func() (n float64) {
		for _, cell := range s.layer(WestSupervisor, "work", tile, "?round="+s.Round.String()) {
			n += cell["finished"].(float64)
		}
		return n
	}
	var told, shown []time.Duration
	for n := range 12 {
		before := finished()
		s.Visit(WestWorker, s.Household(s.Workers[0], s.Today.AddDate(0, 0, -n%2), n/2), "done")
		committed := time.Now()
		for tiles := range heard {
			if slices.Contains(tiles, tile.String()) {
				break
			}
		}
		told = append(told, time.Since(committed))
		if answer := s.ask(WestSupervisor, path("work", tile)+"?round="+s.Round.String(), "Accept-Encoding", "gzip"); answer.StatusCode != http.StatusOK {
			t.Fatal(answer.Status)
		}
		shown = append(shown, time.Since(committed))
		if after := finished(); after != before+1 {
			t.Fatalf("%v finished, and after a visit %v", before, after)
		}
	}
	slices.Sort(told)
	slices.Sort(shown)
	t.Logf("from commit to the message: median %v, most %v; to the refetched tile: median %v, most %v, of %d visits",
		told[len(told)/2], told[len(told)-1], shown[len(shown)/2], shown[len(shown)-1], len(shown))
}
