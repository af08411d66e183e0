package access

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
)

// Errors of PINs.
var (
	// ErrPIN says that a PIN is not that of the account on this phone.
	ErrPIN = errors.New("access: the PIN is wrong")
	// ErrPINEnded says the same, and that it was the last try: the account has no PIN
	// on this phone any more.
	ErrPINEnded = errors.New("access: the PIN was wrong too often and has ended")
	// ErrPINForm says that nobody may have this PIN.
	ErrPINForm = errors.New("access: a PIN has six digits, not all alike or in a row")
)

const (
	pinDigits = 6
	// deviceLife is how long a phone may go without a new PIN.
	deviceLife = 180 * 24 * time.Hour
)

// Device is the shared phone that a request comes from; nil when it is none.
func (g *Gate) Device(r *http.Request) (*register.SharedDevice, error) {
	hash, ok := cookieDigest(r, deviceCookie)
	if !ok {
		return nil, nil
	}
	return g.db.SharedDevice(r.Context(), hash, g.options.Now())
}

// SetPIN lets a worker sign in by a PIN from now on, on the phone in hand alone.
// The error is [ErrPINForm], [ErrRole] for who is no worker, [ErrStale] or
// [register.ErrManyWorkers].
func (g *Gate) SetPIN(w http.ResponseWriter, r *http.Request, session Session, pin string) error {
	switch {
	case !isPIN(pin):
		return ErrPINForm
	case !slices.Contains(session.Roles, register.Worker):
		return ErrRole
	}
	if err := g.Fresh(session); err != nil {
		return err
	}
	device, err := g.Device(r)
	if err != nil {
		return err
	}
	if device == nil {
		device = &register.SharedDevice{ID: uuid.New(), Device: deviceOf(r)}
	}
	// The phone's token changes each time, so that an older copy of it is worth nothing.
	token, hash, err := newToken()
	if err != nil {
		return err
	}
	kept, err := HashPassword(r.Context(), g.peppered(device.ID, session.Account, pin))
	if err != nil {
		return err
	}
	now := g.options.Now()
	if err := g.db.KeepPIN(r.Context(), *device, hash, session.Account, kept, now, now.Add(deviceLife)); err != nil {
		return err
	}
	setCookie(w, r, deviceCookie, token, deviceLife)
	return nil
}

// PINSignIn checks a worker's PIN on the phone in hand and gives the browser a
// session as worker. The error is [ErrPIN], [ErrPINEnded], [ErrNoGrant],
// [ErrAsleep], [ErrRole] or a [TooManyError].
func (g *Gate) PINSignIn(w http.ResponseWriter, r *http.Request, account uuid.UUID, pin string) (Session, error) {
	device, err := g.Device(r)
	if err != nil {
		return Session{}, err
	}
	if device == nil {
		return Session{}, ErrPIN
	}
	err = g.attempt(r, []key{accountKey(account)}, func(ctx context.Context) error { return g.checkPIN(ctx, device.ID, account, pin) })
	if err != nil {
		return Session{}, err
	}
	return g.enter(w, r, account, register.Worker, byPIN)
}

func (g *Gate) checkPIN(ctx context.Context, device, account uuid.UUID, pin string) error {
	hash, left, err := g.db.TryPIN(ctx, device, account)
	if errors.Is(err, register.ErrNoPIN) {
		return ErrPIN
	}
	if err != nil {
		return err
	}
	ok, err := CheckPassword(ctx, hash, g.peppered(device, account, pin))
	switch {
	case err != nil:
		return err
	case ok:
		return g.db.RestorePIN(ctx, device, account)
	case left > 0:
		return ErrPIN
	}
	if err := g.db.EndPIN(ctx, device, account); err != nil {
		return err
	}
	return ErrPINEnded
}

// peppered is what is hashed of a PIN: without the installation's key a million
// guesses at it lead nowhere.
func (g *Gate) peppered(device, account uuid.UUID, pin string) string {
	return hex.EncodeToString(g.keys.Login("pin", device.String(), account.String(), pin))
}

// isPIN says that somebody may have this PIN: nobody guesses it first.
func isPIN(pin string) bool {
	if len(pin) != pinDigits || strings.Trim(pin, "0123456789") != "" {
		return false
	}
	for _, step := range []int{-1, 0, 1} {
		row := true
		for i := 1; i < len(pin); i++ {
			row = row && int(pin[i])-int(pin[i-1]) == step
		}
		if row {
			return false
		}
	}
	return true
}
