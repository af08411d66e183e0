package web

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/inbox"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/upload"
)

// uploadBody is a file at the desk, and what came of it.
type uploadBody struct {
	ID        uuid.UUID `json:"id"`
	Kind      string    `json:"kind"`
	Bytes     int64     `json:"bytes"`
	PartBytes int       `json:"part_bytes"`
	State     string    `json:"state"`
	Percent   int       `json:"percent"`
	CreatedAt string    `json:"created_at"`
	// Imported is what came of it, null until then.
	Imported *importedBody `json:"imported"`
}

type importedBody struct {
	At string `json:"at"`
	register.Counts
}

// wholeUploadBody has more: which parts are missing, and what was found.
type wholeUploadBody struct {
	uploadBody
	Missing []int             `json:"missing"`
	Report  *uploadReportBody `json:"report"`
}

// uploadReportBody is what was found, without any place.
type uploadReportBody struct {
	register.Counts
	Wrong          int              `json:"wrong"`
	Twins          int              `json:"twins"`
	Undecided      int              `json:"undecided"`
	TooOld         int              `json:"too_old"`
	ColumnsLeftOut int              `json:"columns_left_out"`
	Encoding       string           `json:"encoding"`
	System         string           `json:"system"`
	Shifted        string           `json:"shifted"`
	OffStreet      int              `json:"off_street_m"`
	Undone         *register.Undone `json:"undone"`
}

func showUpload(u register.Upload) uploadBody {
	body := uploadBody{ID: u.ID, Kind: string(u.Kind), Bytes: u.Bytes, PartBytes: upload.PartBytes, State: string(u.State), Percent: u.Percent, CreatedAt: moment(u.CreatedAt)}
	if u.Import != uuid.Nil {
		body.Imported = &importedBody{moment(u.ImportedAt), u.Counts}
	}
	return body
}

func (s *Server) listUploads(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.DB.Uploads(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	items := make([]uploadBody, len(found))
	for i, u := range found {
		items[i] = showUpload(u)
	}
	return answer(w, http.StatusOK, struct {
		Items []uploadBody `json:"items"`
	}{items})
}

// beginUpload notes that a file is going to come; the same again is the same.
func (s *Server) beginUpload(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[struct {
		Kind  register.UploadKind `json:"kind"`
		Bytes int64               `json:"bytes"`
	}](w, r)
	if err != nil {
		return err
	}
	if body.Kind == "" {
		body.Kind = register.HouseholdFile
	}
	if !slices.Contains(register.UploadKinds, body.Kind) {
		return invalid("kind", "Say households, ledger, incidents or areas.")
	}
	if err := s.DB.BeginUpload(r.Context(), who.Principal, id, body.Kind, body.Bytes); err != nil {
		return err
	}
	return s.getUpload(w, r, who)
}

func (s *Server) getUpload(w http.ResponseWriter, r *http.Request, who access.Session) error {
	u, err := s.uploadOf(r, who)
	if err != nil {
		return err
	}
	body := wholeUploadBody{uploadBody: showUpload(u), Missing: []int{}}
	if u.State == register.Sending {
		body.Missing = s.Uploads.Missing(u)
	}
	report, err := s.Uploads.Report(u.ID)
	switch {
	case err == nil:
		body.Report = &uploadReportBody{report.Counts, report.Wrong, report.Twins, report.Undecided, report.Old, report.ColumnsLeftOut, report.Encoding,
			report.System, report.Shifted, report.OffStreet, report.Undone}
	case !errors.Is(err, upload.ErrNothing):
		return err
	}
	return answer(w, http.StatusOK, body)
}

func (s *Server) uploadOf(r *http.Request, who access.Session) (register.Upload, error) {
	id, err := pathID(r)
	if err != nil {
		return register.Upload{}, err
	}
	return s.DB.FindUpload(r.Context(), who.Principal, id)
}

// putPart takes a part of a file; the same again replaces it, until all are there.
func (s *Server) putPart(w http.ResponseWriter, r *http.Request, who access.Session) error {
	u, err := s.uploadOf(r, who)
	if err != nil {
		return err
	}
	if u.State != register.Sending {
		return register.ErrUploadBusy
	}
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return invalid("number", "Parts are numbered from 0.")
	}
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return bodyProblem(err)
	}
	return done(w, s.Uploads.PutPart(u, number, content))
}

// lookAtUpload says which columns a file has, and what they are likely to be.
func (s *Server) lookAtUpload(w http.ResponseWriter, r *http.Request, who access.Session) error {
	u, err := s.uploadOf(r, who)
	if err != nil {
		return err
	}
	look, err := s.Uploads.Look(u)
	if err != nil {
		return fileProblem(err)
	}
	type columnBody struct {
		// Name is null where it may be about a person.
		Name *string `json:"name"`
		// Is is the column of the closed list that it is likely to be.
		Is *string `json:"is"`
	}
	columns := []columnBody{}
	for _, name := range look.Columns {
		column := columnBody{Name: orNull(name)}
		if name != "" {
			column.Is = orNull(look.Guess[strings.ToLower(name)])
		}
		columns = append(columns, column)
	}
	return answer(w, http.StatusOK, struct {
		Columns  []columnBody `json:"columns"`
		Known    []string     `json:"known"`
		Shapes   bool         `json:"shapes"`
		Encoding string       `json:"encoding"`
		System   string       `json:"system"`
	}{columns, upload.KindOf(u.Kind).Columns(), look.Shapes, look.Encoding, inbox.SystemInWords(look.System)})
}

// wishesBody are what somebody wants to be done with a file.
type wishesBody struct {
	Columns []struct {
		Name string `json:"name"`
		Is   string `json:"is"`
	} `json:"columns"`
	CRS            string `json:"crs"`
	MatchAddresses bool   `json:"match_addresses"`
	Words          []struct {
		Column string `json:"column"`
		Word   string `json:"word"`
		Means  string `json:"means"`
	} `json:"words"`
}

// mostNamed bounds the columns that somebody names, and mostWords the words.
const (
	mostNamed = 100
	mostWords = 500
)

func (b wishesBody) wishes(kind register.UploadKind) (wishes upload.Wishes, err error) {
	known, named := upload.KindOf(kind).Columns(), upload.KindOf(kind).Named()
	if len(b.Columns) > mostNamed {
		return wishes, invalid("columns", "Name the columns that are kept, not the others.")
	}
	wishes = upload.Wishes{Mapping: map[string]string{}, CRS: b.CRS, MatchAddresses: b.MatchAddresses}
	for _, c := range b.Columns {
		if !slices.Contains(known, c.Is) {
			return wishes, invalid("columns", "A column is one of "+strings.Join(known, ", ")+".")
		}
		wishes.Mapping[strings.ToLower(strings.TrimSpace(c.Name))] = c.Is
	}
	if len(slices.Compact(slices.Sorted(maps.Values(wishes.Mapping)))) < len(wishes.Mapping) {
		return wishes, invalid("columns", "Two columns are said to be the same.")
	}
	if _, err := register.ParseCRS(b.CRS); err != nil {
		return wishes, invalid("crs", "There is no such coordinate system; write an EPSG number such as 25831, gcj02 or bd09.")
	}
	if len(named) > 0 {
		wishes.Words, err = b.meanings(named)
	} else if len(b.Words) > 0 {
		err = invalid("words", "Words of an old ledger and of matters alone have meanings.")
	}
	return wishes, err
}

// meanings are what words of some columns mean.
func (b wishesBody) meanings(named []string) (map[string]map[string]string, error) {
	if len(b.Words) > mostWords {
		return nil, invalid("words", "Say of 500 words at most what they mean; change the others in the file.")
	}
	meanings := map[string]map[string]string{}
	for _, w := range b.Words {
		if !slices.Contains(named, w.Column) || w.Word == "" || w.Means == "" || len(w.Word) > 240 || len(w.Means) > 240 {
			return nil, invalid("words", "A word of a column "+strings.Join(named, ", ")+" means a code or a name.")
		}
		if meanings[w.Column] == nil {
			meanings[w.Column] = map[string]string{}
		}
		meanings[w.Column][strings.ToLower(w.Word)] = w.Means
	}
	return meanings, nil
}

// previewUpload shows the first rows of a file as they would be imported.
func (s *Server) previewUpload(w http.ResponseWriter, r *http.Request, who access.Session) error {
	u, err := s.uploadOf(r, who)
	if err != nil {
		return err
	}
	body, err := read[wishesBody](w, r)
	if err != nil {
		return err
	}
	wishes, err := body.wishes(u.Kind)
	if err != nil {
		return err
	}
	switch u.Kind {
	case register.LedgerFile:
		return s.previewLedger(w, r, u, wishes)
	case register.IncidentFile:
		return s.previewIncidents(w, r, u, wishes)
	case register.AreaFile:
		return s.previewAreas(w, r, u, wishes)
	}
	rows, err := s.Uploads.Preview(r.Context(), u, wishes)
	if err != nil {
		return fileProblem(err)
	}
	items := make([]fileRowBody, len(rows))
	for i, row := range rows {
		if row.Complaint != nil {
			items[i] = complained(row.Row, *row.Complaint)
			continue
		}
		p, a := row.Place, row.Place.Address
		place := filePlaceBody{row.Row, p.ID, a.Street, a.Number, a.Unit, a.Postcode, a.Place, p.Doors, p.At.Lon(), p.At.Lat()}
		items[i] = fileRowBody{Row: row.Row, File: &place}
		if p.At == geo.Nowhere {
			place.Lon, place.Lat = 0, 0 // is found by its address
		}
	}
	return answer(w, http.StatusOK, previewBody{Items: items, Words: []strangeWord{}})
}

// fileProblem is what is wrong with a file as a whole.
func fileProblem(err error) error {
	var refused *register.RefusedError
	if errors.As(err, &refused) && len(refused.Complaints) > 0 {
		c := refused.Complaints[0]
		return newProblem(http.StatusUnprocessableEntity, "file", c.Field, c.Field+" "+c.Problem)
	}
	return err
}

// checkUpload has a file looked through: what would be new, changed and gone.
func (s *Server) checkUpload(w http.ResponseWriter, r *http.Request, who access.Session) error {
	u, err := s.uploadOf(r, who)
	if err != nil {
		return err
	}
	body, err := read[wishesBody](w, r)
	if err != nil {
		return err
	}
	wishes, err := body.wishes(u.Kind)
	if err != nil {
		return err
	}
	if len(s.Uploads.Missing(u)) > 0 {
		return upload.ErrIncomplete
	}
	from := []register.UploadState{register.Sending, register.Checked, register.Failed}
	if !slices.Contains(from, u.State) {
		return register.ErrUploadBusy
	}
	if err := s.Uploads.Wish(u.ID, wishes); err != nil {
		return err
	}
	return s.orderUpload(w, r, who, u.ID, register.Checking, from...)
}

func (s *Server) orderUpload(w http.ResponseWriter, r *http.Request, who access.Session, id uuid.UUID, to register.UploadState, from ...register.UploadState) error {
	if err := s.DB.OrderUpload(r.Context(), who.Principal, id, to, from...); err != nil {
		return err
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}

// importUpload imports a file that was looked through.
func (s *Server) importUpload(w http.ResponseWriter, r *http.Request, who access.Session) error {
	u, err := s.uploadOf(r, who)
	if err != nil {
		return err
	}
	body, err := read[struct {
		Decisions []struct {
			Row      int64             `json:"row"`
			Decision register.Decision `json:"decision"`
		} `json:"decisions"`
		Otherwise register.Decision `json:"otherwise"`
	}](w, r)
	if err != nil {
		return err
	}
	if u.State != register.Checked {
		return register.ErrUploadBusy
	}
	report, err := s.Uploads.Report(u.ID)
	if err != nil {
		return err
	}
	if report.Wrong > 0 {
		return newProblem(http.StatusConflict, "wrong_rows", "", "Rows cannot be taken; mend them and send the file again.")
	}
	wishes, err := s.Uploads.Wishes(u.ID)
	if err != nil {
		return err
	}
	decides := func(d register.Decision) bool {
		return d == register.Same || d == register.Different || d == register.Later
	}
	if wishes.Otherwise = body.Otherwise; !decides(wishes.Otherwise) {
		return invalid("otherwise", "Say same, different or later.")
	}
	wishes.Decisions = map[int64]register.Decision{}
	for _, d := range body.Decisions {
		if !decides(d.Decision) {
			return invalid("decisions", "Say same, different or later.")
		}
		wishes.Decisions[d.Row] = d.Decision
	}
	if err := s.Uploads.Wish(u.ID, wishes); err != nil {
		return err
	}
	return s.orderUpload(w, r, who, u.ID, register.Importing, register.Checked)
}

// undoUpload takes an import back as a whole.
func (s *Server) undoUpload(w http.ResponseWriter, r *http.Request, who access.Session) error {
	u, err := s.uploadOf(r, who)
	if err != nil {
		return err
	}
	if u.State != register.Imported {
		return register.ErrUploadBusy
	}
	workedOn := r.URL.Query().Get("worked_on") == "true"
	if err := s.Uploads.CanUndo(r.Context(), u, workedOn); err != nil {
		return err
	}
	wishes, err := s.Uploads.Wishes(u.ID)
	if err != nil {
		return err
	}
	// What was said of an undo that was cancelled is not said of this one.
	if wishes.WorkedOn != workedOn {
		wishes.WorkedOn = workedOn
		if err := s.Uploads.Wish(u.ID, wishes); err != nil {
			return err
		}
	}
	return s.orderUpload(w, r, who, u.ID, register.Undoing, register.Imported)
}

func (s *Server) cancelUpload(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	return done(w, s.DB.CancelUpload(r.Context(), who.Principal, id))
}

func (s *Server) removeUpload(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.DB.RemoveUpload(r.Context(), who.Principal, id); err != nil {
		return err
	}
	return done(w, s.Uploads.Remove(id))
}
