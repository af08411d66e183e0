package web

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzhttp"
)

const canaryValue = "7 Canary Street"

// A panic is answered with a problem and tells neither browser nor log with what.
func TestPanic_TellsNothing(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := New(Options{Log: slog.New(slog.NewJSONHandler(&log, nil))})
	for name, with := range map[string]any{"text": canaryValue, "error": errors.New(canaryValue)} {
		handler := s.observe("GET /boom", gzhttp.GzipHandler(s.calm(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(with) }))))
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), "GET", "/boom", nil))
		if answer.Code != http.StatusInternalServerError || answer.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", name, answer.Code, answer.Header().Get("Content-Type"))
		}
		if body := answer.Body.String(); strings.Contains(body, "Canary") || strings.Contains(body, ".go") || !strings.Contains(body, internalDetail) {
			t.Errorf("%s: the answer says %s", name, body)
		}
	}
	if text := log.String(); strings.Contains(text, "Canary") || !strings.Contains(text, "request panicked") || !strings.Contains(text, "TestPanic_TellsNothing") {
		t.Errorf("the log says %s", text)
	}
}

// What has begun cannot become a problem: it is broken off, so that nobody takes it
// for whole.
func TestPanic_BreaksOffWhatHasBegun(t *testing.T) {
	t.Parallel()
	s := New(Options{Log: slog.New(slog.DiscardHandler)})
	server := httptest.NewServer(s.calm(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half"))
		_ = http.NewResponseController(w).Flush()
		panic("no more")
	})))
	defer server.Close()
	response, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(response.Body); err == nil {
		t.Errorf("the answer %q looks whole", body.String())
	}
}
