package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Errors of identities.
var (
	// ErrNoIdentity says that an identity is linked to no account, or to a disabled one.
	ErrNoIdentity = errors.New("register: the identity is linked to no account")
	// ErrIdentityTaken says that the identity, or the account, has another already.
	ErrIdentityTaken = errors.New("register: the identity or the account is linked already")
)

// KeepIdentity is an identity of the provider, by its HMAC. The error may be
// [ErrIdentityTaken].
func KeepIdentity(hmac [32]byte) Credential {
	return func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO rounds.identities (account_id, identity_hmac) VALUES (rounds.principal_account(), $1)", hmac[:])
		var refused *pgconn.PgError
		if errors.As(err, &refused) && (refused.ConstraintName == "identities_pkey" || refused.ConstraintName == "identities_identity_hmac_key") {
			return ErrIdentityTaken
		}
		return err
	}
}

// FindIdentity is the account of an identity, for the service "login". The error is
// [ErrNoIdentity].
func (db *DB) FindIdentity(ctx context.Context, hmac [32]byte) (account uuid.UUID, err error) {
	const query = `
		SELECT i.account_id FROM rounds.identities i JOIN rounds.accounts a ON a.id = i.account_id
		WHERE i.identity_hmac = $1 AND a.disabled_at IS NULL`
	err = db.AsSnapshot(ctx, Service("login"), func(tx pgx.Tx) error { return tx.QueryRow(ctx, query, hmac[:]).Scan(&account) })
	if errors.Is(err, pgx.ErrNoRows) {
		return uuid.Nil, ErrNoIdentity
	}
	if err != nil {
		return uuid.Nil, fmt.Errorf("register: identity: %w", err)
	}
	return account, nil
}

// HasIdentity says whether an identity is linked to the principal's account.
func (db *DB) HasIdentity(ctx context.Context, principal Principal) (has bool, err error) {
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM rounds.identities WHERE account_id = rounds.principal_account())").Scan(&has)
	})
	if err != nil {
		return false, fmt.Errorf("register: identity: %w", err)
	}
	return has, nil
}

// RemoveIdentity takes the identity from the principal's account. The error is
// [ErrNoIdentity] or [ErrLastWay].
func (db *DB) RemoveIdentity(ctx context.Context, principal Principal) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, "DELETE FROM rounds.identities WHERE account_id = rounds.principal_account()")
		if err != nil {
			return fmt.Errorf("register: remove identity: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return ErrNoIdentity
		}
		return keepsAWay(ctx, tx)
	})
}
