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
	"github.com/rounds-project/rounds/planner/network"
)

// ErrNoClosure says that there is no such closed street, or none that the principal may
// change.
var ErrNoClosure = errors.New("round: no such closure")

// ErrClosureDays says that a street is closed for no day, or for more than a year.
var ErrClosureDays = errors.New("round: the days of a closure do not run forward, or are more than a year")

// Closure is a part of a street, between two junctions, through which nobody comes on
// some days, however they travel: of the streets for who walks the one that is nearest to
// a point.
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

// CloseStreet notes that a street is closed, or which other one it is, or on which other
// days; the next plan avoids it. The error may be [ErrClosureDays], [ErrIDTaken] or [register.ErrOutside].
func (b *Book) CloseStreet(ctx context.Context, principal register.Principal, c Closure) error {
	if c.EndsOn.Before(c.StartsOn) || c.EndsOn.After(c.StartsOn.AddDate(0, 0, 366)) {
		return ErrClosureDays
	}
	return b.change(ctx, principal, "close street", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			INSERT INTO rounds.closures (id, area_id, at, starts_on, ends_on)
			SELECT $1, a.id, $2, $3, $4 FROM rounds.areas a
			WHERE a.id IN (SELECT rounds.granted_areas()) AND ST_Covers(a.outline, $2) ORDER BY a.dwellings, a.id LIMIT 1
			ON CONFLICT (id) DO UPDATE SET (area_id, at, starts_on, ends_on) = (EXCLUDED.area_id, EXCLUDED.at, EXCLUDED.starts_on, EXCLUDED.ends_on)`, c.ID, c.At, c.StartsOn, c.EndsOn)
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

// closedOn are the stretches of a network that are closed, and the closure of each.
func (p *Planner) closedOn(ctx context.Context, streets *network.Network, closures []Closure) (stretches []network.Stretch, of []Closure, err error) {
	for _, c := range closures {
		shown, near, err := p.Stretch(ctx, c.At)
		if err != nil {
			return nil, nil, err
		}
		if !near {
			continue
		}
		for _, s := range streets.Along(shown.Line) {
			stretches, of = append(stretches, s), append(of, c)
		}
	}
	return stretches, of, nil
}

// openToday are streets without those that are closed today, for whoever asks the way.
func (p *Planner) openToday(ctx context.Context, streets *network.Network) (*network.Network, error) {
	closures, err := list(ctx, p.Book, planning, pgx.RowToStructByPos[Closure],
		"SELECT id, at, starts_on, ends_on FROM rounds.closures WHERE $1 BETWEEN starts_on AND ends_on ORDER BY id", p.Today())
	if err != nil {
		return nil, err
	}
	stretches, _, err := p.closedOn(ctx, streets, closures)
	if err != nil || len(stretches) == 0 {
		return streets, err
	}
	return p.streets.without(streets, stretches), nil
}

// detour is a network that was made of another by leaving streets out.
type detour struct {
	of, without *network.Network
	closed      string
}

// mostDetours are kept: those of some rounds, and of today.
const mostDetours = 4

// without is [network.Network.Without]; the last answers are kept.
func (s *streets) without(of *network.Network, stretches []network.Stretch) *network.Network {
	s.mu.Lock()
	defer s.mu.Unlock()
	closed := fmt.Sprint(stretches)
	for _, kept := range s.detours {
		if kept.of == of && kept.closed == closed {
			return kept.without
		}
	}
	made := of.Without(stretches)
	s.detours = append(s.detours[max(0, len(s.detours)+1-mostDetours):], detour{of, made, closed})
	return made
}
