package access

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
)

// SentLink is a link as it is shown, once, to who issued it. The token is in the
// fragment, which browsers send to no server, so that no log has it.
type SentLink struct {
	register.Link
	URL string
}

// Invite adds an account and makes a link that lets a person into it. The errors are
// those of [register.DB.Invite].
func (g *Gate) Invite(r *http.Request, principal register.Principal, account register.Account) (sent SentLink, added bool, err error) {
	sent, err = Send(g.Origin(r), func(hash [32]byte) (link register.Link, err error) {
		link, added, err = g.db.Invite(r.Context(), principal, account, hash)
		return link, err
	})
	return sent, added, err
}

// IssueLink makes a link of a kind to an account that there is. The errors are those
// of [register.DB.IssueLink].
func (g *Gate) IssueLink(r *http.Request, principal register.Principal, account uuid.UUID, kind string) (SentLink, error) {
	return Send(g.Origin(r), func(hash [32]byte) (register.Link, error) {
		return g.db.IssueLink(r.Context(), principal, account, kind, hash)
	})
}

// Send makes a token, lets keep have its digest, and gives the link to the
// installation at an origin.
func Send(origin string, keep func(hash [32]byte) (register.Link, error)) (SentLink, error) {
	token, hash, err := newToken()
	if err != nil {
		return SentLink{}, err
	}
	link, err := keep(hash)
	return SentLink{Link: link, URL: origin + "/join#" + token}, err
}

// Link is what a link's token leads to. The error is [register.ErrNoLink] or a
// [TooManyError].
func (g *Gate) Link(r *http.Request, token string) (register.Link, error) {
	link, _, err := g.tryLink(r, token)
	return link, err
}

// tryLink is the link of a token with the token's digest; those who guess are
// slowed down.
func (g *Gate) tryLink(r *http.Request, token string) (link register.Link, hash [32]byte, err error) {
	err = g.attempt(r, nil, func(ctx context.Context) (err error) {
		var ok bool
		if hash, ok = digestOf(token); !ok {
			return register.ErrNoLink
		}
		link, err = g.db.FindLink(ctx, hash)
		return err
	})
	return link, hash, err
}

// JoinWithPassword uses a link up: its account gets a password and a language. The
// error is [register.ErrNoLink], a [PasswordError] or a [TooManyError].
func (g *Gate) JoinWithPassword(r *http.Request, token, language, password string) (uuid.UUID, error) {
	link, hash, err := g.tryLink(r, token)
	if err != nil {
		return uuid.Nil, err
	}
	credential, err := newPassword(r.Context(), link.Account.Login, password)
	if err != nil {
		return uuid.Nil, err
	}
	return g.db.UseLink(r.Context(), hash, language, credential)
}

// EnterAfterLink signs in who has just used a link. The error is [ErrNoGrant] or
// [ErrAsleep] when no grant gives the account a role yet.
func (g *Gate) EnterAfterLink(w http.ResponseWriter, r *http.Request, account uuid.UUID) (Session, error) {
	return g.enter(w, r, account, "", byLink)
}
