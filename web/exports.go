package web

import (
	"net/http"

	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/export"
)

const exportFilePath = export.FilePath + "{token}"

func (s *Server) makeExport(w http.ResponseWriter, r *http.Request, who access.Session) error {
	asked, err := read[export.Asked](w, r)
	if err != nil {
		return err
	}
	made, err := s.Shelf.Answer(r.Context(), who.Principal, asked, s.events.toldOfFile(who.Account))
	if err != nil {
		return err
	}
	return answer(w, http.StatusCreated, made)
}

func (s *Server) sendExport(w http.ResponseWriter, r *http.Request, who access.Session) error {
	return s.Shelf.Send(w, r, who.Principal, r.PathValue("token"))
}
