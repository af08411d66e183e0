package register

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ImportOptions are the same for every kind of import.
type ImportOptions struct {
	Keys *Keys
	// DryRun does everything and keeps nothing.
	DryRun bool
	// DeleteGone deletes households that the file no longer has, unless a visit or
	// a plan of an open round needs them. By default they stay and are counted.
	DeleteGone bool
	// MatchAddresses finds households that have an address and no point by the addresses
	// of the map.
	MatchAddresses bool
	// Corrected may be nil; it is given each row of a ledger, with what was understood of
	// it and what is wrong, in their order.
	Corrected func(row int64, understood LedgerCase, complaint *Complaint) error
	// Desk is for an import that somebody looks at before it is done; nil for others.
	Desk *DeskImport
	// FirstRow is the number of the first of a list of areas in the file; 0 is 1.
	FirstRow int64
	// Wrong is what the reader of a list of areas says of rows, by number.
	Wrong map[int64]Complaint
	// Digest is the SHA-256 of the file, which is all that is kept of it.
	Digest []byte
	// Progress may be nil. done counts things of the stage; total 0 is unknown.
	Progress func(stage string, done, total int)
}

func (o ImportOptions) progress(stage string, done, total int) {
	if o.Progress != nil {
		o.Progress(stage, done, total)
	}
}

// Counts are what an import did, or would do, to the rows of one kind.
type Counts struct {
	Added     int `json:"added"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	// Gone are those of the same source in the places that the file covers which
	// it no longer has; Deleted are those of them that were deleted.
	Gone    int `json:"gone"`
	Deleted int `json:"deleted"`
}

// ImportReport is what came of an import.
type ImportReport struct {
	// ID is that of the import, by which that of a ledger can be undone.
	ID     uuid.UUID `json:"id"`
	Kind   string    `json:"kind"`
	DryRun bool      `json:"dry_run"`
	Counts
	// Areas, Grids and Groups are the areas of the file, the grids cut, and the
	// groups of dwellings made.
	Areas  Counts `json:"areas"`
	Grids  int    `json:"grids"`
	Groups int    `json:"groups"`
	// LeftOut are places of an extract beyond the boundaries in it.
	LeftOut int `json:"left_out,omitempty"`
	// Features are those of the base map.
	Features int `json:"features,omitempty"`
	// Shifted is the system, gcj02 or bd09, in which the places would lie along the streets,
	// when as they are they lie beside them.
	Shifted string `json:"shifted,omitempty"`
	// OffStreet is how far from the streets, in metres, the middle one of the places lies
	// when that is strange; 0 otherwise.
	OffStreet int `json:"off_street_m,omitempty"`
	// Twins are rows that may be places of the register under another id, Undecided those
	// of them that are left out until somebody says.
	Twins     int `json:"twins,omitempty"`
	Undecided int `json:"undecided,omitempty"`
	// Addresses are those of a file of refusals, NotHere its rows of which no household
	// has the address now; that is told once and kept nowhere.
	Addresses int     `json:"addresses,omitempty"`
	NotHere   []int64 `json:"not_here,omitempty"`
	// Old are cases that were over for longer than a case is kept.
	Old int `json:"old,omitempty"`
}

// RefusedError says that a file was not taken, and why: nothing of it was kept.
type RefusedError struct {
	// Complaints are the first of them, in order of rows; Total counts all.
	Complaints []Complaint
	Total      int
}

func (e *RefusedError) Error() string {
	if len(e.Complaints) == 1 && e.Total == 1 {
		return "register: " + e.Complaints[0].Error()
	}
	return fmt.Sprintf("register: %d rows cannot be taken, so nothing was imported; mend them and import again", e.Total)
}

// unread is the end of an import whose file cannot be read on: what was wrong with
// the rows before is told too.
func (in *intake) unread(err error) error {
	var refused *RefusedError
	if !errors.As(err, &refused) {
		return err
	}
	for _, c := range refused.Complaints {
		in.add(c)
	}
	return in.complaints.err()
}

// complaints collects the first of many.
type complaints struct {
	first []Complaint
	total int
	most  int
}

// mostComplaints bounds a report: who has more wants to mend the cause. A table that is
// handed back to be mended has a few more.
const (
	mostComplaints = 1000
	mostAtDesk     = 10_000
)

func (c *complaints) add(complaint Complaint) {
	c.total++
	if len(c.first) < c.most {
		c.first = append(c.first, complaint)
	}
}

func (c *complaints) err() error {
	if c.total == 0 {
		return nil
	}
	return &RefusedError{Complaints: c.first, Total: c.total}
}

// errDryRun rolls an import back.
var errDryRun = errors.New("register: dry run")

// importing runs an import in one transaction: all of it, or nothing.
func (db *DB) importing(ctx context.Context, report *ImportReport, options ImportOptions, do func(in *intake) error) error {
	id, err := uuid.NewRandom()
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	if !options.DryRun {
		report.ID = id
	}
	err = db.As(ctx, Service("import"), func(tx pgx.Tx) error {
		in := newIntake(tx, id, options, report)
		var err error
		if in.refused, err = loadRefused(ctx, tx, options.Keys); err != nil {
			return err
		}
		if err := do(in); err != nil {
			return err
		}
		if err := in.record(ctx); err != nil {
			return err
		}
		if options.DryRun {
			return errDryRun
		}
		return nil
	})
	if errors.Is(err, errDryRun) {
		return nil
	}
	return err
}

// intake is one import under way.
type intake struct {
	pgx.Tx
	id      uuid.UUID
	options ImportOptions
	report  *ImportReport
	refused *refused
	// gazetteer finds addresses without a point, when that was asked for.
	gazetteer *gazetteer
	// suspects are staged rows which refused if they lie in one of the towns that a
	// file of refusals named.
	suspects []suspect
	complaints
}

func newIntake(tx pgx.Tx, id uuid.UUID, options ImportOptions, report *ImportReport) *intake {
	in := &intake{Tx: tx, id: id, options: options, report: report}
	if in.most = mostComplaints; options.Desk != nil {
		in.most = mostAtDesk
	}
	return in
}

// hold makes refusals, places that somebody adds and other imports wait until the
// transaction ends, and says whether somebody refused since the set was read.
func (in *intake) hold(ctx context.Context) (late bool, err error) {
	if err := holdInput(ctx, in.Tx); err != nil {
		return false, err
	}
	now, err := loadRefused(ctx, in.Tx, in.options.Keys)
	if err != nil {
		return false, err
	}
	late = in.refused.lacks(now)
	in.refused = now
	return late, nil
}

// looks says that somebody at the desk looks at what an import would do, and that nothing
// is written, not even for a while.
func (in *intake) looks() bool { return in.options.DryRun && in.options.Desk != nil }

// enter keeps that a file came in, with the counts so far.
func (in *intake) enter(ctx context.Context) error {
	c := in.report.Counts
	_, err := in.Exec(ctx, `
		INSERT INTO rounds.imports (id, kind, sha256, added, changed, unchanged, gone) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET added = EXCLUDED.added, changed = EXCLUDED.changed, unchanged = EXCLUDED.unchanged, gone = EXCLUDED.gone`,
		in.id, in.report.Kind, in.options.Digest, c.Added, c.Changed, c.Unchanged, c.Gone)
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	return nil
}

// record keeps that a file came in, and tells who shows maps.
func (in *intake) record(ctx context.Context) error {
	if in.looks() {
		return nil
	}
	if err := in.enter(ctx); err != nil {
		return err
	}
	if _, err := in.Exec(ctx, "SELECT pg_notify('rounds_import', $1)", in.report.Kind); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	if in.options.Desk == nil {
		return nil
	}
	var err error
	switch UploadKind(in.report.Kind) {
	case HouseholdFile:
		err = in.keepChanges(ctx)
	case AreaFile:
		err = in.keepAreaChanges(ctx)
	}
	if err != nil {
		return err
	}
	return in.options.Desk.Done(ctx, in.Tx, in.id)
}

// run executes statements one after the other.
func (in *intake) run(ctx context.Context, statements ...string) error {
	for _, statement := range statements {
		if _, err := in.Exec(ctx, statement); err != nil {
			return fmt.Errorf("register: %w: %s", err, firstLine(statement))
		}
	}
	return nil
}

func firstLine(statement string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(statement), "\n")
	return line
}
