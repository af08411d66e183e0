package casework

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// Command is what somebody does about a case. Which of the others a command takes, and
// which it needs, the database says.
type Command struct {
	// ID is the client's: the same again is no second step.
	ID, Case uuid.UUID
	// Name is a code of the list case_commands.
	Name string
	// Seen is the number of the last step that the giver knew, 0 does not mind.
	Seen int
	// Unit has it from now on, or joins; Handler has it in hand.
	Unit, Handler uuid.UUID
	// Reason is that of a pause or of a refusal, Outcome how it was settled.
	Reason, Outcome string
	// Text is what was done: no names, no numbers of people.
	Text string
}

// Do takes a step and gives the case as it is then; added is false for the same again.
// The error may be [ErrNoCase], [ErrChanged], [ErrMove], [ErrActor], [ErrCommand],
// [ErrNoUnit], [ErrNoMember], [ErrTop], [ErrDisputeText], [ErrIDTaken],
// [register.ErrTextLong] or [register.ErrTextPerson].
func (o *Office) Do(ctx context.Context, principal register.Principal, command Command) (file File, added bool, err error) {
	text, err := register.ParseText(command.Text)
	if err != nil {
		return file, false, fmt.Errorf("casework: %s: %w", command.Name, err)
	}
	var pause, refuse *string
	if command.Name == "refuse" {
		refuse = orNull(command.Reason)
	} else {
		pause = orNull(command.Reason)
	}
	const query = "SELECT rounds.case_command($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
	read := audit.Entry{Kind: audit.Cases, Purpose: audit.ForIncidents}
	err = o.db.As(ctx, principal, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, query, command.ID, command.Case, command.Name, orNull(command.Seen), orNull(command.Unit), orNull(command.Handler),
			pause, refuse, orNull(command.Outcome), orNull(text)).Scan(&added)
		if err != nil {
			return err
		}
		if added && command.Name == "escalate" {
			if err := o.tellRaised(ctx, tx, command.Case); err != nil {
				return err
			}
		}
		if file, err = readFile(ctx, tx, command.Case); err != nil {
			return err
		}
		return audit.Read(ctx, tx, read)
	})
	if err != nil {
		return File{}, false, fmt.Errorf("casework: %s: %w", command.Name, refusal(err))
	}
	return file, added, nil
}

// tellRaised tells whoever answers for a case now, as the clock does when it takes one up.
func (o *Office) tellRaised(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	var account *uuid.UUID
	var day time.Time
	const query = "SELECT rounds.answers_for(c.unit_id, c.lead_id, d.day), d.day FROM rounds.cases c, rounds.today() d (day) WHERE c.id = $1"
	if err := tx.QueryRow(ctx, query, id).Scan(&account, &day); err != nil || account == nil {
		return err
	}
	return o.db.QueueNotice(ctx, tx, register.Notice{Account: *account, Kind: register.CaseEscalatedNotice, About: id, Day: day})
}

// Move is a line of the state machine.
type Move struct {
	Command string
	// From is "" for what opens a case.
	From, To string
	// Actors are those for whom it is.
	Actors []string
}

// Moves is the state machine, in the order of its lists.
func (o *Office) Moves(ctx context.Context) (moves []Move, err error) {
	const query = `
		SELECT command::text, coalesce(from_stage::text, ''), to_stage::text, array_agg(actor::text ORDER BY actor) FROM rounds.case_moves
		GROUP BY command, from_stage, to_stage ORDER BY command, from_stage NULLS FIRST, to_stage`
	err = o.change(ctx, register.Principal{}, "moves", func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query)
		if err == nil {
			moves, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Move])
		}
		return err
	})
	return moves, err
}
