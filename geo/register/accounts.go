package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ErrNoAccount says that no account has a login.
var ErrNoAccount = errors.New("register: no such account")

// Account is a person who signs in.
type Account struct {
	ID    uuid.UUID
	Login string
	Name  string
	// PasswordHash is argon2id in PHC form, "" for an account that cannot sign in
	// with a password.
	PasswordHash string
	// Language is en or zh-Hans.
	Language string
	Disabled bool
}

// Grant gives an account a role in an area for a time. An administrator's has no
// area.
type Grant struct {
	ID        uuid.UUID
	AccountID uuid.UUID
	Role      string
	AreaID    *uuid.UUID
	// StartsAt and EndsAt are at most 12 months apart.
	StartsAt, EndsAt time.Time
}

// AccountByLogin finds the account that somebody wants to sign in to, for the
// service "login". The error is [ErrNoAccount] when there is none.
func (db *DB) AccountByLogin(ctx context.Context, login string) (Account, error) {
	const query = `
		SELECT id, login, name, coalesce(password_hash, ''), language, disabled_at IS NOT NULL
		FROM rounds.accounts WHERE login = $1`
	var account Account
	err := db.AsSnapshot(ctx, Service("login"), func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, login)
		if err != nil {
			return err
		}
		account, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Account])
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Account{}, ErrNoAccount
	}
	if err != nil {
		return Account{}, fmt.Errorf("register: account: %w", err)
	}
	return account, nil
}

// AddGrant gives a role; only the operator may.
func (db *DB) AddGrant(ctx context.Context, principal Principal, grant Grant) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error { return addGrant(ctx, tx, grant) })
}

func addGrant(ctx context.Context, tx pgx.Tx, grant Grant) error {
	const query = `
		INSERT INTO rounds.grants (id, account_id, role, area_id, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6)`
	_, err := tx.Exec(ctx, query, grant.ID, grant.AccountID, grant.Role, grant.AreaID, grant.StartsAt, grant.EndsAt)
	if err != nil {
		return fmt.Errorf("register: add grant: %w", err)
	}
	return nil
}

// Grants lists the grants of an account (uuid.Nil: of every account that the
// principal sees) that hold now.
func (db *DB) Grants(ctx context.Context, principal Principal, account uuid.UUID) ([]Grant, error) {
	const query = `
		SELECT id, account_id, role, area_id, starts_at, ends_at FROM rounds.grants
		WHERE ($1::uuid IS NULL OR account_id = $1) AND starts_at <= now() AND now() < ends_at ORDER BY role, id`
	var grants []Grant
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, orNull(account))
		if err != nil {
			return err
		}
		grants, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Grant])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: grants: %w", err)
	}
	return grants, nil
}

// OwnAccount is the principal's account, without the password's hash.
func (db *DB) OwnAccount(ctx context.Context, principal Principal) (Account, error) {
	const query = `
		SELECT id, login, name, '', language, disabled_at IS NOT NULL
		FROM rounds.accounts WHERE id = rounds.principal_account()`
	accounts, err := db.accounts(ctx, principal, query)
	if err != nil {
		return Account{}, err
	}
	if len(accounts) == 0 {
		return Account{}, ErrNoAccount
	}
	return accounts[0], nil
}

// Accounts lists the accounts that the principal sees by login, without the hashes
// of passwords.
func (db *DB) Accounts(ctx context.Context, principal Principal) ([]Account, error) {
	return db.accounts(ctx, principal, `
		SELECT id, login, name, '', language, disabled_at IS NOT NULL FROM rounds.accounts ORDER BY login`)
}

func (db *DB) accounts(ctx context.Context, principal Principal, query string) ([]Account, error) {
	var accounts []Account
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query)
		if err != nil {
			return err
		}
		accounts, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Account])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: accounts: %w", err)
	}
	return accounts, nil
}

// SetLanguage changes the language of the principal's own account.
func (db *DB) SetLanguage(ctx context.Context, principal Principal, language string) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE rounds.accounts SET language = $1 WHERE id = rounds.principal_account()", language)
		if err != nil {
			return fmt.Errorf("register: language: %w", err)
		}
		return nil
	})
}

// DisableAccount ends an account; its sessions are over at their next request.
// Only an administrator or the operator may. The error is [ErrNoAccount] when no
// account has the login.
func (db *DB) DisableAccount(ctx context.Context, principal Principal, login string) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error {
		const query = "UPDATE rounds.accounts SET disabled_at = coalesce(disabled_at, now()), password_hash = NULL WHERE login = $1"
		tag, err := tx.Exec(ctx, query, login)
		if err != nil {
			return fmt.Errorf("register: disable account: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return ErrNoAccount
		}
		return nil
	})
}
