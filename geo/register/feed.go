package register

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// Feeds are the lists of what has changed.
const (
	CasesFeed  = "cases"
	RoutesFeed = "routes"
)

// nothingTold is the position of who was told that there is nothing: no case, or no plan.
const nothingTold = "0"

// ErrPosition says that something is no position of a feed.
var ErrPosition = errors.New("register: no position of this feed")

// FeedQuery asks what has changed since a position, "" for all that there is now.
type FeedQuery struct {
	// Feed is [CasesFeed], of a unit, or [RoutesFeed].
	Feed     string
	Unit     uuid.UUID
	Position string
	// Limit is how many changes there are on a page, at most.
	Limit int
	Today time.Time
	// Names stand for ids.
	Names Pseudonyms
}

// FeedPage is what has changed, oldest first.
type FeedPage struct {
	// Anew says that what was told before is to be forgotten: at the first page, and of
	// routes when another plan was published, or none is any more.
	Anew    bool
	Changes []map[string]any
	// More says that changes follow; Position is where.
	More     bool
	Position string
}

// Changes are those of a feed as the principal sees them; what was read is in the audit log
// by then. The error may be [ErrPosition] or [ErrExportRefused].
func (db *DB) Changes(ctx context.Context, principal Principal, query FeedQuery) (page FeedPage, err error) {
	if principal.Role != Supervisor {
		return page, ErrExportRefused
	}
	if query.Feed == CasesFeed {
		page, err = db.caseChanges(ctx, principal, query)
	} else {
		page, err = db.routeChanges(ctx, principal, query)
	}
	if err != nil && !errors.Is(err, ErrPosition) {
		err = fmt.Errorf("register: changes of %s: %w", query.Feed, err)
	}
	return page, err
}

// caseChanges lists cases by the change that was their last; a position is its number.
func (db *DB) caseChanges(ctx context.Context, principal Principal, query FeedQuery) (page FeedPage, err error) {
	after := int64(0)
	if query.Position != "" {
		if after, err = strconv.ParseInt(query.Position, 10, 64); err != nil {
			return page, ErrPosition
		}
	}
	number := func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "SELECT rounds.number_changes()")
		return err
	}
	if err := db.As(ctx, principal, number); err != nil {
		return page, err
	}
	const list = `
		SELECT u.change, u.year, u.number, c.matter::text, c.stage::text, c.due_on
		FROM rounds.unit_changes u LEFT JOIN rounds.cases c ON c.id = u.case_id AND NOT c.dispute AND NOT c.merged AND (c.unit_id = u.unit_id
			OR EXISTS (SELECT FROM rounds.case_units j WHERE j.case_id = c.id AND j.unit_id = u.unit_id))
		WHERE u.unit_id = $1 AND u.change > $2 ORDER BY u.change LIMIT $3`
	page.Anew, page.Position = query.Position == "", cmp.Or(query.Position, nothingTold)
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		rows, err := tx.Query(ctx, list, query.Unit, after, query.Limit+1)
		if err != nil {
			return audit.Entry{}, err
		}
		var last int64
		var year, serial int
		var matter, stage *string
		var due *time.Time
		_, err = pgx.ForEachRow(rows, []any{&last, &year, &serial, &matter, &stage, &due}, func() error {
			if len(page.Changes) == query.Limit {
				page.More = true
				return nil
			}
			page.Position = strconv.FormatInt(last, 10)
			change := map[string]any{"number": fmt.Sprintf("%04d-%06d", year, serial), "gone": stage == nil}
			if stage != nil {
				change["matter"], change["stage"], change["due_on"] = *matter, *stage, due.Format(time.DateOnly)
			}
			page.Changes = append(page.Changes, change)
			return nil
		})
		if len(page.Changes) == 0 {
			return audit.Entry{}, err // who waits for news asks often
		}
		return audit.Entry{Kind: audit.Export("incidents"), Purpose: principal.Purpose, Area: principal.Area}, err
	})
	return page, err
}

// routeChanges lists the routes of the published plan when it is another than the
// position's. A position is the plan and the last route that was told, without one when
// all were.
func (db *DB) routeChanges(ctx context.Context, principal Principal, query FeedQuery) (page FeedPage, err error) {
	plan, after, _ := strings.Cut(query.Position, " ")
	if query.Position != "" && query.Position != nothingTold && uuid.Validate(plan) != nil {
		return page, ErrPosition
	}
	layer, _ := ExportLayerNamed("routes")
	now := ""
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		arguments, err := ExportFilter{Area: principal.Area, Today: query.Today}.arguments(ctx, tx, layer)
		if err == nil {
			now = arguments["plan"].(uuid.UUID).String()
		}
		return err
	})
	switch {
	case errors.Is(err, ErrNoPlan):
		return FeedPage{Anew: query.Position != nothingTold, Position: nothingTold}, nil
	case err != nil:
		return page, err
	case now != plan:
		page.Anew, after = true, ""
	case after == "":
		return FeedPage{Position: query.Position}, nil
	}
	found, err := db.Features(ctx, principal, layer, FeatureQuery{Names: query.Names, After: after, Limit: query.Limit, Out: System{EPSG: WGS84, Degrees: true}, Today: query.Today})
	if err != nil {
		return page, err
	}
	for _, f := range found.Features {
		change := map[string]any{}
		for i, column := range layer.Columns {
			change[column.Name] = f.Values[i]
		}
		page.Changes = append(page.Changes, change)
	}
	page.Position, page.More = now, found.More
	if found.More {
		page.Position += " " + found.Features[len(found.Features)-1].Key
	}
	return page, nil
}
