package web

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/notice"
)

// noticeTargetBody is a place that one's own notices go to.
type noticeTargetBody struct {
	ID        uuid.UUID `json:"id"`
	Channel   string    `json:"channel"`
	Email     *string   `json:"email"`
	Confirmed bool      `json:"confirmed"`
	AddedAt   string    `json:"added_at"`
}

// listNoticeTargets answers with the places that one's notices go to, and by which ways
// they may go.
func (s *Server) listNoticeTargets(w http.ResponseWriter, r *http.Request, who access.Session) error {
	targets, err := s.DB.NoticeTargets(r.Context(), who.Principal, s.Keys)
	if err != nil {
		return err
	}
	body := struct {
		Mails   bool               `json:"mails"`
		PushKey string             `json:"push_key"`
		Items   []noticeTargetBody `json:"items"`
	}{s.Notices.Mails(), notice.PublicKey(s.Keys), []noticeTargetBody{}}
	for _, t := range targets {
		body.Items = append(body.Items, noticeTargetBody{ID: t.ID, Channel: t.Channel, Email: orNull(t.Email), Confirmed: t.Confirmed, AddedAt: moment(t.AddedAt)})
	}
	return answer(w, http.StatusOK, body)
}

// errNoMailSent says that a mail server did not take a code.
var errNoMailSent = newProblem(http.StatusBadGateway, "no_mail_sent", "email", "The mail server did not take the message; check the address, or try again later.")

// setNoticeEmail sends a code to a mailbox, which shows whose it is.
func (s *Server) setNoticeEmail(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[struct {
		Email string `json:"email"`
	}](w, r)
	if err != nil {
		return err
	}
	email, err := register.ParseEmail(body.Email)
	if err != nil {
		return err
	}
	if !s.Notices.Mails() {
		return notice.ErrNoMail
	}
	account, err := s.DB.OwnAccount(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	number, err := rand.Int(rand.Reader, big.NewInt(1e8))
	if err != nil {
		return fmt.Errorf("web: code: %w", err)
	}
	code := fmt.Sprintf("%08d", number)
	err = s.Gate.Mail(r.Context(), who.Principal.Account, func() error {
		return s.DB.SetNoticeEmail(r.Context(), who.Principal, s.Keys, email, code, func() error {
			if s.Notices.SendCode(r.Context(), account.Language, email, code) != nil {
				return errNoMailSent // why may name the mailbox
			}
			return nil
		})
	})
	return done(w, err)
}

func (s *Server) confirmNoticeEmail(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[struct {
		Code string `json:"code"`
	}](w, r)
	if err != nil {
		return err
	}
	return done(w, s.DB.ConfirmNoticeEmail(r.Context(), who.Principal, s.Keys, body.Code))
}

// addPush has notices go to the browser that asks.
func (s *Server) addPush(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[struct {
		Endpoint string `json:"endpoint"`
		P256dh   string `json:"p256dh"`
		Auth     string `json:"auth"`
	}](w, r)
	if err != nil {
		return err
	}
	target := register.NoticeTarget{Endpoint: body.Endpoint, P256dh: body.P256dh, Auth: body.Auth}
	if err := notice.CheckPush(target); err != nil {
		return err
	}
	id, err := s.DB.AddPush(r.Context(), who.Principal, s.Keys, target)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, struct {
		ID uuid.UUID `json:"id"`
	}{id})
}

func (s *Server) removeNoticeTarget(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	return done(w, s.DB.RemoveNoticeTarget(r.Context(), who.Principal, id))
}

// getDigest answers with what waits for the principal today, as the morning's message has
// it.
func (s *Server) getDigest(w http.ResponseWriter, r *http.Request, who access.Session) error {
	digest, err := s.DB.Digest(r.Context(), who.Principal, s.today())
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, struct {
		Day      string `json:"day"`
		Visits   int    `json:"visits"`
		Today    int    `json:"today"`
		Soon     int    `json:"soon"`
		Breached int    `json:"breached"`
	}{date(s.today()), digest.Visits, digest.Today, digest.Soon, digest.Breached})
}
