package round

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
)

// Account says where each household of a round is. The counts are of all households: each
// is in one of them.
type Account struct {
	// Finished doors, those on a stop of a day to come, and those on a stop of a day that
	// has passed and still open.
	Finished, Planned, Late int
	// NoPlan are open while no plan is published.
	NoPlan int
	// Unplanned are by reason.
	Unplanned map[string]int
	// Missing are in the published plan neither on a stop nor unplanned, Twice both: the
	// schema lets neither come to pass.
	Missing, Twice int
}

// Whole reports whether each household is accounted for once.
func (a Account) Whole() bool { return a.Missing == 0 && a.Twice == 0 }

// Account counts the households of a round; like totals, it is the same for whoever sees
// the round. The error may be [ErrNoRound].
func (b *Book) Account(ctx context.Context, principal register.Principal, round uuid.UUID, today time.Time) (Account, error) {
	a := Account{Unplanned: map[string]int{}}
	if _, err := b.Round(ctx, principal, round, today); err != nil {
		return a, err
	}
	type counted struct {
		Place string
		Count int
	}
	counts, err := list(ctx, b, planning, pgx.RowToStructByPos[counted], "SELECT place, households FROM rounds.account_for($1, $2)", round, today)
	places := map[string]*int{"finished": &a.Finished, "planned": &a.Planned, "late": &a.Late, "no_plan": &a.NoPlan, "missing": &a.Missing, "twice": &a.Twice}
	for _, c := range counts {
		if place := places[c.Place]; place != nil {
			*place = c.Count
		} else {
			a.Unplanned[c.Place] = c.Count
		}
	}
	return a, err
}
