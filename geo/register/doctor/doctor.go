// Package doctor says what is wrong with an installation, in words and with what to
// do about it. It changes nothing.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/backup"
	"github.com/rounds-project/rounds/migrations"
)

// Patient is an installation.
type Patient struct {
	// OwnerURL is the database's owner, who may create databases: what the schema
	// should be is made afresh beside it and compared.
	OwnerURL   string
	DataFolder string
	// Embedded says that the database is Rounds' own, which has no other logins.
	Embedded bool
	// Now is the clock; nil is the system's.
	Now func() time.Time
}

// Finding is something that is wrong.
type Finding struct {
	// Check is the name of the check that found it.
	Check string `json:"check"`
	Says  string `json:"says"`
	// Do is what to do about it.
	Do string `json:"do"`
}

// Result is what one check found: nothing when all is well.
type Result struct {
	Check    string    `json:"check"`
	Findings []Finding `json:"findings"`
}

// check looks at one thing. An error says that it could not look.
type check struct {
	name string
	look func(e *examination, ctx context.Context) error
}

// checks in the order in which one mends things.
var checks = []check{
	{"schema", (*examination).schema},
	{"extensions", (*examination).extensions},
	{"durability", (*examination).durability},
	{"logins", (*examination).logins},
	{"rules", (*examination).rules},
	{"lists", (*examination).lists},
	{"clock", (*examination).clock},
	{"disk", (*examination).disk},
	{"key", (*examination).key},
	{"extracts", (*examination).extracts},
	{"certificates", (*examination).certificates},
	{"backups", (*examination).backups},
	{"leftovers", (*examination).leftovers},
	{"rounds", (*examination).rounds},
}

// examination is one visit.
type examination struct {
	Patient
	conn     *pgx.Conn
	fresh    *fresh
	findings []Finding
}

func (e *examination) find(says, do string) {
	e.findings = append(e.findings, Finding{Says: says, Do: do})
}

func (e *examination) findf(do, says string, values ...any) { e.find(fmt.Sprintf(says, values...), do) }

// Examine runs every check, whatever others found.
func Examine(ctx context.Context, patient Patient) ([]Result, error) {
	if patient.Now == nil {
		patient.Now = time.Now
	}
	conn, err := pgx.Connect(ctx, patient.OwnerURL)
	if err != nil {
		return nil, fmt.Errorf("doctor: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	e := &examination{Patient: patient, conn: conn}
	if e.fresh, err = newFresh(ctx, patient.OwnerURL); err != nil {
		return nil, err
	}
	defer e.fresh.close(context.WithoutCancel(ctx))
	var results []Result
	for _, c := range checks {
		e.findings = []Finding{}
		if err := c.look(e, ctx); err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			e.find("It could not be looked at: "+err.Error(), "Mend what the message names, then ask again.")
		}
		for i := range e.findings {
			e.findings[i].Check = c.name
		}
		results = append(results, Result{c.name, e.findings})
	}
	return results, nil
}

// schema compares the migrations that were applied with this release's.
func (e *examination) schema(ctx context.Context) error {
	err := migrations.Check(ctx, e.conn)
	for known, do := range map[error]string{
		migrations.ErrPending: "rounds migrate", migrations.ErrNewer: "Install that release of rounds.",
		migrations.ErrChanged: "Install the build of rounds that made the database.",
	} {
		if errors.Is(err, known) {
			e.find(err.Error(), do)
			return nil
		}
	}
	return err
}

func (e *examination) backups(ctx context.Context) error {
	var last *time.Time
	if err := e.conn.QueryRow(ctx, "SELECT max(made_at) FROM rounds.backups").Scan(&last); err != nil {
		return err
	}
	const do = "rounds backup FILE, every night by a timer; keep the file on another machine."
	if last == nil {
		e.find("There is no backup yet.", do)
	} else if age := e.Now().Sub(*last); age > register.FreshBackup {
		e.findf(do, "The last backup is %d days old.", int(age.Hours()/24))
	}
	return nil
}

// leftovers of a restore that was killed hold everything that the installation held.
func (e *examination) leftovers(ctx context.Context) error {
	left, err := backup.Leftovers(ctx, e.conn)
	for _, name := range left {
		e.findf(fmt.Sprintf(`DROP DATABASE %s; as the owner`, pgx.Identifier{name}.Sanitize()), "A restore that was stopped left the database %s.", name)
	}
	return err
}
