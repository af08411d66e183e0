package register

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rounds-project/rounds/geo"
)

// MatterChoice is what an installation chose for a matter of the closed list.
type MatterChoice struct {
	Matter string
	// Hidden says that it is offered no more; what was reported stays.
	Hidden bool
	// DueDays are the days within which it is due here, nil for those of the release;
	// KeepDays leaves those that were chosen.
	DueDays  *int
	KeepDays bool
}

// ListsHere are the closed lists with what this installation chose, as JSON.
func (db *DB) ListsHere(ctx context.Context) ([]byte, error) {
	var choices []MatterChoice
	err := db.AsSnapshot(ctx, Principal{}, func(tx pgx.Tx) (err error) {
		choices, err = rowsOf[MatterChoice](ctx, tx, "SELECT matter::text, hidden, due_days::integer, false FROM rounds.matter_choices")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: lists: %w", err)
	}
	if len(choices) == 0 {
		return geo.ListsJSON, nil
	}
	lists := maps.Clone(geo.ClosedLists())
	matters := slices.Clone(lists["matters"])
	lists["matters"] = matters
	for _, choice := range choices {
		for i := range matters {
			if matters[i].Code == choice.Matter {
				matters[i].Hidden = choice.Hidden
				if choice.DueDays != nil {
					matters[i].DueDays = choice.DueDays
				}
			}
		}
	}
	text, err := json.Marshal(lists)
	if err != nil {
		return nil, fmt.Errorf("register: lists: %w", err)
	}
	return text, nil
}

// ErrNotOffered says that an installation does not take reports of a matter.
var ErrNotOffered = errors.New("register: the matter is not offered here")

// CheckOffered refuses a matter that is hidden here, with [ErrNotOffered]. What a phone
// recorded before it heard of that is taken all the same, and so is a report that was
// taken before and is sent again.
func (db *DB) CheckOffered(ctx context.Context, matter string, report uuid.UUID) error {
	var offered bool
	err := db.AsSnapshot(ctx, Principal{}, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT rounds.is_offered($1, $2)", matter, report).Scan(&offered)
	})
	if err != nil {
		return fmt.Errorf("register: matter: %w", err)
	}
	if !offered {
		return ErrNotOffered
	}
	return nil
}

// ErrDisputesAlike says that a dispute has the unit and the days of all disputes.
var ErrDisputesAlike = errors.New("register: a dispute has the unit and the days of all disputes")

// ChooseMatter keeps what an installation chose for a matter, in place of what it chose
// before. The error may be [ErrNoMatter] or [ErrDisputesAlike].
func (db *DB) ChooseMatter(ctx context.Context, principal Principal, choice MatterChoice) error {
	if _, known := geo.ClosedLists().Find("matters", choice.Matter); !known {
		return ErrNoMatter
	}
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO rounds.matter_choices AS m VALUES ($1, $2, $3)
			ON CONFLICT (matter) DO UPDATE SET hidden = excluded.hidden, due_days = CASE WHEN $4 THEN m.due_days ELSE excluded.due_days END`,
			choice.Matter, choice.Hidden, choice.DueDays, choice.KeepDays)
		return err
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.ConstraintName == "disputes_alike" {
		err = ErrDisputesAlike
	}
	if err != nil {
		return fmt.Errorf("register: choose a matter: %w", err)
	}
	return nil
}
