package web

import (
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type areaNameBody struct {
	ID     uuid.UUID `json:"id"`
	Name   string    `json:"name"`
	NameZH *string   `json:"name_zh"`
	Level  string    `json:"level"`
}

type workerNameBody struct {
	ID   uuid.UUID `json:"id"`
	Code string    `json:"code"`
	Name string    `json:"name"`
}

type meBody struct {
	Account  uuid.UUID       `json:"account"`
	Login    string          `json:"login"`
	Name     string          `json:"name"`
	Language string          `json:"language"`
	Role     string          `json:"role"`
	Roles    []string        `json:"roles"`
	Areas    []areaNameBody  `json:"areas"`
	Worker   *workerNameBody `json:"worker"`
	Today    string          `json:"today"`
	Timezone string          `json:"timezone"`
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[struct {
		Login    string `json:"login"`
		Password string `json:"password"`
		Role     string `json:"role"`
	}](w, r)
	if err != nil {
		return err
	}
	if len(body.Login) > 64 || len(body.Password) > 256 {
		return access.ErrPassword
	}
	who, err := s.Gate.SignIn(w, r, body.Login, body.Password, body.Role)
	if err != nil {
		return err
	}
	return s.whoAmI(w, r, who)
}

func (s *Server) whoAmI(w http.ResponseWriter, r *http.Request, who access.Session) error {
	account, err := s.DB.OwnAccount(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	areas, err := s.grantedAreas(r, who)
	if err != nil {
		return err
	}
	worker, err := s.DB.OwnWorker(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	me := meBody{
		Account: account.ID, Login: account.Login, Name: account.Name, Language: account.Language,
		Role: who.Role, Roles: who.Roles, Areas: areas, Today: date(s.today()), Timezone: s.Location.String(),
	}
	if worker != nil {
		me.Worker = &workerNameBody{ID: worker.ID, Code: worker.Code, Name: worker.Name}
	}
	return answer(w, http.StatusOK, me)
}

// grantedAreas are those that the grants of the present role name.
func (s *Server) grantedAreas(r *http.Request, who access.Session) ([]areaNameBody, error) {
	grants, err := s.DB.Grants(r.Context(), who.Principal, who.Account)
	if err != nil {
		return nil, err
	}
	named := make(map[uuid.UUID]bool)
	for _, grant := range grants {
		if grant.Role == who.Role && grant.AreaID != nil {
			named[*grant.AreaID] = true
		}
	}
	bodies := []areaNameBody{}
	if len(named) == 0 {
		return bodies, nil
	}
	areas, err := s.DB.Areas(r.Context(), who.Principal, register.AreaFilter{})
	if err != nil {
		return nil, err
	}
	for _, a := range areas {
		if named[a.ID] {
			bodies = append(bodies, areaNameBody{ID: a.ID, Name: a.Name, NameZH: orNull(a.NameZH), Level: string(a.Level)})
		}
	}
	return bodies, nil
}

// signOut ends the session. A phone that has nothing left to send asks that its browser
// forgets all of the service; one that has keeps it.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request, who access.Session) error {
	if r.URL.Query().Get("clear") == "true" {
		w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	}
	return done(w, s.Gate.SignOut(w, r, who))
}

func (s *Server) changeRole(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[struct {
		Role string `json:"role"`
	}](w, r)
	if err != nil {
		return err
	}
	changed, err := s.Gate.ChangeRole(w, r, who, body.Role)
	if err != nil {
		return err
	}
	return s.whoAmI(w, r, changed)
}

var languages = []string{"en", "zh-Hans"}

func (s *Server) changeLanguage(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[struct {
		Language string `json:"language"`
	}](w, r)
	if err != nil {
		return err
	}
	if err := checkLanguage(body.Language); err != nil {
		return err
	}
	if err := s.DB.SetLanguage(r.Context(), who.Principal, body.Language); err != nil {
		return err
	}
	return s.whoAmI(w, r, who)
}

func checkLanguage(language string) error {
	if !slices.Contains(languages, language) {
		return invalid("language", "The language is en or zh-Hans.")
	}
	return nil
}
