package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/rounds-project/rounds/geo/register/audit"
	"github.com/rounds-project/rounds/web/access"
)

type healthBody struct {
	Status string `json:"status"`
}

// healthz says that the process answers.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request, _ access.Session) error {
	return answer(w, http.StatusOK, healthBody{"ok"})
}

// readyz says that the database answers too.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := s.DB.Ping(ctx); err != nil {
		return answer(w, http.StatusServiceUnavailable, healthBody{"unavailable"})
	}
	return answer(w, http.StatusOK, healthBody{"ok"})
}

func (s *Server) describe(w http.ResponseWriter, _ *http.Request, _ access.Session) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, err := w.Write(openAPI)
	return err
}

// metrics are numbers about requests by the part of the service that answers. They
// are for anybody, so never by route: that would count who refused, agreed or was
// visited, and when.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "rounds_http_requests_total", Help: "Requests by part of the service and class of status."}, []string{"part", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "rounds_http_request_seconds", Help: "Time to answer.",
			Buckets: []float64{.001, .003, .01, .03, .1, .3, 1, 3, 10}}, []string{"part"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (s *Server) serveMetrics(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{DisableCompression: true}).ServeHTTP(w, r)
	return nil
}

// partOf is the part of the service that a route belongs to.
func partOf(pattern string) string {
	switch {
	case strings.Contains(pattern, "/tiles/"):
		return "tiles"
	case strings.Contains(pattern, "/api/"):
		return "api"
	}
	return "pages"
}

// observe counts and logs the requests of a route.
func (s *Server) observe(pattern string, next http.Handler) http.Handler {
	part := partOf(pattern)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		request := uuid.New()
		id := request.String()
		w.Header().Set("X-Request-Id", id)
		r = r.WithContext(audit.WithRequest(r.Context(), request))
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		took := time.Since(began)
		s.metrics.requests.WithLabelValues(part, fmt.Sprintf("%dxx", seen.status/100)).Inc()
		s.metrics.seconds.WithLabelValues(part).Observe(took.Seconds())
		s.Log.DebugContext(r.Context(), "request", "id", id, "route", pattern, "status", seen.status, "ms", took.Milliseconds())
	})
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets a stream be flushed.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
