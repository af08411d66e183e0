package tiles

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rounds-project/rounds/geo/register"
)

// extract is which extract the base map is of, looked up again after a moment.
type extract struct {
	mu     sync.Mutex
	looked time.Time
	latest register.Extract
	none   bool
}

// extractAge is how long a base map may be older than the last import.
const extractAge = 2 * time.Second

// latestExtract is the newest extract; ok is false when there is none.
func (s *Server) latestExtract(ctx context.Context) (latest register.Extract, ok bool, err error) {
	e := &s.extract
	e.mu.Lock()
	defer e.mu.Unlock()
	if time.Since(e.looked) < extractAge {
		return e.latest, !e.none, nil
	}
	e.latest, err = s.db.LatestExtract(ctx, service)
	e.none = errors.Is(err, register.ErrNoExtract)
	if err != nil && !e.none {
		return register.Extract{}, false, err
	}
	e.looked = time.Now()
	return e.latest, !e.none, nil
}

func (s *Server) basemapScope(ctx context.Context, _ *request) (string, error) {
	latest, ok, err := s.latestExtract(ctx)
	if !ok {
		return "basemap", err
	}
	// The same file imported again may be drawn otherwise.
	return fmt.Sprintf("basemap %x %d", latest.SHA256, latest.ImportedAt.UnixNano()), nil
}

func (s *Server) drawHeights(ctx context.Context, r *request) ([]byte, error) {
	return s.db.HeightsTile(ctx, service, register.MapTile(r.tile))
}

func (s *Server) drawBasemap(ctx context.Context, r *request) ([]byte, error) {
	return s.db.BasemapTile(ctx, service, register.MapTile(r.tile))
}
