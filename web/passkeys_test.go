package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// device is an authenticator of somebody: a phone, a security key.
type device struct {
	virtualwebauthn.Authenticator
	virtualwebauthn.Credential
	party virtualwebauthn.RelyingParty
}

func (w *world) device(account string) *device {
	w.Helper()
	d := &device{
		Authenticator: virtualwebauthn.NewAuthenticator(), Credential: newCredential(),
		party: virtualwebauthn.RelyingParty{Name: "Rounds", ID: "localhost", Origin: w.url},
	}
	if account != "" {
		id := w.As(account).Account
		d.Options.UserHandle = id[:]
	}
	return d
}

// newCredential makes one whose key is written as RFC 9053 wants it, each coordinate in 32
// bytes: the library leaves out leading zeros, of one key in 128, and such a key is
// rightly refused.
func newCredential() virtualwebauthn.Credential {
	const coseP256 = 77 // bytes
	for {
		made := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(made.Key.AttestationData()) == coseP256 {
			return made
		}
	}
}

// creation are the options that a server asks a device with.
type creation struct {
	PublicKey struct {
		User                   struct{ Name, DisplayName string }
		AuthenticatorSelection struct{ ResidentKey, UserVerification string }
		ExcludeCredentials     []struct{ ID string }
		Attestation            string
	}
}

// make answers a server's options with a new passkey.
func (d *device) make(t testing.TB, options reply) json.RawMessage {
	t.Helper()
	asked, err := virtualwebauthn.ParseAttestationOptions(string(options.body))
	if err != nil {
		t.Fatal(err)
	}
	return json.RawMessage(virtualwebauthn.CreateAttestationResponse(d.party, d.Authenticator, d.Credential, *asked))
}

// sign answers a server's options with a signature; the counter moves on.
func (d *device) sign(t testing.TB, options reply) json.RawMessage {
	t.Helper()
	asked, err := virtualwebauthn.ParseAssertionOptions(string(options.body))
	if err != nil {
		t.Fatal(err)
	}
	d.Counter++
	return json.RawMessage(virtualwebauthn.CreateAssertionResponse(d.party, d.Authenticator, d.Credential, *asked))
}

func (c *caller) addPasskey(d *device, kind string) reply {
	c.Helper()
	options := c.do("POST", "/api/v1/account/passkeys/begin", nil).want(http.StatusOK)
	return c.do("POST", "/api/v1/account/passkeys", map[string]any{"kind": kind, "credential": d.make(c, options)})
}

func (c *caller) passkeySignIn(d *device) reply {
	c.Helper()
	options := c.do("POST", "/api/v1/session/passkey/begin", nil).want(http.StatusOK)
	return c.do("POST", "/api/v1/session/passkey", map[string]any{"credential": d.sign(c, options)})
}

func (c *caller) passkeys() []passkeyBody {
	c.Helper()
	var list struct{ Items []passkeyBody }
	c.do("GET", "/api/v1/account/passkeys", nil).want(http.StatusOK).to(&list)
	return list.Items
}

func TestPasskey_SignsInWithoutALogin(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker, phone := w.caller(registertest.WestWorker), w.device(registertest.WestWorker)
	var asked creation
	begun := d.holds("POST /api/v1/account/passkeys/begin", worker.do("POST", "/api/v1/account/passkeys/begin", nil)).to(&asked)
	if s := asked.PublicKey.AuthenticatorSelection; s.UserVerification != "required" || s.ResidentKey != "required" || asked.PublicKey.Attestation != "none" {
		t.Errorf("%s", begun.body)
	}
	worker.do("POST", "/api/v1/account/passkeys", map[string]any{"kind": "phone", "credential": phone.make(t, begun)}).want(http.StatusNoContent)
	d.holds("GET /api/v1/account/passkeys", worker.do("GET", "/api/v1/account/passkeys", nil))
	there := w.caller("")
	d.holds("POST /api/v1/session/passkey/begin", there.do("POST", "/api/v1/session/passkey/begin", nil))
	var me meBody
	d.holds("POST /api/v1/session/passkey", there.passkeySignIn(phone)).to(&me)
	if me.Account != w.As(registertest.WestWorker).Account || me.Role != "worker" {
		t.Errorf("%+v", me)
	}
	if s := there.sessions(); s[0].Means != "passkey" || !s[0].Current {
		t.Errorf("%+v", s)
	}
	if kept := there.passkeys(); len(kept) != 1 || kept[0].UsedOn == nil || kept[0].BackedUp {
		t.Errorf("%+v", kept)
	}
	w.caller("").passkeySignIn(phone).want(http.StatusOK)
	if n := w.Count("SELECT sign_count FROM rounds.passkeys"); n != 2 {
		t.Errorf("the counter is %d, want 2", n)
	}
	begun = worker.do("POST", "/api/v1/account/passkeys/begin", nil).to(&asked)
	if len(asked.PublicKey.ExcludeCredentials) != 1 {
		t.Errorf("the device may make a second passkey for the account: %s", begun.body)
	}
}

func TestPasskey_KeepsTheBackupFlags(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker, synced := w.caller(registertest.WestWorker), w.device(registertest.WestWorker)
	synced.Options.BackupEligible = true
	worker.addPasskey(synced, "password_manager").want(http.StatusNoContent)
	synced.Options.BackupState = true
	w.caller("").passkeySignIn(synced).want(http.StatusOK)
	if kept := worker.passkeys(); len(kept) != 1 || !kept[0].BackedUp {
		t.Errorf("%+v", kept)
	}
	// A passkey that could not be copied and now could be is another.
	synced.Options.BackupEligible, synced.Options.BackupState = false, false
	w.caller("").passkeySignIn(synced).problem(http.StatusUnauthorized, "passkey", "")
}

func TestPasskey_IsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker := w.caller(registertest.WestWorker)
	phone := w.device(registertest.WestWorker)
	worker.addPasskey(phone, "phone").want(http.StatusNoContent)
	refused := func(name string, change func(d *device)) {
		t.Helper()
		w.later(time.Minute) // attempts are counted
		other := *phone
		change(&other)
		if r := w.caller("").passkeySignIn(&other); r.status != http.StatusUnauthorized || !strings.Contains(string(r.body), "problem:passkey") {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
		if n := w.Count("SELECT count(*) FROM rounds.sessions WHERE means = 'passkey'"); n > 0 {
			t.Fatalf("%s: signed in", name)
		}
	}
	refused("nobody verified the user", func(d *device) { d.Options.UserNotVerified = true })
	refused("nobody was there", func(d *device) { d.Options.UserNotPresent = true })
	refused("another site", func(d *device) { d.party.Origin = "http://localhost.example" })
	refused("another relying party", func(d *device) { d.party.ID = "example.org" })
	refused("another account's handle", func(d *device) { id := w.As(registertest.MiddleWorker).Account; d.Options.UserHandle = id[:] })
	refused("no handle", func(d *device) { d.Options.UserHandle = nil })
	refused("another key", func(d *device) { d.Credential.Key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2).Key })
	refused("an unknown credential", func(d *device) { d.Credential = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2) })

	w.later(time.Minute)
	here, there := w.caller(""), w.caller("")
	options := here.do("POST", "/api/v1/session/passkey/begin", nil).want(http.StatusOK)
	signed := map[string]any{"credential": phone.sign(t, options)}
	there.do("POST", "/api/v1/session/passkey", signed).problem(http.StatusConflict, "ceremony", "") // begun in another browser
	there.do("POST", "/api/v1/session/passkey/begin", nil).want(http.StatusOK)
	there.do("POST", "/api/v1/session/passkey", signed).problem(http.StatusUnauthorized, "passkey", "") // signed for another challenge
	cookie := here.cookie("rounds-ceremony")
	here.do("POST", "/api/v1/session/passkey", signed).want(http.StatusOK)
	replayed := w.caller("")
	replayed.do("POST", "/api/v1/session/passkey", signed, "Cookie", "rounds-ceremony="+cookie).problem(http.StatusConflict, "ceremony", "")
	tampered := cookie[:20] + "A" + cookie[21:]
	if tampered == cookie {
		tampered = cookie[:20] + "B" + cookie[21:]
	}
	replayed.do("POST", "/api/v1/session/passkey", signed, "Cookie", "rounds-ceremony="+tampered).problem(http.StatusConflict, "ceremony", "")

	slow := w.caller("")
	options = slow.do("POST", "/api/v1/session/passkey/begin", nil).want(http.StatusOK)
	signed = map[string]any{"credential": phone.sign(t, options)}
	w.later(10 * time.Minute)
	slow.do("POST", "/api/v1/session/passkey", signed).problem(http.StatusConflict, "ceremony", "")

	// A copy of the device, whose counter is behind.
	copied := *phone
	copied.Counter = 0
	w.caller("").passkeySignIn(&copied).problem(http.StatusUnauthorized, "passkey", "")
	w.caller("").do("POST", "/api/v1/session/passkey", map[string]any{"credential": map[string]any{}}).problem(http.StatusUnauthorized, "passkey", "")
}

// cookie is the value of a cookie that the browser keeps.
func (c *caller) cookie(name string) string {
	c.Helper()
	request, err := http.NewRequest(http.MethodGet, c.url, nil)
	c.must(err)
	for _, kept := range c.browser.Jar.Cookies(request.URL) {
		if kept.Name == name {
			return kept.Value
		}
	}
	c.Fatalf("there is no cookie %s", name)
	return ""
}

func TestPasskey_IsAddedByWhoSignedInJustNow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker, colleague, phone := w.caller(registertest.WestWorker), w.caller(registertest.MiddleWorker), w.device("")
	options := worker.do("POST", "/api/v1/account/passkeys/begin", nil).want(http.StatusOK)
	made := map[string]any{"kind": "phone", "credential": phone.make(t, options)}
	// The ceremony of one account makes no passkey of another.
	colleague.do("POST", "/api/v1/account/passkeys", made, "Cookie", "rounds="+colleague.cookie("rounds")+"; rounds-ceremony="+worker.cookie("rounds-ceremony")).
		problem(http.StatusConflict, "ceremony", "")
	worker.do("POST", "/api/v1/account/passkeys", map[string]any{"kind": "my Pixel", "credential": made["credential"]}).problem(422, "invalid", "kind")
	phone.Options.UserNotVerified = true
	worker.addPasskey(phone, "phone").problem(http.StatusUnauthorized, "passkey", "")
	phone.Options.UserNotVerified = false
	worker.addPasskey(phone, "phone").want(http.StatusNoContent)
	worker.addPasskey(phone, "phone").problem(http.StatusConflict, "passkey_taken", "")
	for range 9 {
		worker.addPasskey(w.device(""), "security_key").want(http.StatusNoContent)
	}
	worker.addPasskey(w.device(""), "other").problem(http.StatusConflict, "many_passkeys", "")
	w.Exec("UPDATE rounds.sessions SET created_at = now() - interval '16 minutes'")
	worker.do("POST", "/api/v1/account/passkeys/begin", nil).problem(http.StatusForbidden, "stale", "")
	worker.do("DELETE", "/api/v1/account/passkeys/"+worker.passkeys()[0].ID.String(), nil).problem(http.StatusForbidden, "stale", "")
}

func TestPasskey_IsRemovedUnlessItIsTheLastWayIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker, phone, key := w.caller(registertest.WestWorker), w.device(registertest.WestWorker), w.device(registertest.WestWorker)
	worker.addPasskey(phone, "phone").want(http.StatusNoContent)
	worker.addPasskey(key, "security_key").want(http.StatusNoContent)
	w.Exec("UPDATE rounds.accounts SET password_hash = NULL WHERE id = $1", w.As(registertest.WestWorker).Account)
	ids := map[string]string{}
	for _, p := range worker.passkeys() {
		ids[p.Kind] = "/api/v1/account/passkeys/" + p.ID.String()
	}
	w.caller(registertest.MiddleWorker).do("DELETE", ids["phone"], nil).problem(http.StatusNotFound, "no_passkey", "")
	worker.do("DELETE", ids["phone"], nil).want(http.StatusNoContent)
	worker.do("DELETE", ids["phone"], nil).problem(http.StatusNotFound, "no_passkey", "")
	worker.do("DELETE", ids["security_key"], nil).problem(http.StatusConflict, "last_way", "")
	w.caller("").passkeySignIn(phone).problem(http.StatusUnauthorized, "passkey", "")
	w.caller("").passkeySignIn(key).want(http.StatusOK)
}

func TestPasskey_EndsWithTheAccountAndWithARecovery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	administrator := w.caller(registertest.Administrator)
	worker, phone := w.caller(registertest.WestWorker), w.device(registertest.WestWorker)
	worker.addPasskey(phone, "phone").want(http.StatusNoContent)
	account := "/api/v1/accounts/" + w.As(registertest.WestWorker).Account.String()
	token := administrator.sentLink(account+"/recover", nil).token(t)
	w.caller("").join(token, newPassword).want(http.StatusOK)
	w.caller("").passkeySignIn(phone).problem(http.StatusUnauthorized, "passkey", "")
	if n := w.Count("SELECT count(*) FROM rounds.passkeys"); n != 0 {
		t.Errorf("%d passkeys are left", n)
	}
	middle, key := w.caller(registertest.MiddleWorker), w.device(registertest.MiddleWorker)
	middle.addPasskey(key, "security_key").want(http.StatusNoContent)
	administrator.do("POST", "/api/v1/accounts/"+w.As(registertest.MiddleWorker).Account.String()+"/disable", nil).want(http.StatusOK)
	w.caller("").passkeySignIn(key).problem(http.StatusUnauthorized, "passkey", "")
}

func TestInvitation_IsAcceptedWithAPasskey(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	id := uuid.New()
	token := w.caller(registertest.Administrator).sentLink("/api/v1/accounts", newcomer(id)).token(t)
	w.Exec("INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, ends_at) VALUES ($1, $2, 'worker', $3, 'fire_safety', now() + interval '1 day')", uuid.New(), id, w.Area("West"))
	w.Exec("UPDATE rounds.links SET issued_by = NULL") // the operator's, who gives the grant with it
	ada, phone := w.caller(""), w.device("")
	phone.Options.UserHandle = id[:]
	begin := func() reply {
		return d.holds("POST /api/v1/join/passkey/begin", ada.do("POST", "/api/v1/join/passkey/begin", map[string]string{"token": token}))
	}
	accept := func(options reply) reply {
		return ada.do("POST", "/api/v1/join/passkey", map[string]any{"language": "en", "kind": "phone", "credential": phone.make(t, options)})
	}
	ada.do("POST", "/api/v1/join/passkey/begin", map[string]string{"token": "nothing"}).problem(http.StatusNotFound, "no_link", "token")
	options := begin()
	joined := d.holds("POST /api/v1/join/passkey", accept(options))
	if !strings.Contains(string(joined.body), `"signed_in":true`) {
		t.Errorf("%s", joined.body)
	}
	accept(options).problem(http.StatusConflict, "ceremony", "")
	ada.do("POST", "/api/v1/join/passkey/begin", map[string]string{"token": token}).problem(http.StatusNotFound, "no_link", "token")
	var me meBody
	w.caller("").passkeySignIn(phone).want(http.StatusOK).to(&me)
	if me.Login != "ada" {
		t.Errorf("%+v", me)
	}
}
