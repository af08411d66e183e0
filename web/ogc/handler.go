package ogc

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/web/access"
)

// Options of a handler; all but Statistics are needed.
type Options struct {
	DB   *register.DB
	Keys *register.Keys
	Gate *access.Gate
	// Statistics are the published ones; nil when this process serves none.
	Statistics *tiles.Statistics
	// Today is the installation's date, Now its clock.
	Today func() time.Time
	Now   func() time.Time
	// Fail answers an error that is none of this package's.
	Fail func(http.ResponseWriter, *http.Request, error)
}

// Handler answers /ogc. It is safe for concurrent use.
type Handler struct {
	Options
	mux   *http.ServeMux
	known known
}

// New makes a handler.
func New(options Options) *Handler {
	h := &Handler{Options: options, mux: http.NewServeMux()}
	h.open("GET /ogc", (*asked).landing)
	h.open("GET /ogc/{$}", (*asked).landing)
	h.open("GET /ogc/conformance", (*asked).conformance)
	h.open("GET /ogc/api", (*asked).describe)
	h.closed("GET /ogc/collections", (*asked).collections)
	h.closed("GET /ogc/collections/{collection}", (*asked).collection)
	h.closed("GET /ogc/collections/{collection}/queryables", (*asked).queryables)
	h.closed("GET /ogc/collections/{collection}/items", (*asked).items)
	h.closed("GET /ogc/collections/{collection}/items/{feature}", (*asked).item)
	h.mux.HandleFunc("OPTIONS /ogc/", Preflight)
	h.mux.HandleFunc("/ogc/", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD, OPTIONS")
			answerProblem(w, &Problem{Status: http.StatusMethodNotAllowed, Code: "method", Detail: "Features are only read."})
			return
		}
		answerProblem(w, &Problem{Status: http.StatusNotFound, Code: "no_route", Detail: "There is no such address; begin at /ogc/."})
	})
	return h
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// asked is a request on its way.
type asked struct {
	*Handler
	w http.ResponseWriter
	r *http.Request
	// who asks, of the closed addresses.
	who   reader
	form  form
	words words
	base  string
}

func (h *Handler) begin(w http.ResponseWriter, r *http.Request) (*asked, error) {
	a := &asked{Handler: h, w: w, r: r, base: h.Gate.Origin(r) + "/ogc", words: wordsFor(r)}
	w.Header().Add("Vary", "Accept, Accept-Language, Authorization, Cookie")
	var err error
	a.form, err = formFor(r)
	return a, err
}

// open answers an address that tells what anybody may know.
func (h *Handler) open(pattern string, answer func(*asked) error) {
	h.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		a, err := h.begin(w, r)
		if err == nil {
			err = answer(a)
		}
		if err != nil {
			h.fail(w, r, err)
		}
	})
}

// closed answers who has a token or is signed in.
func (h *Handler) closed(pattern string, answer func(*asked) error) {
	h.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		who, err := h.reader(w, r)
		if err != nil {
			h.fail(w, r, err)
			return
		}
		a, err := h.begin(w, r)
		if err == nil {
			a.who = who
			err = answer(a)
		}
		if err != nil {
			h.fail(w, r, err)
		}
	})
}

// AllowHost lets pages of the token's receiver, and no others, read an answer.
func AllowHost(w http.ResponseWriter, token register.Token) {
	w.Header().Set("Access-Control-Allow-Origin", "https://"+token.Host)
	w.Header().Set("Access-Control-Expose-Headers", "Content-Crs, Link")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	w.Header().Add("Vary", "Origin")
}

// Challenge asks a browser for a token.
func Challenge(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Basic realm="Rounds", charset="UTF-8", Bearer realm="Rounds"`)
}

// Preflight tells a page of another host how it may ask; whether it gets an answer is
// for its token to say.
func Preflight(w http.ResponseWriter, _ *http.Request) {
	header := w.Header()
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Allow-Methods", "GET, HEAD")
	header.Set("Access-Control-Allow-Headers", "Authorization, Accept, Accept-Language, If-None-Match")
	header.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

// fail answers with a problem (RFC 9457), which OGC calls an exception.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	var p *Problem
	var filter *register.FilterError
	switch {
	case errors.As(err, &p):
		answerProblem(w, p)
		return
	case errors.As(err, &filter):
		answerProblem(w, invalid("filter", filter.Problem))
		return
	case errors.Is(err, register.ErrExportRefused), errors.Is(err, register.ErrNoArea):
		answerProblem(w, errNoCollection)
		return
	case errors.Is(err, access.ErrToken):
		Challenge(w)
	case errors.Is(err, register.ErrDayIsFull):
		w.Header().Set("Retry-After", strconv.Itoa(h.secondsToMidnight()))
	case errors.Is(err, register.ErrSlow):
		w.Header().Set("Retry-After", "60")
	}
	h.Fail(w, r, err)
}

func (h *Handler) secondsToMidnight() int {
	now := h.Now().In(h.DB.Zone())
	tomorrow := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
	return int(tomorrow.Sub(now)/time.Second) + 1
}
