package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

type ownSessions struct{ Items []ownSessionBody }

func (c *caller) sessions() []ownSessionBody {
	c.Helper()
	var list ownSessions
	c.do("GET", "/api/v1/account/sessions", nil).want(http.StatusOK).to(&list)
	return list.Items
}

// agents are browsers as they name themselves, with their class.
var agents = map[string][2]string{
	"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36":                   {"chrome", "android"},
	"Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121 Safari/537.36":   {"samsung", "android"},
	"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1": {"safari", "ios"},
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0":           {"edge", "windows"},
	"Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0":                                                                  {"firefox", "linux"},
	"Ada's own browser 138-1234-5678": {"other", "other"},
}

func TestSessions_AreListedByDeviceAndEnded(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	callers := map[string]*caller{}
	for agent, class := range agents {
		c := w.caller("")
		c.do("POST", "/api/v1/session", map[string]string{"login": w.logins[registertest.WestWorker], "password": password}, "User-Agent", agent).want(http.StatusOK)
		callers[class[0]] = c
	}
	colleague := w.caller(registertest.MiddleWorker)
	phone := callers["samsung"]
	d.holds("GET /api/v1/account/sessions", phone.do("GET", "/api/v1/account/sessions", nil))
	ids := map[string]uuid.UUID{}
	for _, s := range phone.sessions() {
		ids[s.Browser] = s.ID
		if s.Current != (s.Browser == "samsung") || s.Means != "password" || s.Role != "worker" {
			t.Errorf("%+v", s)
		}
		for agent, class := range agents {
			if class[0] == s.Browser && class[1] != s.System {
				t.Errorf("%s is %s on %s", agent, s.Browser, s.System)
			}
		}
	}
	if len(ids) != len(agents) {
		t.Fatalf("%d sessions, want %d: %v", len(ids), len(agents), ids)
	}
	if n := w.Count("SELECT count(*) FROM rounds.sessions s WHERE s::text ILIKE '%mozilla%' OR s::text LIKE '%138%1234%'"); n > 0 {
		t.Errorf("%d sessions keep the browser's own words", n)
	}
	phone.do("DELETE", "/api/v1/account/sessions/"+ids["edge"].String(), nil).want(http.StatusNoContent)
	callers["edge"].do("GET", "/api/v1/session", nil).problem(http.StatusUnauthorized, "sign_in", "")
	phone.do("DELETE", "/api/v1/account/sessions/"+ids["edge"].String(), nil).problem(http.StatusNotFound, "no_session", "")
	theirs := colleague.sessions()
	phone.do("DELETE", "/api/v1/account/sessions/"+theirs[0].ID.String(), nil).problem(http.StatusNotFound, "no_session", "")
	phone.do("DELETE", "/api/v1/account/sessions", nil).want(http.StatusNoContent)
	if left := phone.sessions(); len(left) != 1 || !left[0].Current {
		t.Errorf("left: %+v", left)
	}
	callers["firefox"].do("GET", "/api/v1/session", nil).problem(http.StatusUnauthorized, "sign_in", "")
	colleague.do("GET", "/api/v1/session", nil).want(http.StatusOK)
}

// What a session is remembered by stays when its role changes.
func TestSessions_KeepTheirBeginningWhenTheRoleChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker := w.caller(registertest.WestWorker)
	w.Exec(`INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, ends_at)
		VALUES ($1, $2, 'supervisor', $3, 'fire_safety', now() + interval '1 day')`, uuid.New(), w.As(registertest.WestWorker).Account, w.Area("West"))
	before := worker.sessions()
	worker.do("PUT", "/api/v1/session/role", map[string]string{"role": "supervisor"}).want(http.StatusOK)
	after := worker.sessions()
	if len(after) != 1 || after[0].CreatedAt != before[0].CreatedAt || after[0].Role != "supervisor" || after[0].ID == before[0].ID {
		t.Errorf("%+v, then %+v", before, after)
	}
}

// An administrator's session ends unused after half an hour, a worker's lasts the
// day: the one does not become the other without signing in again.
// privacy.md, "Accounts": 12 hours in the field, 30 minutes unused for administrators.
func TestSessions_EndByTheirClocks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker, used, unused := w.caller(registertest.WestWorker), w.caller(registertest.Administrator), w.caller(registertest.Administrator)
	for range 2 {
		w.later(29 * time.Minute)
		used.do("GET", "/api/v1/session", nil).want(http.StatusOK)
	}
	// Half an hour after it was used last, which was 29 minutes before the first of these.
	unused.do("GET", "/api/v1/session", nil).problem(http.StatusUnauthorized, "sign_in", "")
	w.later(30 * time.Minute)
	used.do("GET", "/api/v1/session", nil).problem(http.StatusUnauthorized, "sign_in", "")
	worker.do("GET", "/api/v1/day", nil).want(http.StatusOK)
	w.later(12*time.Hour - 88*time.Minute)
	worker.do("GET", "/api/v1/day", nil).problem(http.StatusUnauthorized, "sign_in", "")
	w.caller(registertest.WestWorker).do("GET", "/api/v1/day", nil).want(http.StatusOK)
}

func TestSessions_BecomePowerfulOnlyWhileFresh(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.As(registertest.WestWorker).Account
	w.Exec(`INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, ends_at)
		VALUES ($1, $2, 'supervisor', $3, 'fire_safety', now() + interval '1 day')`, uuid.New(), account, w.Area("West"))
	w.Exec("INSERT INTO rounds.grants (id, account_id, role, ends_at) VALUES ($1, $2, 'administrator', now() + interval '1 day')", uuid.New(), account)
	change := func(c *caller, role string) reply {
		return c.do("PUT", "/api/v1/session/role", map[string]string{"role": role})
	}
	change(w.caller(registertest.WestWorker), "administrator").want(http.StatusOK)
	idle := w.caller(registertest.WestWorker)
	w.later(16 * time.Minute)
	change(idle, "administrator").problem(http.StatusForbidden, "stale", "")
	change(idle, "supervisor").want(http.StatusOK)
	change(idle, "administrator").problem(http.StatusForbidden, "stale", "")
	change(w.caller(registertest.MiddleWorker), "administrator").problem(http.StatusForbidden, "role", "role")
}

func TestAdministrator_EndsSessionsAndAccounts(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	administrator, worker := w.caller(registertest.Administrator), w.caller(registertest.WestWorker)
	account := w.As(registertest.WestWorker).Account.String()
	d.holds("GET /api/v1/accounts", administrator.do("GET", "/api/v1/accounts?limit=3", nil))
	ended := d.holds("POST /api/v1/accounts/{id}/end-sessions", administrator.do("POST", "/api/v1/accounts/"+account+"/end-sessions", nil))
	if !strings.Contains(string(ended.body), `"ended":1}`) {
		t.Errorf("%s", ended.body)
	}
	worker.do("GET", "/api/v1/session", nil).problem(http.StatusUnauthorized, "sign_in", "")
	again := w.caller(registertest.WestWorker)
	var disabled accountBody
	d.holds("POST /api/v1/accounts/{id}/disable", administrator.do("POST", "/api/v1/accounts/"+account+"/disable", nil)).to(&disabled)
	if !disabled.Disabled {
		t.Errorf("%+v", disabled)
	}
	again.do("GET", "/api/v1/session", nil).problem(http.StatusUnauthorized, "sign_in", "")
	d.holds("POST /api/v1/accounts/{id}/enable", administrator.do("POST", "/api/v1/accounts/"+account+"/enable", nil))
	// Neither the old session nor the old password comes back.
	again.do("GET", "/api/v1/session", nil).problem(http.StatusUnauthorized, "sign_in", "")
	w.caller("").do("POST", "/api/v1/session", map[string]string{"login": w.logins[registertest.WestWorker], "password": password}).
		problem(http.StatusUnauthorized, "password", "")
	own := "/api/v1/accounts/" + w.As(registertest.Administrator).Account.String()
	administrator.do("POST", own+"/disable", nil).problem(http.StatusConflict, "own_account", "")
	nobody := "/api/v1/accounts/" + uuid.NewString()
	for _, path := range []string{"/end-sessions", "/disable", "/enable"} {
		administrator.do("POST", nobody+path, nil).problem(http.StatusNotFound, "no_account", "")
	}
	administrator.do("GET", "/api/v1/session", nil).want(http.StatusOK)
}

// A grant that sleeps gives nothing: neither a new session nor one that there is.
func TestGrants_ThatSleepGiveNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	supervisor := w.caller(registertest.CountySupervisor)
	w.Exec("UPDATE rounds.grants SET asleep_since = now() WHERE account_id = $1", w.As(registertest.CountySupervisor).Account)
	supervisor.do("GET", "/api/v1/rounds", nil).problem(http.StatusUnauthorized, "sign_in", "")
	w.caller("").do("POST", "/api/v1/session", map[string]string{"login": w.logins[registertest.CountySupervisor], "password": password}).
		problem(http.StatusForbidden, "asleep", "")
	areas, err := w.DB.Areas(t.Context(), w.As(registertest.CountySupervisor), register.AreaFilter{})
	if err != nil || len(areas) != 0 {
		t.Errorf("%d areas are seen, %v", len(areas), err)
	}
}

func TestAccount_ShowsItsGrants(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker := w.caller(registertest.WestWorker)
	var own ownAccountBody
	d.holds("GET /api/v1/account", worker.do("GET", "/api/v1/account", nil)).to(&own)
	if !own.HasPassword || !own.Fresh || len(own.Grants) == 0 || own.Grants[0].Role != "worker" || own.Grants[0].Area == nil || own.Grants[0].Area.Name != "West" {
		t.Errorf("%+v", own)
	}
	w.later(16 * time.Minute)
	if worker.do("GET", "/api/v1/account", nil).want(http.StatusOK).to(&own); own.Fresh {
		t.Error("fresh for ever")
	}
	d.holds("GET /api/v1/account", w.caller(registertest.Administrator).do("GET", "/api/v1/account", nil))
}
