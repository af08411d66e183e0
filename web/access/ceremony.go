package access

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
)

// ErrCeremony says that a ceremony was not begun in this browser, was finished
// before, took too long, or was another's.
var ErrCeremony = errors.New("access: the ceremony is not this browser's, or is over")

// ceremonyLife is how long somebody may take between the two requests of one.
const ceremonyLife = 10 * time.Minute

// purpose is what a ceremony is for.
type purpose byte

const (
	toSignIn purpose = iota + 1
	toAdd
	toJoin
	toSignInByProvider
	toLinkIdentity
	toJoinByProvider
)

// ceremony is the first of two requests: what is asked of an authenticator or an
// identity provider, in the second one, follows from its secret. The browser keeps
// it, sealed, so that whoever begins one costs the database nothing.
type ceremony struct {
	Purpose purpose
	Secret  [32]byte
	// Account is whose it is, and Link the digest of the link that it uses up.
	Account uuid.UUID
	Link    [32]byte
	Expires int64 // Unix time, s
}

// beginCeremony leaves a ceremony with the browser, in place of an earlier one.
func (g *Gate) beginCeremony(w http.ResponseWriter, r *http.Request, c ceremony) (ceremony, error) {
	if _, err := rand.Read(c.Secret[:]); err != nil {
		return c, fmt.Errorf("access: %w", err)
	}
	c.Expires = g.options.Now().Add(ceremonyLife).Unix()
	plain, err := binary.Append(nil, binary.BigEndian, c)
	if err != nil {
		return c, fmt.Errorf("access: %w", err)
	}
	sealed := append(plain, g.keys.Login("ceremony", string(plain))...)
	setCookie(w, r, ceremonyCookie, base64.RawURLEncoding.EncodeToString(sealed), ceremonyLife)
	return c, nil
}

// finishCeremony takes the ceremony from the browser. The error is [ErrCeremony]
// unless it is for one of these purposes, and was not finished before.
func (g *Gate) finishCeremony(w http.ResponseWriter, r *http.Request, purposes ...purpose) (c ceremony, err error) {
	cookie, err := r.Cookie(nameFor(r, ceremonyCookie))
	if err != nil {
		return c, ErrCeremony
	}
	setCookie(w, r, ceremonyCookie, "", 0)
	sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	size := binary.Size(c)
	if err != nil || len(sealed) != size+sha256.Size || !hmac.Equal(sealed[size:], g.keys.Login("ceremony", string(sealed[:size]))) {
		return c, ErrCeremony
	}
	if _, err := binary.Decode(sealed, binary.BigEndian, &c); err != nil {
		return c, ErrCeremony
	}
	wanted := false
	for _, p := range purposes {
		wanted = wanted || c.Purpose == p
	}
	now, expires := g.options.Now(), time.Unix(c.Expires, 0)
	if !wanted || !now.Before(expires) {
		return c, ErrCeremony
	}
	return c, g.spend(r.Context(), c, now, expires)
}

func (g *Gate) spend(ctx context.Context, c ceremony, now, expires time.Time) error {
	err := g.db.SpendCeremony(ctx, sha256.Sum256(c.Secret[:]), now, expires)
	if errors.Is(err, register.ErrCeremonySpent) {
		return ErrCeremony
	}
	return err
}

// derive is a value of the ceremony for a use: unpredictable, and the same in both
// requests.
func (c ceremony) derive(use string) []byte {
	mac := hmac.New(sha256.New, c.Secret[:])
	mac.Write([]byte(use))
	return mac.Sum(nil)
}
