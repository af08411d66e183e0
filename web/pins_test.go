package web

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

const pin = "402917"

func (c *caller) setPIN(pin string) reply {
	c.Helper()
	return c.do("PUT", "/api/v1/account/pin", map[string]string{"pin": pin})
}

func (c *caller) pinSignIn(account register.Principal, pin string) reply {
	c.Helper()
	return c.do("POST", "/api/v1/session/pin", map[string]any{"account": account.Account, "pin": pin})
}

func (c *caller) ways() waysBody {
	c.Helper()
	var ways waysBody
	c.do("GET", "/api/v1/session/ways", nil).want(http.StatusOK).to(&ways)
	return ways
}

// shared is a phone on which the workers of West and Middle have a PIN each.
func (w *world) shared() *caller {
	w.Helper()
	phone := w.caller(registertest.WestWorker)
	phone.setPIN(pin).want(http.StatusNoContent)
	phone.signIn(w.logins[registertest.MiddleWorker], password).want(http.StatusOK)
	phone.setPIN("771203").want(http.StatusNoContent)
	return phone
}

func TestPIN_SwitchesBetweenTheWorkersOfAPhone(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	phone := w.shared()
	west, middle := w.As(registertest.WestWorker), w.As(registertest.MiddleWorker)
	d.holds("GET /api/v1/session/ways", phone.do("GET", "/api/v1/session/ways", nil))
	if ways := phone.ways(); len(ways.Workers) != 2 || !ways.Passkeys {
		t.Errorf("%+v", ways)
	}
	d.holds("GET /api/v1/account/pins", phone.do("GET", "/api/v1/account/pins", nil))
	var me meBody
	d.holds("POST /api/v1/session/pin", phone.pinSignIn(west, pin)).to(&me)
	if me.Account != west.Account || me.Role != "worker" {
		t.Errorf("%+v", me)
	}
	phone.pinSignIn(middle, "771203").want(http.StatusOK).to(&me)
	if me.Account != middle.Account {
		t.Errorf("%+v", me)
	}
	// One browser, one session: who was there before is signed out.
	if n := w.Count("SELECT count(*) FROM rounds.sessions"); n != 1 {
		t.Errorf("%d sessions on one phone", n)
	}
	phone.pinSignIn(west, "771203").problem(http.StatusUnauthorized, "pin", "pin")
}

func TestPIN_WorksOnThatPhoneOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	phone, other := w.shared(), w.caller("")
	west := w.As(registertest.WestWorker)
	if ways := other.ways(); len(ways.Workers) != 0 {
		t.Errorf("%+v", ways)
	}
	other.pinSignIn(west, pin).problem(http.StatusUnauthorized, "pin", "pin")
	other.do("POST", "/api/v1/session/pin", map[string]any{"account": west.Account, "pin": pin}, "Cookie", "rounds-device="+strings.Repeat("A", 43)).
		problem(http.StatusUnauthorized, "pin", "pin")
	// A copy of the phone's token made before the last PIN is worth nothing.
	old := phone.cookie("rounds-device")
	phone.setPIN("580314").want(http.StatusNoContent)
	other.do("POST", "/api/v1/session/pin", map[string]any{"account": west.Account, "pin": pin}, "Cookie", "rounds-device="+old).
		problem(http.StatusUnauthorized, "pin", "pin")
	w.later(181 * 24 * time.Hour)
	phone.pinSignIn(west, pin).problem(http.StatusUnauthorized, "pin", "pin")
}

func TestPIN_EndsWithTheFifthWrongTry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	phone := w.shared()
	west, middle := w.As(registertest.WestWorker), w.As(registertest.MiddleWorker)
	for range 4 {
		phone.pinSignIn(west, "000000").problem(http.StatusUnauthorized, "pin", "pin")
	}
	w.later(time.Minute)
	phone.pinSignIn(west, pin).want(http.StatusOK) // gives the tries back
	for range 4 {
		phone.pinSignIn(west, "000000").problem(http.StatusUnauthorized, "pin", "pin")
		w.later(time.Minute)
	}
	phone.pinSignIn(west, "000000").problem(http.StatusUnauthorized, "pin_ended", "pin")
	w.later(time.Minute)
	phone.pinSignIn(west, pin).problem(http.StatusUnauthorized, "pin", "pin")
	phone.pinSignIn(middle, "771203").want(http.StatusOK)
	if ways := phone.ways(); len(ways.Workers) != 1 || ways.Workers[0].Account != middle.Account {
		t.Errorf("%+v", ways)
	}
	if n := w.Count("SELECT count(*) FROM rounds.device_pins WHERE account_id = $1", west.Account); n != 0 {
		t.Error("the PIN is still there")
	}
}

// Guesses that come at once get no more tries than those that come one by one.
func TestPIN_CountsTriesThatComeAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.shared()
	west := w.As(registertest.WestWorker).Account
	device := w.ID("SELECT device_id FROM rounds.device_pins WHERE account_id = $1", west)
	var together sync.WaitGroup
	tried := make(chan bool, 20)
	for range 20 {
		together.Go(func() {
			_, _, err := w.DB.TryPIN(t.Context(), device, west)
			tried <- err == nil
		})
	}
	together.Wait()
	close(tried)
	n := 0
	for ok := range tried {
		if ok {
			n++
		}
	}
	if n != 5 {
		t.Errorf("%d tries, want 5", n)
	}
}

// A PIN gives the worker's role, whatever else the account may do.
func TestPIN_GivesTheWorkersRoleAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	phone := w.shared()
	west := w.As(registertest.WestWorker)
	w.Exec(`INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, ends_at)
		VALUES ($1, $2, 'supervisor', $3, 'fire_safety', now() + interval '1 day')`, uuid.New(), west.Account, w.Area("West"))
	var me meBody
	phone.pinSignIn(west, pin).want(http.StatusOK).to(&me)
	if len(me.Roles) != 1 || me.Role != "worker" {
		t.Errorf("%+v", me)
	}
	phone.do("PUT", "/api/v1/session/role", map[string]string{"role": "supervisor"}).problem(http.StatusForbidden, "role", "role")
	phone.do("POST", "/api/v1/account/passkeys/begin", nil).problem(http.StatusForbidden, "stale", "")
	phone.setPIN("918273").problem(http.StatusForbidden, "stale", "")
	w.Exec("UPDATE rounds.grants SET ends_at = now() WHERE account_id = $1 AND role = 'worker'", west.Account)
	phone.do("GET", "/api/v1/session", nil).problem(http.StatusUnauthorized, "sign_in", "")
	phone.pinSignIn(west, pin).problem(http.StatusForbidden, "role", "role")
}

func TestPIN_IsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	phone := w.caller(registertest.WestWorker)
	for _, easy := range []string{"", "12345", "1234567", "123456", "654321", "777777", "12345a", "４０２９１７"} {
		phone.setPIN(easy).problem(http.StatusUnprocessableEntity, "pin_form", "pin")
	}
	w.caller(registertest.WestSupervisor).setPIN(pin).problem(http.StatusForbidden, "role", "")
	phone.setPIN(pin).want(http.StatusNoContent)
	device := w.ID("SELECT id FROM rounds.devices")
	w.Exec("INSERT INTO rounds.device_pins (device_id, account_id, pin_hash) SELECT $1, id, '$argon2id$x' FROM rounds.accounts WHERE id <> $2 AND id <> $3 LIMIT 4",
		device, w.As(registertest.WestWorker).Account, w.As(registertest.MiddleWorker).Account)
	phone.signIn(w.logins[registertest.MiddleWorker], password).want(http.StatusOK)
	phone.setPIN(pin).problem(http.StatusConflict, "many_workers", "")
	if n := w.Count("SELECT count(*) FROM rounds.device_pins WHERE pin_hash::text LIKE '%' || $1 || '%'", pin); n > 0 {
		t.Error("the PIN is in the database")
	}
}

func TestPIN_IsRemovedByItsOwnerAndWithTheAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	phone := w.shared()
	var list struct{ Items []ownPINBody }
	phone.do("GET", "/api/v1/account/pins", nil).want(http.StatusOK).to(&list)
	if len(list.Items) != 1 || !list.Items[0].Current {
		t.Fatalf("%+v", list)
	}
	w.caller(registertest.WestSupervisor).do("DELETE", "/api/v1/account/pins/"+list.Items[0].ID.String(), nil).problem(http.StatusNotFound, "no_pin", "")
	phone.do("DELETE", "/api/v1/account/pins/"+list.Items[0].ID.String(), nil).want(http.StatusNoContent)
	phone.do("DELETE", "/api/v1/account/pins/"+list.Items[0].ID.String(), nil).problem(http.StatusNotFound, "no_pin", "")
	phone.pinSignIn(w.As(registertest.MiddleWorker), "771203").problem(http.StatusUnauthorized, "pin", "pin")
	administrator := w.caller(registertest.Administrator)
	administrator.do("POST", "/api/v1/accounts/"+w.As(registertest.WestWorker).Account.String()+"/disable", nil).want(http.StatusOK)
	phone.pinSignIn(w.As(registertest.WestWorker), pin).problem(http.StatusUnauthorized, "pin", "pin")
	if n := w.Count("SELECT count(*) FROM rounds.devices"); n != 0 {
		t.Error("a phone without a PIN is kept")
	}
}

// A phone that is lost: who signs its worker out from afar ends the PIN too, of that
// worker alone, and nobody but an administrator or the operator does.
func TestPIN_EndsWhenSessionsAreEndedFromAfar(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	phone := w.shared()
	west, middle := w.As(registertest.WestWorker), w.As(registertest.MiddleWorker)
	left := func() [2]int {
		return [2]int{w.Count("SELECT count(*) FROM rounds.device_pins"), w.Count("SELECT count(*) FROM rounds.sessions WHERE account_id = $1", middle.Account)}
	}
	for _, principal := range []register.Principal{west, w.As(registertest.CountySupervisor), w.As(registertest.CountyDPO), register.Service("tiles"), {}} {
		if _, err := w.DB.EndSessions(w.Context(), principal, middle.Account); err != nil || left() != [2]int{2, 1} {
			t.Errorf("%q ended something: %v, %v", principal.Role, left(), err)
		}
	}
	administrator := w.caller(registertest.Administrator)
	administrator.do("POST", "/api/v1/accounts/"+middle.Account.String()+"/end-sessions", nil).want(http.StatusOK)
	if left() != [2]int{1, 0} {
		t.Errorf("PINs and sessions left: %v", left())
	}
	phone.pinSignIn(middle, "771203").problem(http.StatusUnauthorized, "pin", "pin")
	phone.pinSignIn(west, pin).want(http.StatusOK)
	// A password that is forgotten signs out, and the PIN stays: it works on that phone alone.
	w.must(errorOf(w.DB.EndSessions(w.Context(), register.Service("login"), west.Account)))
	if n := w.Count("SELECT count(*) FROM rounds.device_pins"); n != 1 || w.Count("SELECT count(*) FROM rounds.sessions WHERE account_id = $1", west.Account) != 0 {
		t.Errorf("%d PINs are left, or the session is", n)
	}
	w.must(errorOf(w.DB.EndSessions(w.Context(), register.Service("operator"), west.Account)))
	if n := w.Count("SELECT count(*) FROM rounds.device_pins"); n != 0 {
		t.Error("the operator's sign-out leaves the PIN")
	}
}

func errorOf[T any](_ T, err error) error { return err }
