package web

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type areaBody struct {
	ID        uuid.UUID  `json:"id"`
	ParentID  *uuid.UUID `json:"parent_id"`
	Level     string     `json:"level"`
	Name      string     `json:"name"`
	NameZH    *string    `json:"name_zh"`
	Dwellings int        `json:"dwellings"`
	// Box is west, south, east, north.
	Box [4]float64 `json:"bbox"`
}

func showArea(a register.Area) areaBody {
	return areaBody{ID: a.ID, ParentID: a.ParentID, Level: string(a.Level), Name: a.Name, NameZH: orNull(a.NameZH), Dwellings: a.Dwellings, Box: box(a.Bound)}
}

func box(b orb.Bound) [4]float64 { return [4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]} }

func (s *Server) listAreas(w http.ResponseWriter, r *http.Request, who access.Session) error {
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	filter := register.AreaFilter{Limit: part.limit + 1, Level: geo.Level(r.URL.Query().Get("level"))}
	if filter.Level != "" {
		if _, known := geo.ClosedLists().Find("levels", string(filter.Level)); !known {
			return invalid("level", "The level is county, town, village or grid.")
		}
	}
	if filter.After, err = part.afterID(); err != nil {
		return err
	}
	if filter.Parent, err = queryID(r, "parent"); err != nil {
		return err
	}
	areas, err := s.DB.Areas(r.Context(), who.Principal, filter)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, listed(areas, part.limit, showArea, func(a register.Area) string { return a.ID.String() }))
}

type workerBody struct {
	ID        uuid.UUID  `json:"id"`
	AccountID *uuid.UUID `json:"account_id"`
	Code      string     `json:"code"`
	Name      string     `json:"name"`
	AreaID    uuid.UUID  `json:"area_id"`
	Shift     [2]string  `json:"shift"`
}

func showWorker(k register.FieldWorker) workerBody {
	return workerBody{ID: k.ID, AccountID: k.AccountID, Code: k.Code, Name: k.Name, AreaID: k.AreaID, Shift: [2]string{k.ShiftStart, k.ShiftEnd}}
}

// listWorkers pages by code.
func (s *Server) listWorkers(w http.ResponseWriter, r *http.Request, who access.Session) error {
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	area, err := queryID(r, "area")
	if err != nil {
		return err
	}
	found, err := s.DB.Workers(r.Context(), who.Principal, area)
	if err != nil {
		return err
	}
	if len(part.after) > 0 {
		for len(found) > 0 && found[0].Code <= part.after[0] {
			found = found[1:]
		}
	}
	return answer(w, http.StatusOK, listed(found, part.limit, showWorker, func(k register.FieldWorker) string { return k.Code }))
}

// listLists gives the closed lists, which are the same for everybody.
func (s *Server) listLists(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	lists, err := s.DB.ListsHere(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, err = w.Write(lists)
	return err
}
