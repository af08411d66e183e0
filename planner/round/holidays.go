package round

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
)

// ErrNoArea says that there is no such area, or none that the principal may see.
var ErrNoArea = errors.New("round: no such area")

// Holidays are the days on which nobody visits in an area, by day; those of areas around
// it are not among them. The list goes on after a day, from the zero time at the
// beginning. The error may be [ErrNoArea].
func (b *Book) Holidays(ctx context.Context, principal register.Principal, area uuid.UUID, after time.Time, limit int) (days []time.Time, err error) {
	err = b.change(ctx, principal, "holidays", func(tx pgx.Tx) error {
		if err := seesArea(ctx, tx, area); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, "SELECT day FROM rounds.holidays WHERE area_id = $1 AND day > $2 ORDER BY day LIMIT $3", area, after, limit)
		if err != nil {
			return err
		}
		days, err = pgx.CollectRows(rows, pgx.RowTo[time.Time])
		return err
	})
	return days, err
}

// SetHoliday notes that nobody visits in an area and below it on a day, or that it is a
// day like others; the next plan honours it. The error may be [ErrNoArea] or
// [ErrNotHolder].
func (b *Book) SetHoliday(ctx context.Context, principal register.Principal, area uuid.UUID, day time.Time, off bool) error {
	return b.change(ctx, principal, "holiday", func(tx pgx.Tx) error {
		if err := seesArea(ctx, tx, area); err != nil {
			return err
		}
		var holds bool
		if err := tx.QueryRow(ctx, "SELECT $1 IN (SELECT rounds.granted_areas())", area).Scan(&holds); err != nil || !holds {
			return errors.Join(err, ErrNotHolder)
		}
		statement := "DELETE FROM rounds.holidays WHERE area_id = $1 AND day = $2"
		if off {
			statement = "INSERT INTO rounds.holidays (area_id, day) VALUES ($1, $2) ON CONFLICT DO NOTHING"
		}
		_, err := tx.Exec(ctx, statement, area, day)
		return err
	})
}

func seesArea(ctx context.Context, tx pgx.Tx, area uuid.UUID) error {
	var there bool
	if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM rounds.areas WHERE id = $1)", area).Scan(&there); err != nil || !there {
		return errors.Join(err, ErrNoArea)
	}
	return nil
}

// holidays reads, by grid of a round, the days on which nobody visits there.
func holidays(ctx context.Context, tx pgx.Tx, round uuid.UUID) (map[uuid.UUID][]string, error) {
	rows, err := tx.Query(ctx, `
		SELECT a.area_id, h.day::text FROM rounds.round_areas a JOIN rounds.rounds r ON r.id = a.round_id
			JOIN rounds.area_paths p ON p.area_id = a.area_id JOIN rounds.holidays h ON h.area_id = p.ancestor_id
		WHERE a.round_id = $1 AND h.day BETWEEN r.starts_on AND r.ends_on ORDER BY h.day`, round)
	if err != nil {
		return nil, err
	}
	days := map[uuid.UUID][]string{}
	var area uuid.UUID
	var day string
	_, err = pgx.ForEachRow(rows, []any{&area, &day}, func() error {
		days[area] = append(days[area], day)
		return nil
	})
	return days, err
}
