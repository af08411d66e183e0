package tiles

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles/heat"
)

// round is an open round whose sums are in memory.
type round struct {
	id uuid.UUID
	// loading is held while sums are read, so that two readings cannot overtake each
	// other; mu guards what follows.
	loading sync.Mutex
	mu      sync.RWMutex
	board   *heat.Board // nil until it is loaded
	groups  []register.GroupCell
	day     time.Time // on which all sums were read
	// sights are those whose tiles may be in the cache.
	sights map[string]*sight
}

// view is what a request for work may see of which round.
type view struct {
	round *round
	sight *sight
}

// scope names the tiles of a round as a sight shows them.
func (r *round) scope(digest string) string { return "work " + r.id.String() + " " + digest }

// noWork is the scope of those for whom there is no round.
const noWork = "work"

func (s *Server) workScope(ctx context.Context, r *request) (string, error) {
	reach, err := s.db.Reach(ctx, r.principal, r.round, r.today)
	if errors.Is(err, register.ErrNoRound) && r.round == uuid.Nil {
		return noWork, nil
	}
	if err != nil {
		return "", err
	}
	seen, err := s.tree.sight(ctx, s.db, r.principal, reach.Granted)
	if err != nil {
		return "", err
	}
	shown, err := s.loaded(ctx, reach.Round)
	if err != nil {
		return "", err
	}
	shown.mu.Lock()
	shown.sights[seen.digest] = seen
	shown.mu.Unlock()
	r.work = &view{shown, seen}
	return shown.scope(seen.digest), nil
}

func (s *Server) drawWork(_ context.Context, r *request) ([]byte, error) {
	if r.work == nil {
		return nil, nil
	}
	shown := r.work.round
	shown.mu.RLock()
	defer shown.mu.RUnlock()
	return shown.board.Tile(r.tile, r.work.sight.areas), nil
}

// loaded gives a round with its sums, which the first request for it reads.
func (s *Server) loaded(ctx context.Context, id uuid.UUID) (*round, error) {
	s.mu.Lock()
	r := s.rounds[id]
	if r == nil {
		// It is listed before its sums are read: what changes meanwhile is read again.
		r = &round{id: id, sights: map[string]*sight{}}
		s.rounds[id] = r
	}
	s.mu.Unlock()
	r.mu.RLock()
	ready := r.board != nil
	r.mu.RUnlock()
	if ready {
		return r, nil
	}
	r.loading.Lock()
	defer r.loading.Unlock()
	if r.board != nil {
		return r, nil
	}
	return r, s.read(ctx, r)
}

// read reads all sums of a round anew and drops the tiles of what changed. The
// caller holds loading.
func (s *Server) read(ctx context.Context, r *round) error {
	groups, err := s.db.GroupsOf(ctx, service, r.id)
	if err != nil {
		return err
	}
	today := s.options.Today()
	work, err := s.db.WorkOf(ctx, service, r.id, today, nil)
	if err != nil {
		return err
	}
	sums := make(map[heat.Leaf]heat.Sums, len(work))
	for _, w := range work {
		leaf, sum := summed(w)
		sums[leaf] = sum
	}
	if r.board != nil && len(work) == 0 { // it was closed
		s.mu.Lock()
		delete(s.rounds, r.id)
		s.mu.Unlock()
	}
	if r.board == nil || !slices.Equal(groups, r.groups) {
		return s.rebuild(ctx, r, groups, sums, today)
	}
	r.mu.Lock()
	r.day = today
	changed, err := r.board.Load(sums)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	s.changed(r, changed)
	return nil
}

// rebuild makes the board, and forgets all tiles that were drawn from the last one.
func (s *Server) rebuild(ctx context.Context, r *round, groups []register.GroupCell, sums map[heat.Leaf]heat.Sums, today time.Time) error {
	names, err := s.tree.named(ctx, s.db)
	if err != nil {
		return err
	}
	board, err := heat.NewBoard(gathered(groups), names)
	if err != nil {
		return err
	}
	if _, err := board.Load(sums); err != nil {
		return err
	}
	r.mu.Lock()
	first := r.board == nil
	r.board, r.groups, r.day = board, groups, today
	r.mu.Unlock()
	if !first {
		s.dropRound(r)
		s.tell("work", allOf(groups))
	}
	return nil
}

// allOf is every tile of the areas of some groups.
func allOf(groups []register.GroupCell) touched {
	t := touched{}
	for _, g := range groups {
		if t[g.Area] == nil {
			t[g.Area] = map[heat.Detail]*tileSet{heat.Groups: {all: true}, heat.Cells: {all: true}}
		}
	}
	return t
}

func summed(w register.Work) (heat.Leaf, heat.Sums) {
	return heat.Leaf{Area: w.Area, Cell: w.Cell}, heat.Sums{
		ToVisit: w.ToVisit, Finished: w.Finished, Late: w.Late, Seconds: w.Seconds, Dwellings: w.Dwellings,
	}
}

// gathered puts the cells of each group together; they come in order of groups.
func gathered(cells []register.GroupCell) []heat.Group {
	var groups []heat.Group
	for _, c := range cells {
		if n := len(groups); n == 0 || groups[n-1].ID != c.Group {
			groups = append(groups, heat.Group{ID: c.Group, Area: c.Area})
		}
		last := &groups[len(groups)-1]
		last.Cells = append(last.Cells, c.Cell)
	}
	return groups
}

// update reads the sums of some leaves again.
func (s *Server) update(ctx context.Context, r *round, leaves []heat.Leaf) error {
	r.loading.Lock()
	defer r.loading.Unlock()
	if r.board == nil {
		return nil // nobody has seen it yet
	}
	cells := make([]geo.Cell, len(leaves))
	sums := map[heat.Leaf]heat.Sums{}
	for i, leaf := range leaves {
		cells[i] = leaf.Cell
		sums[leaf] = heat.Sums{} // gone, unless the database has it
	}
	work, err := s.db.WorkOf(ctx, service, r.id, s.options.Today(), cells)
	if err != nil {
		return err
	}
	for _, w := range work {
		leaf, sum := summed(w)
		sums[leaf] = sum
	}
	r.mu.Lock()
	changed, err := r.board.Set(sums)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	s.changed(r, changed)
	return nil
}

// changed drops the tiles that show leaves, from every scope that may have them,
// and tells those who look.
func (s *Server) changed(r *round, leaves []heat.Leaf) {
	if len(leaves) == 0 {
		return
	}
	r.mu.RLock()
	touched := touchedBy(r.board, leaves)
	sights := slices.Collect(maps.Values(r.sights))
	r.mu.RUnlock()
	for _, seen := range sights {
		if tiles := touched.seenBy(seen); tiles.all {
			s.cache.dropScope(r.scope(seen.digest))
		} else {
			s.cache.drop(r.scope(seen.digest), tiles.list())
		}
	}
	s.tell("work", touched)
}

// dropRound forgets all tiles of a round.
func (s *Server) dropRound(r *round) {
	r.mu.RLock()
	sights := slices.Collect(maps.Values(r.sights))
	r.mu.RUnlock()
	for _, seen := range sights {
		s.cache.dropScope(r.scope(seen.digest))
	}
}
