package web

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// reportsPerMinute is how many matters one address may bring: nobody has more to say,
// and a machine has.
const reportsPerMinute = 4

type publicAreaBody struct {
	ID       uuid.UUID  `json:"id"`
	ParentID *uuid.UUID `json:"parent_id"`
	Level    string     `json:"level"`
	Name     string     `json:"name"`
	NameZH   *string    `json:"name_zh"`
}

type publicStreetBody struct {
	Name   string  `json:"name"`
	NameZH *string `json:"name_zh"`
	Lon    float64 `json:"lon"`
	Lat    float64 `json:"lat"`
}

func (s *Server) listPublicAreas(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	areas, err := s.DB.PublicAreas(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	return answer(w, http.StatusOK, whole(areas, func(a register.PublicArea) publicAreaBody {
		return publicAreaBody{ID: a.ID, ParentID: a.Parent, Level: a.Level, Name: a.Name, NameZH: orNull(a.NameZH)}
	}))
}

// listPublicStreets gives all streets of an area at once: what somebody looks for in
// them stays on their device.
func (s *Server) listPublicStreets(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	id, err := pathID(r)
	if err == nil {
		err = s.Gate.Slow(r, "streets")
	}
	if err != nil {
		return err
	}
	streets, err := s.DB.PublicStreets(r.Context(), id)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "public, max-age=3600")
	return answer(w, http.StatusOK, whole(streets, func(p register.PublicStreet) publicStreetBody {
		return publicStreetBody{Name: p.Name, NameZH: orNull(p.NameZH), Lon: p.Lon, Lat: p.Lat}
	}))
}

// receivedBody is what somebody hears who brought a matter.
type receivedBody struct {
	ReceivedOn string `json:"received_on"`
	DueOn      string `json:"due_on"`
	// ConfirmBy is null but for mediation.
	ConfirmBy *string `json:"confirm_by"`
}

func (s *Server) received(w http.ResponseWriter, r *http.Request, receipt register.Receipt, added bool) error {
	followed, err := s.DB.FollowReport(r.Context(), s.Keys, receipt)
	if err != nil {
		return err
	}
	body := receivedBody{ReceivedOn: date(followed.Since), DueOn: date(followed.DueOn)}
	if followed.ConfirmBy != nil {
		body.ConfirmBy = orNull(date(*followed.ConfirmBy))
	}
	return answer(w, created(added), body)
}

// reportPublicly takes a hazard or a service, of somebody without an account.
func (s *Server) reportPublicly(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[struct {
		ID      uuid.UUID `json:"id"`
		Receipt string    `json:"receipt"`
		Matter  string    `json:"matter"`
		Lon     *float64  `json:"lon"`
		Lat     *float64  `json:"lat"`
		InHome  bool      `json:"in_home"`
		Text    string    `json:"text"`
	}](w, r)
	if err != nil {
		return err
	}
	report := register.Report{ID: body.ID, Matter: body.Matter, InHome: body.InHome}
	if report.At, err = pointOf(body.Lon, body.Lat); err != nil {
		return err
	}
	if report.Text, err = register.ParseText(body.Text); err != nil {
		return err
	}
	receipt, err := s.newCode(r, body.ID, body.Receipt)
	if err != nil {
		return err
	}
	report.Receipt = &receipt
	if err := s.DB.CheckOffered(r.Context(), report.Matter, report.ID); err != nil {
		return err
	}
	added, err := s.DB.ReportPublicly(r.Context(), s.Keys, report)
	if err != nil {
		return err
	}
	return s.received(w, r, receipt, added)
}

// newCode reads the id and the code that a browser made, and keeps machines slow.
func (s *Server) newCode(r *http.Request, id uuid.UUID, text string) (receipt register.Receipt, err error) {
	if id == uuid.Nil {
		return receipt, invalid("id", "A report has an id.")
	}
	if receipt, err = register.ParseReceipt(text); err != nil {
		return receipt, err
	}
	return receipt, s.Gate.SlowTo(r, "report", reportsPerMinute)
}

// askPublicly takes that somebody wants mediation for themselves: no text, no place, no
// other side.
func (s *Server) askPublicly(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[struct {
		ID      uuid.UUID `json:"id"`
		Receipt string    `json:"receipt"`
		Matter  string    `json:"matter"`
		AreaID  uuid.UUID `json:"area_id"`
		Contact string    `json:"contact"`
	}](w, r)
	if err != nil {
		return err
	}
	dispute := register.Dispute{ID: body.ID, Matter: body.Matter, AskedOn: s.today()}
	if dispute.Contact, err = register.ParseContact(body.Contact); err != nil {
		return err
	}
	if dispute.Contact == "" {
		return invalid("contact", "A handler calls back: leave a telephone number or an e-mail address.")
	}
	if dispute.Receipt, err = s.newCode(r, body.ID, body.Receipt); err != nil {
		return err
	}
	if err := s.DB.CheckOffered(r.Context(), dispute.Matter, dispute.ID); err != nil {
		return err
	}
	added, err := s.DB.AskPublicly(r.Context(), s.Keys, dispute, body.AreaID)
	if err != nil {
		return err
	}
	return s.received(w, r, dispute.Receipt, added)
}

type receiptBody struct {
	Receipt string `json:"receipt"`
}

// reportCode reads a code that somebody may be guessing at.
func (s *Server) reportCode(r *http.Request, text string) (register.Receipt, error) {
	if err := s.Gate.Slow(r, "report code"); err != nil {
		return register.Receipt{}, err
	}
	return register.ParseReceipt(text)
}

type followedBody struct {
	Stage     string  `json:"stage"`
	Since     string  `json:"since"`
	DueOn     string  `json:"due_on"`
	ConfirmBy *string `json:"confirm_by"`
	MayAnswer bool    `json:"may_answer"`
}

// followReport tells stage and days: not what, and not where.
func (s *Server) followReport(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[receiptBody](w, r)
	if err != nil {
		return err
	}
	receipt, err := s.reportCode(r, body.Receipt)
	if err != nil {
		return err
	}
	followed, err := s.DB.FollowReport(r.Context(), s.Keys, receipt)
	if err != nil {
		return err
	}
	shown := followedBody{Stage: followed.Stage, Since: date(followed.Since), DueOn: date(followed.DueOn), MayAnswer: followed.MayAnswer}
	if followed.ConfirmBy != nil {
		shown.ConfirmBy = orNull(date(*followed.ConfirmBy))
	}
	return answer(w, http.StatusOK, shown)
}

func (s *Server) confirmReport(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[receiptBody](w, r)
	if err != nil {
		return err
	}
	receipt, err := s.reportCode(r, body.Receipt)
	if err != nil {
		return err
	}
	return done(w, s.DB.ConfirmReport(r.Context(), s.Keys, receipt))
}

// withdrawReport is acknowledged when the ledger of erasures has it.
func (s *Server) withdrawReport(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[receiptBody](w, r)
	if err != nil {
		return err
	}
	receipt, err := s.reportCode(r, body.Receipt)
	if err != nil {
		return err
	}
	if err := s.DB.WithdrawReport(r.Context(), s.Keys, receipt); err != nil {
		return err
	}
	return done(w, s.Ledger.Sync(r.Context(), s.DB))
}

// answerReport takes the three answers of whoever brought a matter.
func (s *Server) answerReport(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[struct {
		Receipt string `json:"receipt"`
		Heard   string `json:"heard"`
		Settled string `json:"settled"`
		InTime  string `json:"in_time"`
	}](w, r)
	if err != nil {
		return err
	}
	for _, given := range []struct{ question, answer string }{{"heard", body.Heard}, {"settled", body.Settled}, {"in_time", body.InTime}} {
		if _, known := geo.ClosedLists().Find("satisfaction_answers", given.answer); !known {
			return invalid(given.question, "The answer is yes, partly or no.")
		}
	}
	receipt, err := s.reportCode(r, body.Receipt)
	if err != nil {
		return err
	}
	said := register.Satisfaction{Heard: body.Heard, Settled: body.Settled, InTime: body.InTime}
	return done(w, s.DB.AnswerReport(r.Context(), s.Keys, receipt, said))
}

type satisfactionBody struct {
	UnitID   uuid.UUID `json:"unit_id"`
	Quarter  string    `json:"quarter"`
	Question string    `json:"question"`
	Answer   string    `json:"answer"`
	People   int       `json:"people"`
}

func (s *Server) listSatisfaction(w http.ResponseWriter, r *http.Request, who access.Session) error {
	sums, err := s.DB.SatisfactionSums(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, whole(sums, func(sum register.SatisfactionSum) satisfactionBody {
		return satisfactionBody{UnitID: sum.Unit, Quarter: date(sum.Quarter), Question: sum.Question, Answer: sum.Answer, People: sum.People}
	}))
}
