package access

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
)

// tokenPrefix makes a token known for what it is, to who finds one in a file too.
const tokenPrefix = "rounds_"

// ErrToken says that a request has no token, or none that lasts.
var ErrToken = errors.New("access: no token, or none that lasts")

// MakeToken makes a token of a receiver for a GIS, which is shown this once. The errors
// are those of [register.DB.MakeToken].
func (g *Gate) MakeToken(ctx context.Context, session Session, id, receiver uuid.UUID) (token string, err error) {
	secret, hash, err := newToken()
	if err != nil {
		return "", err
	}
	return tokenPrefix + secret, g.db.MakeToken(ctx, session.Principal, id, receiver, hash)
}

// HasToken says that a request names a token, whether it lasts or not. One in an address
// does not count: addresses are logged.
func HasToken(r *http.Request) bool { return namedToken(r) != "" }

// namedToken is what a request has after Bearer, or as the password of Basic, which is
// what programs ask for; the user's name may be anything.
func namedToken(r *http.Request) string {
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return ""
}

// Token is the token of a request, while it lasts. The error is [ErrToken] or, for who
// guesses, a [TooManyError].
func (g *Gate) Token(r *http.Request) (token register.Token, err error) {
	secret, prefixed := strings.CutPrefix(namedToken(r), tokenPrefix)
	if !prefixed || base64.RawURLEncoding.DecodedLen(len(secret)) != tokenBytes {
		return token, ErrToken
	}
	hash, ok := digestOf(secret)
	if !ok {
		return token, ErrToken
	}
	token, err = g.db.FindToken(r.Context(), hash)
	if !errors.Is(err, register.ErrNoToken) {
		return token, err
	}
	// Who has one asks for many things at once; who guesses waits.
	if err := g.Slow(r, "token"); err != nil {
		return token, err
	}
	return token, ErrToken
}
