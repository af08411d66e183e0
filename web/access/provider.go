package access

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"
	"golang.org/x/oauth2"

	"github.com/rounds-project/rounds/geo/register"
)

// Errors of identity providers.
var (
	// ErrNoProvider says that the installation has none.
	ErrNoProvider = errors.New("access: no identity provider is set up")
	// ErrProviderSilent says that the provider does not answer.
	ErrProviderSilent = errors.New("access: the identity provider does not answer")
	// ErrIdentity says that what came from the provider proves nothing.
	ErrIdentity = errors.New("access: the identity was not accepted")
)

// Provider is the OpenID Connect provider of the organisation that runs the
// installation. It says who somebody is; roles come from grants alone.
type Provider struct {
	// Issuer is its address, as https://login.example.org.
	Issuer string
	// ClientID and ClientSecret are what the provider knows the installation by; its
	// redirect address there is the installation's own and /callback.
	ClientID, ClientSecret string
	// Name is what people call it.
	Name string

	discover   sync.Mutex
	discovered *oidc.Provider
}

// providerPatience is how long the provider may take to answer.
const providerPatience = 10 * time.Second

// providerClient asks the provider and nobody to whom it would send on.
func providerClient() *http.Client {
	return &http.Client{Timeout: providerPatience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// endpoints are those that the provider says it has, asked once.
func (p *Provider) endpoints(ctx context.Context) (*oidc.Provider, error) {
	p.discover.Lock()
	defer p.discover.Unlock()
	if p.discovered != nil {
		return p.discovered, nil
	}
	// Its keys are fetched later, when the request that comes first has long ended.
	discovered, err := oidc.NewProvider(context.WithoutCancel(ctx), p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProviderSilent, err)
	}
	p.discovered = discovered
	return discovered, nil
}

// client is the installation as the provider knows it.
func (g *Gate) client(r *http.Request) (context.Context, *oidc.Provider, *oauth2.Config, error) {
	p := g.options.Provider
	if p == nil {
		return nil, nil, nil, ErrNoProvider
	}
	ctx := oidc.ClientContext(r.Context(), providerClient())
	endpoints, err := p.endpoints(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	return ctx, endpoints, &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: endpoints.Endpoint(), RedirectURL: g.Origin(r) + "/callback",
		// Name and address of a person are of no use here, and are not asked for.
		Scopes: []string{oidc.ScopeOpenID},
	}, nil
}

// ProviderName is what people call the provider; "" when there is none.
func (g *Gate) ProviderName() string {
	if g.options.Provider == nil {
		return ""
	}
	return g.options.Provider.Name
}

// BeginProviderSignIn gives the provider's address to send a browser to, that it may
// sign in.
func (g *Gate) BeginProviderSignIn(w http.ResponseWriter, r *http.Request) (string, error) {
	return g.askProvider(w, r, ceremony{Purpose: toSignInByProvider})
}

// BeginProviderLink does the same to link an identity to the session's own account.
// The error may be [ErrStale].
func (g *Gate) BeginProviderLink(w http.ResponseWriter, r *http.Request, session Session) (string, error) {
	if err := g.Fresh(session); err != nil {
		return "", err
	}
	return g.askProvider(w, r, ceremony{Purpose: toLinkIdentity, Account: session.Account})
}

// BeginProviderJoin does the same to use a link up. The error may be
// [register.ErrNoLink] or a [TooManyError].
func (g *Gate) BeginProviderJoin(w http.ResponseWriter, r *http.Request, token string) (string, error) {
	link, hash, err := g.tryLink(r, token)
	if err != nil {
		return "", err
	}
	return g.askProvider(w, r, ceremony{Purpose: toJoinByProvider, Account: link.Account.ID, Link: hash})
}

func (g *Gate) askProvider(w http.ResponseWriter, r *http.Request, c ceremony) (string, error) {
	_, _, client, err := g.client(r)
	if err != nil {
		return "", err
	}
	begun, err := g.beginCeremony(w, r, c)
	if err != nil {
		return "", err
	}
	return client.AuthCodeURL(begun.text("state"), oidc.Nonce(begun.text("nonce")), oauth2.S256ChallengeOption(begun.text("verifier"))), nil
}

// text is a value of the ceremony as it stands in addresses and tokens.
func (c ceremony) text(use string) string { return base64.RawURLEncoding.EncodeToString(c.derive(use)) }

// Proven is what came of a visit to the provider.
type Proven struct {
	// SignedIn, Linked or Joined: one of them is true.
	SignedIn, Linked, Joined bool
	// Account is the one that joined.
	Account uuid.UUID
}

// FinishProvider takes what the provider sent the browser back with. language is
// that of an account which joins. The error is [ErrIdentity], [ErrCeremony] when the
// browser did not begin this or has finished it before, [register.ErrNoIdentity] for
// an identity that is linked to no account, [register.ErrIdentityTaken],
// [ErrSignIn], one of those of [Gate.SignIn] or of [register.DB.UseLink].
func (g *Gate) FinishProvider(w http.ResponseWriter, r *http.Request, code, state, language string) (proven Proven, err error) {
	var begun ceremony
	var identity [32]byte
	err = g.attempt(r, nil, func(context.Context) error {
		if begun, err = g.finishCeremony(w, r, toSignInByProvider, toLinkIdentity, toJoinByProvider); err != nil {
			return err
		}
		identity, err = g.identity(r, begun, code, state)
		return err
	})
	if err != nil {
		return proven, err
	}
	switch begun.Purpose {
	case toLinkIdentity:
		session, err := g.Session(r)
		if err == nil && session.Account != begun.Account {
			err = ErrCeremony
		}
		if err != nil {
			return proven, err
		}
		return Proven{Linked: true}, g.db.AddCredential(r.Context(), session.Principal, register.KeepIdentity(identity))
	case toJoinByProvider:
		account, err := g.db.UseLink(r.Context(), begun.Link, language, register.KeepIdentity(identity))
		return Proven{Joined: true, Account: account}, err
	}
	account, err := g.db.FindIdentity(r.Context(), identity)
	if err != nil {
		return proven, err
	}
	_, err = g.enter(w, r, account, "", byProvider)
	return Proven{SignedIn: true}, err
}

// identity is the pseudonym of who signed in at the provider: an HMAC of issuer and
// subject, never an e-mail address, which may change hands. The error is
// [ErrIdentity].
func (g *Gate) identity(r *http.Request, begun ceremony, code, state string) (identity [32]byte, err error) {
	ctx, provider, client, err := g.client(r)
	if err != nil {
		return identity, err
	}
	if !hmac.Equal([]byte(state), []byte(begun.text("state"))) {
		return identity, ErrIdentity
	}
	tokens, err := client.Exchange(ctx, code, oauth2.VerifierOption(begun.text("verifier")))
	if err != nil {
		return identity, fmt.Errorf("%w: %w", ErrIdentity, err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: client.ClientID, Now: g.options.Now}).Verify(ctx, raw)
	if err != nil {
		return identity, fmt.Errorf("%w: %w", ErrIdentity, err)
	}
	if !hmac.Equal([]byte(token.Nonce), []byte(begun.text("nonce"))) {
		return identity, ErrIdentity
	}
	return [32]byte(g.keys.Login("identity", token.Issuer, token.Subject)), nil
}
