package round

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner"
)

// wish is what a plan keeps to for one household: a booking, or that nobody opened the
// door before. Days and times are nil for any.
type wish struct {
	first, last    *time.Time
	opens, closes  pgtype.Time
	worker         *uuid.UUID
	dueFrom        *time.Time
	duePart        *string
	opensH, closeH pgtype.Time // the place's own window
}

// wishes reads those of the open doors of a round, by source key.
func wishes(ctx context.Context, tx pgx.Tx, round uuid.UUID) (map[string]wish, error) {
	rows, err := tx.Query(ctx, `
		SELECT h.source_key, b.first_day, b.last_day, b.opens, b.closes, b.worker_id, d.due_from, d.due_part::text, h.window_opens, h.window_closes
		FROM (SELECT * FROM rounds.bookings WHERE round_id = $1) b
			FULL JOIN (SELECT * FROM rounds.doors WHERE round_id = $1 AND state = 'open' AND due_from IS NOT NULL) d USING (household_id)
			JOIN rounds.households h ON h.id = household_id`, round)
	if err != nil {
		return nil, err
	}
	all := map[string]wish{}
	var household string
	var w wish
	_, err = pgx.ForEachRow(rows, []any{&household, &w.first, &w.last, &w.opens, &w.closes, &w.worker, &w.dueFrom, &w.duePart, &w.opensH, &w.closeH}, func() error {
		all[household] = w
		return nil
	})
	return all, err
}

type dayPart struct {
	code   string
	window geo.Window
}

// The parts of the day in their order, by the codes of the closed list day_parts.
var dayParts = []dayPart{
	{"morning", geo.Window{Opens: 0, Closes: 12*time.Hour - time.Second}},
	{"afternoon", geo.Window{Opens: 12 * time.Hour, Closes: 17*time.Hour - time.Second}},
	{"evening", geo.Window{Opens: 17 * time.Hour, Closes: 24*time.Hour - time.Second}},
}

// terms puts a wish into days and times between two dates. A booking whose days are over
// asks for nothing more; who was not at home is visited again on the day that the round
// says, or later, in another part of the day as far as somebody works then.
func (w wish) terms(first, last time.Time, shifts []geo.Window, known func(worker uuid.UUID) bool) (t planner.Terms) {
	if w.worker != nil && known(*w.worker) {
		t.Worker = w.worker.String()
	}
	from, to := first, last
	if w.last == nil || !w.last.Before(first) {
		from, to = later(from, valueOr(w.first, from)), earlier(to, valueOr(w.last, to))
		if w.opens.Valid {
			t.Windows = []geo.Window{windowOf(w.opens, w.closes)}
			t.Appointment = from.Equal(to) // not a second visit that only one day is left for
		}
	}
	if w.dueFrom != nil && w.first == nil && w.last == nil { // whoever named a day is at home
		from = later(from, *w.dueFrom)
		if t.Windows == nil {
			t.Windows = w.otherPart(shifts)
		}
	}
	if from.After(first) || to.Before(last) {
		t.Dates = []string{from.Format(time.DateOnly)}
		for day := from.AddDate(0, 0, 1); !day.After(to); day = day.AddDate(0, 0, 1) {
			t.Dates = append(t.Dates, day.Format(time.DateOnly))
		}
	}
	return t
}

// otherPart is the part of the day to come again, within the place's own window, in the
// order of the list from the one that is due; nil when nobody works in another one than
// the last, or the window is in none.
func (w wish) otherPart(shifts []geo.Window) []geo.Window {
	if w.duePart == nil {
		return nil
	}
	due := slices.IndexFunc(dayParts, func(p dayPart) bool { return p.code == *w.duePart })
	for k := range len(dayParts) - 1 {
		part := dayParts[(due+k)%len(dayParts)].window
		if w.opensH.Valid && w.closeH.Valid {
			part = common(part, windowOf(w.opensH, w.closeH))
		}
		works := func(shift geo.Window) bool {
			both := common(part, shift)
			return both.Closes-both.Opens >= leastOfPart
		}
		if slices.ContainsFunc(shifts, works) {
			return []geo.Window{part}
		}
	}
	return nil
}

// leastOfPart of a day must be within a shift for visits to be put there.
const leastOfPart = time.Hour

func common(a, b geo.Window) geo.Window {
	return geo.Window{Opens: max(a.Opens, b.Opens), Closes: min(a.Closes, b.Closes)}
}

func windowOf(opens, closes pgtype.Time) geo.Window {
	return geo.Window{Opens: time.Duration(opens.Microseconds) * time.Microsecond, Closes: time.Duration(closes.Microseconds) * time.Microsecond}
}

func valueOr(day *time.Time, other time.Time) time.Time {
	if day == nil {
		return other
	}
	return *day
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
