package web

import (
	"fmt"
	"io"
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/export"
	"github.com/rounds-project/rounds/web/print"
	"github.com/rounds-project/rounds/web/sheet"
)

// printRoute sets a worker's day on paper and gives the link to it.
func (s *Server) printRoute(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[struct {
		Language string `json:"language"`
	}](w, r)
	if err != nil {
		return err
	}
	if err := checkLanguage(body.Language); err != nil {
		return err
	}
	found, err := s.Planner.Route(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	bound := sheet.Bound(found)
	ground, err := s.DB.MapWithin(r.Context(), who.Principal, bound.Pad(boundPad), print.Zoom(bound))
	if err != nil {
		return err
	}
	about := export.Print{Layer: "stops", Purpose: found.Purpose, Area: found.Area, FileName: fmt.Sprintf("walk-%s-%s.pdf", found.Code, date(found.Date))}
	link, err := s.Shelf.Print(r.Context(), who.Principal, about, func(to io.Writer, about gis.Manifest) error {
		return sheet.Sheet{Route: found, Ground: ground, Language: body.Language, About: about}.Write(to)
	})
	if err != nil {
		return err
	}
	return answer(w, http.StatusCreated, export.Made{URL: export.FilePath + link.Token, FileName: link.FileName, ExpiresAt: link.ExpiresAt})
}

// boundPad in degrees is what a map shows around a route.
const boundPad = 0.003

// getSheet finds the route whose sheet somebody has in hand, by the code that stands there.
func (s *Server) getSheet(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.Planner.Sheet(r.Context(), who.Principal, r.PathValue("code"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, showRoute(found))
}

type paperVisitBody struct {
	Seq      int       `json:"seq"`
	ID       uuid.UUID `json:"id"`
	Outcome  string    `json:"outcome"`
	LeftCard bool      `json:"left_card"`
	Part     string    `json:"part"`
}

// mostTyped are as many visits as a day's sheet may have stops.
const mostTyped = 500

type typedBody struct {
	Seq    int    `json:"seq"`
	Result string `json:"result"`
}

// typeSheet takes in what a worker wrote on the sheet of a day.
func (s *Server) typeSheet(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[struct {
		VisitedOn string           `json:"visited_on"`
		Visits    []paperVisitBody `json:"visits"`
	}](w, r)
	if err != nil {
		return err
	}
	if len(body.Visits) == 0 || len(body.Visits) > mostTyped {
		return invalid("visits", "Type in 1 to 500 visits.")
	}
	visits := make([]register.PaperVisit, len(body.Visits))
	for i, typed := range body.Visits {
		if typed.ID == uuid.Nil {
			return invalid("id", "Make an id for each visit.")
		}
		visit, err := visitBody{Outcome: typed.Outcome, LeftCard: typed.LeftCard, VisitedOn: body.VisitedOn, Part: typed.Part}.visit(typed.ID)
		if err != nil {
			return err
		}
		visits[i] = register.PaperVisit{Seq: typed.Seq, Visit: visit}
	}
	if visits[0].VisitedOn.After(s.today()) {
		return register.ErrVisitDay
	}
	// Whether there is such a route is found out, and logged, like any look at it.
	if _, err := s.Planner.Route(r.Context(), who.Principal, id); err != nil {
		return err
	}
	answers, err := s.DB.TypeVisits(r.Context(), who.Principal, id, visits)
	if err != nil {
		return err
	}
	results := make([]typedBody, len(answers))
	for i, result := range answers {
		results[i] = typedBody{visits[i].Seq, result}
	}
	return answer(w, http.StatusOK, struct {
		Results []typedBody `json:"results"`
	}{results})
}
