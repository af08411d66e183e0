package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// answer writes JSON. It is buffered: an error of encoding leaves nothing half
// written.
func answer(w http.ResponseWriter, status int, body any) error {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return fmt.Errorf("web: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(buffer.Bytes())
	return nil
}

// done answers 204 unless there is an error.
func done(w http.ResponseWriter, err error) error {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// created is 201 for what was added, 200 for the same again.
func created(added bool) int {
	if added {
		return http.StatusCreated
	}
	return http.StatusOK
}

// read decodes the JSON body of a request, which the route has bounded. Unknown
// fields are refused by name.
func read[T any](_ http.ResponseWriter, r *http.Request) (body T, err error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return body, newProblem(http.StatusUnsupportedMediaType, "media_type", "", "Send application/json.")
	}
	return decode[T](r.Body)
}

func decode[T any](in io.Reader) (body T, err error) {
	decoder := json.NewDecoder(in)
	decoder.DisallowUnknownFields()
	if err = decoder.Decode(&body); err == nil {
		if _, more := decoder.Token(); more != io.EOF {
			err = newProblem(http.StatusBadRequest, "malformed", "", "Send one JSON object.")
		}
	}
	return body, bodyProblem(err)
}

func bodyProblem(err error) error {
	var tooLarge *http.MaxBytesError
	var wrongType *json.UnmarshalTypeError
	var known *problem
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.As(err, &tooLarge):
		return newProblem(http.StatusRequestEntityTooLarge, "too_large", "", "The body is larger than 1 MB.")
	case errors.As(err, &wrongType):
		return newProblem(http.StatusBadRequest, "malformed", wrongType.Field, "The field is not of this type.")
	}
	if name, found := strings.CutPrefix(err.Error(), "json: unknown field "); found {
		return newProblem(http.StatusBadRequest, "unknown_field", strings.Trim(name, `"`), "There is no such field.")
	}
	return newProblem(http.StatusBadRequest, "malformed", "", "The body is no JSON of this form.")
}

// page is a list as it is answered.
type page[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// listed makes a page of what was read: one more than the limit says that there is
// a next page, which begins after the last item that is shown.
func listed[T, U any](items []T, limit int, show func(T) U, after func(T) string) page[U] {
	p := page[U]{Items: []U{}}
	if len(items) > limit {
		items = items[:limit]
		next := base64.RawURLEncoding.EncodeToString([]byte(after(items[limit-1])))
		p.Next = &next
	}
	for _, item := range items {
		p.Items = append(p.Items, show(item))
	}
	return p
}

const usualLimit, mostLimit = 100, 2000

// window is the part of a list that was asked for.
type window struct {
	limit int
	// after is what [listed] made, in parts; empty for the first page.
	after []string
}

func windowOf(r *http.Request) (w window, err error) {
	w.limit = usualLimit
	query := r.URL.Query()
	if text := query.Get("limit"); text != "" {
		if w.limit, err = strconv.Atoi(text); err != nil || w.limit < 1 || w.limit > mostLimit {
			return w, invalid("limit", fmt.Sprintf("limit is 1 to %d.", mostLimit))
		}
	}
	if cursor := query.Get("cursor"); cursor != "" {
		text, err := base64.RawURLEncoding.DecodeString(cursor)
		if err != nil || len(cursor) > 200 {
			return w, errCursor
		}
		w.after = strings.Split(string(text), " ")
	}
	return w, nil
}

var errCursor = invalid("cursor", "Take the cursor from the page before.")

// afterID is the id of a cursor of one part; the zero id on the first page.
func (w window) afterID() (uuid.UUID, error) {
	if len(w.after) == 0 {
		return uuid.Nil, nil
	}
	id, err := uuid.Parse(w.after[len(w.after)-1])
	if err != nil {
		return uuid.Nil, errCursor
	}
	return id, nil
}

// afterDay is the day and id of a cursor of two parts.
func (w window) afterDay() (day time.Time, id uuid.UUID, err error) {
	if len(w.after) == 0 {
		return day, id, nil
	}
	if len(w.after) != 2 {
		return day, id, errCursor
	}
	if day, err = time.Parse(time.DateOnly, w.after[0]); err != nil {
		return day, id, errCursor
	}
	id, err = w.afterID()
	return day, id, err
}

func dayAndID(day time.Time, id uuid.UUID) string { return date(day) + " " + id.String() }

// pathID is the id in a request's path.
func pathID(r *http.Request) (uuid.UUID, error) { return parseID("id", r.PathValue("id")) }

func parseID(field, text string) (uuid.UUID, error) {
	id, err := uuid.Parse(text)
	if err != nil {
		return uuid.Nil, invalid(field, "This is no id; it has the form 00000000-0000-0000-0000-000000000000.")
	}
	return id, nil
}

// queryID is an id in a request's query; the zero id when it is left out.
func queryID(r *http.Request, name string) (uuid.UUID, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return uuid.Nil, nil
	}
	return parseID(name, text)
}

func date(t time.Time) string { return t.Format(time.DateOnly) }

// moment is a time as RFC 3339 writes it, in UTC.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func dateOrNull(t *time.Time) *string {
	if t == nil {
		return nil
	}
	text := date(*t)
	return &text
}

func parseDate(field, text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return day, invalid(field, "A date has the form 2027-03-01.")
	}
	return day, nil
}

// orNull is nil for an empty text.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
