package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// Errors of accounts.
var (
	// ErrNoAccount says that no account has a login or id, or none that is seen.
	ErrNoAccount = errors.New("register: no such account")
	// ErrOwnAccount says that nobody does this to their own account.
	ErrOwnAccount = errors.New("register: this is your own account")
)

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
	// Joined: there has been a way to sign in to it.
	Joined bool
	// Asleep: a grant of it sleeps.
	Asleep bool
}

// accountColumns are those of an [Account] after its password's hash, which few
// queries read.
const accountColumns = `language, disabled_at IS NOT NULL, joined_at IS NOT NULL,
	EXISTS (SELECT FROM rounds.grants g WHERE g.account_id = a.id AND g.asleep_since IS NOT NULL AND now() < g.ends_at)`

// AccountByLogin finds the account that somebody wants to sign in to, for the
// service "login". The error is [ErrNoAccount] when there is none.
func (db *DB) AccountByLogin(ctx context.Context, login string) (Account, error) {
	const query = "SELECT id, login, name, coalesce(password_hash, ''), " + accountColumns + " FROM rounds.accounts a WHERE login = $1"
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

// OwnAccount is the principal's account, without the password's hash.
func (db *DB) OwnAccount(ctx context.Context, principal Principal) (Account, error) {
	return db.Account(ctx, principal, principal.Account)
}

// HasPassword says whether the principal's account has one.
func (db *DB) HasPassword(ctx context.Context, principal Principal) (has bool, err error) {
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT password_hash IS NOT NULL FROM rounds.accounts WHERE id = rounds.principal_account()").Scan(&has)
	})
	if err != nil {
		return false, fmt.Errorf("register: password: %w", err)
	}
	return has, nil
}

// Account is an account that the principal sees, without the password's hash. The
// error is [ErrNoAccount].
func (db *DB) Account(ctx context.Context, principal Principal, id uuid.UUID) (Account, error) {
	read := audit.Entry{Kind: audit.Accounts, Purpose: audit.ForAdministration}
	if id == principal.Account {
		read = audit.Entry{} // one's own
	}
	accounts, err := db.accounts(ctx, principal, read, "WHERE id = $1", id)
	if err != nil {
		return Account{}, err
	}
	if len(accounts) == 0 {
		return Account{}, ErrNoAccount
	}
	return accounts[0], nil
}

// Accounts lists the accounts that the principal sees by login, without the hashes
// of passwords: at most limit after a login; 0 is all.
func (db *DB) Accounts(ctx context.Context, principal Principal, after string, limit int) ([]Account, error) {
	read := audit.Entry{Kind: audit.Accounts, Purpose: audit.ForAdministration}
	return db.accounts(ctx, principal, read, "WHERE login > $1 ORDER BY login LIMIT nullif($2, 0)", after, limit)
}

func (db *DB) accounts(ctx context.Context, principal Principal, read audit.Entry, which string, arguments ...any) ([]Account, error) {
	var accounts []Account
	err := db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		rows, err := tx.Query(ctx, "SELECT id, login, name, '', "+accountColumns+" FROM rounds.accounts a "+which, arguments...)
		if err != nil {
			return read, err
		}
		accounts, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Account])
		return read, err
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

// DisableAccount ends an account: its sessions, and all ways of signing in. Only an
// administrator or the operator may, and nobody their own. The error is
// [ErrNoAccount] or [ErrOwnAccount].
func (db *DB) DisableAccount(ctx context.Context, principal Principal, id uuid.UUID) error {
	if id == principal.Account {
		return ErrOwnAccount
	}
	return db.changeAccount(ctx, principal, "UPDATE rounds.accounts SET disabled_at = coalesce(disabled_at, now()) WHERE id = $1", id,
		"SELECT rounds.forget_credentials($1)")
}

// EnableAccount opens an account again: somebody signs in to it after a recovery.
// Only an administrator or the operator may. The error is [ErrNoAccount].
func (db *DB) EnableAccount(ctx context.Context, principal Principal, id uuid.UUID) error {
	return db.changeAccount(ctx, principal, "UPDATE rounds.accounts SET disabled_at = NULL WHERE id = $1", id)
}

// changeAccount runs a statement that changes an account and, when there is one,
// those that follow.
func (db *DB) changeAccount(ctx context.Context, principal Principal, change string, id uuid.UUID, then ...string) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, change, id)
		if err == nil && tag.RowsAffected() == 0 {
			return ErrNoAccount
		}
		for _, statement := range then {
			if err == nil {
				_, err = tx.Exec(ctx, statement, id)
			}
		}
		if err != nil {
			return fmt.Errorf("register: change account: %w", err)
		}
		return nil
	})
}
