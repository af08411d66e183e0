package tiles

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles/heat"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// territory is what one worker has in a plan: the leaf cells of its stops.
type territory struct {
	register.TerritoryCell // Stops and Seconds of all cells
	shape                  orb.MultiPolygon
	bound                  orb.Bound
}

// territories keeps those of the last requests for a moment, as a map asks for a
// dozen tiles at once.
type territories struct {
	mu   sync.Mutex
	kept map[territoriesKey]territoriesRead
}

// territoriesKey is who sees which territories: what one supervisor reads is not kept
// for another, whose reading would leave no row in the audit log.
type territoriesKey struct {
	account uuid.UUID
	granted string
	plan    uuid.UUID
}

type territoriesRead struct {
	read time.Time
	all  []territory
}

const (
	territoriesAge  = 3 * time.Second
	territoriesKept = 32
)

func (s *Server) drawTerritories(ctx context.Context, r *request) ([]byte, error) {
	all, err := s.territoriesOf(ctx, r)
	if err != nil {
		return nil, err
	}
	layer := mvt.NewLayer("territories", r.tile)
	reach := r.tile.Bound()
	for _, t := range all {
		if t.bound.Intersects(reach) {
			layer.Polygons(mvt.ID(t.Worker), t.shape,
				mvt.Text("worker", t.Worker.String()), mvt.Text("code", t.Code), mvt.Text("name", t.Name),
				mvt.Number("stops", int64(t.Stops)), mvt.Number("minutes", (t.Seconds+59)/60))
		}
	}
	return layer.Bytes(), nil
}

// territoriesOf reads the territories of a plan as the principal sees them.
func (s *Server) territoriesOf(ctx context.Context, r *request) ([]territory, error) {
	granted, err := s.db.GrantedTo(ctx, r.principal)
	if err != nil {
		return nil, err
	}
	k := territoriesKey{r.principal.Account, fmt.Sprint(granted), r.routes.Plan}
	s.territories.mu.Lock()
	defer s.territories.mu.Unlock() // a dozen tiles wait for one reading
	if kept, ok := s.territories.kept[k]; ok && time.Since(kept.read) < territoriesAge {
		return kept.all, nil
	}
	cells, err := s.db.Territories(ctx, r.principal, r.routes.Plan, r.today)
	if err != nil {
		return nil, err
	}
	all, err := unite(cells)
	if err != nil {
		return nil, err
	}
	if s.territories.kept == nil || len(s.territories.kept) >= territoriesKept {
		s.territories.kept = map[territoriesKey]territoriesRead{}
	}
	s.territories.kept[k] = territoriesRead{time.Now(), all}
	return all, nil
}

// unite puts the cells of each worker together; they come in order of workers. A
// cell in which several have stops is drawn for the one with most.
func unite(cells []register.TerritoryCell) ([]territory, error) {
	most := map[geo.Cell]register.TerritoryCell{}
	for _, c := range cells {
		if first, ok := most[c.Cell]; !ok || c.Stops > first.Stops {
			most[c.Cell] = c
		}
	}
	var all []territory
	drawn := map[uuid.UUID][]geo.Cell{}
	for _, c := range cells {
		if n := len(all); n == 0 || all[n-1].Worker != c.Worker {
			all = append(all, territory{TerritoryCell: register.TerritoryCell{Worker: c.Worker, Code: c.Code, Name: c.Name}})
		}
		t := &all[len(all)-1]
		t.Stops += c.Stops
		t.Seconds += c.Seconds
		if most[c.Cell].Worker == c.Worker {
			drawn[c.Worker] = append(drawn[c.Worker], c.Cell)
		}
	}
	for i := range all {
		shape, err := heat.Outline(drawn[all[i].Worker])
		if err != nil {
			return nil, err
		}
		all[i].shape, all[i].bound = shape, shape.Bound()
	}
	return all, nil
}
