package web

import (
	"net/http"

	"github.com/rounds-project/rounds/web/access"
)

type answerBody struct {
	Code    string   `json:"code"`
	English string   `json:"en"`
	Chinese string   `json:"zh"`
	QR      []string `json:"qr"`
}

// listAnswers gives the whole guide at once: what somebody looks for stays with them.
func (s *Server) listAnswers(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	bodies := make([]answerBody, len(s.Answers))
	for i, one := range s.Answers {
		rows, err := access.QRRows(s.Gate.Origin(r) + "/guide/" + one.Code)
		if err != nil {
			return err
		}
		bodies[i] = answerBody{Code: one.Code, English: one.Texts["en"], Chinese: one.Texts["zh-Hans"], QR: rows}
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	return answer(w, http.StatusOK, whole(bodies, func(b answerBody) answerBody { return b }))
}
