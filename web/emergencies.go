package web

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type emergencyBody struct {
	ID         uuid.UUID  `json:"id"`
	AreaID     uuid.UUID  `json:"area_id"`
	Emergency  string     `json:"emergency"`
	ProposedAt time.Time  `json:"proposed_at"`
	Own        bool       `json:"own"`
	OpenedAt   *time.Time `json:"opened_at"`
	ClosesAt   *time.Time `json:"closes_at"`
	Open       bool       `json:"open"`
	Prints     int        `json:"prints"`
	ToTell     int        `json:"to_tell"`
	ProposedBy *string    `json:"proposed_by"`
	OpenedBy   *string    `json:"opened_by"`
}

func (s *Server) listEmergencies(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.DB.EmergencyOpenings(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, whole(found, func(o register.EmergencyOpening) emergencyBody {
		return emergencyBody{
			ID: o.ID, AreaID: o.Area, Emergency: o.Emergency, ProposedAt: o.ProposedAt, Own: o.Own, OpenedAt: o.OpenedAt, ClosesAt: o.ClosesAt,
			Open: o.ClosesAt != nil && s.Now().Before(*o.ClosesAt), Prints: o.Prints, ToTell: o.ToTell,
			ProposedBy: orNull(o.ProposedBy), OpenedBy: orNull(o.OpenedBy),
		}
	}))
}

func (s *Server) proposeEmergency(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[struct {
		AreaID    uuid.UUID `json:"area_id"`
		Emergency string    `json:"emergency"`
	}](w, r)
	if err != nil {
		return err
	}
	if _, known := geo.ClosedLists().Find("emergencies", body.Emergency); !known {
		return invalid("emergency", "The emergency is not on the list; see /api/v1/lists.")
	}
	added, err := s.DB.ProposeEmergency(r.Context(), who.Principal, id, body.AreaID, body.Emergency)
	if err != nil {
		return err
	}
	w.WriteHeader(map[bool]int{true: http.StatusCreated, false: http.StatusNoContent}[added])
	return nil
}

// decideEmergency opens or closes what was proposed.
func (s *Server) decideEmergency(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[struct {
		Step string `json:"step"`
	}](w, r)
	if err != nil {
		return err
	}
	switch body.Step {
	case "open":
		err = s.DB.OpenEmergency(r.Context(), who.Principal, id)
	case "close":
		err = s.DB.CloseEmergency(r.Context(), who.Principal, id)
	default:
		return invalid("step", "The step is open or close.")
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// openedBody is a place of an opening: where, what, how to reach whoever asked for it.
type openedBody struct {
	Address  string   `json:"address"`
	Services []string `json:"services"`
	Contact  *string  `json:"contact"`
}

func showOpened(wanted register.SupportWanted) openedBody {
	return openedBody{Address: wanted.Address.Line(), Services: wanted.Services, Contact: orNull(wanted.Contact)}
}

func (s *Server) listOpened(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	found, err := s.DB.OpenedSupport(r.Context(), who.Principal, s.Keys, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, whole(found, showOpened))
}

// printOpened is the list with the number of its print.
func (s *Server) printOpened(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	number, err := s.DB.PrintEmergency(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	found, err := s.DB.OpenedSupport(r.Context(), who.Principal, s.Keys, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, struct {
		Number int          `json:"number"`
		Items  []openedBody `json:"items"`
	}{number, whole(found, showOpened).Items})
}

type toTellBody struct {
	HouseholdID uuid.UUID `json:"household_id"`
	Address     string    `json:"address"`
}

func (s *Server) listToTell(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	found, err := s.DB.ToTell(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, whole(found, func(p register.Opened) toTellBody {
		return toTellBody{HouseholdID: p.Household, Address: p.Address.Line()}
	}))
}

func (s *Server) tellOpened(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[struct {
		HouseholdID uuid.UUID `json:"household_id"`
	}](w, r)
	if err != nil {
		return err
	}
	if err := s.DB.TellOpened(r.Context(), who.Principal, id, body.HouseholdID); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
