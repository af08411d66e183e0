package register

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// PaperVisit is a visit as it stands on the sheet of a worker's day.
type PaperVisit struct {
	// Seq is the number of the stop on the route. Of the visit the round and household
	// are those of the stop.
	Seq int
	Visit
}

// Answers to a visit that was typed in.
const (
	PaperRecorded = "recorded"
	PaperFinished = "finished" // nobody was to go there any more
	PaperClosed   = "closed"   // the round is
	PaperTaken    = "taken"    // the id belongs to another visit
	PaperNone     = "none"     // no such stop, or a day that is not in the round or has not come
)

// TypeVisits appends what the worker of a route wrote on paper, by the hands of a
// principal who holds the area; answers are those above, in the order of the visits.
// The same visits again change nothing.
func (db *DB) TypeVisits(ctx context.Context, principal Principal, route uuid.UUID, visits []PaperVisit) (answers []string, err error) {
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		for _, v := range visits {
			var answer string
			err := tx.QueryRow(ctx, "SELECT rounds.type_visit($1, $2, $3, $4, $5, $6, $7)",
				route, v.Seq, v.ID, v.Outcome, v.LeftCard, v.VisitedOn, v.Part).Scan(&answer)
			if err != nil {
				return err
			}
			answers = append(answers, answer)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("register: paper: %w", err)
	}
	return answers, nil
}

// MapShape is a feature of the base map.
type MapShape struct {
	// Class is a code of the closed list map_classes.
	Class, Name, NameZH string
	Shape               orb.Geometry
}

// mostShapes of the base map are drawn on one page.
const mostShapes = 30_000

// MapWithin gives what the base map has within a bound at a zoom, without the names of
// places and boundaries.
func (db *DB) MapWithin(ctx context.Context, principal Principal, bound orb.Bound, zoom int) ([]MapShape, error) {
	const query = `
		SELECT b.class::text, coalesce(b.name::text, ''), coalesce(b.name_zh::text, ''), ST_Transform(b.shape, 4326)
		FROM rounds.basemap_within(ST_Transform(ST_MakeEnvelope($1, $2, $3, $4, 4326), 3857), $5) b
		WHERE b.class IN ('street', 'building', 'water', 'green', 'rail') ORDER BY b.min_zoom, b.id LIMIT $6`
	var shapes []MapShape
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1], zoom, mostShapes)
		if err != nil {
			return err
		}
		shapes, err = pgx.CollectRows(rows, pgx.RowToStructByPos[MapShape])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: map: %w", err)
	}
	return shapes, nil
}
