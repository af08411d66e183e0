package casework

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// CaseVisit is a visit that a case asked for; nothing keeps to whom.
type CaseVisit struct {
	ID      uuid.UUID
	VisitOn time.Time
	// Agreed: who brought the matter agreed to the day.
	Agreed bool
}

// VisitWish is a visit to who brought a matter, three for a case.
type VisitWish struct {
	CaseVisit
	Case uuid.UUID
	// Street, Number and Unit are the address of one household; Unit may be "".
	Street, Number, Unit string
	// Opens and Closes are local times, "10:00", between which it may begin; "" for any.
	Opens, Closes string
}

// AskVisit books the day in the round that goes there then; the next plan keeps to it. A
// visit of the case in that round that is still ahead is moved, and none is ahead any more
// when the case is over.
// added is false for the same again. The error may be [ErrNoCase], [ErrMove],
// [ErrUnagreed], [ErrThreeVisits], [ErrBooked], [ErrNoPlace], [ErrNoVisitRound] or [ErrIDTaken].
func (o *Office) AskVisit(ctx context.Context, principal register.Principal, wish VisitWish) (added bool, err error) {
	err = o.change(ctx, principal, "ask for a visit", func(tx pgx.Tx) error {
		const query = "SELECT rounds.ask_case_visit($1, $2, $3, $4, $5, $6, $7::text::time, $8::text::time, $9)"
		return tx.QueryRow(ctx, query, wish.ID, wish.Case, wish.Street, wish.Number, orNull(wish.Unit), wish.VisitOn, orNull(wish.Opens), orNull(wish.Closes), wish.Agreed).Scan(&added)
	})
	return added, err
}

// CaseVisits are those that a case asked for, for who deals with it.
func (o *Office) CaseVisits(ctx context.Context, principal register.Principal, of uuid.UUID) (visits []CaseVisit, err error) {
	err = o.read(ctx, principal, audit.Cases, func(tx pgx.Tx) error {
		var deals bool
		if err := tx.QueryRow(ctx, "SELECT rounds.deals_with($1)", of).Scan(&deals); err != nil {
			return err
		}
		if !deals {
			return ErrNoCase
		}
		rows, err := tx.Query(ctx, "SELECT id, visit_on, agreed FROM rounds.case_visits WHERE case_id = $1 ORDER BY seq", of)
		if err == nil {
			visits, err = pgx.CollectRows(rows, pgx.RowToStructByPos[CaseVisit])
		}
		return err
	})
	return visits, err
}
