package web

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// endless is a body that counts what is read of it.
type endless struct{ read int64 }

func (e *endless) Read(into []byte) (int, error) {
	for i := range into {
		into[i] = ' '
	}
	e.read += int64(len(into))
	return len(into), nil
}

func TestBodies_AreBoundedOnEveryRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cookies := map[string][]*http.Cookie{}
	for _, account := range people {
		answer := httptest.NewRecorder()
		request := httptest.NewRequestWithContext(t.Context(), "POST", "http://127.0.0.1/api/v1/session", strings.NewReader(`{"login": "`+w.logins[account]+`", "password": "`+password+`"}`))
		request.Header.Set("Content-Type", "application/json")
		w.handler.ServeHTTP(answer, request)
		cookies[account] = answer.Result().Cookies()
	}
	refused := 0
	for _, r := range routes {
		method, path, _ := strings.Cut(r.pattern, " ")
		if method == "GET" || r.pattern == "DELETE /api/v1/session" {
			continue
		}
		path = strings.NewReplacer("{id}", uuid.NewString(), "{token}", "none", "{code}", "none").Replace(path)
		for _, account := range people {
			body := &endless{}
			request := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+path, body)
			request.Header.Set("Content-Type", "application/json")
			for _, cookie := range cookies[account] {
				request.AddCookie(cookie)
			}
			answer := httptest.NewRecorder()
			w.handler.ServeHTTP(answer, request)
			if answer.Code == http.StatusRequestEntityTooLarge {
				refused++
			}
			if answer.Code < 400 && body.read > 0 || answer.Code >= 500 || body.read > r.mostBody()+64<<10 {
				t.Errorf("%s of %s: %d after %d bytes", r.pattern, account, answer.Code, body.read)
			}
		}
	}
	if refused == 0 {
		t.Error("no route said that the body is too large")
	}
}

// pipes is a network whose connections end in this process, so that time can be made up.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	conn, open := <-p
	if !open {
		return nil, net.ErrClosed
	}
	return conn, nil
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// Whoever sends or reads slowly is let go after a time that is known.
func TestServer_WaitsForNobodyForLong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		send string
		want time.Duration
	}{
		"says nothing":            {"", 10 * time.Second},
		"never ends its headers":  {"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ", 10 * time.Second},
		"never ends its body":     {"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", time.Minute},
		"reads none of an answer": {"GET /api/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{Log: slog.New(slog.DiscardHandler), Tiles: nil})
				mux := http.NewServeMux()
				for _, r := range routes {
					if r.public {
						mux.Handle(r.pattern, s.serve(r))
					}
				}
				server := s.bounded(context.Background())
				server.Handler = mux
				ours, theirs := net.Pipe()
				network := make(pipes, 1)
				network <- theirs
				go func() { _ = server.Serve(network) }()
				began := time.Now()
				_, _ = io.WriteString(ours, test.send)
				if name == "reads none of an answer" {
					time.Sleep(test.want + time.Second) // made-up time
				}
				_, _ = io.Copy(io.Discard, ours)
				if took := time.Since(began); took < test.want || took > test.want+2*time.Second {
					t.Errorf("the connection ended after %v, want %v", took, test.want)
				}
				close(network)
				_ = server.Close()
			})
		})
	}
}

// A GET changes nothing but what says that it was there: the use of a session, the
// mark on a link that works once, and the log of reads.
func TestGET_ChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	callers := []*caller{}
	for _, account := range people {
		callers = append(callers, w.caller(account))
	}
	routeID := w.caller(registertest.CountySupervisor).routes()[0].ID
	ids := map[string]uuid.UUID{"rounds": w.Round, "plans": w.Plan, "routes": routeID}
	before := w.digests()
	asked := 0
	for _, address := range everyAddress() {
		method, path, _ := strings.Cut(address, " ")
		if method != "GET" {
			continue
		}
		parts := strings.Split(path, "/")
		for i := 1; i < len(parts); i++ {
			if id, known := ids[parts[i-1]]; known && uuid.Validate(parts[i]) == nil {
				parts[i] = id.String()
			}
		}
		for _, c := range callers {
			c.do("GET", strings.Join(parts, "/"), nil)
			asked++
			if path != "/api/v1/events" { // which answers until the browser goes
				c.do("HEAD", strings.Join(parts, "/"), nil)
				asked++
			}
		}
	}
	for table, digest := range w.digests() {
		if before[table] != digest && table != "rounds.reads" {
			t.Errorf("after %d requests the table %s is another", asked, table)
		}
	}
}

// digests are of the content of each table.
func (w *world) digests() map[string]string {
	w.Helper()
	rows, err := w.Owner.Query(w.Context(), `SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('rounds', 'sealed')`)
	w.must(err)
	var tables []string
	for rows.Next() {
		var table string
		w.must(rows.Scan(&table))
		tables = append(tables, table)
	}
	w.must(rows.Err())
	digests := map[string]string{}
	for _, table := range tables {
		var digest string
		row := "to_jsonb(t) - 'seen_at' - 'fetched_at'"
		w.must(w.Owner.QueryRow(w.Context(), `SELECT coalesce(md5(string_agg((`+row+`)::text, ',' ORDER BY (`+row+`)::text)), '') FROM `+table+` t`).Scan(&digest))
		digests[table] = digest
	}
	return digests
}
