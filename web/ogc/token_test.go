package ogc_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	. "github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/access"
)

func testTokenIsNeeded(t *testing.T, s *service) {
	for _, path := range []string{"/ogc", "/ogc/", "/ogc/conformance", "/ogc/api"} {
		if a := s.get(path, func(r *http.Request) { r.Header.Del("Authorization") }); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, a.Status)
		}
	}
	const path = "/ogc/collections/households/items?limit=1"
	basic := func(user, password string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(user, password) }
	}
	for _, ok := range []func(*http.Request){basic("", s.token), basic("qgis", s.token), with(s.token)} {
		if a := s.get(path, ok); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", a.Status, a.body)
		}
	}
	nothing := func(r *http.Request) { r.Header.Del("Authorization") }
	for _, bad := range []func(*http.Request){nothing, basic(s.token, ""), with(""), with(s.token + "x"), with("rounds_" + strings.Repeat("A", 43)), with(strings.TrimPrefix(s.token, "rounds_"))} {
		a := s.get(path, bad)
		if a.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Basic ") {
			t.Errorf("%s: %s", a.Status, a.body)
		}
	}
	for _, name := range []string{"token", "access_token"} {
		if a := s.get(path+"&"+name+"="+s.token, nothing); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("?%s=: %s", name, a.Status)
		}
	}
}

func TestToken_ShowsItsAreaAndWhatItsMakerSees(t *testing.T) {
	t.Parallel()
	s := newService(t)
	west, county := s.Count("SELECT count(*) "+ofWest), s.Count("SELECT count(*) FROM rounds.households")
	const path = "/ogc/collections/households/items"
	for token, want := range map[string]int{
		s.token:                                  west,
		s.hand(CountySupervisor, "West", 1000):   west, // of a grant on more
		s.hand(CountySupervisor, "County", 1000): county,
	} {
		if page := s.items(path, with(token)); page.NumberMatched != want {
			t.Errorf("%d households, want %d", page.NumberMatched, want)
		}
	}
	// Cells are for the grid's own supervisor; who holds more sees groups, by whatever token.
	for token, sharp := range map[string]bool{s.token: true, s.hand(CountySupervisor, "West", 1000): false, s.hand(CountyAnalyst, "West", 1000): false} {
		page := s.items("/ogc/collections/cells/items", with(token))
		for _, f := range page.Features {
			if (f.Properties["cell"] != nil) != sharp || !sharp && f.Properties["dwellings"].(float64) < 20 {
				t.Errorf("cells for who is near %t: %v", sharp, f.Properties)
			}
		}
		if page.NumberMatched == 0 {
			t.Error("no cells")
		}
	}
	// Of statistics, the bins that lie in the area as a whole.
	bins := s.Count("SELECT count(*) FROM rounds.release_values v JOIN (SELECT DISTINCT ON (measure) id FROM rounds.releases ORDER BY measure, from_day DESC) r ON r.id = v.release_id")
	page := s.items("/ogc/collections/releases/items?bbox=1,42,2,43", with(s.hand(CountyAnalyst, "County", 1000)))
	if page.NumberMatched != bins || bins == 0 {
		t.Errorf("%d bins, want %d", page.NumberMatched, bins)
	}
	if hazards := s.items("/ogc/collections/releases/items?shown=number&measure=hazards&datetime=2027-02-20", with(s.hand(CountyAnalyst, "County", 1000))); hazards.NumberMatched == 0 || hazards.NumberMatched != s.Count("SELECT count(*) FROM rounds.release_values v JOIN rounds.releases r ON r.id = v.release_id WHERE measure = 'hazards' AND from_day = '2027-02-01' AND shown = 'number'") {
		t.Errorf("%+v", hazards.Features)
	}
	analyst := s.hand(CountyAnalyst, "West", 1000)
	if a := s.get(path, with(analyst)); a.StatusCode != http.StatusNotFound {
		t.Errorf("an analyst's token: %s", a.Status)
	}
	var listed struct{ Collections []struct{ ID string } }
	if err := json.Unmarshal(s.get("/ogc/collections", with(analyst)).body, &listed); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range listed.Collections {
		names = append(names, c.ID)
	}
	if got := strings.Join(names, " "); got != "areas incidents basemap cells releases" {
		t.Errorf("an analyst's token lists %s", got)
	}
	for _, refused := range []struct{ account, area string }{{WestSupervisor, "County"}, {WestSupervisor, "Middle"}, {WestWorker, "West"}, {CountyDPO, "West"}, {PastSupervisor, "West"}} {
		receiver := s.approve(refused.area, 10)
		if _, err := s.gate.MakeToken(t.Context(), access.Session{Principal: s.As(refused.account)}, uuid.New(), receiver); err != register.ErrNoReceiver {
			t.Errorf("%s makes a token of %s: %v", refused.account, refused.area, err)
		}
	}
}

func TestToken_EndsWithItsReceiverItsGrantAndWhenSomebodyEndsIt(t *testing.T) {
	t.Parallel()
	s := newService(t)
	const path = "/ogc/collections/areas/items"
	check := func(token, what string, want int) {
		t.Helper()
		if a := s.get(path, with(token)); a.StatusCode != want {
			t.Errorf("%s: %s", what, a.Status)
		}
	}
	tokens := func(account string) []register.MadeToken {
		t.Helper()
		found, err := s.DB.Tokens(t.Context(), s.As(account))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	own := tokens(WestSupervisor)
	if len(own) != 1 || !own[0].Own || len(tokens(CountySupervisor)) != 0 || len(tokens(CountyDPO)) != 1 {
		t.Fatalf("%v", own)
	}
	if err := s.DB.EndToken(t.Context(), s.As(CountySupervisor), own[0].ID); err == nil {
		t.Error("another supervisor ended it")
	}
	if err := s.DB.EndToken(t.Context(), s.As(WestSupervisor), own[0].ID); err != nil {
		t.Fatal(err)
	}
	check(s.token, "ended by its maker", http.StatusUnauthorized)
	other := s.hand(WestSupervisor, "West", 1000)
	check(other, "new", http.StatusOK)
	if err := s.DB.EndToken(t.Context(), s.As(CountyDPO), tokens(CountyDPO)[0].ID); err != nil {
		t.Fatal(err)
	}
	check(other, "ended by the officer", http.StatusUnauthorized)
	third := s.hand(WestSupervisor, "West", 1000)
	if err := s.DB.EndReceiver(t.Context(), s.As(CountyDPO), tokens(WestSupervisor)[0].ReceiverID); err != nil {
		t.Fatal(err)
	}
	check(third, "of a receiver that ended", http.StatusUnauthorized)
	fourth := s.hand(WestSupervisor, "West", 1000)
	if n := s.Count("SELECT count(*) FROM rounds.tokens"); n != 1 {
		t.Errorf("%d tokens are kept", n)
	}
	s.Exec("UPDATE rounds.grants SET asleep_since = now() WHERE account_id = $1", s.As(WestSupervisor).Account)
	check(fourth, "of a grant that sleeps", http.StatusUnauthorized)
	fifth := s.hand(CountySupervisor, "West", 1000)
	s.Exec("UPDATE rounds.accounts SET disabled_at = now() WHERE id = $1", s.As(CountySupervisor).Account)
	check(fifth, "of an account that is disabled", http.StatusUnauthorized)
}

func TestToken_HasADailyVolume(t *testing.T) {
	t.Parallel()
	s := newService(t)
	token := s.hand(WestSupervisor, "West", 25)
	const path = "/ogc/collections/households/items?limit=10"
	for range 2 {
		if page := s.items(path, with(token)); page.NumberReturned != 10 {
			t.Errorf("%d features", page.NumberReturned)
		}
	}
	a := s.get(path, with(token))
	if a.StatusCode != http.StatusTooManyRequests || len(a.body) != 0 || a.Header.Get("Retry-After") == "" {
		t.Errorf("%s, %s", a.Status, a.body)
	}
	if page := s.items("/ogc/collections/households/items?limit=5", with(token)); page.NumberReturned != 5 {
		t.Errorf("%d features of the last five", page.NumberReturned)
	}
	if a := s.get("/ogc/collections/areas/items?limit=1", with(token)); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("%s", a.Status)
	}
	s.Exec("UPDATE rounds.receivers SET sent_on = sent_on - 1")
	if page := s.items(path, with(token)); page.NumberReturned != 10 {
		t.Errorf("%d features on the next day", page.NumberReturned)
	}
}

// Counting by filters, or by the length of an answer, is no way around the volume.
func TestToken_PaysForAnswersWithoutFeatures(t *testing.T) {
	t.Parallel()
	s := newService(t)
	token := s.hand(WestSupervisor, "West", 2)
	head := func(r *http.Request) { with(token)(r); r.Method = http.MethodHead }
	for n, ask := range []struct {
		path string
		as   func(*http.Request)
		want int
	}{
		{"?limit=1", head, http.StatusOK}, {"?house_number=none", with(token), http.StatusOK},
		{"?limit=1", head, http.StatusTooManyRequests}, {"?house_number=none", with(token), http.StatusTooManyRequests},
	} {
		if a := s.get("/ogc/collections/households/items"+ask.path, ask.as); a.StatusCode != ask.want {
			t.Errorf("question %d: %s, want %d", n, a.Status, ask.want)
		}
	}
}

func TestReads_AreLoggedPageByPage(t *testing.T) {
	t.Parallel()
	s := newService(t)
	logged := func() int {
		return s.Count(`SELECT count(*) FROM rounds.reads WHERE kind = 'export_households' AND reader = 'supervisor' AND purpose = 'fire_safety'
			AND area_id = $1 AND account_id = $2`, s.Area("West"), s.As(WestSupervisor).Account)
	}
	page := s.items("/ogc/collections/households/items?limit=100")
	s.items(page.link("next"))
	s.items("/ogc/collections/areas/items")
	if n := logged(); n != 2 {
		t.Errorf("%d rows for two pages", n)
	}
	if a := s.get("/ogc/collections/households/items/" + page.Features[0].ID); a.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", a.Status, a.body)
	}
	if n := logged(); n != 3 || s.Count("SELECT count(*) FROM rounds.reads") != 3 {
		t.Errorf("%d rows after a feature", n)
	}
}

func TestPseudonyms_JoinWithNoOtherTokenOrDay(t *testing.T) {
	t.Parallel()
	s := newService(t)
	other := s.hand(WestSupervisor, "West", 1000)
	names := func(token string) map[string]bool {
		found := map[string]bool{}
		for _, f := range s.items("/ogc/collections/households/items", with(token)).Features {
			found[f.ID] = true
			if f.Properties["id"] != f.ID {
				t.Errorf("%s is called %v", f.ID, f.Properties["id"])
			}
		}
		return found
	}
	first := names(s.token)
	for id := range names(other) {
		if first[id] {
			t.Errorf("two tokens know %s", id)
		}
	}
	for id := range names(s.token) {
		if !first[id] {
			t.Errorf("%s is new", id)
		}
	}
	if id := s.ID("SELECT id FROM rounds.households LIMIT 1").String(); first[id] || s.get("/ogc/collections/households/items/"+id).StatusCode != http.StatusNotFound {
		t.Error("an id left")
	}
	s.Town.Today = s.Today.AddDate(0, 0, 1)
	for id := range names(s.token) {
		if first[id] {
			t.Errorf("%s is known the next day", id)
		}
	}
}
