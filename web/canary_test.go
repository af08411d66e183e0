package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// What is personal in the town of this test is called a canary (bird); the people who work
// there too.
const bird = "canary"

func (w *world) keepCanaries() {
	w.Helper()
	w.Exec("UPDATE rounds.households SET street = 'Canary Street ' || substr(id::text, 1, 4), place = 'Canary'")
	w.Exec("UPDATE rounds.accounts SET name = 'Canary ' || login")
	w.Exec("UPDATE rounds.workers SET name = 'Canary ' || code")
	w.Exec("UPDATE rounds.accounts SET login = 'canary-' || login")
	for name, login := range w.logins {
		w.logins[name] = "canary-" + login
	}
}

// Whatever anybody asks, what is personal is in no log line, metric, address, header
// or refusal, and in no argument of a job.
func TestCanary_IsInNoLogMetricOrAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.keepCanaries()
	silent := func(what, text string) {
		t.Helper()
		if at := strings.Index(strings.ToLower(text), bird); at >= 0 {
			t.Errorf("%s: %.200s", what, text[max(0, at-80):])
		}
	}
	w.caller("").do("POST", "/api/v1/session", map[string]string{"login": w.logins[registertest.WestWorker], "password": "canary wrong"}).want(http.StatusUnauthorized)
	routeID := w.ID("SELECT id FROM rounds.routes ORDER BY id LIMIT 1").String()
	ids := map[string]string{"rounds": w.Round.String(), "plans": w.Plan.String(), "routes": routeID, "households": w.Household(w.Workers[0], w.Today, 0).String()}
	bodies := []any{nil, map[string]any{"note": "canary"}, `{"name": "Canary Street 7", "purpose": "canary", "login": 1}`, `"canary`}
	answered := 0
	for _, account := range people {
		c := w.caller(account)
		for _, r := range routes {
			if r.pattern == "DELETE /api/v1/session" || r.pattern == "DELETE /api/v1/account/sessions" || strings.HasSuffix(r.pattern, "/disable") || strings.HasSuffix(r.pattern, "/end-sessions") || strings.HasSuffix(r.pattern, "/refuse") || r.pattern == "POST /api/v1/session" {
				continue // what ends what the others ask for; sign-in is above
			}
			method, path, _ := strings.Cut(r.pattern, " ")
			parts := strings.Split(path, "/")
			for i, part := range parts {
				if part == "{id}" {
					parts[i] = ids[parts[i-1]]
					if parts[i] == "" {
						parts[i] = uuid.NewString()
					}
				}
			}
			path = strings.ReplaceAll(strings.Join(parts, "/"), "{token}", "canary")
			path = strings.ReplaceAll(path, "{code}", "canary00")
			tries := bodies
			if method == "GET" {
				tries = bodies[:1]
			}
			for _, body := range tries {
				reply := c.do(method, path, body)
				if reply.status < 400 {
					answered++
				} else {
					silent(r.pattern+" refuses "+account, string(reply.body))
				}
				for name, values := range reply.header {
					silent(r.pattern+" in "+name, strings.Join(values, " "))
				}
			}
		}
		for _, layer := range []string{"areas", "households", "routes", "stops", "incidents"} {
			reply := c.do("POST", "/api/v1/exports", map[string]any{"layer": layer, "format": "geojson", "purpose": "fire_safety"})
			silent("the link of an export", string(reply.body))
		}
	}
	if answered < 40 {
		t.Errorf("only %d requests were answered", answered)
	}
	silent("metrics", string(w.caller("").do("GET", "/metrics", nil).want(http.StatusOK).body))
	if !strings.Contains(w.log.String(), "route=") {
		t.Error("the log has no line of a request")
	}
	silent("the log", w.log.String())
	w.silentJobs(silent)
}

// silentJobs looks into the arguments of jobs, where there are any.
func (w *world) silentJobs(silent func(what, text string)) {
	w.Helper()
	rows, err := w.Owner.Query(w.Context(), `
		SELECT format('SELECT coalesce(string_agg(args::text, '' ''), '''') FROM %I.%I', table_schema, table_name)
		FROM information_schema.columns WHERE column_name = 'args' AND table_name LIKE 'river\_job%'`)
	w.must(err)
	var queries []string
	for rows.Next() {
		var query string
		w.must(rows.Scan(&query))
		queries = append(queries, query)
	}
	w.must(rows.Err())
	for _, query := range queries {
		var arguments string
		w.must(w.Owner.QueryRow(w.Context(), query).Scan(&arguments))
		silent("arguments of jobs", arguments)
	}
}
