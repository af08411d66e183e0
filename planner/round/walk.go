package round

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
	"github.com/rounds-project/rounds/planner/network"
)

// ErrNoStreets says that there is no extract to take streets from.
var ErrNoStreets = errors.New("round: no streets")

// ErrNoWay says that no way leads from a point of a walk to the next.
var ErrNoWay = errors.New("round: no way leads there")

// ErrOffStreets says that a point of a walk is too far from any way.
var ErrOffStreets = errors.New("round: the point is too far from any way")

// Waypoint is a household or, where that is the zero id, a place.
type Waypoint struct {
	Household uuid.UUID
	At        orb.Point
}

// Walked is a way from waypoint to waypoint.
type Walked struct {
	Line orb.LineString
	Legs []WalkedLeg
	// Metres are those between all waypoints, row by row, on request;
	// [network.Unreachable] where no way leads.
	Metres []int32
}

// WalkedLeg is the way to the next waypoint.
type WalkedLeg struct {
	Seconds, Metres int
	Steps           []network.Step
}

// Walk finds the way over waypoints on the streets of the newest extract, around those
// that are closed today as long as a way leads there. Of
// households the principal may use those that they see; the error is
// [register.ErrNoHousehold] for others, or one of those above. With matrix it says how
// far all of them are from each other. Nothing is kept.
func (p *Planner) Walk(ctx context.Context, principal register.Principal, mode network.Mode, over []Waypoint, matrix bool) (Walked, error) {
	doors, err := p.doorsOf(ctx, principal, over)
	if err != nil {
		return Walked{}, err
	}
	streets, err := p.streets.network(ctx, mode, nil)
	if err != nil {
		return Walked{}, err
	}
	open, err := p.openToday(ctx, streets)
	if err != nil {
		return Walked{}, err
	}
	w, err := walk(ctx, open, doors, matrix)
	if open != streets && (errors.Is(err, ErrOffStreets) || errors.Is(err, ErrNoWay)) {
		return walk(ctx, streets, doors, matrix) // to a door at the end of a closed street
	}
	return w, err
}

// walk is [Planner.Walk] on some streets.
func walk(ctx context.Context, streets *network.Network, doors []geo.Household, matrix bool) (w Walked, err error) {
	at := streets.SnapHouseholds(doors)
	for i := range at {
		if !at[i].Reachable() {
			return Walked{}, ErrOffStreets
		}
	}
	for i := range at[1:] {
		leg, found := streets.Path(at[i], at[i+1])
		if !found {
			return Walked{}, ErrNoWay
		}
		line := leg.Line
		if i > 0 {
			line = line[1:]
		}
		w.Line = append(w.Line, line...)
		w.Legs = append(w.Legs, WalkedLeg{leg.Seconds, leg.Metres, streets.Directions(leg)})
	}
	if matrix {
		_, w.Metres, err = streets.Matrix(ctx, at, at, 1)
	}
	return w, err
}

// doorsOf reads where the households among the waypoints are.
func (p *Planner) doorsOf(ctx context.Context, principal register.Principal, over []Waypoint) ([]geo.Household, error) {
	var ids []uuid.UUID
	for _, w := range over {
		if w.Household != uuid.Nil {
			ids = append(ids, w.Household)
		}
	}
	type door struct {
		ID     uuid.UUID
		At     orb.Point
		Street string
	}
	known := map[uuid.UUID]door{}
	if len(ids) > 0 {
		read := audit.Entry{Kind: audit.Places, Purpose: audit.ForPlanning}
		found, err := listAudited(ctx, p.Book, principal, read, pgx.RowToStructByPos[door],
			"SELECT id, at, coalesce(street, '') FROM rounds.households WHERE id = ANY($1)", ids)
		if err != nil {
			return nil, fmt.Errorf("round: walk: %w", err)
		}
		for _, d := range found {
			known[d.ID] = d
		}
	}
	doors := make([]geo.Household, len(over))
	for i, w := range over {
		doors[i].At = w.At
		if w.Household == uuid.Nil {
			continue
		}
		d, found := known[w.Household]
		if !found {
			return nil, register.ErrNoHousehold
		}
		doors[i].At, doors[i].Address.Street = d.At, d.Street
	}
	return doors, nil
}
