// Package web is the service: the JSON API that /api/openapi.json describes, tiles,
// exports, and the pages of the app.
//
// routes.go lists every route with the roles that may use it, errors.go every error
// with its status; a resource has a file of its own.
package web

import (
	_ "embed"
	"log/slog"
	"net/http"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/guide"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/retention"
	"github.com/rounds-project/rounds/planner/round"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/app"
	"github.com/rounds-project/rounds/web/export"
	"github.com/rounds-project/rounds/web/notice"
	"github.com/rounds-project/rounds/web/ogc"
	"github.com/rounds-project/rounds/web/photo"
	"github.com/rounds-project/rounds/web/upload"
)

//go:embed openapi.json
var openAPI []byte

// Options of a server.
type Options struct {
	DB      *register.DB
	Keys    *register.Keys
	Planner *round.Planner
	Tiles   *tiles.Server
	// Statistics are the published ones; nil when this process serves none.
	Statistics *tiles.Statistics
	Gate       *access.Gate
	Shelf      *export.Shelf
	Photos     photo.Shelf
	// Uploads are the files that people bring to the desk.
	Uploads *upload.Desk
	// Notices tells people of what waits for them.
	Notices *notice.Sender
	// Ledger is told of what is erased before it is acknowledged.
	Ledger *retention.Ledger
	// Duties are whom workers call in a danger.
	Duties []Duty
	// Answers are those of the guide.
	Answers []guide.Answer
	// Proxies are those whose word on where a request comes from counts; none by
	// default.
	Proxies access.Proxies
	// Now is the clock and Location the installation's time zone.
	Now      func() time.Time
	Location *time.Location
	// Contact is where people see, withdraw, refuse and complain; "" when nobody said.
	Contact string
	Log     *slog.Logger
}

// Server answers HTTP requests. It is safe for concurrent use.
type Server struct {
	Options
	office  *casework.Office
	events  *events
	metrics *metrics
	// syncs are the phones that sync at this moment.
	syncs *turns
}

// New makes a server; all options but Proxies and Statistics are needed.
func New(options Options) *Server {
	s := &Server{Options: options, office: casework.New(options.DB), events: newEvents(), metrics: newMetrics(), syncs: newTurns(syncsAtOnce(options.DB.Connections()))}
	if s.Planner != nil {
		s.Planner.Counted = s.counted
	}
	return s
}

// today is the installation's date.
func (s *Server) today() time.Time { return round.Date(s.Now(), s.Location) }

// Handler answers everything: routes of the table, tiles, and the app.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range routes {
		handler := s.calm(s.serve(r))
		if !r.raw {
			handler = gzhttp.GzipHandler(handler)
		}
		mux.Handle(r.pattern, s.observe(r.pattern, handler))
	}
	drawn := s.Tiles.Handler(func(r *http.Request) (register.Principal, bool) {
		return access.PrincipalFrom(r.Context())
	})
	mux.Handle("GET /tiles/", s.observe("GET /tiles/", s.calm(s.withToken(drawn, s.signedIn(drawn)))))
	mux.HandleFunc("OPTIONS /tiles/", ogc.Preflight)
	features := s.observe("/ogc/", gzhttp.GzipHandler(s.calm(ogc.New(ogc.Options{
		DB: s.DB, Keys: s.Keys, Gate: s.Gate, Statistics: s.Statistics, Today: s.today, Now: s.Now, Fail: s.fail,
	}))))
	// Browsers send a password again below the address that asked for it.
	ask := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ogc.Challenge(w)
		s.fail(w, r, access.ErrToken)
	})
	mux.Handle("GET /ogc/tiles/", s.observe("GET /tiles/", s.calm(http.StripPrefix("/ogc", s.withToken(drawn, ask)))))
	mux.Handle("GET /feed/{feed}", s.observe("GET /feed/{feed}", gzhttp.GzipHandler(s.calm(s.feeds()))))
	mux.Handle("/ogc", features)
	mux.Handle("/ogc/", features)
	mux.Handle("/", s.observe("/", gzhttp.GzipHandler(s.calm(app.Handler()))))
	mux.Handle("/api/", s.observe("/api/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, errNoRoute)
	})))
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, errCrossOrigin) }))
	return s.Proxies.Handler(secure(guard.Handler(mux)))
}

// serve runs a route for who may use it.
func (s *Server) serve(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		who := access.Session{}
		if !r.public {
			session, err := s.Gate.Session(request)
			if err == nil && !r.allows(session.Role) {
				err = errRole
			}
			if err != nil {
				s.fail(w, request, err)
				return
			}
			who = session
		}
		request.Body = http.MaxBytesReader(w, request.Body, r.mostBody())
		if err := r.do(s, w, request, who); err != nil {
			s.fail(w, request, err)
		}
	})
}

// signedIn puts the session into the request's context, where there is one.
func (s *Server) signedIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, err := s.DB.WithRights(r.Context())
		if err != nil {
			s.fail(w, r, err)
			return
		}
		r = r.WithContext(ctx)
		session, err := s.Gate.Session(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(access.With(r.Context(), session)))
	})
}
