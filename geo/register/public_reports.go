package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
)

// Errors of what somebody without an account reports.
var (
	// ErrNoReport says that nothing is kept under a code.
	ErrNoReport = errors.New("register: no report is kept under this code")
	// ErrAnswered says that a matter is not closed, or was asked about before.
	ErrAnswered = errors.New("register: a closed matter is asked about once")
)

// resident is who has a code, or a matter, and no account.
var resident = Service("resident")

// PublicArea is an area of which everybody may know the name. Level is county, town or
// village.
type PublicArea struct {
	ID           uuid.UUID
	Parent       *uuid.UUID
	Level        string
	Name, NameZH string
}

// PublicStreet is a street as everybody's map has it, with a point of it.
type PublicStreet struct {
	Name, NameZH string
	Lon, Lat     float64
}

// PublicAreas lists the areas that a report may be about, from the largest.
func (db *DB) PublicAreas(ctx context.Context) (areas []PublicArea, err error) {
	err = db.AsSnapshot(ctx, resident, func(tx pgx.Tx) error {
		areas, err = rowsOf[PublicArea](ctx, tx, "SELECT id, parent_id, level::text, name, coalesce(name_zh, '') FROM rounds.public_areas()")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: public areas: %w", err)
	}
	return areas, nil
}

// PublicStreets lists the streets of an area of [DB.PublicAreas]; none without a base map.
func (db *DB) PublicStreets(ctx context.Context, area uuid.UUID) (streets []PublicStreet, err error) {
	err = db.AsSnapshot(ctx, resident, func(tx pgx.Tx) error {
		streets, err = rowsOf[PublicStreet](ctx, tx, "SELECT name, coalesce(name_zh, ''), lon, lat FROM rounds.public_streets($1)", area)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: public streets: %w", err)
	}
	return streets, nil
}

// ReportPublicly files what somebody without an account reports; its source and day are
// set here, and a receipt is needed. The same again changes nothing, and added is
// false. The error may be [ErrOutside], [ErrNoMatter] or [ErrIDTaken].
func (db *DB) ReportPublicly(ctx context.Context, keys *Keys, report Report) (added bool, err error) {
	cell, err := geo.LeafCell(report.At)
	if err != nil {
		return false, err
	}
	var taken *bool
	err = db.As(ctx, resident, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT rounds.report_publicly($1, $2, $3, $4, $5, $6, $7)", report.ID, report.Matter, report.At, int64(cell), report.InHome,
			report.Text, keys.hashOf(report.Receipt)).Scan(&taken)
	})
	switch {
	case err != nil:
		return false, fmt.Errorf("register: public report: %w", disputeError(err))
	case taken == nil:
		return false, fmt.Errorf("register: public report: %w", ErrOutside)
	}
	return *taken, nil
}

// AskPublicly keeps that somebody without an account asks for mediation in an area; its
// place is not asked. The error may be [ErrOutside], [ErrNoMatter] or [ErrIDTaken].
func (db *DB) AskPublicly(ctx context.Context, keys *Keys, dispute Dispute, area uuid.UUID) (added bool, err error) {
	dispute.Source, dispute.Method = "public_form", "online"
	err = db.As(ctx, resident, func(tx pgx.Tx) error {
		added, err = askMediationIn(ctx, tx, keys, dispute, area)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("register: public report: %w", err)
	}
	return added, nil
}

// Followed is what whoever has a code sees of a matter: neither what nor where.
type Followed struct {
	// Stage is a code of the closed list report_stages, Since the day of it.
	Stage        string
	Since, DueOn time.Time
	// ConfirmBy is the last day on which mediation can be confirmed, nil when there is
	// nothing to confirm.
	ConfirmBy *time.Time
	// MayAnswer says that the three questions were not answered yet.
	MayAnswer bool
}

// FollowReport is what became of a matter. The error may be [ErrNoReport].
func (db *DB) FollowReport(ctx context.Context, keys *Keys, receipt Receipt) (followed Followed, err error) {
	var found []Followed
	err = db.AsSnapshot(ctx, resident, func(tx pgx.Tx) error {
		found, err = rowsOf[Followed](ctx, tx, "SELECT stage::text, since, due_on, confirm_by, may_answer FROM rounds.follow_report($1)", keys.HashReceipt(receipt))
		return err
	})
	if err == nil && len(found) == 0 {
		err = ErrNoReport
	}
	if err != nil {
		return Followed{}, fmt.Errorf("register: follow a report: %w", err)
	}
	return found[0], nil
}

// ConfirmReport says that whoever asked for mediation still wants it. The error may be
// [ErrNoReport].
func (db *DB) ConfirmReport(ctx context.Context, keys *Keys, receipt Receipt) error {
	return db.withCode(ctx, ErrNoReport, "SELECT rounds.confirm_report($1)", keys.HashReceipt(receipt))
}

// WithdrawReport takes a matter back: text, contact and code go; a service or a dispute
// ends, a hazard stays until it is dealt with. The error may be [ErrNoReport].
func (db *DB) WithdrawReport(ctx context.Context, keys *Keys, receipt Receipt) error {
	return db.withCode(ctx, ErrNoReport, "SELECT rounds.withdraw_report($1)", keys.HashReceipt(receipt))
}

// WithdrawReportsAgain takes back what was taken back before a backup from an earlier
// day was restored, by the HMACs of the codes, and gives the number of matters.
func (db *DB) WithdrawReportsAgain(ctx context.Context, codes [][]byte) (withdrawn int, err error) {
	err = db.As(ctx, Service("retention"), func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT rounds.withdraw_reports_again($1)", codes).Scan(&withdrawn)
	})
	if err != nil {
		return 0, fmt.Errorf("register: withdraw reports again: %w", err)
	}
	return withdrawn, nil
}

// ForgetPartiesAgain forgets parties of disputes that were removed, or took back what was
// kept of them, before a backup from an earlier day was restored, by digests of their ids.
func (db *DB) ForgetPartiesAgain(ctx context.Context, digests [][]byte) (forgotten int, err error) {
	err = db.As(ctx, Service("retention"), func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT rounds.forget_parties_again($1)", digests).Scan(&forgotten)
	})
	if err != nil {
		return 0, fmt.Errorf("register: forget parties again: %w", err)
	}
	return forgotten, nil
}

// Satisfaction is what whoever brought a matter says of it, codes of the closed list
// satisfaction_answers: were they heard, is it settled, was it in time.
type Satisfaction struct{ Heard, Settled, InTime string }

// AnswerReport adds answers to the sums of a unit and quarter, without case or code.
// The error may be [ErrAnswered].
func (db *DB) AnswerReport(ctx context.Context, keys *Keys, receipt Receipt, said Satisfaction) error {
	return db.withCode(ctx, ErrAnswered, "SELECT rounds.answer_report($1, $2, $3, $4)", keys.HashReceipt(receipt), said.Heard, said.Settled, said.InTime)
}

// withCode runs a query that says whether something was done; otherwise the error is not.
func (db *DB) withCode(ctx context.Context, not error, query string, arguments ...any) error {
	var done bool
	err := db.As(ctx, resident, func(tx pgx.Tx) error { return tx.QueryRow(ctx, query, arguments...).Scan(&done) })
	if err == nil && !done {
		err = not
	}
	if err != nil {
		return fmt.Errorf("register: report: %w", err)
	}
	return nil
}

// SatisfactionSum is how many people gave an answer in a quarter about a unit.
type SatisfactionSum struct {
	Unit             uuid.UUID
	Quarter          time.Time
	Question, Answer string
	People           int
}

// SatisfactionSums are those of units of the principal's areas and of quarters that are
// over, where ten people answered.
func (db *DB) SatisfactionSums(ctx context.Context, principal Principal) (sums []SatisfactionSum, err error) {
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		sums, err = rowsOf[SatisfactionSum](ctx, tx, "SELECT unit_id, quarter, question::text, answer::text, people FROM rounds.satisfaction_sums()")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: satisfaction: %w", err)
	}
	return sums, nil
}
