package web

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type deviceWorkerBody struct {
	Account uuid.UUID `json:"account"`
	Name    string    `json:"name"`
}

// waysBody says how one can sign in here.
type waysBody struct {
	Passkeys bool               `json:"passkeys"`
	Provider *string            `json:"provider"`
	Workers  []deviceWorkerBody `json:"workers"`
}

func (s *Server) listWays(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	device, err := s.Gate.Device(r)
	if err != nil {
		return err
	}
	ways := waysBody{Passkeys: s.Gate.HasPasskeys(r), Provider: orNull(s.Gate.ProviderName()), Workers: []deviceWorkerBody{}}
	if device != nil {
		for _, worker := range device.Workers {
			ways.Workers = append(ways.Workers, deviceWorkerBody{worker.AccountID, worker.Name})
		}
	}
	return answer(w, http.StatusOK, ways)
}

func (s *Server) pinSignIn(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[struct {
		Account uuid.UUID `json:"account"`
		PIN     string    `json:"pin"`
	}](w, r)
	if err != nil {
		return err
	}
	who, err := s.Gate.PINSignIn(w, r, body.Account, body.PIN)
	if err != nil {
		return err
	}
	return s.whoAmI(w, r, who)
}

func (s *Server) setPIN(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[struct {
		PIN string `json:"pin"`
	}](w, r)
	if err != nil {
		return err
	}
	return done(w, s.Gate.SetPIN(w, r, who, body.PIN))
}

type ownPINBody struct {
	ID      uuid.UUID `json:"id"`
	Browser string    `json:"browser"`
	System  string    `json:"system"`
	AddedOn string    `json:"added_on"`
	Current bool      `json:"current"`
}

func (s *Server) listPINs(w http.ResponseWriter, r *http.Request, who access.Session) error {
	pins, err := s.DB.OwnPINs(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	here, err := s.Gate.Device(r)
	if err != nil {
		return err
	}
	show := func(p register.OwnPIN) ownPINBody {
		return ownPINBody{ID: p.DeviceID, Browser: p.Device.Browser, System: p.Device.System, AddedOn: date(p.AddedOn), Current: here != nil && here.ID == p.DeviceID}
	}
	return answer(w, http.StatusOK, listed(pins, len(pins), show, nil))
}

func (s *Server) removePIN(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	return done(w, s.DB.RemovePIN(r.Context(), who.Principal, id))
}
