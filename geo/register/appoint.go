package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Errors of [DB.Appoint] that a person can mend.
var (
	ErrLoginTaken = errors.New("register: this login is taken")
	ErrLoginForm  = errors.New("register: a login has 2 to 32 of a-z, 0-9, dot, dash and underscore, and begins with a letter or digit")
	ErrNameForm   = errors.New("register: a name has 1 to 80 characters, no line break and no long number")
	ErrCodeTaken  = errors.New("register: this worker code is taken")
	ErrCodeForm   = errors.New("register: a worker code has 1 to 16 letters, digits, dots, dashes and underscores")
)

// Appointment is an account with what it was granted and, for somebody who walks,
// the worker that plans know.
type Appointment struct {
	Account Account
	Grants  []Grant
	Worker  *FieldWorker
}

// Appoint adds an account with its grants and worker, all or nothing; only the
// operator may.
func (db *DB) Appoint(ctx context.Context, principal Principal, a Appointment) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error {
		if err := addAccount(ctx, tx, a.Account); err != nil {
			return appointError(err)
		}
		for _, grant := range a.Grants {
			if err := addGrant(ctx, tx, grant); err != nil {
				return err
			}
		}
		if a.Worker == nil {
			return nil
		}
		return appointError(addWorker(ctx, tx, *a.Worker))
	})
}

func addAccount(ctx context.Context, tx pgx.Tx, account Account) error {
	const query = `
		INSERT INTO rounds.accounts (id, login, name, password_hash, language, joined_at)
		VALUES ($1, $2, $3, $4, $5, CASE WHEN $6 THEN now() END)`
	_, err := tx.Exec(ctx, query, account.ID, account.Login, account.Name, orNull(account.PasswordHash), account.Language,
		account.PasswordHash != "")
	if err != nil {
		return fmt.Errorf("register: add account %s: %w", account.Login, err)
	}
	return nil
}

func addWorker(ctx context.Context, tx pgx.Tx, worker FieldWorker) error {
	const query = `
		INSERT INTO rounds.workers (id, account_id, area_id, code, name, starts_from, ends_at, shift_start, shift_end)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::time, $9::text::time)`
	_, err := tx.Exec(ctx, query, worker.ID, worker.AccountID, worker.AreaID, worker.Code, worker.Name,
		worker.StartsFrom, worker.EndsAt, worker.ShiftStart, worker.ShiftEnd)
	if err != nil {
		return fmt.Errorf("register: add worker %s: %w", worker.Code, err)
	}
	return nil
}

// appointError names the rule of the schema that refused.
func appointError(err error) error {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return err
	}
	switch refused.ConstraintName {
	case "accounts_login_key":
		return ErrLoginTaken
	case "login_check":
		return ErrLoginForm
	case "staff_name_check":
		return ErrNameForm
	case "workers_code_key":
		return ErrCodeTaken
	case "worker_code_check":
		return ErrCodeForm
	}
	return err
}
