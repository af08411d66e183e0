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

// addDrafts writes a sketch down, with those of its households that are still there.
func addDrafts(ctx context.Context, tx pgx.Tx, plan uuid.UUID, s planner.Sketch, ids names) error {
	var c struct {
		households             []uuid.UUID
		workers, days, reasons []*string
		seqs                   []*int
	}
	add := func(keys []string, worker, day, reason string) {
		for k, key := range keys {
			c.households, c.workers = append(c.households, ids.ids[key]), append(c.workers, orNull(worker))
			c.days, c.reasons = append(c.days, orNull(day)), append(c.reasons, orNull(reason))
			c.seqs = append(c.seqs, nil)
			if day != "" {
				c.seqs[len(c.seqs)-1] = orNull(k + 1)
			}
		}
	}
	bases := map[string]uuid.UUID{}
	for _, d := range s.Days {
		add(d.Households, d.Worker, d.Date, "")
		if d.Base != "" {
			bases[d.Worker] = ids.ids[d.Base]
		}
	}
	for _, l := range s.Left {
		add(l.Households, l.Worker, "", string(l.Reason))
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO rounds.plan_drafts (plan_id, household_id, worker_id, day, seq, reason)
		SELECT $1, h.id, d.worker::uuid, d.day::date, d.seq, d.reason::rounds.unplanned_reason
		FROM unnest($2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[]) AS d (household, worker, day, seq, reason)
			JOIN rounds.households h ON h.id = d.household`, plan, c.households, c.workers, c.days, c.seqs, c.reasons)
	if err != nil {
		return err
	}
	rows := &pgx.Batch{}
	for worker, base := range bases {
		rows.Queue("INSERT INTO rounds.plan_bases (plan_id, worker_id, household_id) SELECT $1, $2, h.id FROM rounds.households h WHERE h.id = $3", plan, worker, base)
	}
	return tx.SendBatch(ctx, rows).Close()
}

// loseDrafts makes those of a part's workers unplanned who have no place on the days of
// the drafts.
func loseDrafts(ctx context.Context, tx pgx.Tx, t part, unplanned []planner.Unplanned, ids names) error {
	households := column(unplanned, func(u planner.Unplanned) uuid.UUID { return ids.ids[u.Household] })
	reasons := column(unplanned, func(u planner.Unplanned) string { return string(u.Reason) })
	_, err := tx.Exec(ctx, `
		WITH lost AS (
			DELETE FROM rounds.plan_drafts WHERE plan_id = $1 AND worker_id = ANY ($2) AND household_id = ANY ($3) RETURNING household_id)
		INSERT INTO rounds.unplanned (plan_id, household_id, area_id, reason)
		SELECT $1, h.id, h.area_id, u.reason::rounds.unplanned_reason
		FROM unnest($3::uuid[], $4::text[]) AS u (household, reason) JOIN lost ON lost.household_id = u.household JOIN rounds.households h ON h.id = u.household`,
		t.plan, t.workers, households, reasons)
	return err
}

// dropDrafts deletes those of a part's workers.
func dropDrafts(ctx context.Context, tx pgx.Tx, t part) error {
	rows := &pgx.Batch{}
	rows.Queue("DELETE FROM rounds.plan_drafts WHERE plan_id = $1 AND worker_id = ANY ($2)", t.plan, t.workers)
	rows.Queue("DELETE FROM rounds.plan_bases WHERE plan_id = $1 AND worker_id = ANY ($2)", t.plan, t.workers)
	return tx.SendBatch(ctx, rows).Close()
}

// drafts are the days of a part's workers, in order, and who is left of their
// territories; households that are gone are passed over.
func (b *Book) drafts(ctx context.Context, t part, ids names) (s planner.Sketch, err error) {
	type draft struct {
		Worker      string
		Day, Reason *string
		Household   uuid.UUID
		Base        *uuid.UUID
	}
	rows, err := list(ctx, b, planning, pgx.RowToStructByPos[draft], `
		SELECT d.worker_id::text, d.day::text, d.reason::text, d.household_id, b.household_id
		FROM rounds.plan_drafts d LEFT JOIN rounds.plan_bases b ON b.plan_id = d.plan_id AND b.worker_id = d.worker_id
		WHERE d.plan_id = $1 AND d.worker_id = ANY ($2) ORDER BY d.worker_id, d.day, d.seq, d.reason, d.household_id`, t.plan, t.workers)
	for _, d := range rows {
		key, known := ids.keys[d.Household]
		if !known {
			continue
		}
		if d.Reason != nil {
			reason := planner.Reason(*d.Reason)
			if n := len(s.Left); n == 0 || s.Left[n-1].Worker != d.Worker || s.Left[n-1].Reason != reason {
				s.Left = append(s.Left, planner.Left{Worker: d.Worker, Reason: reason})
			}
			last := &s.Left[len(s.Left)-1]
			last.Households = append(last.Households, key)
			continue
		}
		if n := len(s.Days); n == 0 || s.Days[n-1].Worker != d.Worker || s.Days[n-1].Date != *d.Day {
			day := planner.Day{Worker: d.Worker, Date: *d.Day}
			if d.Base != nil {
				day.Base = ids.keys[*d.Base]
			}
			s.Days = append(s.Days, day)
		}
		last := &s.Days[len(s.Days)-1]
		last.Households = append(last.Households, key)
	}
	return s, err
}

// drafted are the households in drafts of a part's workers, those where workers start
// among them.
func (b *Book) drafted(ctx context.Context, t part) ([]uuid.UUID, error) {
	return list(ctx, b, planning, pgx.RowTo[uuid.UUID], `
		SELECT household_id FROM rounds.plan_drafts WHERE plan_id = $1 AND worker_id = ANY ($2)
		UNION SELECT household_id FROM rounds.plan_bases WHERE plan_id = $1 AND worker_id = ANY ($2)`, t.plan, t.workers)
}
