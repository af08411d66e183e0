package web

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
)

// calm turns a panic into an answer that tells nothing, and a log line that says
// where: not with which value, which may be an address.
func (s *Server) calm(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &startedWriter{ResponseWriter: w}
		defer func() {
			switch value := recover(); {
			case value == nil:
			case value == http.ErrAbortHandler, seen.started:
				s.Log.ErrorContext(r.Context(), "request broken off", "route", r.Pattern, "at", panicked())
				panic(http.ErrAbortHandler) // the client sees that the answer is not whole
			default:
				s.Log.ErrorContext(r.Context(), "request panicked", "route", r.Pattern, "type", fmt.Sprintf("%T", value), "at", panicked())
				answerProblem(w, newProblem(http.StatusInternalServerError, "internal", "", internalDetail))
			}
		}()
		next.ServeHTTP(seen, r)
	})
}

// panicked is the place in our own code that a panic passed first.
func panicked() string {
	var callers [32]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers[:])])
	for {
		frame, more := frames.Next()
		if name, ours := strings.CutPrefix(frame.Function, "github.com/rounds-project/rounds/"); ours && !strings.HasSuffix(frame.File, "/calm.go") {
			return fmt.Sprintf("%s:%d", name, frame.Line)
		}
		if !more {
			return "elsewhere"
		}
	}
}

// startedWriter knows whether an answer has begun.
type startedWriter struct {
	http.ResponseWriter
	started bool
}

func (w *startedWriter) WriteHeader(status int) {
	w.started = true
	w.ResponseWriter.WriteHeader(status)
}

func (w *startedWriter) Write(part []byte) (int, error) {
	w.started = true
	return w.ResponseWriter.Write(part)
}

// Unwrap lets a stream be flushed.
func (w *startedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
