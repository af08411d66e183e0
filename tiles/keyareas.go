package tiles

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles/heat"
	"github.com/rounds-project/rounds/tiles/heat/keyarea"
	"github.com/rounds-project/rounds/tiles/heat/release"
)

// KeyAreas are the bins that a principal may see, in order of what is owed there.
type KeyAreas struct {
	Owed keyarea.Owed
	// Round is whose work is counted; uuid.Nil when there is none.
	Round uuid.UUID
	// Partition is what the bins are of; nil before the first release.
	Partition *Partition
	// Beyond says that no bin lies within what was granted: those of the area above are
	// shown, with what is published alone.
	Beyond bool
	// Elsewhere are matters near no bin.
	Elsewhere keyarea.Matters
	// Support and Reported are the periods of the published figures; nil without any.
	Support, Reported *release.Period
	Areas             []keyarea.Area
}

// layouts keeps how groups lie in partitions, which changes with an import alone.
type layouts struct {
	mu   sync.Mutex
	kept map[uuid.UUID]layoutRead
}

type layoutRead struct {
	read   time.Time
	layout *keyarea.Layout
}

// layoutAge is how long a new grid may stay unseen.
const layoutAge = time.Minute

// layout lays the groups over a partition, read again after a moment.
func (s *Server) layout(ctx context.Context, partition *Partition) (*keyarea.Layout, error) {
	s.layouts.mu.Lock()
	defer s.layouts.mu.Unlock()
	if kept, ok := s.layouts.kept[partition.ID]; ok && time.Since(kept.read) < layoutAge {
		return kept.layout, nil
	}
	all, err := s.db.GroupsOf(ctx, service, uuid.Nil)
	if err != nil {
		return nil, err
	}
	cells := make([]keyarea.GroupCell, len(all))
	for i, c := range all {
		cells[i] = keyarea.GroupCell(c)
	}
	made, err := keyarea.NewLayout(partition.bins, cells)
	if err != nil {
		return nil, err
	}
	if s.layouts.kept == nil {
		s.layouts.kept = map[uuid.UUID]layoutRead{}
	}
	s.layouts.kept[partition.ID] = layoutRead{time.Now(), made}
	return made, nil
}

// KeyAreas finds the key areas of a principal. round is whose work counts, uuid.Nil the one
// under way. The error may be [register.ErrNoRound] or [register.ErrNoRelease].
func (s *Server) KeyAreas(ctx context.Context, principal register.Principal, round uuid.UUID, owed keyarea.Owed) (KeyAreas, error) {
	found := KeyAreas{Owed: owed}
	if s.options.Statistics == nil {
		return found, register.ErrNoRelease
	}
	published, err := s.publishedFor(ctx, &found)
	if err != nil || found.Partition == nil {
		return found, err
	}
	layout, err := s.layout(ctx, found.Partition)
	if err != nil {
		return found, err
	}
	bins, within, err := s.binsFor(ctx, principal, layout)
	if err != nil {
		return found, err
	}
	found.Beyond = !within
	areas := make(map[int]*keyarea.Area, len(bins))
	for _, bin := range bins {
		areas[bin] = &keyarea.Area{Bin: bin, Dwellings: found.Partition.bins[bin].Dwellings}
		if within {
			areas[bin].Areas = layout.Areas(bin)
		}
	}
	if within {
		if err := s.addMatters(ctx, principal, layout, areas, &found); err != nil {
			return found, err
		}
		if found.Round, err = s.addWork(ctx, principal, round, layout, areas); err != nil {
			return found, err
		}
	}
	for _, one := range published {
		for bin, area := range areas {
			sum := &area.Reported
			if one.Measure.Stock {
				sum = &area.Support
			}
			if *sum == nil {
				*sum = &keyarea.Published{}
			}
			(*sum).Add(one.Values[bin])
		}
	}
	for _, bin := range bins {
		found.Areas = append(found.Areas, *areas[bin])
	}
	keyarea.Rank(found.Areas, owed)
	return found, nil
}

// publishedFor finds the partition that holds what areas are ranked by, and the newest
// releases of it: of support wanted, whose bins are larger, or of what was reported.
func (s *Server) publishedFor(ctx context.Context, found *KeyAreas) ([]*Release, error) {
	all, err := s.options.Statistics.List(ctx) // the newest first
	if err != nil {
		return nil, err
	}
	var newest []*Release
	for _, one := range all {
		measure, known := release.MeasureNamed(one.Measure)
		if !known || measure.Stock != (found.Owed == keyarea.Support) || measure.Name == release.Reached {
			continue // of what visits found nothing is ranked
		}
		if found.Partition != nil && (one.Partition != found.Partition.ID || !one.From.Equal(newest[0].Period.From)) {
			continue
		}
		if slices.ContainsFunc(newest, func(r *Release) bool { return r.Measure.Name == one.Measure }) {
			continue
		}
		read, err := s.options.Statistics.Release(ctx, one.ID)
		if err != nil {
			return nil, err
		}
		newest, found.Partition = append(newest, read), read.Partition
	}
	if len(newest) > 0 {
		period := newest[0].Period
		if newest[0].Measure.Stock {
			found.Support = &period
		} else {
			found.Reported = &period
		}
	}
	return newest, nil
}

// binsFor are the bins in which everything was granted to the principal or else, and then
// within is false, those of the area above.
func (s *Server) binsFor(ctx context.Context, principal register.Principal, layout *keyarea.Layout) (bins []int, within bool, err error) {
	granted, err := s.db.GrantedTo(ctx, principal)
	if err != nil {
		return nil, false, err
	}
	s.tree.mu.Lock()
	defer s.tree.mu.Unlock()
	if err := s.tree.refresh(ctx, s.db); err != nil {
		return nil, false, err
	}
	within = true
	for len(granted) > 0 {
		if bins = layout.Within(s.tree.below(granted)); len(bins) > 0 {
			break
		}
		granted, within = s.tree.above(granted), false
	}
	return bins, within, nil
}

// addMatters counts the open matters that the principal sees.
func (s *Server) addMatters(ctx context.Context, principal register.Principal, layout *keyarea.Layout, areas map[int]*keyarea.Area, found *KeyAreas) error {
	counted, err := s.db.MattersByCell(ctx, principal, s.options.Today())
	if err != nil {
		return err
	}
	for _, area := range areas {
		area.Matters = &keyarea.Matters{}
	}
	for _, n := range counted {
		bin, in := layout.Bin(n.Cell)
		if n.Cell == 0 {
			bin, in = layout.BinAround(n.Area)
		}
		sum := &found.Elsewhere
		if in && areas[bin] != nil {
			sum = areas[bin].Matters
		}
		sum.Open, sum.Late = sum.Open+n.Open, sum.Late+n.Late
	}
	return nil
}

// addWork sums the work of a round over the whole groups of each bin of which the principal
// sees all, and gives the round; uuid.Nil when there is none.
func (s *Server) addWork(ctx context.Context, principal register.Principal, id uuid.UUID, layout *keyarea.Layout, areas map[int]*keyarea.Area) (uuid.UUID, error) {
	if principal.Role == register.CaseHandler {
		return uuid.Nil, nil // work is none of theirs
	}
	reach, err := s.db.Reach(ctx, principal, id, s.options.Today())
	if errors.Is(err, register.ErrNoRound) && id == uuid.Nil {
		return uuid.Nil, nil
	}
	if err != nil {
		return uuid.Nil, err
	}
	seen, err := s.tree.sight(ctx, s.db, principal, reach.Granted)
	if err != nil {
		return uuid.Nil, err
	}
	shown, err := s.loaded(ctx, reach.Round)
	if err != nil {
		return uuid.Nil, err
	}
	for bin, area := range areas {
		if !slices.ContainsFunc(layout.Areas(bin), func(grid uuid.UUID) bool { return seen.areas[grid] == heat.None }) {
			area.Work = &heat.Sums{}
		}
	}
	shown.mu.RLock()
	defer shown.mu.RUnlock()
	shown.board.Groups(func(group, grid uuid.UUID, sums heat.Sums) {
		bin, in := layout.BinOf(group)
		if in && areas[bin] != nil && areas[bin].Work != nil && seen.areas[grid] != heat.None {
			*areas[bin].Work = areas[bin].Work.Plus(sums)
		}
	})
	return reach.Round, nil
}

// Outline is where a bin lies, in longitude and latitude.
func (p *Partition) Outline(bin int) (orb.MultiPolygon, error) { return heat.Union(p.bins[bin].Cells) }

// NamesOf are what the areas around some grids are called, in order, each name once; a grid
// that is alone has its own.
func (s *Server) NamesOf(ctx context.Context, grids []uuid.UUID) ([]heat.Names, error) {
	s.tree.mu.Lock()
	defer s.tree.mu.Unlock()
	if err := s.tree.refresh(ctx, s.db); err != nil {
		return nil, err
	}
	if len(grids) > 1 {
		grids = s.tree.above(grids)
	}
	var of []heat.Names
	for _, id := range grids {
		if name := s.tree.names[id]; name != (heat.Names{}) && !slices.Contains(of, name) {
			of = append(of, name)
		}
	}
	slices.SortFunc(of, func(a, b heat.Names) int { return strings.Compare(a.Name, b.Name) })
	return of, nil
}
