package tiles

import (
	"container/list"
	"context"
	"sync"

	"github.com/rounds-project/rounds/tiles/mvt"
)

// key names a cached tile: what it may show, where it lies, how it is compressed.
type key struct {
	scope    string
	tile     mvt.Tile
	encoding encoding
}

// encoded is a tile as it goes out. One without a body is empty.
type encoded struct {
	encoding encoding
	etag     string
	body     []byte
}

// cache keeps the tiles that were asked for last, up to a number of bytes, and has
// each made once however many ask for it at the same time.
type cache struct {
	mu      sync.Mutex
	limit   int
	used    int
	entries map[key]*list.Element
	recent  *list.List // of *entry, the last used first
	flights map[key]*flight
}

type entry struct {
	key  key
	tile encoded
}

// flight is a tile that is being made.
type flight struct {
	done chan struct{}
	tile encoded
	err  error
}

func newCache(limit int) *cache {
	return &cache{limit: limit, entries: map[key]*list.Element{}, recent: list.New(), flights: map[key]*flight{}}
}

// get returns a tile, making it when it is not there. A tile that is dropped while
// it is being made is given to those who wait for it already, and not kept: it may
// have been made of what was there before.
func (c *cache) get(ctx context.Context, k key, build func(context.Context) (encoded, error)) (encoded, error) {
	c.mu.Lock()
	if e, ok := c.entries[k]; ok {
		c.recent.MoveToFront(e)
		c.mu.Unlock()
		return e.Value.(*entry).tile, nil
	}
	f, flying := c.flights[k]
	if !flying {
		f = &flight{done: make(chan struct{})}
		c.flights[k] = f
		// Others wait too: that this one goes away must not take it from them.
		go c.fly(context.WithoutCancel(ctx), k, f, build)
	}
	c.mu.Unlock()
	select {
	case <-f.done:
		return f.tile, f.err
	case <-ctx.Done():
		return encoded{}, ctx.Err()
	}
}

func (c *cache) fly(ctx context.Context, k key, f *flight, build func(context.Context) (encoded, error)) {
	f.tile, f.err = build(ctx)
	c.mu.Lock()
	if c.flights[k] == f { // not dropped in the meantime
		delete(c.flights, k)
		if f.err == nil {
			c.keep(k, f.tile)
		}
	}
	c.mu.Unlock()
	close(f.done)
}

// overhead is what an entry takes in memory besides its bytes, roughly.
const overhead = 400

func (e *entry) size() int {
	return overhead + len(e.key.scope) + len(e.tile.etag) + len(e.tile.body)
}

func (c *cache) keep(k key, tile encoded) {
	e := &entry{k, tile}
	if e.size() > c.limit/8 {
		return // it would push out too many others
	}
	c.entries[k] = c.recent.PushFront(e)
	c.used += e.size()
	for c.used > c.limit {
		c.remove(c.recent.Back())
	}
}

func (c *cache) remove(e *list.Element) {
	old := c.recent.Remove(e).(*entry)
	delete(c.entries, old.key)
	c.used -= old.size()
}

// drop forgets tiles of a scope, in every encoding.
func (c *cache) drop(scope string, tiles []mvt.Tile) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, tile := range tiles {
		for _, e := range encodings {
			k := key{scope, tile, e}
			delete(c.flights, k)
			if kept, ok := c.entries[k]; ok {
				c.remove(kept)
			}
		}
	}
}

// dropScope forgets all tiles of a scope.
func (c *cache) dropScope(scope string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k := range c.flights {
		if k.scope == scope {
			delete(c.flights, k)
		}
	}
	for k, e := range c.entries {
		if k.scope == scope {
			c.remove(e)
		}
	}
}
