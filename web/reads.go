package web

import (
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
	"github.com/rounds-project/rounds/web/access"
)

type readBody struct {
	At         time.Time  `json:"at"`
	Login      *string    `json:"login"`
	Reader     string     `json:"reader"`
	Purpose    string     `json:"purpose"`
	Kind       string     `json:"kind"`
	AreaID     *uuid.UUID `json:"area_id"`
	AreaName   *string    `json:"area_name"`
	AreaNameZH *string    `json:"area_name_zh"`
	OnePlace   bool       `json:"one_place"`
	Reference  *string    `json:"reference"`
	Request    uuid.UUID  `json:"request"`
}

func showRead(r register.Read) readBody {
	return readBody{
		At: r.At.UTC(), Login: orNull(r.Login), Reader: r.Reader, Purpose: r.Purpose, Kind: r.Kind, AreaID: r.Area,
		AreaName: orNull(r.AreaName), AreaNameZH: orNull(r.AreaNameZH), OnePlace: r.OnePlace, Reference: orNull(r.Reference), Request: r.Request,
	}
}

// readsBody is a page of the audit log with its newest seal.
type readsBody struct {
	page[readBody]
	// Root is that of the chain, "" before the first seal.
	Root     string     `json:"root"`
	SealedAt *time.Time `json:"sealed_at"`
}

// listReads is the audit log of the officer's areas; asking is a read itself.
func (s *Server) listReads(w http.ResponseWriter, r *http.Request, who access.Session) error {
	query := r.URL.Query()
	filter := register.ReadFilter{Account: query.Get("account"), Purpose: query.Get("purpose")}
	if filter.Purpose != "" && !slices.Contains(audit.Purposes, filter.Purpose) {
		return invalid("purpose", "There is no such purpose of a read.")
	}
	for name, bound := range map[string]*time.Time{"from": &filter.From, "to": &filter.To} {
		if text := query.Get(name); text != "" {
			day, err := parseDate(name, text)
			if err != nil {
				return err
			}
			*bound = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, s.Location)
		}
	}
	if !filter.To.IsZero() {
		filter.To = filter.To.AddDate(0, 0, 1) // the day itself included
	}
	found, err := s.readsOf(r, who, filter)
	if err != nil {
		return err
	}
	seal, err := s.DB.LastSeal(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	body := readsBody{page: found}
	if seal.Number > 0 {
		at := seal.SealedAt.UTC()
		body.Root, body.SealedAt = hex.EncodeToString(seal.Root[:]), &at
	}
	return answer(w, http.StatusOK, body)
}

// listOwnReads is what the asker has read.
func (s *Server) listOwnReads(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.readsOf(r, who, register.ReadFilter{Own: true})
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, found)
}

// readsOf pages by the number of the row, the latest first.
func (s *Server) readsOf(r *http.Request, who access.Session, filter register.ReadFilter) (page[readBody], error) {
	part, err := windowOf(r)
	if err != nil {
		return page[readBody]{}, err
	}
	if len(part.after) > 0 {
		if filter.Before, err = strconv.ParseInt(part.after[0], 10, 64); err != nil || filter.Before < 1 {
			return page[readBody]{}, errCursor
		}
	}
	filter.Limit = part.limit + 1
	found, err := s.DB.Reads(r.Context(), who.Principal, filter)
	if err != nil {
		return page[readBody]{}, err
	}
	return listed(found, part.limit, showRead, func(r register.Read) string { return strconv.FormatInt(r.ID, 10) }), nil
}
