package round

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/planner"
	"github.com/rounds-project/rounds/planner/network"
)

// ErrNoClosure says that there is no such closed street, or none that the principal may
// change.
var ErrNoClosure = errors.New("round: no such closure")

// ErrClosureDays says that a street is closed for no day, or for more than a year.
var ErrClosureDays = errors.New("round: the days of a closure do not run forward, or are more than a year")

// Closure is a part of a street, between two junctions, through which nobody comes on
// some days: the one that is nearest to a point.
type Closure struct {
	// ID is the client's.
	ID               uuid.UUID
	At               orb.Point
	StartsOn, EndsOn time.Time
}

// Closures are those of the principal's areas that are not over on a day, the first to
// begin first.
func (b *Book) Closures(ctx context.Context, principal register.Principal, today time.Time) ([]Closure, error) {
	return list(ctx, b, principal, pgx.RowToStructByPos[Closure],
		"SELECT id, at, starts_on, ends_on FROM rounds.closures WHERE ends_on >= $1 ORDER BY starts_on, id LIMIT 500", today)
}

// Stretch is the street of a closure on the streets of the newest extract, on foot;
// false when there are none nearby, or no streets at all.
func (p *Planner) Stretch(ctx context.Context, at orb.Point) (network.Stretch, bool, error) {
	streets, err := p.streets.network(ctx, network.Foot, nil)
	if errors.Is(err, ErrNoStreets) {
		return network.Stretch{}, false, nil
	}
	if err != nil {
		return network.Stretch{}, false, err
	}
	found, near := streets.Stretch(at)
	return found, near, nil
}

// CloseStreet notes that a street is closed, or for which other days it is; the next plan
// avoids it. The error may be [ErrClosureDays], [ErrIDTaken] or [register.ErrOutside].
func (b *Book) CloseStreet(ctx context.Context, principal register.Principal, c Closure) error {
	if c.EndsOn.Before(c.StartsOn) || c.EndsOn.After(c.StartsOn.AddDate(0, 0, 366)) {
		return ErrClosureDays
	}
	return b.change(ctx, principal, "close street", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			INSERT INTO rounds.closures (id, area_id, at, starts_on, ends_on)
			SELECT $1, a.id, $2, $3, $4 FROM rounds.areas a
			WHERE a.id IN (SELECT rounds.granted_areas()) AND ST_Covers(a.outline, $2) ORDER BY a.dwellings, a.id LIMIT 1
			ON CONFLICT (id) DO UPDATE SET (starts_on, ends_on) = (EXCLUDED.starts_on, EXCLUDED.ends_on)`, c.ID, c.At, c.StartsOn, c.EndsOn)
		if err == nil && tag.RowsAffected() == 0 {
			return register.ErrOutside
		}
		return err
	})
}

// OpenStreet notes that a street is open again. The error may be [ErrNoClosure].
func (b *Book) OpenStreet(ctx context.Context, principal register.Principal, id uuid.UUID) error {
	return b.change(ctx, principal, "open street", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, "DELETE FROM rounds.closures WHERE id = $1", id)
		if err == nil && tag.RowsAffected() == 0 {
			return ErrNoClosure
		}
		return err
	})
}

// closuresOf are the closed streets on the days of a plan.
func closuresOf(ctx context.Context, tx pgx.Tx, plan uuid.UUID) ([]Closure, error) {
	rows, err := tx.Query(ctx, `
		SELECT c.id, c.at, c.starts_on, c.ends_on
		FROM rounds.plans p JOIN rounds.rounds r ON r.id = p.round_id JOIN rounds.closures c ON c.starts_on <= r.ends_on AND c.ends_on >= p.begins_on
		WHERE p.id = $1 ORDER BY c.id`, plan)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Closure])
}

// avoid puts a question on streets without those that are closed on some day of the
// plan: it has one network for all its days. Doors on them are visited on the others,
// from the nearest street that is open.
func (p *Planner) avoid(q *planner.Request, closures []Closure) {
	var stretches []network.Stretch
	var on []Closure
	for _, c := range closures {
		if s, near := q.Network.Stretch(c.At); near {
			stretches, on = append(stretches, s), append(on, c)
			q.Detours = append(q.Detours, c.At)
		}
	}
	if len(stretches) == 0 {
		return
	}
	for i, door := range q.Network.SnapHouseholds(q.Households) {
		for k := range stretches {
			if q.Network.On(door, stretches[k:k+1]) {
				id := q.Households[i].ID
				t := q.Terms[id]
				t.Dates = openDates(t.Dates, q.Round, on[k])
				q.Terms[id] = t
			}
		}
	}
	q.Network = p.streets.without(q.Network, stretches)
}

// openDates are the dates of a household, nil for any, on which its street is open; the
// day after the round when there is none.
func openDates(dates []string, r planner.Round, c Closure) (open []string) {
	first, _ := time.Parse(time.DateOnly, r.From) // a date of the database
	if dates == nil {
		for day := range r.Days {
			dates = append(dates, first.AddDate(0, 0, day).Format(time.DateOnly))
		}
	}
	from, to := c.StartsOn.Format(time.DateOnly), c.EndsOn.Format(time.DateOnly)
	for _, date := range dates {
		if date < from || date > to {
			open = append(open, date)
		}
	}
	if open == nil {
		open = []string{first.AddDate(0, 0, r.Days).Format(time.DateOnly)}
	}
	return open
}

// detour is a network that was made of another by leaving streets out.
type detour struct {
	of, without *network.Network
	closed      string
}

// without is [network.Network.Without]; the last answer for each network is kept.
func (s *streets) without(of *network.Network, stretches []network.Stretch) *network.Network {
	s.mu.Lock()
	defer s.mu.Unlock()
	mode, closed := of.Profile().Mode, fmt.Sprint(stretches)
	if kept := s.closed[mode]; kept.of == of && kept.closed == closed {
		return kept.without
	}
	made := of.Without(stretches)
	s.closed[mode] = detour{of, made, closed}
	return made
}
