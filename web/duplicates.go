package web

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// listDuplicates is asked before something is reported: open reports of the same
// matter near the place.
func (s *Server) listDuplicates(w http.ResponseWriter, r *http.Request, who access.Session) error {
	query := r.URL.Query()
	lon, errLon := strconv.ParseFloat(query.Get("lon"), 64)
	lat, errLat := strconv.ParseFloat(query.Get("lat"), 64)
	if errLon != nil || errLat != nil || math.IsNaN(lon+lat) {
		return invalid("lon", "lon and lat are degrees.")
	}
	at, err := pointOf(&lon, &lat)
	if err != nil {
		return err
	}
	near, err := s.DB.Duplicates(r.Context(), who.Principal, query.Get("matter"), at)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, whole(near, s.showIncident))
}

// mergeIncident makes a report go with another of the same thing, or stand for itself
// again when into is null.
func (s *Server) mergeIncident(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[struct {
		Into *uuid.UUID `json:"into"`
	}](w, r)
	if err != nil {
		return err
	}
	into := uuid.Nil
	if body.Into != nil {
		into = *body.Into
	}
	return done(w, s.DB.MergeIncident(r.Context(), who.Principal, id, into))
}

// getIncidentText is for whoever deals with the matter.
func (s *Server) getIncidentText(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	text, err := s.DB.IncidentText(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, map[string]*string{"text": orNull(text)})
}

// chooseMatter hides a matter of the closed list here, or says when it is due.
func (s *Server) chooseMatter(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[struct {
		Hidden bool `json:"hidden"`
		// DueDays may be left out, which is not null.
		DueDays json.RawMessage `json:"due_days"`
	}](w, r)
	if err != nil {
		return err
	}
	choice := register.MatterChoice{Matter: r.PathValue("code"), Hidden: body.Hidden, KeepDays: body.DueDays == nil}
	if body.DueDays != nil {
		if err := json.Unmarshal(body.DueDays, &choice.DueDays); err != nil || choice.DueDays != nil && (*choice.DueDays < 0 || *choice.DueDays > 365) {
			return invalid("due_days", "A matter is due within 0 to 365 days.")
		}
	}
	return done(w, s.DB.ChooseMatter(r.Context(), who.Principal, choice))
}
