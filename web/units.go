package web

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type unitBody struct {
	ID       uuid.UUID  `json:"id"`
	AreaID   uuid.UUID  `json:"area_id"`
	ParentID *uuid.UUID `json:"parent_id"`
	Level    string     `json:"level"`
	Branch   string     `json:"branch"`
	Name     string     `json:"name"`
	NameZH   string     `json:"name_zh"`
	LeadID   uuid.UUID  `json:"lead_id"`
	Lead     *string    `json:"lead"`
	OnDutyID uuid.UUID  `json:"on_duty_id"`
	OnDuty   *string    `json:"on_duty"`
	Closed   bool       `json:"closed"`
}

func showUnit(u casework.Unit) unitBody {
	return unitBody{
		ID: u.ID, AreaID: u.Area, ParentID: u.Parent, Level: u.Level, Branch: u.Branch, Name: u.Name, NameZH: u.NameZH, LeadID: u.Lead,
		Lead: orNull(u.LeadName), OnDutyID: u.OnDuty, OnDuty: orNull(u.OnDutyName), Closed: u.Closed,
	}
}

// listUnits goes from the county down, by name.
func (s *Server) listUnits(w http.ResponseWriter, r *http.Request, who access.Session) error {
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	after, err := part.afterID()
	if err != nil {
		return err
	}
	units, err := s.office.Units(r.Context(), who.Principal, after, part.limit+1)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, listed(units, part.limit, showUnit, func(u casework.Unit) string { return u.ID.String() }))
}

type memberBody struct {
	AccountID uuid.UUID `json:"account_id"`
	Name      string    `json:"name"`
	Skills    []string  `json:"skills"`
	Languages []string  `json:"languages"`
	AwayUntil *string   `json:"away_until"`
}

type shiftBody struct {
	FirstOn   string    `json:"first_on"`
	LastOn    string    `json:"last_on"`
	AccountID uuid.UUID `json:"account_id"`
	Name      string    `json:"name"`
}

type rosterBody struct {
	unitBody
	Members []memberBody `json:"members"`
	Shifts  []shiftBody  `json:"shifts"`
}

func (s *Server) getUnit(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	roster, err := s.office.Roster(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	body := rosterBody{unitBody: showUnit(roster.Unit), Members: []memberBody{}, Shifts: []shiftBody{}}
	for _, m := range roster.Members {
		body.Members = append(body.Members, memberBody{m.Account, m.Name, m.Skills, m.Languages, dateOrNull(m.Away)})
	}
	for _, shift := range roster.Shifts {
		body.Shifts = append(body.Shifts, shiftBody{date(shift.FirstOn), date(shift.LastOn), shift.Account, shift.Name})
	}
	return answer(w, http.StatusOK, body)
}

type newUnitBody struct {
	AreaID   uuid.UUID `json:"area_id"`
	ParentID uuid.UUID `json:"parent_id"`
	Level    string    `json:"level"`
	Branch   string    `json:"branch"`
	Name     string    `json:"name"`
	NameZH   string    `json:"name_zh"`
	Lead     string    `json:"lead"`
	Closed   bool      `json:"closed"`
}

func (b newUnitBody) check() error {
	for _, code := range []struct{ field, list, code string }{{"level", "unit_levels", b.Level}, {"branch", "branches", b.Branch}} {
		if code.code == "" {
			return invalid(code.field, "Choose one of the list.")
		}
		if err := oneOf(code.field, code.list, code.code); err != nil {
			return err
		}
	}
	if strings.TrimSpace(b.Name) == "" {
		return invalid("name", "A unit has a name.")
	}
	for _, name := range []struct{ field, text string }{{"name", b.Name}, {"name_zh", b.NameZH}} {
		if c := register.CheckName(name.field, name.text); c != nil {
			return invalid(name.field, "It "+c.Problem+".")
		}
	}
	return nil
}

func (s *Server) saveUnit(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[newUnitBody](w, r)
	if err == nil {
		err = body.check()
	}
	if err != nil {
		return err
	}
	added, err := s.office.SaveUnit(r.Context(), who.Principal, casework.NewUnit{
		ID: id, Area: body.AreaID, Parent: body.ParentID, Level: body.Level, Branch: body.Branch, Name: body.Name, NameZH: body.NameZH,
		Lead: body.Lead, Closed: body.Closed,
	})
	if err != nil {
		return err
	}
	return answer(w, created(added), body)
}

type newMemberBody struct {
	Login     string    `json:"login"`
	AccountID uuid.UUID `json:"account_id"`
	Skills    []string  `json:"skills"`
	Languages []string  `json:"languages"`
	Leaves    bool      `json:"leaves"`
}

func (b newMemberBody) check() error {
	if (b.Login == "") == (b.AccountID == uuid.Nil) {
		return invalid("login", "Name somebody new by login, a member by account_id.")
	}
	for _, skill := range b.Skills {
		if err := oneOf("skills", "unit_skills", skill); err != nil || skill == "" {
			return invalid("skills", "These are not on the list unit_skills.")
		}
	}
	for _, language := range b.Languages {
		if err := oneOf("languages", "spoken_languages", language); err != nil || language == "" {
			return invalid("languages", "These are not on the list spoken_languages.")
		}
	}
	return nil
}

func (s *Server) saveMember(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[newMemberBody](w, r)
	if err == nil {
		err = body.check()
	}
	if err != nil {
		return err
	}
	return done(w, s.office.SaveMember(r.Context(), who.Principal, casework.NewMember{
		Unit: id, Login: body.Login, Account: body.AccountID, Skills: body.Skills, Languages: body.Languages, Leaves: body.Leaves,
	}))
}

type dutyShiftBody struct {
	// AccountID is null for nobody of the rota: then it is the lead.
	AccountID *uuid.UUID `json:"account_id"`
	FirstOn   string     `json:"first_on"`
	LastOn    string     `json:"last_on"`
}

func (s *Server) setDuty(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[dutyShiftBody](w, r)
	if err != nil {
		return err
	}
	first, last, err := daysOf(body.FirstOn, body.LastOn)
	if err != nil {
		return err
	}
	account := uuid.Nil
	if body.AccountID != nil {
		account = *body.AccountID
	}
	return done(w, s.office.SetDuty(r.Context(), who.Principal, id, account, first, last))
}

type leaveBody struct {
	// AccountID is the asker's own when it is left out.
	AccountID uuid.UUID `json:"account_id"`
	FirstOn   string    `json:"first_on"`
	LastOn    string    `json:"last_on"`
	Away      bool      `json:"away"`
}

// setLeave notes from when to when somebody is away; why is nobody's business.
func (s *Server) setLeave(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[leaveBody](w, r)
	if err != nil {
		return err
	}
	first, last, err := daysOf(body.FirstOn, body.LastOn)
	if err != nil {
		return err
	}
	return done(w, s.office.SetLeave(r.Context(), who.Principal, body.AccountID, first, last, body.Away))
}
