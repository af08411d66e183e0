package tiles

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles/heat"
)

// Channels on which the database tells what changed; a message is "cell area", but for the last.
const (
	workChannel    = "rounds_work"
	hazardsChannel = "rounds_hazards"
	// importChannel tells of what came in or was taken back as a whole.
	importChannel = "rounds_import"
)

// news is what changed and has not been looked at yet.
type news struct {
	mu         sync.Mutex
	leaves     map[heat.Leaf]bool
	hazards    map[heat.Leaf]bool
	rounds     map[uuid.UUID]bool
	everything bool
	// listening says that messages come in; current, that all which came before was read since.
	listening, current bool
	wake               chan struct{}
}

func newNews() *news {
	n := &news{wake: make(chan struct{}, 1)}
	n.clear()
	return n
}

func (n *news) clear() {
	n.leaves, n.hazards, n.rounds, n.everything = map[heat.Leaf]bool{}, map[heat.Leaf]bool{}, map[uuid.UUID]bool{}, false
}

// note changes the news and wakes the one who follows them.
func (n *news) note(change func()) {
	n.mu.Lock()
	change()
	n.mu.Unlock()
	select {
	case n.wake <- struct{}{}:
	default: // it is awake already
	}
}

// take hands the news over.
func (n *news) take() (leaves, hazards []heat.Leaf, rounds []uuid.UUID, everything bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	leaves, hazards = slices.Collect(maps.Keys(n.leaves)), slices.Collect(maps.Keys(n.hazards))
	rounds, everything = slices.Collect(maps.Keys(n.rounds)), n.everything
	n.clear()
	return leaves, hazards, rounds, everything
}

// read notes that everything was read, or that something could not be: it is again with
// everything else, with the next news or the next reload.
func (n *news) read(everything bool, failed bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case failed:
		n.everything, n.current = true, false
	case everything && n.listening && !n.everything:
		n.current = true
	}
}

// lose notes that messages come in no more.
func (n *news) lose() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.listening, n.current = false, false
}

// isCurrent says whether nothing was missed.
func (n *news) isCurrent() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.current
}

// Reload reads a round's sums again, after a plan was published or the round was
// closed. It does not wait.
func (s *Server) Reload(round uuid.UUID) {
	s.news.note(func() { s.news.rounds[round] = true })
}

// Run keeps what is in memory up to date until ctx ends.
func (s *Server) Run(ctx context.Context) {
	var listening sync.WaitGroup
	listening.Go(func() { s.listen(ctx) })
	listening.Go(func() { s.warm(ctx) })
	defer listening.Wait()
	reload := time.NewTicker(s.options.Reload)
	defer reload.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-reload.C:
			s.news.note(func() { s.news.everything = true })
		case <-s.news.wake:
			s.catchUp(ctx)
		}
	}
}

// listen takes messages in, and has everything read again when some may have been
// missed.
func (s *Server) listen(ctx context.Context) {
	channels := []string{workChannel, hazardsChannel, importChannel, register.PlansChannel}
	s.db.Follow(ctx, s.options.Log, channels, func() {
		s.news.note(func() { s.news.everything, s.news.listening = true, true })
	}, s.news.lose, s.hear)
}

func (s *Server) hear(channel, payload string) {
	if channel == register.PlansChannel {
		if plan, err := register.ParsePlanNotice(payload); err == nil && plan.State == "published" {
			s.Reload(plan.Round)
		}
		return
	}
	if channel == importChannel {
		s.tree.forget() // areas may have come
		s.news.note(func() { s.news.everything = true })
		return
	}
	leaf, err := parseLeaf(payload)
	if err != nil {
		s.options.Log.Warn("tiles: a message that cannot be read", "channel", channel, "error", err)
		return
	}
	s.news.note(func() {
		if channel == hazardsChannel {
			s.news.hazards[leaf] = true
		} else {
			s.news.leaves[leaf] = true
		}
	})
}

// parseLeaf reads "cell area".
func parseLeaf(payload string) (heat.Leaf, error) {
	var cell int64
	var area string
	if _, err := fmt.Sscanf(payload, "%d %36s", &cell, &area); err != nil {
		return heat.Leaf{}, fmt.Errorf("tiles: want a cell and an area: %w", err)
	}
	id, err := uuid.Parse(area)
	if err != nil {
		return heat.Leaf{}, fmt.Errorf("tiles: want a cell and an area: %w", err)
	}
	return heat.Leaf{Area: id, Cell: geo.Cell(cell)}, nil
}

// catchUp reads again what the news are about. What fails is read again with
// everything else.
func (s *Server) catchUp(ctx context.Context) {
	leaves, hazards, rounds, everything := s.news.take()
	s.tellHazards(hazards)
	if everything {
		leaves = nil
		rounds = nil
	}
	failed := false
	for _, r := range s.inMemory() {
		var err error
		switch {
		case everything || slices.Contains(rounds, r.id):
			r.loading.Lock()
			if r.board != nil {
				err = s.read(ctx, r)
			}
			r.loading.Unlock()
		case len(leaves) > 0:
			err = s.update(ctx, r, leaves)
		}
		if err != nil && ctx.Err() == nil {
			s.options.Log.ErrorContext(ctx, "tiles: cannot read the sums of a round", "round", r.id, "error", err)
			failed = true
		}
	}
	s.news.read(everything, failed)
}

func (s *Server) inMemory() []*round {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.rounds))
}
