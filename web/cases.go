package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/web/access"
)

type caseBody struct {
	ID           uuid.UUID  `json:"id"`
	Number       string     `json:"number"`
	LedgerNumber *string    `json:"ledger_number"`
	Matter       *string    `json:"matter"`
	Dispute      bool       `json:"dispute"`
	Stage        string     `json:"stage"`
	AreaName     *string    `json:"area_name"`
	AreaNameZH   *string    `json:"area_name_zh"`
	UnitID       *uuid.UUID `json:"unit_id"`
	UnitName     *string    `json:"unit_name"`
	UnitNameZH   *string    `json:"unit_name_zh"`
	Handler      *string    `json:"handler"`
	Lead         *string    `json:"lead"`
	OpenedOn     string     `json:"opened_on"`
	DueOn        string     `json:"due_on"`
	Late         bool       `json:"late"`
	Soon         bool       `json:"soon"`
	PausedOn     *string    `json:"paused_on"`
	OverOn       *string    `json:"over_on"`
	Outcome      *string    `json:"outcome"`
	// Version changes with each step.
	Version     string `json:"version"`
	HasIncident bool   `json:"has_incident"`
}

func (s *Server) showCase(c casework.Case) caseBody {
	late := c.IsLate(s.today())
	return caseBody{
		ID: c.ID, Number: c.Number.String(), LedgerNumber: orNull(c.LedgerNumber), Matter: orNull(c.Matter), Dispute: c.Dispute, Stage: c.Stage,
		AreaName: orNull(c.AreaName), AreaNameZH: orNull(c.AreaNameZH), UnitID: c.Unit, UnitName: orNull(c.UnitName), UnitNameZH: orNull(c.UnitNameZH),
		Handler: orNull(c.HandlerName), Lead: orNull(c.LeadName), OpenedOn: date(c.OpenedOn), DueOn: date(c.DueOn), Late: late,
		Soon:     !late && !c.IsOver() && c.PausedOn == nil && c.DueOn.Before(s.today().AddDate(0, 0, 2)),
		PausedOn: dateOrNull(c.PausedOn), OverOn: dateOrNull(c.OverOn), Outcome: orNull(c.Outcome), Version: strconv.Itoa(c.Steps), HasIncident: c.Incident,
	}
}

type stepBody struct {
	Command      string  `json:"command"`
	From         *string `json:"from"`
	To           string  `json:"to"`
	By           string  `json:"by"`
	Who          *string `json:"who"`
	At           string  `json:"at"`
	UnitName     *string `json:"unit_name"`
	UnitNameZH   *string `json:"unit_name_zh"`
	Handler      *string `json:"handler"`
	PauseReason  *string `json:"pause_reason"`
	RefuseReason *string `json:"refuse_reason"`
	Outcome      *string `json:"outcome"`
	DueOn        string  `json:"due_on"`
	Text         *string `json:"text"`
}

// fileBody is a case with its steps and what the asker may do about it.
type fileBody struct {
	caseBody
	Log      []stepBody `json:"log"`
	Joined   []unitBody `json:"joined"`
	OnDuty   *string    `json:"on_duty"`
	Member   bool       `json:"member"`
	Commands []string   `json:"commands"`
}

func (s *Server) showFile(f casework.File) fileBody {
	body := fileBody{caseBody: s.showCase(f.Case), Log: []stepBody{}, Joined: []unitBody{}, OnDuty: orNull(f.OnDuty), Member: f.Member, Commands: f.Commands}
	for _, step := range f.Log {
		body.Log = append(body.Log, stepBody{
			Command: step.Command, From: orNull(step.From), To: step.To, By: step.Actor, Who: orNull(step.Who), At: moment(step.At),
			UnitName: orNull(step.UnitName), UnitNameZH: orNull(step.UnitNameZH), Handler: orNull(step.HandlerName), PauseReason: orNull(step.PauseReason),
			RefuseReason: orNull(step.RefuseReason), Outcome: orNull(step.Outcome), DueOn: date(step.DueOn), Text: orNull(step.Text),
		})
	}
	for _, unit := range f.Joined {
		body.Joined = append(body.Joined, showUnit(unit))
	}
	return body
}

// listCases pages by the day when a case is due, or was over. A number is looked for
// alone, and what it finds is one page.
func (s *Server) listCases(w http.ResponseWriter, r *http.Request, who access.Session) error {
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	filter := casework.Filter{Stage: query.Get("stage"), Matter: query.Get("matter"), Number: query.Get("number"), Limit: part.limit + 1}
	for _, flag := range []struct {
		name string
		set  *bool
	}{{"mine", &filter.Mine}, {"over", &filter.Over}} {
		if text := query.Get(flag.name); text != "" {
			if *flag.set, err = strconv.ParseBool(text); err != nil {
				return invalid(flag.name, "This is true or false.")
			}
		}
	}
	if err := oneOf("stage", "case_stages", filter.Stage); err != nil {
		return err
	}
	if err := oneOf("matter", "matters", filter.Matter); err != nil {
		return err
	}
	if len(filter.Number) > 64 {
		return invalid("number", "A number has at most 64 characters.")
	}
	if filter.Unit, err = queryID(r, "unit"); err != nil {
		return err
	}
	if filter.AfterDay, filter.AfterID, err = part.afterDay(); err != nil {
		return err
	}
	found, err := s.office.Cases(r.Context(), who.Principal, filter)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, listed(found, part.limit, s.showCase, func(c casework.Case) string {
		if c.OverOn != nil {
			return dayAndID(*c.OverOn, c.ID)
		}
		return dayAndID(c.DueOn, c.ID)
	}))
}

// oneOf refuses what is not on a closed list; "" is none.
func oneOf(field, list, code string) error {
	if code == "" || slices.Contains(geo.ClosedLists().Codes(list), code) {
		return nil
	}
	return invalid(field, fmt.Sprintf("This is not on the list %s; see /api/v1/lists.", list))
}

func (s *Server) getCase(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	file, err := s.office.Case(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, s.showFile(file))
}

type commandBody struct {
	ID        uuid.UUID `json:"id"`
	Command   string    `json:"command"`
	Seen      string    `json:"seen"`
	UnitID    uuid.UUID `json:"unit_id"`
	HandlerID uuid.UUID `json:"handler_id"`
	Reason    string    `json:"reason"`
	Outcome   string    `json:"outcome"`
	Text      string    `json:"text"`
}

func (b commandBody) check() error {
	if b.ID == uuid.Nil {
		return invalid("id", "Give each step an id of its own.")
	}
	reasons := "pause_reasons"
	if b.Command == "refuse" {
		reasons = "refuse_reasons"
	}
	for _, code := range []struct{ field, list, code string }{
		{"command", "case_commands", b.Command}, {"reason", reasons, b.Reason}, {"outcome", "case_outcomes", b.Outcome},
	} {
		if err := oneOf(code.field, code.list, code.code); err != nil {
			return err
		}
	}
	switch {
	case b.Command == "":
		return invalid("command", "Say what is to be done; see the list case_commands.")
	case b.Reason == "" && (b.Command == "pause" || b.Command == "refuse"):
		return invalid("reason", "This asks for a reason.")
	}
	return nil
}

func (s *Server) commandCase(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[commandBody](w, r)
	if err == nil {
		err = body.check()
	}
	if err != nil {
		return err
	}
	seen := 0
	if body.Seen != "" {
		if seen, err = strconv.Atoi(body.Seen); err != nil || seen < 1 {
			return invalid("seen", "seen is the version of the case that was read.")
		}
	}
	file, added, err := s.office.Do(r.Context(), who.Principal, casework.Command{
		ID: body.ID, Case: id, Name: body.Command, Seen: seen, Unit: body.UnitID, Handler: body.HandlerID,
		Reason: body.Reason, Outcome: body.Outcome, Text: body.Text,
	})
	if err != nil {
		return err
	}
	return answer(w, created(added), s.showFile(file))
}

type unitLoadBody struct {
	UnitID   uuid.UUID `json:"unit_id"`
	Name     string    `json:"name"`
	NameZH   string    `json:"name_zh"`
	Open     int       `json:"open"`
	Received int       `json:"received"`
	Late     int       `json:"late"`
	Soon     int       `json:"soon"`
	Paused   int       `json:"paused"`
	Week     int       `json:"week"`
	Month    int       `json:"month"`
	Quarter  int       `json:"quarter"`
	More     int       `json:"more"`
}

type medianBody struct {
	Matter *string `json:"matter"`
	Days   float64 `json:"days"`
	Cases  int     `json:"cases"`
}

// medianDays are those of which what was settled is told.
const medianDays = 90

func (s *Server) showBoard(w http.ResponseWriter, r *http.Request, who access.Session) error {
	loads, err := s.office.Loads(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	body := page[unitLoadBody]{Items: []unitLoadBody{}}
	for _, l := range loads {
		body.Items = append(body.Items, unitLoadBody{
			UnitID: l.Unit, Name: l.Name, NameZH: l.NameZH, Open: l.Open, Received: l.Received, Late: l.Late, Soon: l.Soon, Paused: l.Paused,
			Week: l.Week, Month: l.Month, Quarter: l.Quarter, More: l.More,
		})
	}
	return answer(w, http.StatusOK, body)
}

// listMedians tells how long the matters of a unit took.
func (s *Server) listMedians(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	medians, err := s.office.Medians(r.Context(), who.Principal, id, s.today().AddDate(0, 0, -medianDays))
	if err != nil {
		return err
	}
	body := page[medianBody]{Items: []medianBody{}}
	for _, m := range medians {
		body.Items = append(body.Items, medianBody{orNull(m.Matter), m.Days, m.Cases})
	}
	return answer(w, http.StatusOK, body)
}

type ruleBody struct {
	Matter  string     `json:"matter"`
	UnitID  *uuid.UUID `json:"unit_id"`
	DueDays *int       `json:"due_days"`
	Working *bool      `json:"working"`
}

func (b ruleBody) check() error {
	if b.Matter == "" {
		return invalid("matter", "Say of which matter.")
	}
	if err := oneOf("matter", "matters", b.Matter); err != nil {
		return err
	}
	if (b.DueDays == nil) != (b.Working == nil) || b.DueDays != nil && (*b.DueDays < 0 || *b.DueDays > 365) {
		return invalid("due_days", "Give days, 0 to 365, and whether they are working days.")
	}
	return nil
}

func (s *Server) listCaseRules(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	rules, err := s.office.Rules(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	body := page[ruleBody]{Items: []ruleBody{}}
	for _, rule := range rules {
		body.Items = append(body.Items, ruleBody{rule.Matter, rule.Unit, rule.DueDays, rule.Working})
	}
	return answer(w, http.StatusOK, body)
}

func (s *Server) setCaseRule(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[ruleBody](w, r)
	if err == nil {
		err = body.check()
	}
	if err != nil {
		return err
	}
	rule := casework.Rule{Area: id, Matter: body.Matter, Unit: body.UnitID, DueDays: body.DueDays, Working: body.Working}
	if err := s.office.SetRule(r.Context(), who.Principal, rule); err != nil {
		return err
	}
	return answer(w, http.StatusOK, body)
}

// daysOf reads two days, both included, at most three years apart.
func daysOf(firstOn, lastOn string) (first, last time.Time, err error) {
	if first, err = parseDate("first_on", firstOn); err != nil {
		return first, last, err
	}
	if last, err = parseDate("last_on", lastOn); err != nil {
		return first, last, err
	}
	if last.Before(first) || last.After(first.AddDate(3, 0, 0)) {
		return first, last, invalid("last_on", "The last day is not before the first, and within three years.")
	}
	return first, last, nil
}
