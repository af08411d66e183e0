package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// mostPasskeys is how many an account may have.
const mostPasskeys = 10

// Errors of passkeys.
var (
	// ErrNoPasskey says that no account has a credential, or that it is disabled.
	ErrNoPasskey = errors.New("register: no such passkey")
	// ErrManyPasskeys says that the account has as many as it may.
	ErrManyPasskeys = fmt.Errorf("register: an account has %d passkeys at most", mostPasskeys)
	// ErrPasskeyTaken says that the credential is there already.
	ErrPasskeyTaken = errors.New("register: the passkey is there already")
	// ErrLastWay says that without this nobody could sign in to the account.
	ErrLastWay = errors.New("register: the only way of signing in")
	// ErrCeremonySpent says that a ceremony was finished before.
	ErrCeremonySpent = errors.New("register: the ceremony was finished before")
)

// Passkey is a credential of WebAuthn (credential record, section 4 of Level 3).
type Passkey struct {
	ID        uuid.UUID
	AccountID uuid.UUID
	// Kind is where it lives, of the closed list; its owner says so.
	Kind           string
	CredentialID   []byte
	PublicKey      []byte // COSE
	SignCount      uint32
	BackupEligible bool
	BackedUp       bool
	AddedOn        time.Time
	UsedOn         *time.Time
}

// #nosec G101 -- a query, which names a column of public keys
const selectPasskeys = `
	SELECT p.id, p.account_id, p.kind, p.credential_id, p.public_key, p.sign_count, p.backup_eligible, p.backed_up, p.added_on, p.used_on
	FROM rounds.passkeys p`

// KeepPasskey is a passkey. The error may be [ErrManyPasskeys] or [ErrPasskeyTaken].
func KeepPasskey(passkey Passkey) Credential {
	const add = `
		INSERT INTO rounds.passkeys (id, account_id, kind, credential_id, public_key, sign_count, backup_eligible, backed_up)
		SELECT $1, rounds.principal_account(), $2, $3, $4, $5, $6, $7
		WHERE (SELECT count(*) FROM rounds.passkeys WHERE account_id = rounds.principal_account()) < $8`
	return func(ctx context.Context, tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, add, passkey.ID, passkey.Kind, passkey.CredentialID, passkey.PublicKey,
			int64(passkey.SignCount), passkey.BackupEligible, passkey.BackedUp, mostPasskeys)
		var refused *pgconn.PgError
		switch {
		case errors.As(err, &refused) && refused.ConstraintName == "passkeys_credential_id_key":
			return ErrPasskeyTaken
		case err == nil && tag.RowsAffected() == 0:
			return ErrManyPasskeys
		}
		return err
	}
}

// OwnPasskeys lists the passkeys of the principal's account, the oldest first.
func (db *DB) OwnPasskeys(ctx context.Context, principal Principal) ([]Passkey, error) {
	return db.passkeys(ctx, principal, " WHERE p.account_id = rounds.principal_account() ORDER BY p.added_on, p.id")
}

// FindPasskey is the passkey of a credential, for the service "login". The error is
// [ErrNoPasskey].
func (db *DB) FindPasskey(ctx context.Context, credentialID []byte) (Passkey, error) {
	found, err := db.passkeys(ctx, Service("login"),
		" JOIN rounds.accounts a ON a.id = p.account_id WHERE p.credential_id = $1 AND a.disabled_at IS NULL", credentialID)
	if err == nil && len(found) == 0 {
		err = ErrNoPasskey
	}
	if err != nil {
		return Passkey{}, err
	}
	return found[0], nil
}

func (db *DB) passkeys(ctx context.Context, principal Principal, which string, arguments ...any) ([]Passkey, error) {
	var passkeys []Passkey
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, selectPasskeys+which, arguments...)
		if err != nil {
			return err
		}
		passkeys, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Passkey])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: passkeys: %w", err)
	}
	return passkeys, nil
}

// UsePasskey notes the counter and the backup state with which a passkey signed, and
// the day. The error is [ErrNoPasskey] when it is gone, or its counter has moved on
// since it was read: then another signed with it at the same time.
func (db *DB) UsePasskey(ctx context.Context, before Passkey, signCount uint32, backedUp bool) error {
	const use = `
		UPDATE rounds.passkeys SET sign_count = $3, backed_up = $4, used_on = current_date WHERE id = $1 AND sign_count = $2`
	return db.As(ctx, Service("login"), func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, use, before.ID, int64(before.SignCount), int64(signCount), backedUp)
		if err != nil {
			return fmt.Errorf("register: use passkey: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return ErrNoPasskey
		}
		return nil
	})
}

// RemovePasskey takes a passkey from the principal's account. The error is
// [ErrNoPasskey] or [ErrLastWay].
func (db *DB) RemovePasskey(ctx context.Context, principal Principal, id uuid.UUID) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, "DELETE FROM rounds.passkeys WHERE id = $1 AND account_id = rounds.principal_account()", id)
		if err != nil {
			return fmt.Errorf("register: remove passkey: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return ErrNoPasskey
		}
		return keepsAWay(ctx, tx)
	})
}

// keepsAWay says with [ErrLastWay] that the principal could no longer sign in.
func keepsAWay(ctx context.Context, tx pgx.Tx) error {
	const query = `
		SELECT a.password_hash IS NOT NULL OR EXISTS (SELECT FROM rounds.passkeys p WHERE p.account_id = a.id)
			OR EXISTS (SELECT FROM rounds.identities i WHERE i.account_id = a.id)
		FROM rounds.accounts a WHERE a.id = rounds.principal_account()`
	var left bool
	if err := tx.QueryRow(ctx, query).Scan(&left); err != nil {
		return fmt.Errorf("register: ways of signing in: %w", err)
	}
	if !left {
		return ErrLastWay
	}
	return nil
}

// SpendCeremony notes that a ceremony was finished, until it is over anyway. The
// error is [ErrCeremonySpent] when it was before.
func (db *DB) SpendCeremony(ctx context.Context, hash [32]byte, now, expires time.Time) error {
	return db.As(ctx, Service("login"), func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM rounds.spent_ceremonies WHERE expires_at <= $1", now); err != nil {
			return fmt.Errorf("register: ceremony: %w", err)
		}
		tag, err := tx.Exec(ctx, "INSERT INTO rounds.spent_ceremonies VALUES ($1, $2) ON CONFLICT DO NOTHING", hash[:], expires)
		if err != nil {
			return fmt.Errorf("register: ceremony: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return ErrCeremonySpent
		}
		return nil
	})
}
