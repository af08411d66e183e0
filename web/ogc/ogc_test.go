package ogc_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	. "github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/ogc"
)

// service is /ogc over a town, with a token of the supervisor of West.
type service struct {
	*Town
	gate *access.Gate
	url  string
	// token is of West, of West's supervisor, for a million rows a day.
	token string
}

func serve(t testing.TB, town *Town) *service {
	t.Helper()
	s := &service{Town: town}
	s.gate = access.New(town.DB, town.Keys(), access.Options{Sleep: func(context.Context, time.Duration) error { return nil }})
	today := func() time.Time { return town.Today }
	source, err := register.OpenStatistics(t.Context(), strings.Replace(town.AppURL, "rounds_app", "rounds_stats", 1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(source.Close)
	s.publish()
	handler := ogc.New(ogc.Options{
		Statistics: tiles.NewStatistics(source), DB: town.DB, Keys: town.Keys(), Gate: s.gate, Today: today, Now: town.DB.Now,
		Fail: func(w http.ResponseWriter, _ *http.Request, err error) {
			switch {
			case errors.Is(err, access.ErrToken):
				w.WriteHeader(http.StatusUnauthorized)
			case errors.Is(err, register.ErrDayIsFull):
				w.WriteHeader(http.StatusTooManyRequests)
			default:
				t.Errorf("failed: %v", err)
				w.WriteHeader(http.StatusInternalServerError)
			}
		},
	})
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s.url = server.URL
	s.token = s.hand(WestSupervisor, "West", 1_000_000)
	return s
}

// publish publishes the hazards of February, forty of them in West.
func (s *service) publish() {
	s.grow(250) // or no bin has 200 dwellings
	s.ReportHazards()
	publisher := &tiles.Publisher{
		DB: s.DB, Keys: s.Keys(), Since: s.Today.AddDate(0, -1, 0), Today: func() time.Time { return s.Today.AddDate(0, 0, 20) },
	}
	if _, err := publisher.Publish(s.Context()); err != nil {
		s.Fatal(err)
	}
}

func newService(t testing.TB) *service { return serve(t, NewTown(t)) }

// What is only read, is read of one town.
func TestFeatures(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for name, test := range map[string]func(*testing.T, *service){
		"AreEachOnceAndAsManyAsInTheDatabase": testItemsAreEachOnce, "AreFilteredAsSQLWould": testFilters,
		"AreFilteredByDatesAndPseudonyms": testDatesAndPseudonyms, "ParametersThatAreWrongAreNamed": testWrongParameters, "NamesThatAreNoneLeadNowhere": testWrongNames, "TakeTheTimeThereIs": testPatience,
		"SystemsHaveTheirOwnAxes": testSystems, "TokenIsNeeded": testTokenIsNeeded, "GDALReadsAll": testGDAL, "TenLinesOfTheManualWork": testTenLines, "KeepTheStandards": testConformance, "AreNegotiated": testNegotiation,
	} {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}

// hand makes a token of an account for an area, of so many rows a day.
func (s *service) hand(account, area string, rows int) string {
	s.Helper()
	receiver := s.approve(area, rows)
	token, err := s.gate.MakeToken(s.Context(), access.Session{Principal: s.As(account)}, uuid.New(), receiver)
	if err != nil {
		s.Fatal(err)
	}
	return token
}

// approve makes the officer approve a receiver of an area, for 30 days.
func (s *service) approve(area string, rows int) uuid.UUID {
	s.Helper()
	receiver := register.Receiver{ID: uuid.New(), Kind: "token", Host: "maps.example.org", Purpose: Purpose, Area: s.Area(area), DailyRows: rows, EndsOn: s.Today.AddDate(0, 0, 30)}
	if err := s.DB.ApproveReceiver(s.Context(), s.As(CountyDPO), receiver); err != nil {
		s.Fatal(err)
	}
	return receiver.ID
}

// answer is an answer that was read to its end.
type answer struct {
	*http.Response
	body []byte
}

// get asks with the service's token; change may change the request.
func (s *service) get(path string, change ...func(*http.Request)) answer {
	s.Helper()
	address := path
	if !strings.HasPrefix(path, "http") {
		address = s.url + path
	}
	r, err := http.NewRequestWithContext(s.Context(), http.MethodGet, address, nil)
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	for _, c := range change {
		c(r)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.Fatal(err)
	}
	return answer{response, body}
}

func with(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

func accept(media string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Accept", media) }
}

type linkJSON struct{ Href, Rel, Type string }

type features struct {
	Type           string
	Features       []feature
	NumberMatched  int
	NumberReturned int
	TimeStamp      time.Time
	Links          []linkJSON
}

type feature struct {
	ID       string
	Geometry struct {
		Type        string
		Coordinates json.RawMessage
	}
	Properties map[string]any
}

func (f features) link(rel string) string {
	for _, l := range f.Links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

// items reads a page of features.
func (s *service) items(path string, change ...func(*http.Request)) (page features) {
	s.Helper()
	a := s.get(path, change...)
	if a.StatusCode != http.StatusOK {
		s.Fatalf("%s: %s: %s", path, a.Status, a.body)
	}
	if err := json.Unmarshal(a.body, &page); err != nil {
		s.Fatalf("%s: %v", path, err)
	}
	return page
}

// all follows the links to the next page to the end.
func (s *service) all(path string) (all []feature) {
	s.Helper()
	for path != "" {
		page := s.items(path)
		all = append(all, page.Features...)
		path = page.link("next")
	}
	return all
}

// where is the address of households under a filter.
func where(filter string, more ...string) string {
	query := url.Values{"filter": {filter}}
	for i := 0; i < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	return "/ogc/collections/households/items?" + query.Encode()
}

const ofWest = "FROM rounds.households h JOIN rounds.area_paths p ON p.area_id = h.area_id JOIN rounds.areas a ON a.id = p.ancestor_id WHERE a.name = 'West'"

func testItemsAreEachOnce(t *testing.T, s *service) {
	want := s.Count("SELECT count(*) " + ofWest)
	seen := map[string]bool{}
	next, pages := "/ogc/collections/households/items?limit=7", 0
	for ; next != ""; pages++ {
		page := s.items(next)
		if page.NumberMatched != want || page.NumberReturned != len(page.Features) || page.NumberReturned > 7 {
			t.Fatalf("page %d: matched %d of %d, returned %d", pages, page.NumberMatched, want, page.NumberReturned)
		}
		for _, f := range page.Features {
			if seen[f.ID] {
				t.Errorf("%s is there twice", f.ID)
			}
			seen[f.ID] = true
		}
		next = page.link("next")
	}
	if len(seen) != want || pages != (want+6)/7 {
		t.Errorf("%d features on %d pages, want %d", len(seen), pages, want)
	}
}
