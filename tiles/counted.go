package tiles

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/tiles/heat"
)

// Counted are the sums of an open round in each of its grids as the map has them, some
// milliseconds behind the database; ok is false while something that happened there may be
// unread, for a day that was not yet counted and for a round without work. Whoever asks
// tells nobody more of it than they may see.
func (s *Server) Counted(ctx context.Context, id uuid.UUID) (sums map[uuid.UUID]heat.Sums, ok bool) {
	if !s.news.isCurrent() {
		return nil, false
	}
	shown, err := s.loaded(ctx, id)
	if err != nil {
		s.options.Log.WarnContext(ctx, "tiles: cannot read the sums of a round", "round", id, "error", err)
		return nil, false
	}
	shown.mu.RLock()
	defer shown.mu.RUnlock()
	if !sameDay(shown.day, s.options.Today()) {
		return nil, false // what is late is read again with everything else
	}
	sums = shown.board.Areas()
	return sums, len(sums) > 0
}

func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }

// warm reads the open rounds, so that nobody waits for it who opens a map first.
func (s *Server) warm(ctx context.Context) {
	rounds, err := s.db.OpenRounds(ctx, service)
	for _, id := range rounds {
		if err == nil {
			_, err = s.loaded(ctx, id)
		}
	}
	if err != nil && ctx.Err() == nil {
		s.options.Log.WarnContext(ctx, "tiles: cannot read the open rounds ahead", "error", err)
	}
}
