package web

import (
	"errors"
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// ownGrantBody is a grant as its receiver sees it.
type ownGrantBody struct {
	Role    string        `json:"role"`
	Area    *areaNameBody `json:"area"`
	Purpose *string       `json:"purpose"`
	EndsAt  string        `json:"ends_at"`
	Asleep  bool          `json:"asleep"`
}

type ownAccountBody struct {
	Login       string         `json:"login"`
	Name        string         `json:"name"`
	Language    string         `json:"language"`
	HasPassword bool           `json:"has_password"`
	Linked      bool           `json:"linked"`
	Fresh       bool           `json:"fresh"`
	Grants      []ownGrantBody `json:"grants"`
}

func (s *Server) getAccount(w http.ResponseWriter, r *http.Request, who access.Session) error {
	ctx := r.Context()
	account, err := s.DB.OwnAccount(ctx, who.Principal)
	if err != nil {
		return err
	}
	body := ownAccountBody{
		Login: account.Login, Name: account.Name, Language: account.Language, Fresh: s.Gate.Fresh(who) == nil, Grants: []ownGrantBody{},
	}
	if body.HasPassword, err = s.DB.HasPassword(ctx, who.Principal); err != nil {
		return err
	}
	if body.Linked, err = s.DB.HasIdentity(ctx, who.Principal); err != nil {
		return err
	}
	grants, err := s.DB.Grants(ctx, who.Principal, who.Account)
	if err != nil {
		return err
	}
	names, err := s.areasOfRoles(r, who)
	if err != nil {
		return err
	}
	for _, grant := range grants {
		shown := ownGrantBody{Role: grant.Role, Purpose: orNull(grant.Purpose), EndsAt: moment(grant.EndsAt), Asleep: grant.AsleepSince != nil}
		if grant.AreaID != nil {
			shown.Area = names[*grant.AreaID]
		}
		body.Grants = append(body.Grants, shown)
	}
	return answer(w, http.StatusOK, body)
}

// areasOfRoles are the areas that an account sees in any of its roles, by id.
func (s *Server) areasOfRoles(r *http.Request, who access.Session) (map[uuid.UUID]*areaNameBody, error) {
	names := map[uuid.UUID]*areaNameBody{}
	for _, role := range who.Roles {
		areas, err := s.DB.Areas(r.Context(), register.Principal{Account: who.Account, Role: role}, register.AreaFilter{})
		if err != nil {
			return nil, err
		}
		for _, a := range areas {
			names[a.ID] = &areaNameBody{ID: a.ID, Name: a.Name, NameZH: orNull(a.NameZH), Level: string(a.Level)}
		}
	}
	return names, nil
}

func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[struct {
		Present  string `json:"present"`
		Password string `json:"password"`
	}](w, r)
	if err != nil {
		return err
	}
	err = s.Gate.ChangePassword(r, who, body.Present, body.Password)
	if errors.Is(err, access.ErrPassword) {
		err = newProblem(http.StatusUnprocessableEntity, "password", "present", "The present password is not right.")
	}
	return done(w, err)
}
