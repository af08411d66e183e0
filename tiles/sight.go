package tiles

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles/heat"
)

// sight is what grants let somebody see of the work; its digest names it.
type sight struct {
	digest string
	areas  heat.Sight
}

// tree is the tree of areas, read again after a minute.
type tree struct {
	mu       sync.Mutex
	read     time.Time
	areas    map[uuid.UUID]register.Branch
	children map[uuid.UUID][]uuid.UUID
	names    map[uuid.UUID]heat.Names
	sights   map[string]*sight
}

// treeAge is how long a new area may stay unseen.
const treeAge = time.Minute

// refresh reads the tree when it is old. The caller holds mu.
func (t *tree) refresh(ctx context.Context, db *register.DB) error {
	if time.Since(t.read) < treeAge {
		return nil
	}
	branches, err := db.Tree(ctx, service)
	if err != nil {
		return err
	}
	t.areas = map[uuid.UUID]register.Branch{}
	t.children = map[uuid.UUID][]uuid.UUID{}
	t.names = map[uuid.UUID]heat.Names{}
	t.sights = map[string]*sight{}
	for _, b := range branches {
		t.areas[b.ID] = b
		t.names[b.ID] = heat.Names{Name: b.Name, NameZH: b.NameZH}
		if b.ParentID != nil {
			t.children[*b.ParentID] = append(t.children[*b.ParentID], b.ID)
		}
	}
	t.read = time.Now()
	return nil
}

// forget has the tree read again when it is asked for next.
func (t *tree) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.read = time.Time{}
}

// sight says what somebody with grants on some areas sees of the work.
func (t *tree) sight(ctx context.Context, db *register.DB, who register.Principal, granted []uuid.UUID) (*sight, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.refresh(ctx, db); err != nil {
		return nil, err
	}
	name := who.Role + " " + who.Area.String()
	for _, id := range granted {
		name += " " + id.String()
	}
	known := t.sights[name]
	if known == nil {
		known = newSight(t.look(who, granted))
		t.sights[name] = known
	}
	return known, nil
}

// named gives the names of all areas.
func (t *tree) named(ctx context.Context, db *register.DB) (map[uuid.UUID]heat.Names, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	err := t.refresh(ctx, db)
	return t.names, err
}

// SightOf is what a principal sees of the work of which grids; the operator at the
// terminal sees all cells.
func SightOf(ctx context.Context, db *register.DB, principal register.Principal) (heat.Sight, error) {
	var t tree
	if err := t.refresh(ctx, db); err != nil {
		return nil, err
	}
	if principal == register.Service("operator") {
		seen := heat.Sight{}
		for id, area := range t.areas {
			if area.Level == geo.Grid {
				seen[id] = heat.Cells
			}
		}
		return seen, nil
	}
	granted, err := db.GrantedTo(ctx, principal)
	if err != nil {
		return nil, err
	}
	return t.look(principal, granted), nil
}

// look decides for each grid: its worker and own supervisor, whose grant is on the
// grid or on the area right above, see cells; everybody above sees groups. Who is
// narrowed to an area sees no more there than without, and nothing elsewhere.
func (t *tree) look(who register.Principal, granted []uuid.UUID) heat.Sight {
	seen := heat.Sight{}
	near := who.Role == register.Worker || who.Role == register.Supervisor
	if !near && who.Role != register.Analyst {
		return seen
	}
	var walk func(id uuid.UUID, depth int)
	walk = func(id uuid.UUID, depth int) {
		area, ok := t.areas[id]
		if !ok {
			return
		}
		if area.Level == geo.Grid && t.within(area, who.Area) {
			detail := heat.Groups
			if near && depth <= 1 {
				detail = heat.Cells
			}
			seen[id] = max(seen[id], detail)
		}
		for _, child := range t.children[id] {
			walk(child, depth+1)
		}
	}
	for _, id := range granted {
		walk(id, 0)
	}
	return seen
}

// above are the areas right above some; those at the top have none.
func (t *tree) above(areas []uuid.UUID) []uuid.UUID {
	var above []uuid.UUID
	for _, id := range areas {
		if parent := t.areas[id].ParentID; parent != nil && !slices.Contains(above, *parent) {
			above = append(above, *parent)
		}
	}
	return above
}

// below are all areas within some, and those themselves.
func (t *tree) below(areas []uuid.UUID) map[uuid.UUID]bool {
	below := map[uuid.UUID]bool{}
	var walk func(id uuid.UUID)
	walk = func(id uuid.UUID) {
		below[id] = true
		for _, child := range t.children[id] {
			walk(child)
		}
	}
	for _, id := range areas {
		walk(id)
	}
	return below
}

// within says whether an area lies in another, or is it; every one lies in the zero id.
func (t *tree) within(area register.Branch, other uuid.UUID) bool {
	for other != uuid.Nil && area.ID != other {
		if area.ParentID == nil {
			return false
		}
		area = t.areas[*area.ParentID]
	}
	return true
}

func newSight(areas heat.Sight) *sight {
	ids := make([]uuid.UUID, 0, len(areas))
	for id := range areas {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	digest := sha256.New()
	for _, id := range ids {
		digest.Write(id[:])
		digest.Write([]byte{byte(areas[id])})
	}
	return &sight{digest: hex.EncodeToString(digest.Sum(nil)[:16]), areas: areas}
}
