package web

import (
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/notice"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type newConsentBody struct {
	HouseholdID    uuid.UUID  `json:"household_id"`
	Purpose        string     `json:"purpose"`
	Services       []string   `json:"services"`
	NoticeVersion  int        `json:"notice_version"`
	NoticeLanguage string     `json:"notice_language"`
	Method         string     `json:"method"`
	GivenOn        string     `json:"given_on"`
	ExpiresOn      string     `json:"expires_on"`
	Contact        string     `json:"contact"`
	Receipt        string     `json:"receipt"`
	Renews         *uuid.UUID `json:"renews"`
}

// consent reads what the phone sends; the code that the resident keeps is told to
// nobody again.
func (b newConsentBody) consent(id uuid.UUID) (consent register.Consent, receipt register.Receipt, err error) {
	consent = register.Consent{
		ID: id, Household: b.HouseholdID, Purpose: b.Purpose, Services: b.Services, NoticeVersion: b.NoticeVersion,
		Language: b.NoticeLanguage, Method: b.Method,
	}
	lists := geo.ClosedLists()
	for _, choice := range []struct{ list, field, code string }{
		{"consent_purposes", "purpose", b.Purpose}, {"consent_methods", "method", b.Method},
	} {
		if _, known := lists.Find(choice.list, choice.code); !known {
			return consent, receipt, invalid(choice.field, "This is not on the list; see /api/v1/lists.")
		}
	}
	if err := checkServices(lists, b.Services); err != nil {
		return consent, receipt, err
	}
	if b.NoticeVersion < 1 || b.NoticeVersion > notice.Version || !slices.Contains(notice.Languages, b.NoticeLanguage) {
		return consent, receipt, invalid("notice_version", "There is no such notice; see /api/v1/notices/consent.")
	}
	if consent.GivenOn, err = parseDate("given_on", b.GivenOn); err != nil {
		return consent, receipt, err
	}
	if consent.ExpiresOn, err = parseDate("expires_on", b.ExpiresOn); err != nil {
		return consent, receipt, err
	}
	if consent.Contact, err = register.ParseContact(b.Contact); err != nil {
		return consent, receipt, err
	}
	receipt, err = register.ParseReceipt(b.Receipt)
	return consent, receipt, err
}

func checkServices(lists geo.Lists, services []string) error {
	if len(services) == 0 {
		return invalid("services", "Name one service at least; whoever wants none leaves no record.")
	}
	for i, service := range services {
		if _, known := lists.Find("services", service); !known || slices.Contains(services[:i], service) {
			return invalid("services", "Services are on the list, each once; see /api/v1/lists.")
		}
	}
	return nil
}

func (s *Server) recordConsent(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[newConsentBody](w, r)
	if err != nil {
		return err
	}
	consent, receipt, err := body.consent(id)
	if err != nil {
		return err
	}
	renews := uuid.Nil
	if body.Renews != nil {
		renews = *body.Renews
	}
	added, err := s.DB.RecordConsent(r.Context(), who.Principal, s.Keys, consent, receipt, renews)
	if err != nil {
		return err
	}
	return answer(w, created(added), showSupport(register.SupportWanted{Consent: consent}))
}

func (s *Server) withdrawConsent(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.DB.WithdrawConsent(r.Context(), who.Principal, id); err != nil {
		return err
	}
	return done(w, s.Ledger.Sync(r.Context(), s.DB))
}

// withdrawConsentsOf answers the same whether there was a consent or not.
func (s *Server) withdrawConsentsOf(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.DB.WithdrawConsentsOf(r.Context(), who.Principal, id); err != nil {
		return err
	}
	return done(w, s.Ledger.Sync(r.Context(), s.DB))
}

// withdrawByReceipt is for whoever has the code, without a session.
func (s *Server) withdrawByReceipt(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[struct {
		Receipt string `json:"receipt"`
	}](w, r)
	if err != nil {
		return err
	}
	if err := s.Gate.Slow(r, "withdrawal"); err != nil {
		return err
	}
	receipt, err := register.ParseReceipt(body.Receipt)
	if err != nil {
		return err
	}
	ended, err := s.DB.WithdrawByReceipt(r.Context(), s.Keys, receipt)
	if err != nil {
		return err
	}
	if err := s.Ledger.Sync(r.Context(), s.DB); err != nil {
		return err
	}
	return answer(w, http.StatusOK, map[string]string{"ended_on": date(ended)})
}

type noticeBody struct {
	Version int               `json:"version"`
	Texts   map[string]string `json:"texts"`
}

// showConsentNotice is what people are told before they agree, in every language.
func (s *Server) showConsentNotice(w http.ResponseWriter, _ *http.Request, _ access.Session) error {
	body := noticeBody{Version: notice.Version, Texts: map[string]string{}}
	for _, language := range notice.Languages {
		text, err := notice.Consent(notice.Version, language)
		if err != nil {
			return err
		}
		body.Texts[language] = text
	}
	return answer(w, http.StatusOK, body)
}
