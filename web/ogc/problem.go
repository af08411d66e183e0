package ogc

import (
	"encoding/json"
	"net/http"
)

// Problem is an error of the client as RFC 9457 writes it.
type Problem struct {
	Status int
	Code   string
	// Field is the parameter that is wrong, "" for none.
	Field, Detail string
}

func (p *Problem) Error() string { return "ogc: " + p.Detail }

var (
	errNoCollection = &Problem{Status: http.StatusNotFound, Code: "no_collection", Detail: "There is no such collection, or none for this token or role."}
	errNoFeature    = &Problem{Status: http.StatusNotFound, Code: "no_feature", Detail: "There is no such feature; names of features hold for a day."}
)

// invalid says which parameter is wrong.
func invalid(field, detail string) *Problem {
	return &Problem{Status: http.StatusBadRequest, Code: "invalid", Field: field, Detail: detail}
}

func answerProblem(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
		Field  string `json:"field,omitempty"`
	}{"urn:rounds:problem:" + p.Code, http.StatusText(p.Status), p.Status, p.Detail, p.Field})
}
