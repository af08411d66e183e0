package round

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/planner"
)

// names are the source keys of households, by which the planner knows them, and their
// ids, by which drafts do.
type names struct {
	keys map[uuid.UUID]string
	ids  map[string]uuid.UUID
}

func newNames(t *task) names {
	n := names{make(map[uuid.UUID]string, len(t.households)), make(map[string]uuid.UUID, len(t.households))}
	for i := range t.households {
		h := &t.households[i]
		n.keys[h.ID], n.ids[h.Household.ID] = h.Household.ID, h.ID
	}
	return n
}

// draft is a row: a worker's day, or households that are left.
type draft struct {
	Worker      *uuid.UUID
	Day, Reason *string
	Base        *uuid.UUID
	Households  []uuid.UUID
}

// addDrafts writes a sketch down.
func addDrafts(ctx context.Context, tx pgx.Tx, plan uuid.UUID, s planner.Sketch, ids names) error {
	const insert = `INSERT INTO rounds.plan_drafts (plan_id, worker_id, day, reason, base_id, households) VALUES ($1, $2, $3::date, $4::rounds.unplanned_reason, $5, $6)`
	of := func(keys []string) []uuid.UUID {
		return column(keys, func(key string) uuid.UUID { return ids.ids[key] })
	}
	rows := &pgx.Batch{}
	for _, d := range s.Days {
		rows.Queue(insert, plan, d.Worker, d.Date, nil, orNull(ids.ids[d.Base]), of(d.Households))
	}
	for _, l := range s.Left {
		rows.Queue(insert, plan, orNull(l.Worker), nil, string(l.Reason), nil, of(l.Households))
	}
	return tx.SendBatch(ctx, rows).Close()
}

// dropDrafts deletes those of a part's workers.
func dropDrafts(ctx context.Context, tx pgx.Tx, t part) error {
	_, err := tx.Exec(ctx, "DELETE FROM rounds.plan_drafts WHERE plan_id = $1 AND worker_id = ANY ($2)", t.plan, t.workers)
	return err
}

// drafts are the days of a part's workers, in order, and who is left of their
// territories; households that are finished or gone are passed over.
func (b *Book) drafts(ctx context.Context, t part, ids names) (s planner.Sketch, err error) {
	rows, err := list(ctx, b, planning, pgx.RowToStructByPos[draft], `
		SELECT worker_id, day::text, reason::text, base_id, households FROM rounds.plan_drafts
		WHERE plan_id = $1 AND worker_id = ANY ($2) ORDER BY worker_id, day`, t.plan, t.workers)
	for _, d := range rows {
		var keys []string
		for _, id := range d.Households {
			if key, known := ids.keys[id]; known {
				keys = append(keys, key)
			}
		}
		if d.Day == nil {
			s.Left = append(s.Left, planner.Left{Worker: d.Worker.String(), Reason: planner.Reason(*d.Reason), Households: keys})
			continue
		}
		day := planner.Day{Worker: d.Worker.String(), Date: *d.Day, Households: keys}
		if d.Base != nil {
			day.Base = ids.keys[*d.Base]
		}
		s.Days = append(s.Days, day)
	}
	return s, err
}

// drafted are the households in drafts of a part's workers, those where workers start
// among them.
func (b *Book) drafted(ctx context.Context, t part) ([]uuid.UUID, error) {
	return list(ctx, b, planning, pgx.RowTo[uuid.UUID], `
		WITH own AS (SELECT base_id, households FROM rounds.plan_drafts WHERE plan_id = $1 AND worker_id = ANY ($2))
		SELECT unnest(households) FROM own UNION SELECT base_id FROM own WHERE base_id IS NOT NULL`, t.plan, t.workers)
}
