package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// Kinds of links, the codes of the closed list.
const (
	Invitation = "invitation"
	Recovery   = "recovery"
)

// Errors of links and of grants that sleep.
var (
	// ErrNoLink says that a link was used, replaced or is over, or that it invites to
	// an account that is in use.
	ErrNoLink = errors.New("register: no such link")
	// ErrJoined says that an account is in use: it is recovered, not invited.
	ErrJoined = errors.New("register: the account is in use")
	// ErrSecondPerson says that a second person has to do this.
	ErrSecondPerson = errors.New("register: a second person does this")
)

// Link lets who has its token into an account, once.
type Link struct {
	Account Account
	// Kind is what the link does: a recovery ends all ways of signing in there were,
	// and the account's grants sleep.
	Kind      string
	ExpiresAt time.Time
}

// Credential gives a way of signing in to the account that a transaction speaks for.
type Credential func(ctx context.Context, tx pgx.Tx) error

// KeepPassword is a password, by its hash.
func KeepPassword(hash string) Credential {
	return func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE rounds.accounts SET password_hash = $1 WHERE id = rounds.principal_account()", hash)
		return err
	}
}

// AddCredential gives the principal's own account a way of signing in.
func (db *DB) AddCredential(ctx context.Context, principal Principal, credential Credential) error {
	if err := db.As(ctx, principal, func(tx pgx.Tx) error { return credential(ctx, tx) }); err != nil {
		return fmt.Errorf("register: add credential: %w", err)
	}
	return nil
}

// Invite adds an account and keeps a link to it by the digest of its token; asked
// again for the same account it replaces the link. Only an administrator or the
// operator may. added says that the account is new. The error may be [ErrIDTaken],
// [ErrJoined], [ErrLoginTaken], [ErrLoginForm] or [ErrNameForm].
func (db *DB) Invite(ctx context.Context, principal Principal, account Account, tokenHash [32]byte) (link Link, added bool, err error) {
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		var login string
		err := tx.QueryRow(ctx, "SELECT login FROM rounds.accounts WHERE id = $1", account.ID).Scan(&login)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			added, err = true, appointError(addAccount(ctx, tx, account))
		case err == nil && login != account.Login:
			err = ErrIDTaken
		}
		if err == nil {
			link, err = issueLink(ctx, tx, account.ID, Invitation, tokenHash)
		}
		return err
	})
	return link, added, err
}

// IssueLink keeps a link of a kind to an account that there is, in place of an older
// one, by the digest of its token. Only an administrator or the operator may, and
// nobody to their own account. The error may be [ErrNoAccount], [ErrJoined] or
// [ErrOwnAccount].
func (db *DB) IssueLink(ctx context.Context, principal Principal, account uuid.UUID, kind string, tokenHash [32]byte) (link Link, err error) {
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		link, err = issueLink(ctx, tx, account, kind, tokenHash)
		return err
	})
	return link, err
}

func issueLink(ctx context.Context, tx pgx.Tx, account uuid.UUID, wanted string, tokenHash [32]byte) (Link, error) {
	var kind *string
	var expires *time.Time
	err := tx.QueryRow(ctx, "SELECT issued, expires FROM rounds.issue_link($1, $2, $3)", account, wanted, tokenHash[:]).Scan(&kind, &expires)
	var refused *pgconn.PgError
	switch {
	case errors.As(err, &refused) && refused.ConstraintName == "links_own":
		return Link{}, ErrOwnAccount
	case errors.As(err, &refused) && refused.ConstraintName == "links_joined":
		return Link{}, ErrJoined
	case err == nil && kind == nil:
		return Link{}, ErrNoAccount
	case err != nil:
		return Link{}, fmt.Errorf("register: issue link: %w", err)
	}
	link := Link{Kind: *kind, ExpiresAt: *expires}
	rows, err := tx.Query(ctx, "SELECT id, login, name, '', "+accountColumns+" FROM rounds.accounts a WHERE id = $1", account)
	if err == nil {
		link.Account, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Account])
	}
	if err != nil {
		return Link{}, fmt.Errorf("register: issue link: %w", err)
	}
	return link, audit.Read(ctx, tx, audit.Entry{Kind: audit.Accounts, Purpose: audit.ForAdministration})
}

// FindLink is the link of a token's digest, for the service "login". The error is
// [ErrNoLink].
func (db *DB) FindLink(ctx context.Context, tokenHash [32]byte) (Link, error) {
	const query = `
		SELECT l.kind, l.expires_at, a.id, a.login, a.name, a.language FROM rounds.links l JOIN rounds.accounts a ON a.id = l.account_id
		WHERE l.token_hash = $1 AND now() < l.expires_at AND a.disabled_at IS NULL
			AND (l.kind = 'recovery' OR a.joined_at IS NULL)`
	var link Link
	err := db.AsSnapshot(ctx, Service("login"), func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, query, tokenHash[:]).Scan(&link.Kind, &link.ExpiresAt,
			&link.Account.ID, &link.Account.Login, &link.Account.Name, &link.Account.Language)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Link{}, ErrNoLink
	}
	if err != nil {
		return Link{}, fmt.Errorf("register: link: %w", err)
	}
	return link, nil
}

// UseLink uses a link up: its account gets a credential and a language, all or
// nothing. The error is [ErrNoLink].
func (db *DB) UseLink(ctx context.Context, tokenHash [32]byte, language string, credential Credential) (account uuid.UUID, err error) {
	err = db.As(ctx, Service("login"), func(tx pgx.Tx) error {
		var used *uuid.UUID
		if err := tx.QueryRow(ctx, "SELECT rounds.use_link($1)", tokenHash[:]).Scan(&used); err != nil {
			return err
		}
		if used == nil {
			return ErrNoLink
		}
		account = *used
		// What is the account's own is written as the account.
		if err := introduce(ctx, tx, Principal{Account: account}, db.localNow()); err != nil {
			return err
		}
		if err := credential(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE rounds.accounts SET language = $1 WHERE id = rounds.principal_account()", language)
		return err
	})
	if err != nil && !errors.Is(err, ErrNoLink) {
		err = fmt.Errorf("register: use link: %w", err)
	}
	return account, err
}

// WakeGrants wakes the grants of an account that sleep after a recovery and gives
// their number; 0 for who may not, which is everybody but an administrator and the
// operator. The error is [ErrSecondPerson] for the account itself and for who issued
// the recovery.
func (db *DB) WakeGrants(ctx context.Context, principal Principal, account uuid.UUID) (woken int, err error) {
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT rounds.wake_grants($1)", account).Scan(&woken)
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.ConstraintName == "grants_second_person" {
		return 0, ErrSecondPerson
	}
	if err != nil {
		return 0, fmt.Errorf("register: wake grants: %w", err)
	}
	return woken, nil
}
