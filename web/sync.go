package web

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// Bounds of a sync: operations and held ids in one request.
const (
	mostOperations = 200
	mostHeld       = 2000
	syncBytes      = 4 << 20 // one photo, sealed and in base64 twice, beside the others
)

// syncsAtOnce is how many syncs are worked on at once: one waits for the network or the
// disk while another has the processor; with more, each takes longer and no more are done.
// Half of the connections are left to everybody else.
func syncsAtOnce(connections int) int {
	return min(2*max(2, runtime.NumCPU()), max(1, connections/2))
}

type syncBody struct {
	// Mark is what the last answer gave; empty at first.
	Mark       string            `json:"mark"`
	Operations []json.RawMessage `json:"operations"`
	// Sealed are operations too, which the phone cannot read any more.
	Sealed []sealedBody `json:"sealed"`
	Held   heldBody     `json:"held"`
}

type heldBody struct {
	Households []uuid.UUID `json:"households"`
	Consents   []uuid.UUID `json:"consents"`
}

// syncedBody is what became of an operation: taken, refused, or waits to be sent again,
// with a code when it is this operation that stands in the way.
type syncedBody struct {
	ID     uuid.UUID `json:"id"`
	State  string    `json:"state"`
	Code   string    `json:"code,omitempty"`
	Detail string    `json:"detail,omitempty"`
}

type syncAnswer struct {
	// Account is whose session it is: another worker may have signed in with the phone.
	Account uuid.UUID    `json:"account"`
	Epoch   uuid.UUID    `json:"epoch"`
	Mark    string       `json:"mark"`
	Today   string       `json:"today"`
	Results []syncedBody `json:"results"`
	Forget  heldBody     `json:"forget"`
	// Messages are those that the worker is yet to say of that they are understood.
	Messages []toUnderstandBody `json:"messages"`
	// Days is another when a plan changed the worker's days.
	Days string `json:"days"`
}

// syncPhone takes in what a phone recorded and tells it what to forget (docs/sync.md).
func (s *Server) syncPhone(w http.ResponseWriter, r *http.Request, who access.Session) error {
	// Before the turn: a phone with a slow connection keeps nobody else waiting.
	body, err := read[syncBody](w, r)
	if err != nil {
		return err
	}
	leave, err := s.enterSync(r.Context())
	if err != nil {
		return err
	}
	defer leave()
	if len(body.Operations)+len(body.Sealed) > mostOperations {
		return invalid("operations", fmt.Sprintf("One sync has %d operations at most; send the rest in the next.", mostOperations))
	}
	if len(body.Held.Households) > mostHeld || len(body.Held.Consents) > mostHeld {
		return invalid("held", fmt.Sprintf("A phone holds %d households and consents at most.", mostHeld))
	}
	told, err := s.readMark(body.Mark)
	if err != nil {
		return err
	}
	// Before anything is taken: what is taken would hide that a backup was restored.
	before, err := s.DB.SyncPoint(r.Context(), who.Principal, told)
	if err != nil {
		return err
	}
	results, err := s.takeIn(r.Context(), who.Principal, body, false)
	if err != nil {
		return err
	}
	news, err := s.DB.News(r.Context(), who.Principal, register.Held(body.Held), s.today())
	now := news.Now
	if err == nil && now.Epoch == before.Epoch && now.Sequence < before.Sequence { // restored in between
		now, err = s.DB.SyncPoint(r.Context(), who.Principal, before)
	}
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, syncAnswer{
		Account: who.Account, Epoch: now.Epoch, Mark: s.mark(now), Today: date(s.today()), Results: results,
		Forget: heldBody(news.Gone), Messages: showToUnderstand(news.Messages), Days: news.Days,
	})
}

// enterSync waits for a turn; who gets none comes again later. What is taken in is
// answered soon that way, however many phones come at once.
func (s *Server) enterSync(ctx context.Context) (leave func(), err error) {
	leave, err = s.syncs.enter(ctx)
	if errors.Is(err, errNoTurn) {
		p := newProblem(http.StatusServiceUnavailable, "busy", "", "Many phones send at this moment; send again a little later.")
		p.RetryAfterS = comeBackS()
		return nil, p
	}
	return leave, err
}

// open reads what was sent, what is sealed for an account with a ticket of the account
// when somebody else hands it in. What it gives results for beside the operations is
// refused; the others wait.
func (s *Server) open(sent syncBody, account uuid.UUID, handedIn bool) (operations []register.Operation, results []syncedBody, err error) {
	results = make([]syncedBody, len(sent.Operations)+len(sent.Sealed))
	for i := range results {
		var operation register.Operation
		var err error
		if plain := len(sent.Operations); i < plain {
			operation, err = s.parseOperation(sent.Operations[i])
		} else {
			operation, err = s.openOperation(sent.Sealed[i-plain], account, handedIn)
		}
		results[i].ID, results[i].State = operation.ID, "waits"
		var p *problem
		switch {
		case err == nil:
			operations = append(operations, operation)
		case operation.ID == uuid.Nil || !errors.As(asProblem(err), &p):
			return nil, nil, err
		case p == errNotOpened && !handedIn:
			// Another worker is signed in with this phone now: it is theirs to send, or to
			// hand over.
			results[i].Code, results[i].Detail = p.code(), p.Detail
		default:
			results[i].refuse(p)
		}
	}
	return operations, results, nil
}

// takeIn takes operations in and makes what follows from an erasure so before it is
// acknowledged. What others hand in proves by a ticket that it comes from the worker.
func (s *Server) takeIn(ctx context.Context, worker register.Principal, sent syncBody, handedIn bool) ([]syncedBody, error) {
	operations, results, err := s.open(sent, worker.Account, handedIn)
	if err != nil {
		return nil, err
	}
	// Pictures last: what they show may come with them, and then it is known who may.
	var plain, photos []pending
	for i := range results {
		if results[i].State != "waits" || results[i].Code != "" {
			continue
		}
		one := pending{operations[len(plain)+len(photos)], &results[i]}
		if _, is := one.Deed.(register.AddPhoto); is {
			photos = append(photos, one)
		} else {
			plain = append(plain, one)
		}
	}
	ended, err := s.take(ctx, worker, plain)
	if err != nil {
		return nil, err
	}
	if photos, err = s.makePhotos(ctx, worker, photos); err != nil {
		return nil, err
	}
	if _, err = s.take(ctx, worker, photos); err != nil {
		return nil, err
	}
	switch ended {
	case placeEnded:
		err = s.placeErased(ctx)
	case consentEnded:
		err = s.Ledger.Sync(ctx, s.DB)
	}
	return results, err
}

// pending is an operation of which the result is not known yet.
type pending struct {
	register.Operation
	result *syncedBody
}

// What operations put an end to, the later taking in the earlier.
const (
	consentEnded = iota + 1
	placeEnded
)

// take takes operations in, writes their results down, and says what they put an end to.
func (s *Server) take(ctx context.Context, worker register.Principal, pendings []pending) (ended int, err error) {
	operations := make([]register.Operation, len(pendings))
	for i, one := range pendings {
		operations[i] = one.Operation
	}
	synced, err := s.DB.Sync(ctx, worker, s.Keys, operations, s.today())
	if err != nil {
		return 0, err
	}
	for i, one := range synced {
		result := pendings[i].result
		switch {
		case one.Failed != nil:
			s.Log.ErrorContext(ctx, "operation failed", "error", one.Failed)
			result.State, result.Code, result.Detail = "waits", "failed", internalDetail
		case one.Waits:
			result.State = "waits"
		case one.Refused != nil:
			result.refuse(problemOf(one.Refused))
		default:
			result.State = "taken"
			switch deed := operations[i].Deed.(type) {
			case register.RefuseHousehold:
				ended = placeEnded
			case register.WithdrawConsent:
				ended = max(ended, consentEnded)
			case register.RecordConsent:
				if deed.Renews != uuid.Nil {
					ended = max(ended, consentEnded)
				}
			}
		}
	}
	return ended, nil
}

func (b *syncedBody) refuse(p *problem) { b.State, b.Code, b.Detail = "refused", p.code(), p.Detail }

// asProblem is the error as it would be answered.
func asProblem(err error) error {
	if p := problemOf(err); p != nil {
		return p
	}
	return err
}

// markParts are epoch, sequence and a seal: nobody but the server says how far it had come.
const markLength = 16 + 8 + 16

func (s *Server) mark(point register.SyncPoint) string {
	text := binary.BigEndian.AppendUint64(point.Epoch[:], uint64(point.Sequence)) // #nosec G115 -- never negative
	return base64.RawURLEncoding.EncodeToString(append(text, s.markSeal(text)...))
}

func (s *Server) markSeal(text []byte) []byte {
	return s.Keys.OperationDigest(append([]byte("mark "), text...))[:16]
}

func (s *Server) readMark(mark string) (point register.SyncPoint, err error) {
	if mark == "" {
		return point, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(mark)
	if err != nil || len(text) != markLength || !hmac.Equal(text[24:], s.markSeal(text[:24])) {
		return point, invalid("mark", "Send the mark of the last answer, or none.")
	}
	return register.SyncPoint{Epoch: uuid.UUID(text[:16]), Sequence: int64(binary.BigEndian.Uint64(text[16:]))}, nil // #nosec G115 -- sealed by the server
}
