package web

import (
	"net/http"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/upload"
)

// fileCaseBody is a case of an old ledger as it would be taken.
type fileCaseBody struct {
	Number     string  `json:"number"`
	Matter     string  `json:"matter"`
	Stage      string  `json:"stage"`
	Unit       string  `json:"unit"`
	Area       string  `json:"area"`
	ReportedOn string  `json:"reported_on"`
	DueOn      *string `json:"due_on"`
	ClosedOn   *string `json:"closed_on"`
}

// strangeWord is a word of a ledger that means nothing to Rounds.
type strangeWord struct {
	Column string `json:"column"`
	Word   string `json:"word"`
}

// previewBody is the beginning of a file.
type previewBody struct {
	Items []fileRowBody `json:"items"`
	Words []strangeWord `json:"words"`
}

// previewLedger shows the first rows of a ledger as they would be imported, and the words
// of which somebody may say what they mean.
func (s *Server) previewLedger(w http.ResponseWriter, r *http.Request, u register.Upload, wishes upload.Wishes) error {
	look, err := s.Uploads.LookAtLedger(r.Context(), u, wishes)
	if err != nil {
		return fileProblem(err)
	}
	body := previewBody{Items: []fileRowBody{}, Words: []strangeWord{}}
	for _, line := range look.Lines {
		if line.Complaint != nil {
			body.Items = append(body.Items, complained(line.Row, *line.Complaint))
			continue
		}
		c := line.Case
		one := fileCaseBody{Number: c.Number, Matter: c.Matter, Stage: c.Stage, Unit: c.Unit, Area: c.Area, ReportedOn: date(c.ReportedOn)}
		if !c.DueOn.IsZero() {
			one.DueOn = orNull(date(c.DueOn))
		}
		if !c.ClosedOn.IsZero() {
			one.ClosedOn = orNull(date(c.ClosedOn))
		}
		body.Items = append(body.Items, fileRowBody{Row: line.Row, Case: &one})
	}
	for _, word := range look.Words {
		body.Words = append(body.Words, strangeWord{word.Field, word.Word})
	}
	return answer(w, http.StatusOK, body)
}
