package round

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/planner"
)

// held is a grid that a worker has, for the days from First to Last; the zero times are
// always. With grants that leave days out there is one for each time without a gap.
type held struct {
	Area        uuid.UUID
	First, Last time.Time
}

// reach reads which grids the workers of a plan have, and on which days: a grant counts
// for the days that it covers from beginning to end.
func (b *Book) reach(ctx context.Context, tx pgx.Tx, plan uuid.UUID) (map[uuid.UUID][]held, error) {
	rows, err := tx.Query(ctx, "SELECT worker_id, area_id, begins_s, ends_s FROM rounds.plan_reach($1) ORDER BY worker_id, area_id", plan)
	if err != nil {
		return nil, err
	}
	reach := map[uuid.UUID][]held{}
	var worker uuid.UUID
	var area held
	var begins, ends *int64
	after := func(seconds int64) time.Time {
		return b.db.Now().Add(time.Duration(seconds) * time.Second).In(b.db.Zone())
	}
	_, err = pgx.ForEachRow(rows, []any{&worker, &area.Area, &begins, &ends}, func() error {
		area.First, area.Last = time.Time{}, time.Time{}
		if begins != nil {
			area.First = Date(after(*begins), b.db.Zone())
			if *begins > 0 {
				area.First = area.First.AddDate(0, 0, 1)
			}
			area.Last = Date(after(*ends), b.db.Zone()).AddDate(0, 0, -1)
		}
		reach[worker] = append(reach[worker], area)
		return nil
	})
	return reach, err
}

// bind gives a worker the areas that are held on all days of a plan, or those that are
// held longest, with the days on which one of them is not held as days off, and those on
// which there is a holiday in one of them.
func bind(w *planner.Worker, areas []held, holidays map[uuid.UUID][]string, first, last time.Time) {
	rest := func(date string) {
		if !slices.Contains(w.DaysOff, date) {
			w.DaysOff = append(w.DaysOff, date)
		}
	}
	whole := func(h held) bool {
		return h.Last.IsZero() || !h.First.After(first) && !h.Last.Before(last)
	}
	w.Areas = []string{}
	if slices.ContainsFunc(areas, whole) {
		areas = slices.DeleteFunc(slices.Clone(areas), func(h held) bool { return !whole(h) })
	} else if len(areas) > 0 {
		days := func(h held) time.Duration { return earlier(h.Last, last).Sub(later(h.First, first)) }
		longest := slices.MaxFunc(areas, func(a, b held) int { return cmp.Compare(days(a), days(b)) })
		areas = slices.DeleteFunc(slices.Clone(areas), func(h held) bool { return h.Last.Before(longest.Last) || h.First.After(longest.First) })
		for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
			if day.Before(longest.First) || day.After(longest.Last) {
				rest(day.Format(time.DateOnly))
			}
		}
	}
	for _, h := range areas {
		w.Areas = append(w.Areas, h.Area.String())
		for _, date := range holidays[h.Area] {
			rest(date)
		}
	}
}
