package web

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/planner/round"
	"github.com/rounds-project/rounds/web/access"
)

type newClosureBody struct {
	Lon      float64 `json:"lon"`
	Lat      float64 `json:"lat"`
	StartsOn string  `json:"starts_on"`
	EndsOn   string  `json:"ends_on"`
}

type closureBody struct {
	ID uuid.UUID `json:"id"`
	newClosureBody
	// Street is the name of what is closed, Line where it is; null when no street is near.
	Street   *string   `json:"street"`
	StreetZH *string   `json:"street_zh"`
	Line     *lineBody `json:"line"`
}

// listClosures are the closed streets that are not open again.
func (s *Server) listClosures(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.Planner.Closures(r.Context(), who.Principal, s.today())
	if err != nil {
		return err
	}
	items := make([]closureBody, len(found))
	for i, c := range found {
		if items[i], err = s.showClosure(r, c); err != nil {
			return err
		}
	}
	return answer(w, http.StatusOK, struct {
		Items []closureBody `json:"items"`
	}{items})
}

func (s *Server) showClosure(r *http.Request, c round.Closure) (closureBody, error) {
	body := closureBody{ID: c.ID, newClosureBody: newClosureBody{c.At.Lon(), c.At.Lat(), date(c.StartsOn), date(c.EndsOn)}}
	stretch, near, err := s.Planner.Stretch(r.Context(), c.At)
	if err == nil && near {
		body.Street, body.StreetZH, body.Line = orNull(stretch.Name), orNull(stretch.NameZH), &lineBody{"LineString", stretch.Line}
	}
	return body, err
}

// closeStreet notes that the street nearest to a point is closed for some days.
func (s *Server) closeStreet(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[newClosureBody](w, r)
	if err != nil {
		return err
	}
	c := round.Closure{ID: id, At: orb.Point{body.Lon, body.Lat}}
	if body.Lon < -180 || body.Lon > 180 || body.Lat < -90 || body.Lat > 90 {
		return invalid("lon", "The place is no place on earth.")
	}
	if c.StartsOn, err = parseDate("starts_on", body.StartsOn); err != nil {
		return err
	}
	if c.EndsOn, err = parseDate("ends_on", body.EndsOn); err != nil {
		return err
	}
	if err := s.Planner.CloseStreet(r.Context(), who.Principal, c); err != nil {
		return err
	}
	shown, err := s.showClosure(r, c)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, shown)
}

// openStreet notes that a street is open again.
func (s *Server) openStreet(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.Planner.OpenStreet(r.Context(), who.Principal, id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
