package ogc

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// reader is who asks: a program by a token, or a person who is signed in.
type reader struct {
	register.Principal
	// id is the token's or the session's: names of features and cursors are its own.
	id uuid.UUID
	// token is nil for a person.
	token *register.Token
}

// reader finds out who asks. A token goes before a session, as a browser that was asked
// for one sends it always. Nothing is changed by asking, so that an address on another
// site which a person follows does no harm.
func (h *Handler) reader(w http.ResponseWriter, r *http.Request) (reader, error) {
	if access.HasToken(r) {
		token, err := h.Gate.Token(r)
		if err != nil {
			return reader{}, err
		}
		AllowHost(w, token)
		return reader{token.Principal(), token.ID, &token}, nil
	}
	session, err := h.Gate.Session(r)
	if errors.Is(err, access.ErrSignIn) {
		return reader{}, access.ErrToken
	}
	return reader{session.Principal, session.ID, nil}, err
}

// mostFeatures is how many features a page has at most. A person looks: what is taken
// along is a file, which has a purpose and an end, or a token's.
func (r reader) mostFeatures() int {
	if r.token == nil {
		return htmlLimit
	}
	return mostLimit
}

// mayRead says whether anything may be sent yet today.
func (r reader) mayRead() error {
	if r.token != nil && r.token.LeftRows <= 0 {
		return register.ErrDayIsFull
	}
	return nil
}

// spend counts what is sent to a token's receiver. A page without features counts as one:
// that there is nothing, and how much there would be, are answers.
func (r reader) spend(ctx context.Context, db *register.DB, rows int) error {
	if r.token == nil {
		return nil
	}
	return db.SpendRows(ctx, *r.token, max(1, rows))
}
