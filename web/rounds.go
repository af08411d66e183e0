package web

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner/round"
	"github.com/rounds-project/rounds/web/access"
)

type roundBody struct {
	ID            uuid.UUID  `json:"id"`
	Name          string     `json:"name"`
	Purpose       string     `json:"purpose"`
	Emergency     *string    `json:"emergency"`
	AreaID        uuid.UUID  `json:"area_id"`
	AnnouncedOn   string     `json:"announced_on"`
	StartsOn      string     `json:"starts_on"`
	EndsOn        string     `json:"ends_on"`
	VisitS        int        `json:"visit_s"`
	BreakS        int        `json:"break_s"`
	BreakOpens    *string    `json:"break_opens"`
	BreakCloses   *string    `json:"break_closes"`
	RevisitDays   int        `json:"revisit_days"`
	Mode          string     `json:"mode"`
	Closed        bool       `json:"closed"`
	Households    int        `json:"households"`
	Finished      int        `json:"finished"`
	Late          int        `json:"late"`
	PublishedPlan *uuid.UUID `json:"published_plan"`
	LatestPlan    *uuid.UUID `json:"latest_plan"`
}

func showRound(r round.Round) roundBody {
	return roundBody{
		ID: r.ID, Name: r.Name, Purpose: r.Purpose, Emergency: orNull(r.Emergency), AreaID: r.Area,
		AnnouncedOn: date(r.AnnouncedOn), StartsOn: date(r.StartsOn), EndsOn: date(r.EndsOn), VisitS: r.VisitS, Mode: r.Mode,
		BreakS: r.BreakS, BreakOpens: orNull(r.BreakOpens), BreakCloses: orNull(r.BreakCloses), RevisitDays: r.RevisitDays,
		Closed: r.Closed, Households: r.Households, Finished: r.Finished, Late: r.Late, PublishedPlan: r.Published, LatestPlan: r.Latest,
	}
}

func (s *Server) listRounds(w http.ResponseWriter, r *http.Request, who access.Session) error {
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	page := round.Page{Limit: part.limit + 1}
	if page.AfterDay, page.AfterID, err = part.afterDay(); err != nil {
		return err
	}
	rounds, err := s.Planner.Rounds(r.Context(), who.Principal, page, s.today())
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, listed(rounds, part.limit, showRound, func(r round.Round) string { return dayAndID(r.StartsOn, r.ID) }))
}

func (s *Server) getRound(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	return s.answerRound(w, r, who, http.StatusOK, id)
}

func (s *Server) answerRound(w http.ResponseWriter, r *http.Request, who access.Session, status int, id uuid.UUID) error {
	found, err := s.Planner.Round(r.Context(), who.Principal, id, s.today())
	if err != nil {
		return err
	}
	return answer(w, status, showRound(found))
}

type newRoundBody struct {
	ID        uuid.UUID `json:"id"`
	AreaID    uuid.UUID `json:"area_id"`
	Purpose   string    `json:"purpose"`
	Name      string    `json:"name"`
	StartsOn  string    `json:"starts_on"`
	EndsOn    string    `json:"ends_on"`
	VisitS    int       `json:"visit_s"`
	Mode      string    `json:"mode"`
	Emergency *string   `json:"emergency"`
	// BreakS 0 is no break, RevisitDays 0 the usual.
	BreakS      int     `json:"break_s"`
	BreakOpens  *string `json:"break_opens"`
	BreakCloses *string `json:"break_closes"`
	RevisitDays int     `json:"revisit_days"`
}

func (s *Server) createRound(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[newRoundBody](w, r)
	if err != nil {
		return err
	}
	terms, err := body.terms()
	if err != nil {
		return err
	}
	added, err := s.Planner.Create(r.Context(), who.Principal, terms, s.today())
	if err != nil {
		return err
	}
	return s.answerRound(w, r, who, created(added), terms.ID)
}

// terms checks what the schema does not say in words.
func (b newRoundBody) terms() (terms round.Terms, err error) {
	terms = round.Terms{ID: b.ID, Area: b.AreaID, Purpose: b.Purpose, Mode: b.Mode, Name: strings.TrimSpace(b.Name), VisitS: b.VisitS,
		BreakS: b.BreakS, RevisitDays: b.RevisitDays}
	if b.Emergency != nil {
		terms.Emergency = *b.Emergency
	}
	lists := geo.ClosedLists()
	known := func(list, code string) bool { _, found := lists.Find(list, code); return found }
	switch {
	case b.ID == uuid.Nil:
		return terms, invalid("id", "Make an id for the round.")
	case b.AreaID == uuid.Nil:
		return terms, invalid("area_id", "Choose the area of the round.")
	case !known("purposes", b.Purpose):
		return terms, invalid("purpose", "The purpose is not on the list; see /api/v1/lists.")
	case !known("modes", b.Mode):
		return terms, invalid("mode", "The mode is foot, bike or car.")
	case terms.Emergency != "" && !known("emergencies", terms.Emergency):
		return terms, invalid("emergency", "The emergency is not on the list; see /api/v1/lists.")
	case b.VisitS < 60 || b.VisitS > 14400:
		return terms, invalid("visit_s", "A visit takes 1 to 240 minutes.")
	}
	if terms.BreakOpens, terms.BreakCloses, err = clocks("break_opens", b.BreakOpens, "break_closes", b.BreakCloses); err != nil {
		return terms, err
	}
	if terms.StartsOn, err = parseDate("starts_on", b.StartsOn); err != nil {
		return terms, err
	}
	if terms.EndsOn, err = parseDate("ends_on", b.EndsOn); err != nil {
		return terms, err
	}
	if terms.EndsOn.Before(terms.StartsOn) {
		return terms, invalid("ends_on", "The round ends before it begins.")
	}
	return terms, nil
}

func (s *Server) closeRound(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.Planner.Close(r.Context(), who.Principal, id, s.Now()); err != nil {
		return err
	}
	s.Tiles.Reload(id)
	return s.answerRound(w, r, who, http.StatusOK, id)
}

type roundAccountBody struct {
	Finished  int             `json:"finished"`
	Planned   int             `json:"planned"`
	Late      int             `json:"late"`
	NoPlan    int             `json:"no_plan"`
	Unplanned []unplannedOnly `json:"unplanned"`
	Missing   int             `json:"missing"`
	Twice     int             `json:"twice"`
	Whole     bool            `json:"whole"`
}

type unplannedOnly struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// getRoundAccount says where each household of a round is, in numbers.
func (s *Server) getRoundAccount(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	a, err := s.Planner.Account(r.Context(), who.Principal, id, s.today())
	if err != nil {
		return err
	}
	body := roundAccountBody{a.Finished, a.Planned, a.Late, a.NoPlan, []unplannedOnly{}, a.Missing, a.Twice, a.Whole()}
	for _, reason := range slices.Sorted(maps.Keys(a.Unplanned)) {
		body.Unplanned = append(body.Unplanned, unplannedOnly{reason, a.Unplanned[reason]})
	}
	return answer(w, http.StatusOK, body)
}

type progressBody struct {
	AreaID      uuid.UUID `json:"area_id"`
	Name        string    `json:"name"`
	NameZH      *string   `json:"name_zh"`
	Households  int       `json:"households"`
	Finished    int       `json:"finished"`
	Late        int       `json:"late"`
	MinutesLeft int       `json:"minutes_left"`
}

func showProgress(p round.Progress) progressBody {
	return progressBody{AreaID: p.Area, Name: p.Name, NameZH: orNull(p.NameZH), Households: p.Households, Finished: p.Finished, Late: p.Late, MinutesLeft: p.MinutesLeft}
}

// counted are the grids of an open round as the map has them, while it follows what happens.
func (s *Server) counted(ctx context.Context, id uuid.UUID) (map[uuid.UUID]round.Count, bool) {
	sums, known := s.Tiles.Counted(ctx, id)
	grids := make(map[uuid.UUID]round.Count, len(sums))
	for grid, sum := range sums {
		grids[grid] = round.Count{
			Totals:  round.Totals{Households: sum.ToVisit + sum.Finished, Finished: sum.Finished, Late: sum.Late},
			Seconds: sum.Seconds,
		}
	}
	return grids, known
}

func (s *Server) listProgress(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	page := round.Page{Limit: part.limit + 1}
	if page.AfterID, err = part.afterID(); err != nil {
		return err
	}
	if _, err := s.Planner.Round(r.Context(), who.Principal, id, s.today()); err != nil {
		return err
	}
	progress, err := s.Planner.Progress(r.Context(), who.Principal, id, page, s.today())
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, listed(progress, part.limit, showProgress, func(p round.Progress) string { return p.Area.String() }))
}

type teamDayBody struct {
	Day      string    `json:"day"`
	AreaID   uuid.UUID `json:"area_id"`
	Planned  int       `json:"planned"`
	Finished int       `json:"finished"`
	Minutes  int       `json:"minutes"`
}

// listTeamDays answers with what teams have on each day of the published plan.
func (s *Server) listTeamDays(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	days, err := s.Planner.TeamDays(r.Context(), who.Principal, id, s.today())
	if err != nil {
		return err
	}
	show := func(d round.TeamDay) teamDayBody {
		return teamDayBody{Day: date(d.Day), AreaID: d.Team, Planned: d.Planned, Finished: d.Finished, Minutes: d.Minutes}
	}
	return answer(w, http.StatusOK, listed(days, len(days), show, nil))
}
