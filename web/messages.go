package web

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type newMessageBody struct {
	// AreaID sends it to all workers of an area, WorkerID to one.
	AreaID   *uuid.UUID `json:"area_id"`
	WorkerID *uuid.UUID `json:"worker_id"`
	Text     string     `json:"text"`
}

// sendMessage tells workers something that they are to say of that they understood it.
func (s *Server) sendMessage(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[newMessageBody](w, r)
	if err != nil {
		return err
	}
	if (body.AreaID == nil) == (body.WorkerID == nil) {
		return invalid("worker_id", "A message goes to a worker, or to an area.")
	}
	message, worker := register.Message{ID: id}, uuid.Nil
	if body.AreaID != nil {
		message.Area = *body.AreaID
	} else {
		worker = *body.WorkerID
	}
	if message.Text, err = register.ParseMessage(body.Text); err != nil {
		return err
	}
	if message.Text == "" {
		return invalid("text", "A message says something.")
	}
	return done(w, s.DB.SendMessage(r.Context(), who.Principal, message, worker, s.today()))
}

type messageReceiptBody struct {
	WorkerID     uuid.UUID  `json:"worker_id"`
	Code         string     `json:"code"`
	Name         string     `json:"name"`
	UnderstoodAt *time.Time `json:"understood_at"`
}

type messageBody struct {
	ID     uuid.UUID            `json:"id"`
	AreaID uuid.UUID            `json:"area_id"`
	Text   string               `json:"text"`
	SentAt time.Time            `json:"sent_at"`
	By     string               `json:"by"`
	To     []messageReceiptBody `json:"to"`
}

func (s *Server) listMessages(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.DB.Messages(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, whole(found, func(m register.Message) messageBody {
		body := messageBody{ID: m.ID, AreaID: m.Area, Text: m.Text, SentAt: m.SentAt, By: m.By, To: []messageReceiptBody{}}
		for _, to := range m.To {
			body.To = append(body.To, messageReceiptBody{to.Worker, to.Code, to.Name, to.UnderstoodAt})
		}
		return body
	}))
}

// toUnderstandBody is a message as the worker has it.
type toUnderstandBody struct {
	ID     uuid.UUID `json:"id"`
	Text   string    `json:"text"`
	SentAt time.Time `json:"sent_at"`
}

func showToUnderstand(messages []register.Message) []toUnderstandBody {
	bodies := []toUnderstandBody{}
	for _, m := range messages {
		bodies = append(bodies, toUnderstandBody{m.ID, m.Text, m.SentAt})
	}
	return bodies
}
