package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/crypto/argon2"

	"github.com/rounds-project/rounds/geo/guide"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/geo/register/retention"
	"github.com/rounds-project/rounds/planner/round"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/export"
	"github.com/rounds-project/rounds/web/notice"
	"github.com/rounds-project/rounds/web/photo"
	"github.com/rounds-project/rounds/web/upload"
)

const password = "a password for tests"

// world is the service over a town of a test's own.
type world struct {
	*registertest.Town
	url    string
	server *Server
	// handler is the service without a network.
	handler http.Handler
	logins  map[string]string // by account of the town
	data    string            // the data folder
	exports string            // the folder of files that wait to be fetched
	log     lines
	ahead   atomic.Int64 // of the clock of signing in, ns
}

// lines are what a log has.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write is [io.Writer]'s.
func (l *lines) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(text)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return worldOf(t, registertest.NewTown(t))
}

func worldOf(t *testing.T, town *registertest.Town, more ...func(*access.Options)) *world {
	t.Helper()
	w := &world{Town: town, logins: map[string]string{}, data: t.TempDir(), exports: t.TempDir()}
	town.Exec("UPDATE rounds.accounts SET password_hash = $1, joined_at = now()", quickHash(password))
	for _, name := range people {
		var login string
		w.must(town.Owner.QueryRow(t.Context(), "SELECT login FROM rounds.accounts WHERE id = $1", town.As(name).Account).Scan(&login))
		w.logins[name] = login
	}
	now := func() time.Time { return town.Today.Add(10 * time.Hour) }
	log := slog.New(slog.NewTextHandler(io.MultiWriter(t.Output(), &w.log), &slog.HandlerOptions{Level: slog.LevelDebug}))
	planner := round.NewPlanner(t.Context(), town.DB, w.data, round.Options{Log: log})
	today := func() time.Time { return town.Today }
	source, err := register.OpenStatistics(t.Context(), strings.Replace(town.AppURL, "rounds_app", "rounds_stats", 1))
	w.must(err)
	t.Cleanup(source.Close)
	statistics := tiles.NewStatistics(source)
	styles, err := mapStyles()
	w.must(err)
	tileServer, err := tiles.New(town.DB, tiles.Options{Today: today, Log: log, Statistics: statistics, Styles: styles})
	w.must(err)
	ledger, err := retention.OpenLedger(w.data)
	w.must(err)
	duties, err := LoadDuties(t.TempDir())
	w.must(err)
	signing := access.Options{
		Now:   func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) },
		Sleep: func(context.Context, time.Duration) error { return nil },
	}
	for _, change := range more {
		change(&signing)
	}
	w.server = New(Options{
		Ledger: ledger, Duties: duties, Answers: guide.Answers(),
		DB: town.DB, Keys: town.Keys(), Planner: planner, Tiles: tileServer, Statistics: statistics,
		Gate:    access.New(town.DB, town.Keys(), signing),
		Uploads: &upload.Desk{Shelf: &upload.Shelf{Folder: t.TempDir(), Keys: town.Keys()}, DB: town.DB, Log: log},
		Photos:  photo.Shelf{Folder: t.TempDir()}, Notices: notice.New(town.DB, town.Keys(), notice.Options{Now: now, Location: time.UTC, Log: log}),
		Shelf: &export.Shelf{Exporter: export.Exporter{DB: town.DB, Statistics: statistics, Today: today}, Folder: w.exports},
		Now:   now, Location: time.UTC, Log: log,
	})
	w.handler = w.server.Handler()
	server := httptest.NewServer(w.handler)
	t.Cleanup(server.Close)
	// Passkeys are of a name: no browser takes one for an address.
	w.url = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	return w
}

// quickHash is of the real kind with the least memory: the tests sign in a thousand times.
func quickHash(password string) string {
	salt, text := []byte("salt of the test"), base64.RawStdEncoding.EncodeToString
	hash := argon2.IDKey([]byte(password), salt, 1, 8, 1, 32)
	return fmt.Sprintf("$argon2id$v=%d$m=8,t=1,p=1$%s$%s", argon2.Version, text(salt), text(hash))
}

// publish publishes the statistics of February, with forty hazards.
func (w *world) publish() {
	w.Helper()
	w.ReportHazards()
	publisher := &tiles.Publisher{
		DB: w.DB, Keys: w.Keys(), Since: w.Today.AddDate(0, -1, 0), Today: func() time.Time { return w.Today.AddDate(0, 0, 20) },
	}
	_, err := publisher.Publish(w.Context())
	w.must(err)
}

// release is that of February's hazards.
func (w *world) release() uuid.UUID {
	w.Helper()
	return w.ID("SELECT id FROM rounds.releases WHERE measure = 'hazards'")
}

// later moves the clock of signing in on.
func (w *world) later(d time.Duration) { w.ahead.Add(int64(d)) }

// people are the accounts of the matrix, one of each role that the service knows.
var people = []string{
	registertest.WestWorker, registertest.MiddleWorker, registertest.GridSupervisor, registertest.WestSupervisor, registertest.CountySupervisor,
	registertest.CountyHandler, registertest.CountyAnalyst, registertest.CountyDPO, registertest.Administrator,
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// caller is somebody's browser; "" is nobody's.
func (w *world) caller(account string) *caller {
	w.Helper()
	jar, err := cookiejar.New(nil)
	w.must(err)
	c := &caller{world: w, browser: &http.Client{Jar: jar}}
	if account != "" {
		c.do("POST", "/api/v1/session", map[string]string{"login": w.logins[account], "password": password}).want(http.StatusOK)
	}
	return c
}

type caller struct {
	*world
	browser *http.Client
}

// reply is an answer, read to its end.
type reply struct {
	testing.TB
	what   string
	status int
	header http.Header
	body   []byte
}

// do sends a request; a string is sent as it is, everything else as JSON.
func (c *caller) do(method, path string, body any, headers ...string) reply {
	c.Helper()
	return c.send(c.asks(method, path, body, headers...))
}

func (c *caller) asks(method, path string, body any, headers ...string) *http.Request {
	c.Helper()
	var content io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(body)
	default:
		text, err := json.Marshal(body)
		c.must(err)
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(c.Context(), method, c.url+path, content)
	c.must(err)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return request
}

func (c *caller) send(request *http.Request) reply {
	c.Helper()
	response, err := c.browser.Do(request)
	c.must(err)
	defer response.Body.Close()
	r := reply{TB: c, what: request.Method + " " + request.URL.Path, status: response.StatusCode, header: response.Header}
	if response.Header.Get("Content-Type") == "text/event-stream" {
		return r // it never ends
	}
	r.body, err = io.ReadAll(response.Body)
	c.must(err)
	return r
}

// want fails unless the answer has the status.
func (r reply) want(status int) reply {
	r.Helper()
	if r.status != status {
		r.Fatalf("%s: %d, want %d: %.300s", r.what, r.status, status, r.body)
	}
	return r
}

// problem fails unless the answer is a problem of this status, code and field.
func (r reply) problem(status int, code, field string) {
	r.Helper()
	var p problem
	if kind := r.header.Get("Content-Type"); r.status != status || kind != "application/problem+json" {
		r.Errorf("%s: %d %s, want %d as problem+json: %.300s", r.what, r.status, kind, status, r.body)
		return
	}
	if err := json.Unmarshal(r.body, &p); err != nil || p.Type != "urn:rounds:problem:"+code || p.Field != field || p.Status != status || p.Detail == "" {
		r.Errorf("%s: %+v %v, want %s of field %q", r.what, p, err, code, field)
	}
}

// to decodes the answer.
func (r reply) to(into any) reply {
	r.Helper()
	if err := json.Unmarshal(r.body, into); err != nil {
		r.Fatalf("%s: %v: %.300s", r.what, err, r.body)
	}
	return r
}
