package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// event is one message to an open page.
type event struct {
	Type  string    `json:"type"`
	Plan  uuid.UUID `json:"plan,omitzero"`
	Layer string    `json:"layer,omitempty"`
	Tiles []string  `json:"tiles,omitempty"`
	// Rows are written of a file that has Total.
	Rows  int64 `json:"rows,omitempty"`
	Total int64 `json:"total,omitempty"`
}

// events hands what happens to the pages that are open. A page that does not keep
// up is told that it missed something.
type events struct {
	mu    sync.Mutex
	pages map[*openPage]bool
}

// openPage is a page of an account that listens.
type openPage struct {
	account uuid.UUID
	queue   chan event
	missed  chan struct{}
}

// mostWaiting messages of a page that reads slowly.
const mostWaiting = 64

// aliveEvery so often something is sent, so that proxies keep the stream open.
const aliveEvery = 20 * time.Second

func newEvents() *events { return &events{pages: map[*openPage]bool{}} }

func (e *events) open(account uuid.UUID) *openPage {
	p := &openPage{account: account, queue: make(chan event, mostWaiting), missed: make(chan struct{}, 1)}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pages[p] = true
	return p
}

func (e *events) close(p *openPage) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.pages, p)
}

// followPlans tells open pages of plans that came further, whoever makes them, until
// ctx ends.
func (s *Server) followPlans(ctx context.Context) {
	s.DB.Follow(ctx, s.Log, []string{register.PlansChannel}, s.events.mayHaveMissed, func() {}, func(_, payload string) {
		if notice, err := register.ParsePlanNotice(payload); err == nil {
			s.events.planChanged(notice.Plan)
		}
	})
}

// mayHaveMissed tells everybody to look again.
func (e *events) mayHaveMissed() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for p := range e.pages {
		p.miss()
	}
}

// planChanged puts down for every page that a plan changed; who may not see it does
// not hear of it.
func (e *events) planChanged(plan uuid.UUID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for p := range e.pages {
		p.put(event{Type: "plan", Plan: plan})
	}
}

// tellParts is into how many parts what is told of a file is divided.
const tellParts = 20

// toldOfFile tells the open pages of an account how far the file is that it asked for.
func (e *events) toldOfFile(account uuid.UUID) func(done, total int64) {
	told := int64(0)
	return func(done, total int64) {
		part := done * tellParts / max(total, 1)
		if part == told {
			return
		}
		told = part
		e.mu.Lock()
		defer e.mu.Unlock()
		for p := range e.pages {
			if p.account == account {
				p.put(event{Type: "export", Rows: done, Total: total})
			}
		}
	}
}

func (p *openPage) put(message event) {
	select {
	case p.queue <- message:
	default:
		p.miss()
	}
}

// miss tells the page that it missed something.
func (p *openPage) miss() {
	select {
	case p.missed <- struct{}{}:
	default:
	}
}

// drain takes what else is waiting behind a message, so that one look at the
// session does for all of it.
func (p *openPage) drain(first event) []event {
	all := []event{first}
	for {
		select {
		case next := <-p.queue:
			all = append(all, next)
		default:
			return all
		}
	}
}

func (s *Server) followEvents(w http.ResponseWriter, r *http.Request, who access.Session) error {
	p := s.events.open(who.Account)
	defer s.events.close(p)
	stop, err := s.Tiles.Subscribe(r.Context(), who.Principal, func(layer string, tiles []string) {
		p.put(event{Type: "tiles", Layer: layer, Tiles: tiles})
	})
	if err != nil {
		return err
	}
	defer stop()
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // a proxy shall not collect messages
	stream := &stream{w: w, control: http.NewResponseController(w)}
	stream.write(": welcome\n\n")
	stream.follow(r.Context(), p, func(waiting []event) ([]event, error) { return s.heard(r, waiting) })
	return nil
}

// heard are the messages that a page may hear at this moment: none when its session is
// over, which is an error, and of plans those that its principal sees.
func (s *Server) heard(r *http.Request, waiting []event) ([]event, error) {
	who, err := s.Gate.Session(r)
	if err != nil {
		return nil, err
	}
	var plans []uuid.UUID
	for _, message := range waiting {
		if message.Type == "plan" {
			plans = append(plans, message.Plan)
		}
	}
	if len(plans) > 0 {
		if plans, err = s.Planner.PlansSeen(r.Context(), who.Principal, plans); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(waiting, func(message event) bool {
		return message.Type == "plan" && !slices.Contains(plans, message.Plan)
	}), nil
}

type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	failed  bool
}

// follow sends those messages that are heard until the page is gone or hearing them is
// an error.
func (s *stream) follow(ctx context.Context, p *openPage, heard func([]event) ([]event, error)) {
	alive := time.NewTicker(aliveEvery)
	defer alive.Stop()
	for !s.failed {
		select {
		case <-ctx.Done():
			return
		case message := <-p.queue:
			waiting, err := heard(p.drain(message))
			if err != nil {
				return
			}
			for _, message := range waiting {
				text, err := json.Marshal(message)
				if err != nil {
					return
				}
				s.write(fmt.Sprintf("data: %s\n\n", text))
			}
		case <-p.missed:
			if _, err := heard(nil); err != nil {
				return
			}
			s.write("event: missed\ndata: {}\n\n")
		case <-alive.C:
			if _, err := heard(nil); err != nil {
				return
			}
			s.write(": alive\n\n")
		}
	}
}

// write gives up on a page that takes nothing for a while.
func (s *stream) write(text string) {
	_ = s.control.SetWriteDeadline(time.Now().Add(aliveEvery))
	if _, err := s.w.Write([]byte(text)); err != nil || s.control.Flush() != nil {
		s.failed = true
	}
}
