package web

import (
	"net/http"
	"time"

	"github.com/rounds-project/rounds/web/access"
)

type holidayBody struct {
	Day string `json:"day"`
	Off bool   `json:"off"`
}

func (s *Server) listHolidays(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	after := time.Time{}
	if len(part.after) > 0 {
		if after, err = time.Parse(time.DateOnly, part.after[0]); err != nil {
			return errCursor
		}
	}
	days, err := s.Planner.Holidays(r.Context(), who.Principal, id, after, part.limit+1)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, listed(days, part.limit, func(day time.Time) holidayBody { return holidayBody{date(day), true} }, date))
}

// setHoliday notes that nobody visits in an area on a day, or that they do after all.
func (s *Server) setHoliday(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[holidayBody](w, r)
	if err != nil {
		return err
	}
	day, err := parseDate("day", body.Day)
	if err != nil {
		return err
	}
	if err := s.Planner.SetHoliday(r.Context(), who.Principal, id, day, body.Off); err != nil {
		return err
	}
	return answer(w, http.StatusOK, body)
}
