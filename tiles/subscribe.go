package tiles

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles/heat"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// subscriber is somebody who has a map open.
type subscriber struct {
	principal register.Principal
	changed   func(layer string, tiles []string)
}

type subscribers struct {
	mu  sync.Mutex
	all map[*subscriber]bool
}

// Subscribe calls changed, which must not block, for every change of tiles that the
// principal may see: with the tiles as "z/x/y", or with none when all of the layer
// may have changed. It ends with cancel.
func (s *Server) Subscribe(ctx context.Context, principal register.Principal, changed func(layer string, tiles []string)) (cancel func(), err error) {
	who := &subscriber{principal, changed}
	if _, err := s.look(ctx, principal); err != nil {
		return nil, err
	}
	s.subscribers.mu.Lock()
	defer s.subscribers.mu.Unlock()
	if s.subscribers.all == nil {
		s.subscribers.all = map[*subscriber]bool{}
	}
	s.subscribers.all[who] = true
	return func() {
		s.subscribers.mu.Lock()
		defer s.subscribers.mu.Unlock()
		delete(s.subscribers.all, who)
	}, nil
}

func (s *Server) look(ctx context.Context, principal register.Principal) (*sight, error) {
	granted, err := s.db.GrantedTo(ctx, principal)
	if err != nil {
		return nil, err
	}
	return s.tree.sight(ctx, s.db, principal, granted)
}

// tell lets each subscriber know of the tiles that it may see at this moment: a
// grant may have ended since it subscribed.
func (s *Server) tell(layer string, t touched) {
	s.subscribers.mu.Lock()
	all := slices.Collect(maps.Keys(s.subscribers.all))
	s.subscribers.mu.Unlock()
	ctx, err := s.db.WithRights(context.Background())
	if err != nil {
		s.options.Log.Warn("tiles: cannot read the state of rights", "error", err)
		return
	}
	for _, who := range all {
		seen, err := s.look(ctx, who.principal)
		if err != nil {
			s.options.Log.Warn("tiles: cannot read the grants of a subscriber", "error", err)
			continue
		}
		if set := t.seenBy(seen); !set.empty() {
			who.changed(layer, addresses(set))
		}
	}
}

// addresses are the tiles that maps ask for, in order; nil stands for all.
func addresses(set *tileSet) []string {
	if set.all {
		return nil
	}
	tiles := slices.DeleteFunc(set.list(), func(t mvt.Tile) bool { return t.Z > maxZoom })
	slices.SortFunc(tiles, func(t, u mvt.Tile) int {
		return slices.Compare([]uint32{t.Z, t.X, t.Y}, []uint32{u.Z, u.X, u.Y})
	})
	names := make([]string, len(tiles))
	for i, tile := range tiles {
		names[i] = tile.String()
	}
	return names
}

// tellHazards lets subscribers know of the tiles where an incident changed; it lies
// somewhere in its leaf cell.
func (s *Server) tellHazards(leaves []heat.Leaf) {
	t := touched{}
	for _, leaf := range leaves {
		shape, err := heat.Outline([]geo.Cell{leaf.Cell})
		if err != nil || len(shape) == 0 {
			continue
		}
		set := &tileSet{}
		for zoom := range uint32(maxZoom + 1) {
			set.add(mvt.Touching(shape.Bound(), zoom, 64))
		}
		t[leaf.Area] = map[heat.Detail]*tileSet{heat.Groups: set, heat.Cells: set}
	}
	if len(t) > 0 {
		s.tell("hazards", t)
	}
}
