package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rounds-project/rounds/geo"
)

// LedgerCase is a case as a ledger elsewhere has it: no text, no party, no place but
// its area.
type LedgerCase struct {
	// Number is that of its ledger; people look for the case by it.
	Number string
	// Matter is a code of the closed list, or that of a kind of matters for a dispute.
	Matter string
	// Stage is a code of the closed list; "" follows from ClosedOn.
	Stage string
	// Unit and Area are names, of an area perhaps with those around it (West / Mill).
	// One of them is enough.
	Unit, Area string
	ReportedOn time.Time
	// DueOn is zero where the rules of the area say it; ClosedOn where it is open.
	DueOn, ClosedOn time.Time
}

// LedgerRows gives the cases of a file, as [HouseholdRows] does households; of a row with
// a complaint, what was understood of it.
type LedgerRows func(keep func(row int64, one LedgerCase, complaint *Complaint) error) error

// ledgerBatch is how many rows are saved at once.
const ledgerBatch = 2000

// ledgerRow is a row with what its names mean.
type ledgerRow struct {
	number     int64
	one        LedgerCase
	dispute    bool
	area, unit *uuid.UUID
	complaint  *Complaint
}

// ledgerIntake is an import of a ledger under way; it holds one batch of rows.
type ledgerIntake struct {
	*intake
	names *ledgerNames
	lists geo.Lists
	today time.Time
	held  []ledgerRow
	// seen are the cases so far, where none is written.
	seen   map[uuid.UUID]bool
	before int // rows of the batches that were saved
}

// ImportLedger takes the cases of another ledger, of disputes those that are over. The
// error is a [*RefusedError] when a row cannot be taken; then none is.
func (db *DB) ImportLedger(ctx context.Context, rows LedgerRows, options ImportOptions) (ImportReport, error) {
	report := ImportReport{Kind: "ledger", DryRun: options.DryRun}
	err := db.importing(ctx, &report, options, func(in *intake) error {
		names, err := loadLedgerNames(ctx, in.Tx)
		if err != nil {
			return err
		}
		if !in.looks() {
			if _, err := in.hold(ctx); err != nil {
				return err
			}
			if err := in.enter(ctx); err != nil {
				return err
			}
		}
		l := &ledgerIntake{intake: in, names: names, lists: geo.ClosedLists(), today: db.today(), seen: map[uuid.UUID]bool{}}
		err = rows(func(row int64, one LedgerCase, complaint *Complaint) error {
			l.held = append(l.held, l.understand(row, one, complaint))
			if len(l.held) < ledgerBatch {
				return ctx.Err()
			}
			return l.flush(ctx)
		})
		if err != nil {
			return in.unread(err)
		}
		if err := l.flush(ctx); err != nil {
			return err
		}
		if l.before == 0 {
			return &RefusedError{Total: 1, Complaints: []Complaint{{Field: "file", Problem: "holds no cases; nothing was imported"}}}
		}
		return in.complaints.err()
	})
	return report, err
}

// understand finds what the names of a row mean. What is not understood is left out of
// the row, so that a corrected copy has no word that may be about somebody.
func (l *ledgerIntake) understand(number int64, one LedgerCase, complaint *Complaint) ledgerRow {
	r := ledgerRow{number: number, one: one, complaint: complaint}
	wrong := func(c *Complaint) bool {
		if c != nil && r.complaint == nil {
			r.complaint = c
		}
		return c != nil
	}
	if wrong(checkNumber(one.Number)) {
		r.one.Number = ""
	}
	matter, known := l.lists.Find("matters", one.Matter)
	r.dispute = one.Matter == geo.Dispute || known && matter.Kind == geo.Dispute
	if !known && !r.dispute {
		wrong(&Complaint{Field: "matter", Problem: "is not on the closed list; see: rounds import incidents --help, or say what the word means with --word \"matter:WORD=CODE\""})
		r.one.Matter = ""
	}
	var c *Complaint
	if r.area, r.unit, c = l.names.find(one.Area, one.Unit); wrong(c) {
		if r.area == nil {
			r.one.Area = ""
		}
		if r.unit == nil {
			r.one.Unit = ""
		}
	}
	if r.area != nil && !l.holds(*r.area) {
		wrong(&Complaint{Field: "area", Problem: "lies in an area that is not yours; leave the row out, or ask who has that area"})
		r.one.Area = ""
	}
	wrong(l.checkDays(&r))
	return r
}

func checkNumber(number string) *Complaint {
	if number == "" {
		return &Complaint{Field: "number", Problem: "is empty; give each case the number that it has in its ledger"}
	}
	c := checkID(number, 64)
	if c != nil {
		c.Field = "number"
	}
	return c
}

// checkDays looks at days and stage, and completes the stage.
func (l *ledgerIntake) checkDays(r *ledgerRow) *Complaint {
	one := &r.one
	if _, known := l.lists.Find("case_stages", one.Stage); one.Stage != "" && !known {
		one.Stage = ""
		return &Complaint{Field: "stage", Problem: "is none of received, triaged, assigned, paused, settled, refused, closed; say what the word means with --word \"stage:WORD=CODE\", or leave it empty"}
	}
	if one.Stage == "" {
		one.Stage = "received"
		if !one.ClosedOn.IsZero() {
			one.Stage = "closed"
		}
	}
	over := one.Stage == "settled" || one.Stage == "refused" || one.Stage == "closed"
	switch {
	case one.ReportedOn.IsZero() || one.ReportedOn.After(l.today) || one.ReportedOn.Year() < 1950:
		return &Complaint{Field: "reported_on", Problem: "is no day up to today; want a date such as 2027-03-01"}
	case over && one.ClosedOn.IsZero():
		return &Complaint{Field: "closed_on", Problem: "is empty and the case is over; give the day when it was"}
	case over && (one.ClosedOn.Before(one.ReportedOn) || one.ClosedOn.After(l.today)):
		return &Complaint{Field: "closed_on", Problem: "is no day between reported_on and today"}
	case !over && !one.ClosedOn.IsZero():
		return &Complaint{Field: "closed_on", Problem: "has a day and the case is open; leave one out: the day, or the stage"}
	case !one.DueOn.IsZero() && (one.DueOn.Before(one.ReportedOn) || one.DueOn.After(one.ReportedOn.AddDate(10, 0, 0))):
		return &Complaint{Field: "due_on", Problem: "is no day within ten years after reported_on; leave it empty for that of the rules"}
	case r.dispute && !over:
		return &Complaint{Field: "stage", Problem: "is that of an open dispute, which its party asks to have mediated anew (at /report or an office); leave the row out"}
	case !over && r.unit != nil && l.names.closed[*r.unit]:
		return &Complaint{Field: "unit", Problem: "is closed; give the unit that has the case now, or leave it empty for that of the rules"}
	}
	return nil
}

// flush saves the rows that are held, unless a row before them was wrong, and hands them
// to who writes a corrected copy.
func (l *ledgerIntake) flush(ctx context.Context) error {
	if err := l.save(ctx); err != nil {
		return err
	}
	for _, r := range l.held {
		if r.complaint != nil {
			l.complain(r.number, *r.complaint)
		}
		if l.options.Corrected == nil {
			continue
		}
		if err := l.options.Corrected(r.number, r.one, r.complaint); err != nil {
			return err
		}
	}
	l.before += len(l.held)
	l.held = l.held[:0]
	l.options.progress("save", l.before, 0)
	return nil
}

// save files the rows that are good, also after wrong ones, so that a number that is
// there twice is told with everything else; it is all rolled back then.
func (l *ledgerIntake) save(ctx context.Context) error {
	var at []int // in held
	var ids, areas []uuid.UUID
	var units []*uuid.UUID
	var numbers, stages []string
	var matters []*string
	var opened []time.Time
	var due, over []*time.Time
	for i, r := range l.held {
		if r.complaint != nil {
			continue
		}
		at = append(at, i)
		ids = append(ids, l.options.Keys.ID("case", r.one.Number))
		numbers, stages = append(numbers, r.one.Number), append(stages, r.one.Stage)
		areas, units = append(areas, *r.area), append(units, r.unit)
		matter := &r.one.Matter
		if r.dispute {
			matter = nil
		}
		matters = append(matters, matter)
		opened, due, over = append(opened, r.one.ReportedOn), append(due, dayOrNull(r.one.DueOn)), append(over, dayOrNull(r.one.ClosedOn))
	}
	if l.options.Desk != nil {
		if err := l.judge(ctx, at, ids, over); err != nil || l.looks() {
			return err
		}
	}
	const query = "SELECT place, result FROM rounds.import_cases($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
	rows, err := l.Query(ctx, query, l.id, ids, numbers, areas, matters, stages, units, opened, due, over)
	if err != nil {
		return fmt.Errorf("register: save cases: %w", err)
	}
	added := len(ids)
	var place int
	var result string
	_, err = pgx.ForEachRow(rows, []any{&place, &result}, func() error {
		added--
		switch result {
		case "known":
			l.report.Unchanged++
		case "old":
			l.report.Old++
		default:
			l.held[at[place-1]].complaint = twiceInFile()
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("register: save cases: %w", err)
	}
	l.report.Added += added
	return nil
}

func twiceInFile() *Complaint {
	return &Complaint{Field: "number", Problem: "is that of another row too; give each case a number of its own, such as with its village before it"}
}

func dayOrNull(day time.Time) *time.Time {
	if day.IsZero() {
		return nil
	}
	return &day
}

// Errors of undoing an import.
var (
	// ErrNoImport says that there is no such import of a ledger, or that it was undone.
	ErrNoImport = errors.New("register: no such import of a ledger, or it was undone")
	// ErrWorkedOn says that somebody took steps in cases of an import.
	ErrWorkedOn = errors.New("register: somebody worked on these cases since")
)

// UndoLedger takes the cases of an import away again and gives how many. The error may be
// [ErrNoImport] or, unless workedOn, [ErrWorkedOn].
func (db *DB) UndoLedger(ctx context.Context, id uuid.UUID, workedOn bool) (cases int, err error) {
	err = db.As(ctx, Service("import"), func(tx pgx.Tx) error {
		cases, err = undoLedger(ctx, tx, id, workedOn)
		return err
	})
	return cases, err
}

func undoLedger(ctx context.Context, tx pgx.Tx, id uuid.UUID, workedOn bool) (cases int, err error) {
	var taken *int
	err = tx.QueryRow(ctx, "SELECT rounds.undo_ledger($1, $2)", id, workedOn).Scan(&taken)
	var refused *pgconn.PgError
	switch {
	case errors.As(err, &refused) && refused.ConstraintName == "imports_worked_on":
		err = ErrWorkedOn
	case err == nil && taken == nil:
		err = ErrNoImport
	}
	if err != nil {
		return 0, fmt.Errorf("register: undo an import: %w", err)
	}
	return *taken, nil
}

// LedgerImport is an import of a ledger that can be undone.
type LedgerImport struct {
	ID         uuid.UUID `json:"id"`
	ImportedAt time.Time `json:"imported_at"`
	Cases      int       `json:"cases"`
}

// LedgerImports are those that were not undone, the latest first.
func (db *DB) LedgerImports(ctx context.Context) (imports []LedgerImport, err error) {
	err = db.As(ctx, Service("import"), func(tx pgx.Tx) error {
		imports, err = rowsOf[LedgerImport](ctx, tx, `
			SELECT id, imported_at, added::integer FROM rounds.imports WHERE kind = 'ledger' AND undone_at IS NULL ORDER BY imported_at DESC, id LIMIT 100`)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: imports: %w", err)
	}
	return imports, nil
}
