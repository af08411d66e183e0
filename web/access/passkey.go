package access

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
)

// Errors of passkeys.
var (
	// ErrPasskey says that an answer of an authenticator proves nothing.
	ErrPasskey = errors.New("access: the passkey was not accepted")
	// ErrNoName says that the installation is reached by an address, which has no
	// passkeys.
	ErrNoName = errors.New("access: passkeys need a host name")
)

// holder is an account as the library knows it; its id is the user handle that
// authenticators keep.
type holder struct {
	account  register.Account
	passkeys []register.Passkey
}

func (h holder) WebAuthnID() []byte          { return h.account.ID[:] }
func (h holder) WebAuthnName() string        { return h.account.Login }
func (h holder) WebAuthnDisplayName() string { return h.account.Name }

func (h holder) WebAuthnCredentials() []webauthn.Credential {
	var credentials []webauthn.Credential
	for _, p := range h.passkeys {
		credentials = append(credentials, webauthn.Credential{
			ID: p.CredentialID, PublicKey: p.PublicKey,
			Flags:         webauthn.CredentialFlags{UserVerified: true, BackupEligible: p.BackupEligible, BackupState: p.BackedUp},
			Authenticator: webauthn.Authenticator{SignCount: p.SignCount},
		})
	}
	return credentials
}

// relyingParty is the installation as authenticators know it: by the name of its
// host. The error is [ErrNoName].
func (g *Gate) relyingParty(r *http.Request) (*webauthn.WebAuthn, error) {
	origin := g.Origin(r)
	address, err := url.Parse(origin)
	if err != nil || net.ParseIP(address.Hostname()) != nil {
		return nil, ErrNoName
	}
	party, err := webauthn.New(&webauthn.Config{
		RPID: address.Hostname(), RPDisplayName: "Rounds", RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, ErrNoName
	}
	return party, nil
}

// remembered is what the library wants to know again of a ceremony's first request.
func remembered(c ceremony, party *webauthn.WebAuthn) webauthn.SessionData {
	return webauthn.SessionData{
		Challenge: base64.RawURLEncoding.EncodeToString(c.derive("challenge")), RelyingPartyID: party.Config.RPID,
		UserVerification: protocol.VerificationRequired, CredParams: webauthn.CredentialParametersDefault(),
	}
}

// BeginPasskeySignIn asks any passkey of this installation to sign.
func (g *Gate) BeginPasskeySignIn(w http.ResponseWriter, r *http.Request) (*protocol.CredentialAssertion, error) {
	party, err := g.relyingParty(r)
	if err != nil {
		return nil, err
	}
	begun, err := g.beginCeremony(w, r, ceremony{Purpose: toSignIn})
	if err != nil {
		return nil, err
	}
	options, _, err := party.BeginDiscoverableLogin(webauthn.WithChallenge(begun.derive("challenge")), webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, fmt.Errorf("access: %w", err)
	}
	return options, nil
}

// PasskeySignIn checks what a passkey signed, as JSON of a PublicKeyCredential, and
// gives the browser a session. role is as in [Gate.SignIn]. The error is
// [ErrPasskey], [ErrCeremony], [ErrNoGrant], [ErrAsleep], [ErrRole] or a
// [TooManyError].
func (g *Gate) PasskeySignIn(w http.ResponseWriter, r *http.Request, credential []byte, role string) (Session, error) {
	party, err := g.relyingParty(r)
	if err != nil {
		return Session{}, err
	}
	signed, err := protocol.ParseCredentialRequestResponseBytes(credential)
	if err != nil {
		return Session{}, ErrPasskey
	}
	// What is counted is the account that is claimed, before anything is proven.
	claimed, err := uuid.FromBytes(signed.Response.UserHandle)
	if err != nil {
		return Session{}, ErrPasskey
	}
	err = g.attempt(r, []key{accountKey(claimed)}, func(ctx context.Context) error {
		begun, err := g.finishCeremony(w, r, toSignIn)
		if err != nil {
			return err
		}
		return g.checkPasskey(ctx, party, begun, claimed, signed)
	})
	if err != nil {
		return Session{}, err
	}
	return g.enter(w, r, claimed, role, byPasskey)
}

// checkPasskey says with [ErrPasskey] that a passkey of the account did not sign
// this ceremony. One whose counter did not move on may be a copy, and is not
// accepted either.
func (g *Gate) checkPasskey(ctx context.Context, party *webauthn.WebAuthn, begun ceremony, account uuid.UUID, signed *protocol.ParsedCredentialAssertionData) error {
	kept, err := g.db.FindPasskey(ctx, signed.RawID)
	if errors.Is(err, register.ErrNoPasskey) || err == nil && kept.AccountID != account {
		return ErrPasskey
	}
	if err != nil {
		return err
	}
	find := func(_, handle []byte) (webauthn.User, error) {
		if !bytes.Equal(handle, account[:]) {
			return nil, ErrPasskey
		}
		return holder{register.Account{ID: account}, []register.Passkey{kept}}, nil
	}
	_, proven, err := party.ValidatePasskeyLogin(find, remembered(begun, party), signed)
	if err != nil || proven.Authenticator.CloneWarning {
		return ErrPasskey
	}
	err = g.db.UsePasskey(ctx, kept, proven.Authenticator.SignCount, proven.Flags.BackupState)
	if errors.Is(err, register.ErrNoPasskey) {
		return ErrPasskey
	}
	return err
}

// BeginPasskey asks a device to make a passkey for the session's own account. The
// error may be [ErrStale].
func (g *Gate) BeginPasskey(w http.ResponseWriter, r *http.Request, session Session) (*protocol.CredentialCreation, error) {
	if err := g.Fresh(session); err != nil {
		return nil, err
	}
	account, err := g.db.OwnAccount(r.Context(), session.Principal)
	if err != nil {
		return nil, err
	}
	passkeys, err := g.db.OwnPasskeys(r.Context(), session.Principal)
	if err != nil {
		return nil, err
	}
	return g.askForPasskey(w, r, holder{account, passkeys}, ceremony{Purpose: toAdd, Account: account.ID})
}

// AddPasskey keeps a passkey that a device made, as JSON of a PublicKeyCredential,
// for the session's own account. kind is of the closed list. The error is
// [ErrPasskey], [ErrCeremony], [register.ErrManyPasskeys] or
// [register.ErrPasskeyTaken].
func (g *Gate) AddPasskey(w http.ResponseWriter, r *http.Request, session Session, kind string, credential []byte) error {
	begun, err := g.finishCeremony(w, r, toAdd)
	if err == nil && begun.Account != session.Account {
		err = ErrCeremony
	}
	if err != nil {
		return err
	}
	made, err := g.madePasskey(r, begun, kind, credential)
	if err != nil {
		return err
	}
	return g.db.AddCredential(r.Context(), session.Principal, made)
}

// BeginJoinWithPasskey asks a device to make a passkey for the account of a link.
// The error is [register.ErrNoLink] or a [TooManyError].
func (g *Gate) BeginJoinWithPasskey(w http.ResponseWriter, r *http.Request, token string) (options *protocol.CredentialCreation, err error) {
	link, hash, err := g.tryLink(r, token)
	if err != nil {
		return nil, err
	}
	return g.askForPasskey(w, r, holder{account: link.Account}, ceremony{Purpose: toJoin, Account: link.Account.ID, Link: hash})
}

// JoinWithPasskey uses a link up: its account gets a passkey and a language. The
// errors are those of [Gate.AddPasskey] and [register.ErrNoLink].
func (g *Gate) JoinWithPasskey(w http.ResponseWriter, r *http.Request, language, kind string, credential []byte) (uuid.UUID, error) {
	begun, err := g.finishCeremony(w, r, toJoin)
	if err != nil {
		return uuid.Nil, err
	}
	made, err := g.madePasskey(r, begun, kind, credential)
	if err != nil {
		return uuid.Nil, err
	}
	return g.db.UseLink(r.Context(), begun.Link, language, made)
}

func (g *Gate) askForPasskey(w http.ResponseWriter, r *http.Request, who holder, c ceremony) (*protocol.CredentialCreation, error) {
	party, err := g.relyingParty(r)
	if err != nil {
		return nil, err
	}
	begun, err := g.beginCeremony(w, r, c)
	if err != nil {
		return nil, err
	}
	var known []protocol.CredentialDescriptor
	for _, credential := range who.WebAuthnCredentials() {
		known = append(known, credential.Descriptor())
	}
	challenge := func(options *protocol.PublicKeyCredentialCreationOptions) error {
		options.Challenge = begun.derive("challenge")
		return nil
	}
	options, _, err := party.BeginRegistration(who, challenge, webauthn.WithExclusions(known))
	if err != nil {
		return nil, fmt.Errorf("access: %w", err)
	}
	return options, nil
}

// madePasskey is the passkey that a device made in a ceremony. The error is
// [ErrPasskey].
func (g *Gate) madePasskey(r *http.Request, begun ceremony, kind string, credential []byte) (register.Credential, error) {
	party, err := g.relyingParty(r)
	if err != nil {
		return nil, err
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err != nil {
		return nil, ErrPasskey
	}
	session := remembered(begun, party)
	session.UserID = begun.Account[:]
	made, err := party.CreateCredential(holder{account: register.Account{ID: begun.Account}}, session, answer)
	if err != nil {
		return nil, ErrPasskey
	}
	return register.KeepPasskey(register.Passkey{
		ID: uuid.New(), Kind: kind, CredentialID: made.ID, PublicKey: made.PublicKey, SignCount: made.Authenticator.SignCount,
		BackupEligible: made.Flags.BackupEligible, BackedUp: made.Flags.BackupState,
	}), nil
}

// HasPasskeys says whether a browser could make a passkey for the installation as a
// request reaches it.
func (g *Gate) HasPasskeys(r *http.Request) bool {
	_, err := g.relyingParty(r)
	return err == nil
}
