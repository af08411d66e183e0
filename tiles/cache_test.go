package tiles

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/rounds-project/rounds/tiles/mvt"
)

func made(text string) func(context.Context) (encoded, error) {
	return func(context.Context) (encoded, error) { return encoded{etag: text, body: []byte(text)}, nil }
}

func TestCache_MakesATileOnceForAll(t *testing.T) {
	c := newCache(1 << 20)
	k := key{scope: "a"}
	var builds atomic.Int32
	gate := make(chan struct{})
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			tile, err := c.get(t.Context(), k, func(context.Context) (encoded, error) {
				builds.Add(1)
				<-gate
				return encoded{etag: "x"}, nil
			})
			if err != nil || tile.etag != "x" {
				t.Errorf("%v, %v", tile, err)
			}
		})
	}
	close(gate)
	all.Wait()
	if n := builds.Load(); n != 1 {
		t.Errorf("made %d times", n)
	}
}

func TestCache_DoesNotKeepWhatWasDroppedMeanwhile(t *testing.T) {
	c := newCache(1 << 20)
	k := key{scope: "a", tile: mvt.Tile{Z: 1}}
	old, err := c.get(t.Context(), k, func(context.Context) (encoded, error) {
		c.drop("a", []mvt.Tile{{Z: 1}}) // something changes while the tile is drawn
		return encoded{etag: "old"}, nil
	})
	if err != nil || old.etag != "old" {
		t.Fatalf("%v, %v", old, err)
	}
	if now, _ := c.get(t.Context(), k, made("new")); now.etag != "new" {
		t.Errorf("kept %s", now.etag)
	}
}

func TestCache_OneWhoLeavesTakesNothingFromOthers(t *testing.T) {
	c := newCache(1 << 20)
	begun, gate := make(chan struct{}), make(chan struct{})
	leaving, leave := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		_, err := c.get(leaving, key{}, func(ctx context.Context) (encoded, error) {
			close(begun)
			<-gate
			return encoded{etag: "x"}, ctx.Err()
		})
		gone <- err
	}()
	<-begun
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("who leaves gets %v", err)
	}
	close(gate)
	if tile, err := c.get(t.Context(), key{}, made("y")); err != nil || tile.etag == "" {
		t.Errorf("%v, %v", tile, err)
	}
}

func TestCache_AnErrorIsNotKept(t *testing.T) {
	c := newCache(1 << 20)
	bad := errors.New("bad")
	if _, err := c.get(t.Context(), key{}, func(context.Context) (encoded, error) { return encoded{}, bad }); err != bad {
		t.Errorf("got %v", err)
	}
	if tile, err := c.get(t.Context(), key{}, made("good")); err != nil || tile.etag != "good" {
		t.Errorf("%v, %v", tile, err)
	}
}

func TestCache_StaysWithinItsBytes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := newCache(20_000)
		for range rapid.IntRange(1, 200).Draw(r, "requests") {
			n := rapid.IntRange(0, 50).Draw(r, "tile")
			scope := fmt.Sprint("scope", n%3)
			switch rapid.IntRange(0, 9).Draw(r, "what") {
			case 0:
				c.drop(scope, []mvt.Tile{{X: uint32(n)}})
			case 1:
				c.dropScope(scope)
			default:
				size := rapid.IntRange(0, 5_000).Draw(r, "size")
				_, _ = c.get(context.Background(), key{scope, mvt.Tile{X: uint32(n)}, gzipped}, func(context.Context) (encoded, error) {
					return encoded{body: make([]byte, size)}, nil
				})
			}
			used := 0
			for k, e := range c.entries {
				if e.Value.(*entry).key != k {
					r.Fatal("an entry under another key")
				}
				used += e.Value.(*entry).size()
			}
			if used != c.used || used > c.limit || c.recent.Len() != len(c.entries) {
				r.Fatalf("%d bytes in %d entries, counted %d in %d", used, len(c.entries), c.used, c.recent.Len())
			}
		}
	})
}

func TestNew_RefusesWhatMakesNoSense(t *testing.T) {
	if _, err := New(nil, Options{}); err == nil {
		t.Error("no database")
	}
	for _, options := range []Options{{CacheBytes: -1}, {Reload: -1}} {
		if options.validate() == nil {
			t.Errorf("%+v", options)
		}
	}
}

func TestParseLeaf(t *testing.T) {
	leaf, err := parseLeaf("622203105926873087 0b5f7b1e-7f1c-8f44-9b4e-0b5f7b1e7f1c")
	if err != nil || leaf.Cell != 622203105926873087 || leaf.Area.String() != "0b5f7b1e-7f1c-8f44-9b4e-0b5f7b1e7f1c" {
		t.Errorf("%v, %v", leaf, err)
	}
	for _, text := range []string{"", "1", "x y", "1 2", "1 0b5f7b1e"} {
		if _, err := parseLeaf(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
