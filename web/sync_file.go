package web

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// ticketLasts is how many days after a phone was told it a ticket proves that what was
// sealed with it comes from the account. A phone of somebody who is still signed in needs
// none.
const ticketLasts = 7

// showSealKey is what phones seal what they recorded to, the ticket that they seal in, and
// the key by which they know the days that this installation signed.
func (s *Server) showSealKey(w http.ResponseWriter, _ *http.Request, who access.Session) error {
	return answer(w, http.StatusOK, struct {
		Key     []byte `json:"key"`
		Ticket  string `json:"ticket"`
		SignKey []byte `json:"sign_key"`
	}{s.Keys.SealKey(), s.ticket(who.Account, date(s.today())), s.Keys.PackKey()})
}

// ticket is the word of the service that the account was signed in on a day.
func (s *Server) ticket(account uuid.UUID, day string) string {
	seal := s.Keys.OperationDigest([]byte("ticket " + account.String() + " " + day))
	return day + "." + base64.RawURLEncoding.EncodeToString(seal[:16])
}

func (s *Server) ticketHolds(account uuid.UUID, ticket string) bool {
	text, _, _ := strings.Cut(ticket, ".")
	day, err := time.Parse(time.DateOnly, text)
	return err == nil && hmac.Equal([]byte(ticket), []byte(s.ticket(account, text))) && day.After(s.today().AddDate(0, 0, -ticketLasts))
}

// phoneFile is the form of the file that a phone makes.
const phoneFile = "rounds-phone-1"

type syncFileBody struct {
	// Form is [phoneFile].
	Form    string       `json:"form"`
	Account uuid.UUID    `json:"account"`
	Sealed  []sealedBody `json:"sealed"`
	// Accept says that the supervisor knows whose it is and takes it; until then it is
	// looked at, and nothing is taken.
	Accept bool `json:"accept"`
}

// takeFile takes in what a phone could not send, from a file that its worker handed to
// the own supervisor, who accepts it and does not learn what is in it.
func (s *Server) takeFile(w http.ResponseWriter, r *http.Request, who access.Session) error {
	// Before the turn: a phone with a slow connection keeps nobody else waiting.
	body, err := read[syncFileBody](w, r)
	if err != nil {
		return err
	}
	leave, err := s.enterSync(r.Context())
	if err != nil {
		return err
	}
	defer leave()
	if body.Form != phoneFile || len(body.Sealed) > mostOperations {
		return invalid("sealed", "This is no file of a phone of this release.")
	}
	name, err := s.supervises(r.Context(), who.Principal, body.Account)
	if err != nil {
		return err
	}
	sent := syncBody{Sealed: body.Sealed}
	var results []syncedBody
	if body.Accept {
		results, err = s.takeIn(r.Context(), register.Principal{Account: body.Account, Role: register.Worker}, sent, true)
	} else {
		_, results, err = s.open(sent, body.Account, true)
	}
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, struct {
		Worker  string       `json:"worker"`
		Results []syncedBody `json:"results"`
	}{name, results})
}

// supervises gives the name of an account that is one of the principal's workers.
func (s *Server) supervises(ctx context.Context, supervisor register.Principal, account uuid.UUID) (string, error) {
	workers, err := s.DB.Workers(ctx, supervisor, uuid.Nil)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(workers, func(w register.FieldWorker) bool { return w.AccountID != nil && *w.AccountID == account })
	if i < 0 {
		return "", errNoSuchWorker
	}
	return workers[i].Name, nil
}
