package web

import (
	"encoding/base64"
	"net/http"
	"strconv"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/upload"
)

// filePlaceBody is a place of a file or of the register.
type filePlaceBody struct {
	Row      int64   `json:"row"`
	Key      string  `json:"key"`
	Street   string  `json:"street"`
	Number   string  `json:"house_number"`
	Unit     string  `json:"unit"`
	Postcode string  `json:"postcode"`
	Place    string  `json:"place"`
	Doors    int     `json:"doors"`
	Lon      float64 `json:"lon"`
	Lat      float64 `json:"lat"`
}

// fileRowBody is a row of a list: a place of the file, one of the register, a case of a
// ledger, a matter, an area of the file and that of the register, or what is wrong.
type fileRowBody struct {
	Row       int64             `json:"row"`
	File      *filePlaceBody    `json:"file"`
	There     *filePlaceBody    `json:"there"`
	Case      *fileCaseBody     `json:"case"`
	Incident  *fileIncidentBody `json:"incident"`
	Area      *fileAreaBody     `json:"area"`
	AreaThere *fileAreaBody     `json:"area_there"`
	Metres    *int              `json:"metres"`
	Field     *string           `json:"field"`
	Problem   *string           `json:"problem"`
}

func complained(row int64, c register.Complaint) fileRowBody {
	return fileRowBody{Row: row, Field: &c.Field, Problem: &c.Problem}
}

// listUploadRows are rows of one of the lists that were made of a file.
func (s *Server) listUploadRows(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	u, err := s.DB.ReadUpload(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	report, err := s.Uploads.Report(u.ID)
	if err != nil {
		return err
	}
	rows, err := rowsOf(report, r.URL.Query().Get("list"))
	if err != nil {
		return err
	}
	from := 0
	if len(part.after) > 0 {
		if from, err = strconv.Atoi(part.after[0]); err != nil || from < 0 || from > len(rows) {
			return errCursor
		}
	}
	shown := page[fileRowBody]{Items: rows[from:]}
	if to := from + part.limit; to < len(rows) {
		next := base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(to)))
		shown.Items, shown.Next = rows[from:to], &next
	}
	return answer(w, http.StatusOK, shown)
}

func rowsOf(report upload.Report, list string) ([]fileRowBody, error) {
	rows := []fileRowBody{}
	pair := func(p register.FoundPair) {
		file, there := filePlaceBody(p.File), filePlaceBody(p.There)
		rows = append(rows, fileRowBody{Row: p.File.Row, File: &file, There: &there, Metres: &p.Metres})
	}
	switch list {
	case "wrong":
		for _, c := range report.Complaints {
			rows = append(rows, complained(c.Row, c))
		}
	case "new":
		for _, p := range report.Found.New {
			file := filePlaceBody(p)
			rows = append(rows, fileRowBody{Row: p.Row, File: &file})
		}
		for _, i := range report.Found.Incidents {
			rows = append(rows, showFoundIncident(i))
		}
	case "gone":
		for _, p := range report.Found.Gone {
			there := filePlaceBody(p)
			rows = append(rows, fileRowBody{There: &there})
		}
	case "changed":
		for _, p := range report.Found.Changed {
			pair(p)
		}
	case "twins":
		for _, p := range report.Found.Twins {
			pair(p)
		}
	default:
		return nil, invalid("list", "The lists are wrong, new, changed, gone and twins.")
	}
	return append(rows, showFoundAreas(report.Found.Areas, list)...), nil
}

// sendCorrected hands a copy of a file out that says what is to be done about its rows.
func (s *Server) sendCorrected(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	u, err := s.DB.ReadUpload(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	if _, err := s.Uploads.Report(u.ID); err != nil {
		return err
	}
	if len(s.Uploads.Missing(u)) > 0 {
		return upload.ErrIncomplete
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="to-mend.csv"`)
	w.Header().Set("Cache-Control", "no-store")
	if err := s.Uploads.Corrected(r.Context(), u, w); err != nil {
		s.Log.ErrorContext(r.Context(), "copy of a file failed", "error", err)
	}
	return nil
}
