package web

import (
	"encoding/json"
	"net/http"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// creationBody and assertionBody are what a browser's navigator.credentials takes.
type (
	creationBody struct {
		PublicKey protocol.PublicKeyCredentialCreationOptions `json:"publicKey"`
	}
	assertionBody struct {
		PublicKey protocol.PublicKeyCredentialRequestOptions `json:"publicKey"`
	}
)

func (s *Server) beginPasskeySignIn(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	options, err := s.Gate.BeginPasskeySignIn(w, r)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, assertionBody{options.Response})
}

func (s *Server) passkeySignIn(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[struct {
		Credential json.RawMessage `json:"credential"`
		Role       string          `json:"role"`
	}](w, r)
	if err != nil {
		return err
	}
	who, err := s.Gate.PasskeySignIn(w, r, body.Credential, body.Role)
	if err != nil {
		return err
	}
	return s.whoAmI(w, r, who)
}

type passkeyBody struct {
	ID       uuid.UUID `json:"id"`
	Kind     string    `json:"kind"`
	BackedUp bool      `json:"backed_up"`
	AddedOn  string    `json:"added_on"`
	UsedOn   *string   `json:"used_on"`
}

func showPasskey(p register.Passkey) passkeyBody {
	return passkeyBody{ID: p.ID, Kind: p.Kind, BackedUp: p.BackedUp, AddedOn: date(p.AddedOn), UsedOn: dateOrNull(p.UsedOn)}
}

func (s *Server) listPasskeys(w http.ResponseWriter, r *http.Request, who access.Session) error {
	passkeys, err := s.DB.OwnPasskeys(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, listed(passkeys, len(passkeys), showPasskey, nil))
}

func (s *Server) beginPasskey(w http.ResponseWriter, r *http.Request, who access.Session) error {
	options, err := s.Gate.BeginPasskey(w, r, who)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, creationBody{options.Response})
}

// newPasskeyBody is what a device made.
type newPasskeyBody struct {
	Kind       string          `json:"kind"`
	Credential json.RawMessage `json:"credential"`
}

func (b newPasskeyBody) check() error {
	if _, known := geo.ClosedLists().Find("passkey_kinds", b.Kind); !known {
		return invalid("kind", "The kind is not on the list; see /api/v1/lists.")
	}
	return nil
}

func (s *Server) addPasskey(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[newPasskeyBody](w, r)
	if err == nil {
		err = body.check()
	}
	if err != nil {
		return err
	}
	return done(w, s.Gate.AddPasskey(w, r, who, body.Kind, body.Credential))
}

func (s *Server) removePasskey(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err == nil {
		err = s.Gate.Fresh(who)
	}
	if err != nil {
		return err
	}
	return done(w, s.DB.RemovePasskey(r.Context(), who.Principal, id))
}

func (s *Server) beginJoinWithPasskey(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[struct {
		Token string `json:"token"`
	}](w, r)
	if err != nil {
		return err
	}
	options, err := s.Gate.BeginJoinWithPasskey(w, r, body.Token)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, creationBody{options.Response})
}

func (s *Server) joinWithPasskey(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[struct {
		newPasskeyBody
		Language string `json:"language"`
	}](w, r)
	if err == nil {
		err = body.check()
	}
	if err == nil {
		err = checkLanguage(body.Language)
	}
	if err != nil {
		return err
	}
	account, err := s.Gate.JoinWithPasskey(w, r, body.Language, body.Kind, body.Credential)
	if err != nil {
		return err
	}
	return s.joined(w, r, account)
}
