package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
)

// ErrNoRound says that there is no open round, or none that the principal may see.
var ErrNoRound = errors.New("register: no such open round")

// Work is the work of a round in the part of a leaf cell that lies in one grid:
// the measures that maps of the work show, and no others.
type Work struct {
	Cell geo.Cell
	Area uuid.UUID
	// ToVisit and Finished count households; Late those to visit whose day in the
	// published plan has passed.
	ToVisit, Finished, Late int
	// Seconds is the work left: visits, and the ways to them in the published plan.
	Seconds int64
	// Dwellings counts doors.
	Dwellings int
}

// WorkOf sums the open round's work per leaf cell and grid, for the service
// "tiles". today is the installation's date; cells narrows the answer to some leaf
// cells, nil means all.
func (db *DB) WorkOf(ctx context.Context, principal Principal, round uuid.UUID, today time.Time, cells []geo.Cell) ([]Work, error) {
	const query = `
		WITH r AS (SELECT id, visit_s FROM rounds.rounds WHERE id = $1 AND closed_at IS NULL),
			p AS (SELECT id FROM rounds.plans WHERE round_id = $1 AND state = 'published')
		SELECT h.cell, h.area_id,
			count(*) FILTER (WHERE d.household_id IS NULL),
			count(d.household_id),
			count(*) FILTER (WHERE d.household_id IS NULL AND o.day < $2),
			coalesce(sum(r.visit_s * h.doors + coalesce(s.travel_s, 0)) FILTER (WHERE d.household_id IS NULL), 0),
			sum(h.doors)
		FROM r JOIN rounds.round_areas a ON a.round_id = r.id
			JOIN rounds.households h ON h.area_id = a.area_id
			LEFT JOIN rounds.doors d ON d.round_id = r.id AND d.household_id = h.id AND d.state = 'finished'
			LEFT JOIN rounds.stops s ON s.household_id = h.id AND s.plan_id = (SELECT id FROM p)
			LEFT JOIN rounds.routes o ON o.id = s.route_id
		WHERE $3::bigint[] IS NULL OR h.cell = ANY ($3)
		GROUP BY h.cell, h.area_id`
	var work []Work
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, round, today, cellKeys(cells))
		if err != nil {
			return err
		}
		work, err = pgx.CollectRows(rows, scanWork)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: work: %w", err)
	}
	return work, nil
}

func scanWork(row pgx.CollectableRow) (Work, error) {
	var w Work
	var cell int64
	err := row.Scan(&cell, &w.Area, &w.ToVisit, &w.Finished, &w.Late, &w.Seconds, &w.Dwellings)
	w.Cell = geo.Cell(cell)
	return w, err
}

// cellKeys are cells as the database keeps them; nil stays nil.
func cellKeys(cells []geo.Cell) []int64 {
	if cells == nil {
		return nil
	}
	keys := make([]int64, len(cells))
	for i, cell := range cells {
		keys[i] = int64(cell)
	}
	return keys
}

// OpenRounds are those that are not closed, for the service "tiles".
func (db *DB) OpenRounds(ctx context.Context, principal Principal) (open []uuid.UUID, err error) {
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT id FROM rounds.rounds WHERE closed_at IS NULL ORDER BY starts_on DESC, id")
		if err != nil {
			return err
		}
		open, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: open rounds: %w", err)
	}
	return open, nil
}

// GroupCell is a leaf cell of a group of dwellings.
type GroupCell struct {
	Group uuid.UUID
	Area  uuid.UUID
	Cell  geo.Cell
}

// GroupsOf are the groups of dwellings of a round's grids, cell by cell, in order;
// uuid.Nil is for those of all grids.
func (db *DB) GroupsOf(ctx context.Context, principal Principal, round uuid.UUID) ([]GroupCell, error) {
	const query = `
		SELECT c.group_id, c.area_id, c.cell FROM rounds.dwelling_group_cells c
		WHERE $1::uuid IS NULL OR c.area_id IN (SELECT a.area_id FROM rounds.round_areas a WHERE a.round_id = $1)
		ORDER BY c.group_id, c.cell`
	var cells []GroupCell
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, orNull(round))
		if err != nil {
			return err
		}
		cells, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (GroupCell, error) {
			var c GroupCell
			var cell int64
			err := row.Scan(&c.Group, &c.Area, &cell)
			c.Cell = geo.Cell(cell)
			return c, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: groups of dwellings: %w", err)
	}
	return cells, nil
}

// Matters counts the open hazards and service requests of a leaf cell or, of an old ledger
// whose cases have no place, of an area. Some are past the last day of their case.
type Matters struct {
	// Cell is zero for those of Area.
	Cell       geo.Cell
	Area       uuid.UUID
	Open, Late int
}

// MattersByCell counts the open hazards and service requests in the areas of the principal.
func (db *DB) MattersByCell(ctx context.Context, principal Principal, today time.Time) ([]Matters, error) {
	const query = `SELECT coalesce(cell, 0), coalesce(area_id, '00000000-0000-0000-0000-000000000000'), open, late FROM rounds.matters_by_cell($1)`
	var counted []Matters
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, today)
		if err != nil {
			return err
		}
		counted, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Matters, err error) {
			var cell int64
			err = row.Scan(&cell, &m.Area, &m.Open, &m.Late)
			m.Cell = geo.Cell(cell)
			return m, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: matters: %w", err)
	}
	return counted, nil
}

// Branch is an area in the tree, with its names.
type Branch struct {
	ID       uuid.UUID
	ParentID *uuid.UUID
	Level    geo.Level
	Name     string
	NameZH   string
}

// Tree lists the whole tree of areas, for the service "tiles".
func (db *DB) Tree(ctx context.Context, principal Principal) ([]Branch, error) {
	const query = `SELECT id, parent_id, level, name, coalesce(name_zh, '') FROM rounds.areas ORDER BY id`
	var tree []Branch
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query)
		if err != nil {
			return err
		}
		tree, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Branch])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: tree of areas: %w", err)
	}
	return tree, nil
}

// Reach is what decides which work a principal sees: an open round, and the areas
// that its present role was granted (not those within them) for the round's purpose.
type Reach struct {
	Granted []uuid.UUID
	Round   uuid.UUID
}

const ownGrants = `
	SELECT coalesce(array_agg(DISTINCT g.area_id ORDER BY g.area_id), '{}') FROM rounds.grants g
	WHERE g.area_id IS NOT NULL AND rounds.is_own(g)`

// Reach looks up the open round and the principal's grants of its purpose; uuid.Nil is the newest
// that the principal sees and that has begun, or else the newest. The error is
// [ErrNoRound] when there is none.
func (db *DB) Reach(ctx context.Context, principal Principal, round uuid.UUID, today time.Time) (Reach, error) {
	now, err := db.rights(ctx)
	if err != nil {
		return Reach{}, err
	}
	return db.reaches.get(now, reachKey{principal, round, today.Format(time.DateOnly)}, func() (Reach, *time.Time, error) {
		return db.lookUpReach(ctx, principal, round, today)
	})
}

// reachKey is what a reach depends on besides the state of rights.
type reachKey struct {
	principal Principal
	round     uuid.UUID
	today     string
}

func (db *DB) lookUpReach(ctx context.Context, principal Principal, round uuid.UUID, today time.Time) (reach Reach, until *time.Time, err error) {
	const query = `
		SELECT r.id, (` + ownGrants + ` AND g.purpose = r.purpose), ` + nextGrant + `rounds.principal_account())
		FROM rounds.rounds r WHERE r.closed_at IS NULL AND ($1::uuid IS NULL OR r.id = $1)
			AND (rounds.principal_area() IS NULL OR EXISTS (SELECT FROM rounds.area_paths w
				WHERE (w.area_id, w.ancestor_id) IN ((r.area_id, rounds.principal_area()), (rounds.principal_area(), r.area_id))))
			AND coalesce(r.purpose::text = rounds.principal_purpose(), true)
		ORDER BY r.starts_on <= $2::date DESC, r.starts_on DESC, r.id LIMIT 1`
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, query, orNull(round), today).Scan(&reach.Round, &reach.Granted, &until)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Reach{}, nil, ErrNoRound
	}
	if err != nil {
		return Reach{}, nil, fmt.Errorf("register: reach: %w", err)
	}
	return reach, until, nil
}

// GrantedTo lists the areas that the principal's present role was granted, not
// those within them, in order of their ids.
func (db *DB) GrantedTo(ctx context.Context, principal Principal) ([]uuid.UUID, error) {
	now, err := db.rights(ctx)
	if err != nil {
		return nil, err
	}
	return db.granted.get(now, principal, func() (granted []uuid.UUID, until *time.Time, err error) {
		err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
			return tx.QueryRow(ctx, "SELECT ("+ownGrants+"), "+nextGrant+"rounds.principal_account())").Scan(&granted, &until)
		})
		if err != nil {
			return nil, nil, fmt.Errorf("register: granted areas: %w", err)
		}
		return granted, until, nil
	})
}
