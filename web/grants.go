package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type grantBody struct {
	ID        uuid.UUID     `json:"id"`
	AccountID uuid.UUID     `json:"account_id"`
	Login     string        `json:"login"`
	Name      string        `json:"name"`
	Role      string        `json:"role"`
	Purpose   *string       `json:"purpose"`
	Area      *areaNameBody `json:"area"`
	StartsOn  string        `json:"starts_on"`
	EndsOn    string        `json:"ends_on"`
	State     string        `json:"state"`
	// Installer: one person gave it alone, at the terminal.
	Installer bool `json:"installer"`
	// Own: the asking account proposed it, so another person confirms.
	Own bool `json:"own"`
}

func (s *Server) showGrant(who access.Session) func(register.GrantLine) grantBody {
	return func(g register.GrantLine) grantBody {
		body := grantBody{
			ID: g.ID, AccountID: g.AccountID, Login: g.Login, Name: g.Name, Role: g.Role, Purpose: orNull(g.Purpose),
			StartsOn: date(g.StartsAt.In(s.Location)), EndsOn: date(g.EndsAt.Add(-time.Second).In(s.Location)), State: g.State,
			Installer: g.ProposedBy == nil, Own: g.ProposedBy != nil && *g.ProposedBy == who.Account,
		}
		if g.AreaID != nil {
			body.Area = &areaNameBody{ID: *g.AreaID, Name: g.AreaName, NameZH: orNull(g.AreaNameZH), Level: g.AreaLevel}
		}
		return body
	}
}

// listGrants pages by id.
func (s *Server) listGrants(w http.ResponseWriter, r *http.Request, who access.Session) error {
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	filter := register.GrantFilter{State: r.URL.Query().Get("state"), Limit: part.limit + 1}
	if filter.State != "" && !slices.Contains(register.GrantStates, filter.State) {
		return invalid("state", "The state is one of "+strings.Join(register.GrantStates, ", ")+".")
	}
	if filter.Account, err = queryID(r, "account"); err != nil {
		return err
	}
	if filter.After, err = part.afterID(); err != nil {
		return err
	}
	found, err := s.DB.GrantLines(r.Context(), who.Principal, filter)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, listed(found, part.limit, s.showGrant(who), func(g register.GrantLine) string { return g.ID.String() }))
}

type newGrantBody struct {
	AccountID uuid.UUID  `json:"account_id"`
	Role      string     `json:"role"`
	AreaID    *uuid.UUID `json:"area_id"`
	Purpose   string     `json:"purpose"`
	EndsOn    string     `json:"ends_on"`
}

func (s *Server) proposeGrant(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[newGrantBody](w, r)
	if err != nil {
		return err
	}
	grant, err := body.grant(id, s.Location)
	if err != nil {
		return err
	}
	added, err := s.DB.ProposeGrant(r.Context(), who.Principal, grant)
	if err != nil {
		return err
	}
	return answer(w, created(added), struct {
		ID uuid.UUID `json:"id"`
	}{id})
}

// grant checks what the schema does not say in words; the last day is a whole one.
func (b newGrantBody) grant(id uuid.UUID, zone *time.Location) (register.Grant, error) {
	grant := register.Grant{ID: id, AccountID: b.AccountID, Role: b.Role, AreaID: b.AreaID, Purpose: b.Purpose}
	lists := geo.ClosedLists()
	if _, known := lists.Find("roles", b.Role); !known {
		return grant, invalid("role", "The role is not on the list; see /api/v1/lists.")
	}
	if _, known := lists.Find("purposes", b.Purpose); known != register.HasPurpose(b.Role) {
		return grant, invalid("purpose", "Name a purpose of the list; an administrator and an officer have none.")
	}
	if (b.AreaID == nil) != (b.Role == register.Administrator) {
		return grant, invalid("area_id", "Name the area of the role; an administrator has none.")
	}
	last, err := parseDate("ends_on", b.EndsOn)
	if err != nil {
		return grant, err
	}
	grant.EndsAt = time.Date(last.Year(), last.Month(), last.Day()+1, 0, 0, 0, 0, zone)
	return grant, nil
}

func (s *Server) confirmGrant(w http.ResponseWriter, r *http.Request, who access.Session) error {
	return s.changeGrant(w, r, who, s.DB.ConfirmGrant)
}

func (s *Server) endGrant(w http.ResponseWriter, r *http.Request, who access.Session) error {
	return s.changeGrant(w, r, who, s.DB.EndGrant)
}

func (s *Server) changeGrant(w http.ResponseWriter, r *http.Request, who access.Session,
	change func(context.Context, register.Principal, uuid.UUID) error) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := change(r.Context(), who.Principal, id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
