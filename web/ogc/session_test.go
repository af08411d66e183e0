package ogc_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	. "github.com/rounds-project/rounds/geo/register/registertest"
)

// signedIn asks as a browser does in which somebody signed in, until so long from now.
func (s *service) signedIn(account, role string, lasts time.Duration) func(*http.Request) {
	s.Helper()
	secret := uuid.New()
	token := append(secret[:], secret[:]...)
	now := time.Now()
	session := register.Session{ID: uuid.New(), TokenHash: sha256.Sum256(token), AccountID: s.As(account).Account, Role: role, Device: register.Device{Browser: "firefox", System: "linux"}, Means: "password", CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(time.Hour)}
	if err := s.DB.AddSession(s.Context(), session); err != nil {
		s.Fatal(err)
	}
	s.Exec("UPDATE rounds.sessions SET expires_at = $2 WHERE id = $1", session.ID, now.Add(lasts))
	return func(r *http.Request) {
		r.Header.Del("Authorization")
		r.AddCookie(&http.Cookie{Name: "rounds", Value: base64.RawURLEncoding.EncodeToString(token)})
	}
}

// Who is signed in looks at the pages without a token: with the same rights, a row of the
// audit log for each read, and no more at a time than a person looks at.
func TestSession_ShowsWhatItsRoleMaySee(t *testing.T) {
	t.Parallel()
	s := newService(t)
	analyst := s.signedIn(CountyAnalyst, register.Analyst, time.Hour)
	const incidents, households = "/ogc/collections/incidents/items", "/ogc/collections/households/items"
	reads := func(kind, purpose string) int {
		return s.Count("SELECT count(*) FROM rounds.reads WHERE kind = $1 AND purpose = $2", kind, purpose)
	}
	sent := s.Count("SELECT coalesce(sum(sent_rows), 0) FROM rounds.receivers")
	page := s.get(incidents, analyst, accept("text/html"))
	if page.StatusCode != http.StatusOK || !strings.Contains(string(page.body), `id="map" data-features`) || page.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%s %v: %s", page.Status, page.Header, page.body)
	}
	if n := reads("export_incidents", "incidents"); n != 1 {
		t.Errorf("%d reads of incidents are in the audit log, want 1", n)
	}
	byToken := s.items(incidents, with(s.hand(CountyAnalyst, "County", 1000)))
	sent += byToken.NumberReturned
	if got, want := s.items(incidents, analyst).NumberMatched, byToken.NumberMatched; got != want || got == 0 {
		t.Errorf("%d incidents by session, %d by token", got, want)
	}
	// What is published, of all that was granted: a token is of one area, a person of none.
	const releases = "/ogc/collections/releases/items"
	whole := s.items(releases, with(s.hand(CountyAnalyst, "County", 1000)))
	sent += whole.NumberReturned
	if got := s.items(releases, analyst).NumberMatched; got != whole.NumberMatched || got == 0 {
		t.Errorf("%d published numbers by session, %d by token", got, whole.NumberMatched)
	}
	part := s.items(releases, with(s.hand(WestSupervisor, "West", 1000)))
	sent += part.NumberReturned
	if got := s.items(releases, s.signedIn(WestSupervisor, register.Supervisor, time.Hour)).NumberMatched; got != part.NumberMatched || got == 0 {
		t.Errorf("%d published numbers of West by session, %d by token", got, part.NumberMatched)
	}
	if a := s.get(households, analyst); a.StatusCode != http.StatusNotFound {
		t.Errorf("an analyst's households: %s", a.Status)
	}
	supervisor := s.signedIn(WestSupervisor, register.Supervisor, time.Hour)
	seen := s.items(households+"?limit=10000", supervisor)
	if west := s.Count("SELECT count(*) " + ofWest); seen.NumberMatched != west || seen.NumberReturned != 100 || seen.link("next") == "" {
		t.Errorf("%d of %d, want 100 of %d", seen.NumberReturned, seen.NumberMatched, west)
	}
	if n := reads("export_households", "planning"); n != 1 {
		t.Errorf("%d reads of households are in the audit log, want 1", n)
	}
	if next := s.items(seen.link("next"), supervisor); next.NumberReturned != 100 || next.Features[0].ID == seen.Features[0].ID {
		t.Errorf("the next page: %d", next.NumberReturned)
	}
	if a := s.get(seen.link("next"), s.signedIn(WestSupervisor, register.Supervisor, time.Hour)); a.StatusCode != http.StatusBadRequest {
		t.Errorf("another session's cursor: %s", a.Status)
	}
	if n := s.Count("SELECT coalesce(sum(sent_rows), 0) FROM rounds.receivers") - sent; n != 0 {
		t.Errorf("%d rows count as sent to a receiver", n)
	}
	for what, who := range map[string]func(*http.Request){"over": s.signedIn(CountyAnalyst, register.Analyst, -time.Minute), "forged": func(r *http.Request) {
		r.Header.Del("Authorization")
		r.AddCookie(&http.Cookie{Name: "rounds", Value: strings.Repeat("A", 43)})
	}, "of a role that is over": s.signedIn(PastSupervisor, register.Supervisor, time.Hour)} {
		if a := s.get(incidents, who); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("a session that is %s: %s", what, a.Status)
		}
	}
	// A token that is none is refused, whoever is signed in.
	if a := s.get(incidents, analyst, with("rounds_"+strings.Repeat("A", 43))); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("a wrong token: %s", a.Status)
	}
}
