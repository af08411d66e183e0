package web

import (
	"fmt"
	"image"
	"image/draw"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	qr "github.com/piglig/go-qr"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

const newPassword = "the cat sat on 3 mats"

func newcomer(id uuid.UUID) map[string]any {
	return map[string]any{"id": id, "login": "ada", "name": "Ada Pla", "language": "en"}
}

// token is what follows # in a link.
func (l sentLinkBody) token(t testing.TB) string {
	t.Helper()
	origin, token, found := strings.Cut(l.URL, "/join#")
	if !found || !strings.HasPrefix(origin, "http://localhost:") || len(token) != 43 {
		t.Fatalf("the link is %q", l.URL)
	}
	return token
}

func (c *caller) sentLink(path string, body any) sentLinkBody {
	c.Helper()
	var sent sentLinkBody
	r := c.do("POST", path, body)
	if r.status >= 300 {
		c.Fatalf("%s: %d %s", path, r.status, r.body)
	}
	r.to(&sent)
	return sent
}

func (c *caller) join(token, password string) reply {
	c.Helper()
	return c.do("POST", "/api/v1/join", map[string]string{"token": token, "language": "zh-Hans", "password": password})
}

func (c *caller) signIn(login, password string) reply {
	c.Helper()
	return c.do("POST", "/api/v1/session", map[string]string{"login": login, "password": password})
}

func TestInvitation_LetsOnePersonInOnce(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	administrator, ada := w.caller(registertest.Administrator), w.caller("")
	id := uuid.New()
	first := administrator.do("POST", "/api/v1/accounts", newcomer(id)).want(http.StatusCreated)
	d.holds("POST /api/v1/accounts", first)
	var old sentLinkBody
	first.to(&old)
	sent := administrator.sentLink("/api/v1/accounts", newcomer(id)) // the same again: the link is lost, a new one replaces it
	if sent.Kind != "invitation" || sent.Account.Joined {
		t.Errorf("%+v", sent)
	}
	if expires, err := time.Parse(time.RFC3339, sent.ExpiresAt); err != nil || time.Until(expires) < 71*time.Hour || time.Until(expires) > 72*time.Hour {
		t.Errorf("the link expires at %s", sent.ExpiresAt)
	}
	ada.do("POST", "/api/v1/join/open", map[string]string{"token": old.token(t)}).problem(http.StatusNotFound, "no_link", "token")
	token := sent.token(t)
	opened := d.holds("POST /api/v1/join/open", ada.do("POST", "/api/v1/join/open", map[string]string{"token": token}))
	if !strings.Contains(string(opened.body), `"name":"Ada Pla"`) {
		t.Errorf("%s", opened.body)
	}
	for _, weak := range []string{"short", strings.Repeat("ab", 10), "adaadaadaadaada1234", strings.Repeat("abcdef", 50)} {
		ada.join(token, weak).problem(http.StatusUnprocessableEntity, "weak_password", "password")
	}
	joined := d.holds("POST /api/v1/join", ada.join(token, newPassword))
	if !strings.Contains(string(joined.body), `"signed_in":false,"waits":"no_grant"`) {
		t.Errorf("%s", joined.body)
	}
	ada.join(token, newPassword).problem(http.StatusNotFound, "no_link", "token")
	ada.signIn("ada", newPassword).problem(http.StatusForbidden, "no_grant", "")
	w.Exec("INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, ends_at) VALUES ($1, $2, 'worker', $3, 'fire_safety', now() + interval '1 day')", uuid.New(), id, w.Area("West"))
	var me meBody
	ada.signIn("ada", newPassword).want(http.StatusOK).to(&me)
	if me.Language != "zh-Hans" || me.Role != "worker" {
		t.Errorf("%+v", me)
	}
	administrator.do("POST", "/api/v1/accounts/"+id.String()+"/invite", nil).problem(http.StatusConflict, "joined", "")
	if n := w.Count("SELECT count(*) FROM rounds.links"); n != 0 {
		t.Errorf("%d links are left", n)
	}
}

func TestInvitation_IsRefusedByField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	administrator := w.caller(registertest.Administrator)
	with := func(field string, value any) map[string]any {
		body := newcomer(uuid.New())
		body[field] = value
		return body
	}
	before := w.Count("SELECT count(*) FROM rounds.accounts")
	for _, test := range []struct {
		body        map[string]any
		status      int
		code, field string
	}{
		{with("login", w.logins[registertest.WestWorker]), 409, "login_taken", "login"},
		{with("login", "Ada Pla"), 422, "login_form", "login"},
		{with("name", "138123456789"), 422, "name_form", "name"},
		{with("language", "fr"), 422, "invalid", "language"},
		{with("id", uuid.Nil), 422, "invalid", "id"},
		{with("id", w.As(registertest.WestWorker).Account), 409, "id_taken", "id"},
		{with("role", "supervisor"), 400, "unknown_field", "role"},
	} {
		administrator.do("POST", "/api/v1/accounts", test.body).problem(test.status, test.code, test.field)
	}
	if after := w.Count("SELECT count(*) FROM rounds.accounts"); after != before {
		t.Errorf("%d accounts, then %d", before, after)
	}
	nobody := "/api/v1/accounts/" + uuid.NewString()
	administrator.do("POST", nobody+"/invite", nil).problem(http.StatusNotFound, "no_account", "")
	administrator.do("POST", nobody+"/recover", nil).problem(http.StatusNotFound, "no_account", "")
	own := "/api/v1/accounts/" + w.As(registertest.Administrator).Account.String()
	administrator.do("POST", own+"/recover", nil).problem(http.StatusConflict, "own_account", "")
}

func TestLinks_EndAfter72HoursAndWithTheirAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	administrator, ada := w.caller(registertest.Administrator), w.caller("")
	id := uuid.New()
	token := administrator.sentLink("/api/v1/accounts", newcomer(id)).token(t)
	w.Exec("UPDATE rounds.links SET expires_at = now() - interval '1 second'")
	ada.join(token, newPassword).problem(http.StatusNotFound, "no_link", "token")
	token = administrator.sentLink("/api/v1/accounts/"+id.String()+"/invite", nil).token(t)
	administrator.do("POST", "/api/v1/accounts/"+id.String()+"/disable", nil).want(http.StatusOK)
	ada.join(token, newPassword).problem(http.StatusNotFound, "no_link", "token")
	administrator.do("POST", "/api/v1/accounts/"+id.String()+"/invite", nil).problem(http.StatusNotFound, "no_account", "")
	if n := w.Count("SELECT count(*) FROM rounds.accounts WHERE id = $1 AND (joined_at IS NOT NULL OR password_hash IS NOT NULL)", id); n > 0 {
		t.Error("a dead link let somebody in")
	}
}

// privacy.md, "Who sees what": after a recovery all grants of that account sleep
// until a second person renews them.
func TestRecovery_PutsGrantsToSleepUntilASecondPersonWakesThem(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	administrator, lost := w.caller(registertest.Administrator), w.caller(registertest.CountySupervisor)
	account := w.As(registertest.CountySupervisor)
	sent := d.holds("POST /api/v1/accounts/{id}/recover", administrator.do("POST", "/api/v1/accounts/"+account.Account.String()+"/recover", nil))
	var link sentLinkBody
	sent.to(&link)
	lost.do("GET", "/api/v1/session", nil).want(http.StatusOK) // a link that nobody uses changes nothing
	found := w.caller("")
	joined := d.holds("POST /api/v1/join", found.join(link.token(t), newPassword))
	if !strings.Contains(string(joined.body), `"signed_in":false,"waits":"asleep"`) {
		t.Errorf("%s", joined.body)
	}
	lost.do("GET", "/api/v1/session", nil).problem(http.StatusUnauthorized, "sign_in", "")
	login := w.logins[registertest.CountySupervisor]
	found.signIn(login, password).problem(http.StatusUnauthorized, "password", "")
	found.signIn(login, newPassword).problem(http.StatusForbidden, "asleep", "")
	for _, who := range []register.Principal{w.As(registertest.Administrator), {Account: account.Account, Role: register.Administrator}} {
		if _, err := w.DB.WakeGrants(t.Context(), who, account.Account); err != register.ErrSecondPerson {
			t.Errorf("%v wakes: %v", who, err)
		}
	}
	administrator.do("POST", "/api/v1/accounts/"+account.Account.String()+"/wake", nil).problem(http.StatusConflict, "second_person", "")
	if n, err := w.DB.WakeGrants(t.Context(), w.As(registertest.WestSupervisor), account.Account); n != 0 || err != nil {
		t.Errorf("a supervisor wakes %d, %v", n, err)
	}
	second := register.Principal{Account: uuid.New(), Role: register.Administrator}
	if n, err := w.DB.WakeGrants(t.Context(), second, account.Account); n == 0 || err != nil {
		t.Errorf("a second administrator wakes %d, %v", n, err)
	}
	found.signIn(login, newPassword).want(http.StatusOK)
}

// The operator's recovery is woken by an administrator, not by the operator.
func TestRecovery_ByTheOperatorTakesAnAdministrator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.As(registertest.WestSupervisor).Account
	operator := register.Service("operator")
	_, err := w.DB.IssueLink(t.Context(), operator, account, register.Recovery, [32]byte{1})
	w.must(err)
	_, err = w.DB.UseLink(t.Context(), [32]byte{1}, "en", register.KeepPassword("$argon2id$x"))
	w.must(err)
	if _, err := w.DB.WakeGrants(t.Context(), operator, account); err != register.ErrSecondPerson {
		t.Errorf("the operator wakes: %v", err)
	}
	woken := newDescription(t).holds("POST /api/v1/accounts/{id}/wake", w.caller(registertest.Administrator).do("POST", "/api/v1/accounts/"+account.String()+"/wake", nil))
	if !strings.Contains(string(woken.body), `"asleep":false`) {
		t.Errorf("%s", woken.body)
	}
}

// Who issues a link could use it: an account with grants is never just invited.
func TestInvitation_OfAnAccountWithGrantsIsARecovery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.As(registertest.WestSupervisor).Account
	w.Exec("UPDATE rounds.accounts SET joined_at = NULL, password_hash = NULL WHERE id = $1", account)
	administrator, thief := w.caller(registertest.Administrator), w.caller("")
	sent := administrator.sentLink("/api/v1/accounts/"+account.String()+"/invite", nil)
	if sent.Kind != "recovery" {
		t.Errorf("%+v", sent)
	}
	if body := thief.join(sent.token(t), newPassword).want(http.StatusOK).body; !strings.Contains(string(body), `"waits":"asleep"`) {
		t.Errorf("%s", body)
	}
}

// The database itself refuses a password that is not one's own.
func TestPasswords_AreSetByWhoUsesThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, who := range []string{registertest.Administrator, registertest.WestSupervisor} {
		// The administrator sees the row and is refused; the supervisor sees none.
		_ = w.DB.As(t.Context(), w.As(who), func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE rounds.accounts SET password_hash = '$argon2id$stolen' WHERE id = $1", w.As(registertest.WestWorker).Account)
			return err
		})
	}
	if n := w.Count("SELECT count(*) FROM rounds.accounts WHERE password_hash = '$argon2id$stolen'"); n > 0 {
		t.Error("a password was set by another")
	}
	err := w.DB.As(t.Context(), w.As(registertest.Administrator), func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), "INSERT INTO rounds.accounts (id, login, name, password_hash) VALUES ($1, 'eve', 'Eve', '$argon2id$known')", uuid.New())
		return err
	})
	if err == nil {
		t.Error("an administrator adds an account with a password")
	}
}

func TestPassword_IsChangedByItsOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	here, there := w.caller(registertest.WestWorker), w.caller(registertest.WestWorker)
	change := func(present, next string) reply {
		return here.do("PUT", "/api/v1/account/password", map[string]string{"present": present, "password": next})
	}
	change("wrong", newPassword).problem(http.StatusUnprocessableEntity, "password", "present")
	change(password, "short").problem(http.StatusUnprocessableEntity, "weak_password", "password")
	change(password, newPassword).want(http.StatusNoContent)
	here.do("GET", "/api/v1/session", nil).want(http.StatusOK)
	there.do("GET", "/api/v1/session", nil).problem(http.StatusUnauthorized, "sign_in", "")
	there.signIn(w.logins[registertest.WestWorker], password).problem(http.StatusUnauthorized, "password", "")
	there.signIn(w.logins[registertest.WestWorker], newPassword).want(http.StatusOK)
}

// The QR code says what the link says.
func TestLinks_ComeAsAPictureToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent := w.caller(registertest.Administrator).sentLink("/api/v1/accounts", newcomer(uuid.New()))
	const module, quiet = 8, 4
	picture := image.NewGray(image.Rect(0, 0, module*(len(sent.QR)+2*quiet), module*(len(sent.QR)+2*quiet)))
	draw.Draw(picture, picture.Bounds(), image.White, image.Point{}, draw.Src)
	for y, row := range sent.QR {
		for x := range row {
			if row[x] == '1' {
				at := image.Pt(module*(x+quiet), module*(y+quiet))
				draw.Draw(picture, image.Rectangle{Min: at, Max: at.Add(image.Pt(module, module))}, image.Black, image.Point{}, draw.Src)
			}
		}
	}
	text, err := qr.Decode(picture)
	if err != nil || text != sent.URL {
		t.Errorf("the picture says %q, %v; want %q", text, err, sent.URL)
	}
}

// Who kept an invitation back gets nowhere once the account is in use by another
// way, and takes over no account that has one: that is a recovery.
func TestInvitation_KeptBackTakesNothingOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	invite := func(who string, hash byte) (account uuid.UUID) {
		account = w.As(who).Account
		w.Exec("UPDATE rounds.accounts SET joined_at = NULL, password_hash = NULL WHERE id = $1", account)
		link, err := w.DB.IssueLink(t.Context(), register.Service("operator"), account, register.Invitation, [32]byte{hash})
		w.must(err)
		if link.Kind != register.Invitation {
			t.Fatalf("%+v", link)
		}
		return account
	}
	use := func(hash byte) error {
		_, err := w.DB.UseLink(t.Context(), [32]byte{hash}, "en", register.KeepPassword("$argon2id$x"))
		return err
	}
	const asleep = "SELECT count(*) FROM rounds.grants WHERE account_id = $1 AND asleep_since IS NOT NULL"

	joined := invite(registertest.WestWorker, 1)
	w.Exec("UPDATE rounds.accounts SET joined_at = now() WHERE id = $1", joined)
	if _, err := w.DB.FindLink(t.Context(), [32]byte{1}); err != register.ErrNoLink {
		t.Errorf("the invitation of an account in use opens: %v", err)
	}
	if err := use(1); err != register.ErrNoLink {
		t.Errorf("the invitation of an account in use enters: %v", err)
	}

	hasPassword := invite(registertest.MiddleWorker, 2)
	w.Exec("UPDATE rounds.accounts SET password_hash = '$argon2id$y' WHERE id = $1", hasPassword)
	w.must(use(2))
	if w.Count(asleep, hasPassword) == 0 {
		t.Error("an account with a way to sign in was taken over, and its grants are awake")
	}

	// An administrator who keeps the link until the grants are confirmed enters to
	// nothing that a second person has not woken.
	kept := w.As(registertest.CountySupervisor).Account
	w.Exec("UPDATE rounds.accounts SET joined_at = NULL, password_hash = NULL WHERE id = $1", kept)
	confirmed := "UPDATE rounds.grants SET starts_at = now() - interval '1 day', ends_at = %s WHERE account_id = $1"
	w.Exec(fmt.Sprintf(confirmed, "now()"), kept)
	link, err := w.DB.IssueLink(t.Context(), w.As(registertest.Administrator), kept, register.Invitation, [32]byte{4})
	w.must(err)
	if link.Kind != register.Invitation {
		t.Fatalf("%+v", link)
	}
	proposed := uuid.New()
	w.Exec("SET session_replication_role = replica")
	w.Exec(fmt.Sprintf(confirmed, "now() + interval '9 days'"), kept)
	w.Exec(`INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, ends_at, proposed_by)
		SELECT $2, account_id, role, area_id, 'welfare_after_event', ends_at, $3 FROM rounds.grants WHERE account_id = $1`, kept, proposed, w.As(registertest.Administrator).Account)
	w.Exec("SET session_replication_role = origin")
	w.must(use(4))
	if w.Count(asleep, kept) != 1 || w.Count(asleep+" AND id = $2", kept, proposed) != 0 {
		t.Error("an invitation that was kept back entered to grants that are awake, or put a proposal to sleep")
	}
	if _, err := w.DB.WakeGrants(t.Context(), w.As(registertest.Administrator), kept); err != register.ErrSecondPerson {
		t.Errorf("who made the invitation wakes: %v", err)
	}

	first := invite(registertest.WestSupervisor, 3)
	w.must(use(3))
	if n := w.Count(asleep, first); n != 0 {
		t.Errorf("%d grants of a newcomer sleep", n)
	}
}
