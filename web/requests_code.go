package web

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// consentReportBody is all that is kept under the code of a consent. Not where: that is
// told by address.
type consentReportBody struct {
	Purpose        string   `json:"purpose"`
	Services       []string `json:"services"`
	NoticeVersion  int      `json:"notice_version"`
	NoticeLanguage string   `json:"notice_language"`
	Method         string   `json:"method"`
	GivenOn        string   `json:"given_on"`
	ExpiresOn      string   `json:"expires_on"`
	Contact        *string  `json:"contact"`
	// Openings are emergencies in which it was shown.
	Openings []openingBody `json:"openings"`
}

type openingBody struct {
	Emergency string    `json:"emergency"`
	OpenedAt  time.Time `json:"opened_at"`
	ClosesAt  time.Time `json:"closes_at"`
}

func showConsentReport(c register.Consent) consentReportBody {
	openings := []openingBody{}
	for _, one := range c.Openings {
		openings = append(openings, openingBody{Emergency: one.Emergency, OpenedAt: one.OpenedAt.UTC(), ClosesAt: one.ClosesAt.UTC()})
	}
	return consentReportBody{
		Purpose: c.Purpose, Services: c.Services, NoticeVersion: c.NoticeVersion, NoticeLanguage: c.Language, Method: c.Method,
		GivenOn: date(c.GivenOn), ExpiresOn: date(c.ExpiresOn), Contact: orNull(c.Contact), Openings: openings,
	}
}

type codedBody struct {
	Consent *consentReportBody `json:"consent"`
	Request *requestBody       `json:"request"`
}

// findByCode is for whoever brings the code of a consent or of an answered request.
// Guessing is slowed down, and every look is in the audit log.
func (s *Server) findByCode(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[struct {
		Receipt string `json:"receipt"`
	}](w, r)
	if err != nil {
		return err
	}
	code, err := s.codeOf(r, body.Receipt)
	if err != nil {
		return err
	}
	found, err := s.DB.FindByCode(r.Context(), who.Principal, s.Keys, code)
	if err != nil {
		return err
	}
	var answered codedBody
	if found.Consent != nil {
		shown := showConsentReport(*found.Consent)
		answered.Consent = &shown
	}
	if found.Request != nil {
		shown := showRequest(*found.Request)
		answered.Request = &shown
	}
	return answer(w, http.StatusOK, answered)
}

func (s *Server) codeOf(r *http.Request, text string) (register.Receipt, error) {
	if err := s.Gate.Slow(r, "code"); err != nil {
		return register.Receipt{}, err
	}
	return register.ParseReceipt(text)
}

// answerByCode gives what is kept under the code of a consent, and for an erasure ends
// the consent, with a receipt that is shown once.
func (s *Server) answerByCode(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[struct {
		ID      uuid.UUID `json:"id"`
		Receipt string    `json:"receipt"`
		Kind    string    `json:"kind"`
	}](w, r)
	if err == nil {
		err = checkRequest(body.ID, body.Kind)
	}
	if err != nil {
		return err
	}
	code, err := s.codeOf(r, body.Receipt)
	if err != nil {
		return err
	}
	consent, receipt, err := s.DB.AnswerByCode(r.Context(), who.Principal, s.Keys, body.ID, body.Kind, code)
	if err != nil {
		return err
	}
	if body.Kind == register.ErasureRequest {
		if err := s.Ledger.Sync(r.Context(), s.DB); err != nil {
			return err
		}
	}
	return answer(w, http.StatusCreated, struct {
		Receipt    string            `json:"receipt"`
		AnsweredOn string            `json:"answered_on"`
		Kind       string            `json:"kind"`
		Report     consentReportBody `json:"report"`
	}{receipt.String(), date(s.today()), body.Kind, showConsentReport(consent)})
}
