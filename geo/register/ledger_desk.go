package register

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
)

// holds says whether an import may bring cases of an area.
func (l *ledgerIntake) holds(area uuid.UUID) bool {
	desk := l.options.Desk
	return desk == nil || slices.ContainsFunc(desk.Areas, func(around uuid.UUID) bool { return l.names.covers(around, area) })
}

// judge says of the cases of a batch, by their places in held, what an import would make of
// them. Where somebody only looks it counts them, and nothing is written. The error is a
// [*RefusedError] where they are more than a look holds.
func (l *ledgerIntake) judge(ctx context.Context, at []int, ids []uuid.UUID, over []*time.Time) error {
	rows, err := l.Query(ctx, "SELECT place, result FROM rounds.judge_cases($1, $2, $3)", ids, over, l.options.Desk.Areas)
	if err != nil {
		return fmt.Errorf("register: look at cases: %w", err)
	}
	results := make([]string, len(ids))
	var place int
	var result string
	if _, err = pgx.ForEachRow(rows, []any{&place, &result}, func() error {
		results[place-1] = result
		return nil
	}); err != nil {
		return fmt.Errorf("register: look at cases: %w", err)
	}
	for i, result := range results {
		row := &l.held[at[i]]
		if result == "elsewhere" {
			row.complaint = &Complaint{Field: "number", Problem: "is that of a case in an area that is not yours; give each case a number of its own, such as with its village before it"}
		}
		if !l.looks() || row.complaint != nil {
			continue
		}
		switch {
		case result == "old":
			l.report.Old++
		case l.seen[ids[i]]:
			row.complaint = twiceInFile()
		case result == "known":
			l.report.Unchanged++
		default:
			l.report.Added++
		}
		l.seen[ids[i]] = true
	}
	return bounded(len(l.seen))
}

// mostCases bounds what a look keeps of a ledger, about 100 MB: a county of a million
// people has that many in two generations.
const mostCases = 2_000_000

// bounded refuses to look on where a ledger has more cases than that.
func bounded(cases int) error {
	if cases > mostCases {
		return &RefusedError{Total: 1, Complaints: []Complaint{{Field: "file", Problem: "holds more than 2,000,000 cases; divide it into several files"}}}
	}
	return nil
}

// LedgerLook is the beginning of a ledger, for whoever says what its words mean.
type LedgerLook struct {
	Lines []LedgerLine
	// Words are those that mean nothing to Rounds; one that may be about a person is not
	// among them.
	Words []LedgerWord
}

// LedgerLine is a row as it would be taken, or what is wrong with it.
type LedgerLine struct {
	Row       int64
	Case      LedgerCase
	Complaint *Complaint
}

// LedgerWord is a word of the column matter, stage, unit or area.
type LedgerWord struct{ Field, Word string }

// Bounds of a look: rows and words that are shown, and rows that are read for them.
const (
	mostLines = 20
	mostWords = 100
	mostRead  = 50_000
)

// LookAtLedger reads a ledger, or the beginning of one, for who holds some areas. Nothing is
// kept of it.
func (db *DB) LookAtLedger(ctx context.Context, rows LedgerRows, areas []uuid.UUID) (look LedgerLook, err error) {
	enough := errors.New("register: enough")
	err = db.AsSnapshot(ctx, Service("import"), func(tx pgx.Tx) error {
		names, err := loadLedgerNames(ctx, tx)
		if err != nil {
			return err
		}
		in := newIntake(tx, uuid.Nil, ImportOptions{DryRun: true, Desk: &DeskImport{Areas: areas}}, &ImportReport{})
		l := &ledgerIntake{intake: in, names: names, lists: geo.ClosedLists(), today: db.today()}
		read := 0
		return rows(func(row int64, one LedgerCase, complaint *Complaint) error {
			for _, word := range l.strange(one) {
				if len(look.Words) < mostWords && !slices.Contains(look.Words, word) && checkAddress(word.Field, word.Word, 60) == nil {
					look.Words = append(look.Words, word)
				}
			}
			if len(look.Lines) < mostLines {
				r := l.understand(row, one, complaint)
				look.Lines = append(look.Lines, LedgerLine{row, r.one, r.complaint})
			}
			if read++; read == mostRead {
				return enough
			}
			return ctx.Err()
		})
	})
	if errors.Is(err, enough) {
		return look, nil
	}
	var refused *RefusedError
	if errors.As(err, &refused) && len(look.Lines) > 0 {
		err = nil // the beginning can be read; the rest is told by a check
	}
	return look, err
}

// strange are the words of a row that mean nothing to Rounds.
func (l *ledgerIntake) strange(one LedgerCase) (words []LedgerWord) {
	add := func(field, word string, known bool) {
		if word != "" && !known {
			words = append(words, LedgerWord{field, word})
		}
	}
	_, matter := l.lists.Find("matters", one.Matter)
	add("matter", one.Matter, matter || one.Matter == geo.Dispute)
	_, stage := l.lists.Find("case_stages", one.Stage)
	add("stage", one.Stage, stage)
	add("unit", one.Unit, len(l.names.units[foldName(one.Unit)]) > 0)
	if one.Area != "" {
		_, wrong := l.names.area(one.Area)
		add("area", one.Area, wrong == nil)
	}
	return words
}

// CanUndoLedger says whether the cases of an import can be taken away by who holds some
// areas. The error may be [ErrUndoBeyond] or, unless workedOn, [ErrWorkedOn].
func (db *DB) CanUndoLedger(ctx context.Context, id uuid.UUID, areas []uuid.UUID, workedOn bool) error {
	return db.AsSnapshot(ctx, Service("import"), func(tx pgx.Tx) error { return canUndoLedger(ctx, tx, id, areas, workedOn) })
}

func canUndoLedger(ctx context.Context, tx pgx.Tx, id uuid.UUID, areas []uuid.UUID, workedOn bool) error {
	var beyond bool
	var worked int
	err := tx.QueryRow(ctx, "SELECT beyond, worked_on FROM rounds.ledger_since($1, $2)", id, areas).Scan(&beyond, &worked)
	switch {
	case err != nil:
		return fmt.Errorf("register: undo a ledger: %w", err)
	case beyond:
		return ErrUndoBeyond
	case worked > 0 && !workedOn:
		return ErrWorkedOn
	}
	return nil
}

// UndoLedgerOf is [DB.UndoLedger] for who holds some areas, see [DB.CanUndoLedger]. done is
// called at the end of the transaction; its error undoes nothing of the import.
func (db *DB) UndoLedgerOf(ctx context.Context, id uuid.UUID, areas []uuid.UUID, workedOn bool, done func(ctx context.Context, tx pgx.Tx) error) (undone Undone, err error) {
	err = db.As(ctx, Service("import"), func(tx pgx.Tx) error {
		if err := canUndoLedger(ctx, tx, id, areas, workedOn); err != nil {
			return err
		}
		if undone.Removed, err = undoLedger(ctx, tx, id, workedOn); err != nil {
			return err
		}
		return done(ctx, tx)
	})
	return undone, err
}
