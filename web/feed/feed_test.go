package feed_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"github.com/riverqueue/river"
	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	. "github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/feed"
)

// service is a town with two units in West, an office and roads, and a feed.
type service struct {
	*Town
	*casework.Office
	gate          *access.Gate
	url           string
	roads, office uuid.UUID
	// token is of West, of West's supervisor.
	token string
}

func newService(t *testing.T) *service {
	t.Helper()
	town := NewTown(t)
	s := &service{Town: town, Office: casework.New(town.DB), roads: uuid.New(), office: uuid.New()}
	for unit, branch := range map[uuid.UUID]string{s.roads: "roads", s.office: "one_stop_office"} {
		s.Exec(`INSERT INTO rounds.units (id, area_id, level, branch, name, lead_id) VALUES ($1, $2, 'town', $3::text::rounds.branch, $3::text, $4)`,
			unit, s.Area("West"), branch, s.As(CountyHandler).Account)
	}
	s.gate = access.New(s.DB, s.Keys(), access.Options{Sleep: func(context.Context, time.Duration) error { return nil }})
	options := feed.Options{DB: s.DB, Keys: s.Keys(), Gate: s.gate, Today: func() time.Time { return s.Today }}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /feed/{feed}", func(w http.ResponseWriter, r *http.Request) {
		if err := options.Answer(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.url = server.URL
	s.token = s.hand("West", 1_000_000)
	return s
}

func (s *service) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// receiver is one that the officer approved.
func (s *service) receiver(kind, area string, rows int) uuid.UUID {
	s.Helper()
	receiver := register.Receiver{ID: uuid.New(), Kind: kind, Host: "unit.example.org", Purpose: Purpose, Area: s.Area(area), DailyRows: rows, EndsOn: s.Today.AddDate(0, 0, 60)}
	s.must(s.DB.ApproveReceiver(s.Context(), s.As(CountyDPO), receiver))
	return receiver.ID
}

func (s *service) hand(area string, rows int) string {
	s.Helper()
	token, err := s.gate.MakeToken(s.Context(), access.Session{Principal: s.As(map[string]string{"West": WestSupervisor}[area])}, uuid.New(), s.receiver("token", area, rows))
	s.must(err)
	return token
}

// ask gives a page, or what was wrong.
func (s *service) ask(token, path string, query url.Values) (page feed.Page, refused string) {
	s.Helper()
	request, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.url+path+"?"+query.Encode(), nil)
	s.must(err)
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(request)
	s.must(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	s.must(err)
	if answer.StatusCode != http.StatusOK {
		return page, string(body)
	}
	s.must(json.Unmarshal(body, &page))
	return page, ""
}

// follow reads all that changed for a unit since a position, in pages of two.
func (s *service) follow(unit uuid.UUID, since string) (changes []map[string]any, next string) {
	s.Helper()
	for {
		page, refused := s.ask(s.token, "/feed/cases", url.Values{"unit": {unit.String()}, "since": {since}, "limit": {"2"}})
		if refused != "" {
			s.Fatal(refused)
		}
		changes, since = append(changes, page.Changes...), page.Next
		if !page.More {
			return changes, since
		}
	}
}

func (s *service) report(matter string) (id uuid.UUID, number string) {
	s.Helper()
	id = uuid.New()
	_, _, err := s.DB.ReportIncident(s.Context(), s.As(WestSupervisor), s.Keys(), register.Report{ID: id, Matter: matter, At: orb.Point{1.035, 42.045}, Source: "desk", ReportedOn: s.Today})
	s.must(err)
	found, err := s.Case(s.Context(), s.As(CountyHandler), id)
	s.must(err)
	return id, found.Number.String()
}

func (s *service) do(id uuid.UUID, command casework.Command) {
	s.Helper()
	command.ID, command.Case = uuid.New(), id
	_, _, err := s.Do(s.Context(), s.As(CountyHandler), command)
	s.must(err)
}

func numbers(changes []map[string]any) (all []string) {
	for _, change := range changes {
		text := change["number"].(string)
		if change["gone"] == true {
			text += " gone"
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return all
}

// A unit learns of what it is handed, of each step, and of what it has no more; of disputes
// never.
func TestCases_FollowTheirUnit(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.Dispute(0, "noise", true)
	var ids []uuid.UUID
	var told []string
	for range 5 {
		id, number := s.report("road_damage")
		ids, told = append(ids, id), append(told, number)
	}
	first, next := s.follow(s.roads, "")
	if page, _ := s.ask(s.token, "/feed/cases", url.Values{"unit": {s.roads.String()}}); !page.Anew {
		t.Error("the first page does not say that it begins anew")
	}
	if page, _ := s.ask(s.token, "/feed/cases", url.Values{"unit": {s.roads.String()}, "since": {next}}); page.Anew {
		t.Error("a later page begins anew")
	}
	if got := numbers(first); !slices.Equal(got, told) {
		t.Fatalf("at first %v, want %v", got, told)
	}
	if c := first[0]; c["matter"] != "road_damage" || c["stage"] != "received" || c["due_on"] == nil || len(c) != 5 {
		t.Errorf("%v", c)
	}
	if again, _ := s.follow(s.roads, next); len(again) != 0 {
		t.Errorf("nothing changed: %v", again)
	}
	s.do(ids[0], casework.Command{Name: "assign", Unit: s.office})
	s.do(ids[1], casework.Command{Name: "triage"})
	s.Exec("DELETE FROM rounds.incidents WHERE id = $1", ids[2])
	s.must(s.DB.MergeIncident(t.Context(), s.As(WestSupervisor), ids[3], ids[4]))
	want := []string{told[0] + " gone", told[1], told[2] + " gone", told[3] + " gone"}
	slices.Sort(want)
	second, next := s.follow(s.roads, next)
	if got := numbers(second); !slices.Equal(got, want) {
		t.Errorf("then %v, want %v", got, want)
	}
	// Who has it no more is told no more of it.
	s.do(ids[0], casework.Command{Name: "refuse", Reason: "not_ours"})
	if third, _ := s.follow(s.roads, next); len(third) != 0 {
		t.Errorf("of another unit's case: %v", third)
	}
	if n := s.Count("SELECT count(*) FROM rounds.unit_changes u JOIN rounds.cases c ON c.id = u.case_id WHERE c.dispute"); n != 0 {
		t.Errorf("%d disputes", n)
	}
	if n := s.Count("SELECT count(*) FROM rounds.reads WHERE kind = 'export_incidents'"); n != 3+1+2 {
		t.Errorf("%d reads are in the audit log, want one for each page with something on it, 6", n)
	}
}

// What is numbered while another writes is in order for who reads, and nothing is lost.
func TestCases_LoseNothingBesideWriters(t *testing.T) {
	t.Parallel()
	s := newService(t)
	made := make(chan string, 60)
	go func() {
		defer close(made)
		for range 60 {
			_, number := s.report("road_damage")
			made <- number
		}
	}()
	seen, next := map[string]bool{}, ""
	var want []string
	for number := range made {
		want = append(want, number)
		var changes []map[string]any
		changes, next = s.follow(s.roads, next)
		for _, c := range changes {
			seen[c["number"].(string)] = true
		}
	}
	last, _ := s.follow(s.roads, next)
	for _, c := range last {
		seen[c["number"].(string)] = true
	}
	for _, number := range want {
		if !seen[number] {
			t.Errorf("%s was never told", number)
		}
	}
}

// A token shows its own area, asks in its own words, and what it is sent is counted.
func TestFeed_RefusesInWords(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.report("road_damage")
	s.report("road_damage")
	roads := url.Values{"unit": {s.roads.String()}}
	page, _ := s.ask(s.token, "/feed/cases", roads)
	for want, query := range map[string]url.Values{
		"unit":  {},
		"limit": {"unit": {s.roads.String()}, "limit": {"0"}},
		"since": {"unit": {s.roads.String()}, "since": {"x"}},
		// Of another unit, though the token is the same.
		"anew": {"unit": {s.office.String()}, "since": {page.Next}},
	} {
		if _, refused := s.ask(s.token, "/feed/cases", query); !strings.Contains(refused, want) {
			t.Errorf("%v: %q", query, refused)
		}
	}
	if _, refused := s.ask("rounds_"+strings.Repeat("A", 43), "/feed/cases", roads); !strings.Contains(refused, "token") {
		t.Errorf("no token: %q", refused)
	}
	narrow := s.hand("West", 1)
	if page, refused := s.ask(narrow, "/feed/cases", roads); refused != "" || len(page.Changes) != 1 || !page.More {
		t.Errorf("one row of two: %q %+v", refused, page)
	}
	if _, refused := s.ask(narrow, "/feed/cases", roads); !strings.Contains(refused, "rows") {
		t.Errorf("a second row for one: %q", refused)
	}
	// A unit of elsewhere shows what lies in the token's area: nothing.
	elsewhere := uuid.New()
	s.Exec(`INSERT INTO rounds.units (id, area_id, level, branch, name, lead_id) VALUES ($1, $2, 'town', 'roads', 'Middle', $3)`, elsewhere, s.Area("Middle"), s.As(CountyHandler).Account)
	_, _, err := s.DB.ReportIncident(s.Context(), s.As(CountySupervisor), s.Keys(), register.Report{ID: uuid.New(), Matter: "road_damage", At: orb.Point{1.135, 42.045}, Source: "desk", ReportedOn: s.Today})
	s.must(err)
	if page, _ := s.ask(s.token, "/feed/cases", url.Values{"unit": {elsewhere.String()}}); len(page.Changes) != 0 {
		t.Errorf("of another area: %v", page.Changes)
	}
}

func TestRoutes_AreToldOncePerPlan(t *testing.T) {
	t.Parallel()
	s := newService(t)
	routes := s.Count("SELECT count(*) FROM rounds.routes r JOIN rounds.area_paths p ON p.area_id = r.area_id WHERE r.plan_id = $1 AND p.ancestor_id = $2", s.Plan, s.Area("West"))
	page, refused := s.ask(s.token, "/feed/routes", nil)
	if refused != "" || !page.Anew || len(page.Changes) != routes || routes == 0 {
		t.Fatalf("%q: %+v, want %d routes", refused, page, routes)
	}
	if page, _ := s.ask(s.token, "/feed/routes", url.Values{"since": {page.Next}}); page.Anew || len(page.Changes) != 0 {
		t.Errorf("the same plan again: %+v", page)
	}
	s.Exec("UPDATE rounds.rounds SET closed_at = now()")
	if page, _ := s.ask(s.token, "/feed/routes", url.Values{"since": {page.Next}}); !page.Anew || len(page.Changes) != 0 {
		t.Errorf("nobody walks any more: %+v", page)
	}
}

// receiving is a receiver's own server: it checks each message with the library of the
// standard and answers as it is told.
type receiving struct {
	status   int
	secret   string
	messages []feed.Page
	ids      []string
}

func (r *receiving) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	verifier, err := webhooks.NewWebhook(r.secret)
	if err == nil {
		err = verifier.Verify(body, request.Header)
	}
	var page feed.Page
	if err == nil {
		err = json.Unmarshal(body, &page)
	}
	if err != nil || request.URL.Path != "/rounds/cases" || request.Host != "unit.example.org" {
		http.Error(w, fmt.Sprint(err), http.StatusBadRequest)
		return
	}
	r.messages, r.ids = append(r.messages, page), append(r.ids, request.Header.Get("webhook-id"))
	w.WriteHeader(r.status)
}

// teller reaches a receiver's own server, whatever host it is asked for.
func (s *service) teller(theirs http.Handler) *feed.Teller {
	server := httptest.NewTLSServer(theirs)
	s.Cleanup(server.Close)
	client := server.Client()
	transport := client.Transport.(*http.Transport)
	transport.TLSClientConfig.ServerName = "example.com" // what the test's certificate is for
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	return &feed.Teller{DB: s.DB, Keys: s.Keys(), Today: func() time.Time { return s.Today }, Now: time.Now, Log: slog.New(slog.DiscardHandler), Client: client}
}

// Who is told anew, as after a restore, hears once that there is nothing: or it would keep
// what it was told before.
func TestHook_IsToldOnceThatThereIsNothing(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.Exec("UPDATE rounds.plans SET state = 'superseded'")
	supervisor := s.As(WestSupervisor)
	for kind, unit := range map[string]*uuid.UUID{register.CasesFeed: &s.roads, register.RoutesFeed: nil} {
		hook := uuid.New()
		s.must(s.DB.MakeHook(t.Context(), supervisor, hook, s.receiver("webhook", "West", 1000), kind, unit, "/rounds/cases"))
		theirs := &receiving{status: http.StatusNoContent, secret: feed.Secret(s.Keys(), hook, supervisor.Account)}
		teller := s.teller(theirs)
		s.must(teller.Tell(t.Context(), hook))
		s.must(teller.Tell(t.Context(), hook))
		if got := theirs.messages; len(got) != 1 || !got[0].Anew || len(got[0].Changes) != 0 {
			t.Errorf("%s: %+v, want one that says nothing", kind, got)
		}
	}
}

func TestHook_TellsUntilItIsTaken(t *testing.T) {
	t.Parallel()
	s := newService(t)
	supervisor, hook := s.As(WestSupervisor), uuid.New()
	receiver := s.receiver("webhook", "West", 1000)
	if err := s.DB.MakeHook(t.Context(), supervisor, hook, receiver, register.CasesFeed, &s.roads, "//elsewhere.example.org/\n"); !errors.Is(err, register.ErrPath) {
		t.Errorf("a path that is none: %v", err)
	}
	for who, at := range map[string]uuid.UUID{MiddleWorker: receiver, GridSupervisor: receiver, WestSupervisor: s.receiver("token", "West", 10)} {
		if err := s.DB.MakeHook(t.Context(), s.As(who), uuid.New(), at, register.CasesFeed, &s.roads, "/x"); err == nil {
			t.Errorf("%s may have it told", who)
		}
	}
	s.must(s.DB.MakeHook(t.Context(), supervisor, hook, receiver, register.CasesFeed, &s.roads, "/rounds/cases"))
	theirs := &receiving{status: http.StatusInternalServerError, secret: feed.Secret(s.Keys(), hook, supervisor.Account)}
	teller := s.teller(theirs)
	_, number := s.report("road_damage")
	if err := teller.Tell(t.Context(), hook); err == nil || len(theirs.messages) != 1 {
		t.Fatalf("refused with 500: %v, %d messages", err, len(theirs.messages))
	}
	theirs.status = http.StatusNoContent
	s.must(teller.Tell(t.Context(), hook))
	if got := theirs.messages; len(got) != 2 || !got[1].Anew || !slices.Equal(numbers(got[1].Changes), []string{number}) || theirs.ids[0] != theirs.ids[1] {
		t.Fatalf("%+v %v", got, theirs.ids)
	}
	s.must(teller.Tell(t.Context(), hook))
	if len(theirs.messages) != 2 {
		t.Errorf("told twice: %+v", theirs.messages)
	}
	_, second := s.report("road_damage")
	s.must(teller.Tell(t.Context(), hook))
	if got := theirs.messages; len(got) != 3 || got[2].Anew || !slices.Equal(numbers(got[2].Changes), []string{second}) || theirs.ids[2] == theirs.ids[1] {
		t.Errorf("%+v %v", got, theirs.ids)
	}
	// With the maker's grant, with the receiver, and at once when somebody ends it.
	s.must(s.DB.EndReceiver(t.Context(), s.As(CountyDPO), receiver))
	s.report("road_damage")
	if err := teller.Tell(t.Context(), hook); !errors.Is(err, register.ErrNoHook) || len(theirs.messages) != 3 {
		t.Errorf("after the receiver's end: %v, %d messages", err, len(theirs.messages))
	}
}

// The queue sends a message again until it is taken, and ends a hook that is gone.
func TestHook_IsToldByTheQueue(t *testing.T) {
	t.Parallel()
	s := newService(t)
	supervisor, hook := s.As(WestSupervisor), uuid.New()
	s.must(s.DB.MakeHook(t.Context(), supervisor, hook, s.receiver("webhook", "West", 1000), register.CasesFeed, &s.roads, "/rounds/cases"))
	theirs := &receiving{secret: feed.Secret(s.Keys(), hook, supervisor.Account)}
	heard, answers := make(chan struct{}), []int{http.StatusInternalServerError, http.StatusNoContent, http.StatusGone}
	teller := s.teller(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		theirs.status = answers[len(theirs.messages)]
		theirs.ServeHTTP(w, r)
		heard <- struct{}{}
	}))
	working, stop := context.WithCancel(t.Context())
	stopped := make(chan error)
	workers := river.NewWorkers()
	teller.AddTo(workers)
	go func() {
		stopped <- s.DB.WorkJobs(working, register.Jobs{Workers: workers, AtOnce: map[string]int{river.QueueDefault: 1}, Log: slog.New(slog.DiscardHandler)})
	}()
	s.report("road_damage")
	s.must(teller.Look(t.Context()))
	<-heard
	<-heard // the same again, by the queue
	if theirs.ids[0] != theirs.ids[1] {
		t.Errorf("it is sent again under another id: %v", theirs.ids)
	}
	s.report("road_damage")
	for told := false; !told; {
		s.must(teller.Look(t.Context())) // queues none while the last job is under way
		select {
		case <-heard:
			told = true
		case <-time.After(time.Second):
		}
	}
	stop()
	s.must(<-stopped)
	if own, err := s.DB.Hooks(t.Context(), supervisor); err != nil || *own[0].Refused != http.StatusGone || own[0].StoppedOn == nil {
		t.Errorf("%+v %v", own, err)
	}
}

// The queue tries a message again and gives its hook up in the end; its maker sees why and
// has it tried again.
func TestHook_IsStoppedAndResumed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	supervisor, hook := s.As(WestSupervisor), uuid.New()
	s.must(s.DB.MakeHook(t.Context(), supervisor, hook, s.receiver("webhook", "West", 1000), register.RoutesFeed, nil, "/plans"))
	s.must(s.DB.HookRefused(t.Context(), register.Hook{ID: hook}, 503, true))
	if live, err := s.DB.LiveHooks(t.Context()); err != nil || len(live) != 0 {
		t.Errorf("a stopped hook is told: %v %v", live, err)
	}
	own, err := s.DB.Hooks(t.Context(), supervisor)
	if err != nil || len(own) != 1 || *own[0].Refused != 503 || own[0].StoppedOn == nil {
		t.Fatalf("%+v %v", own, err)
	}
	if err := s.DB.ResumeHook(t.Context(), s.As(CountySupervisor), hook); !errors.Is(err, register.ErrNoHook) {
		t.Errorf("somebody else's: %v", err)
	}
	s.must(s.DB.ResumeHook(t.Context(), supervisor, hook))
	if live, err := s.DB.LiveHooks(t.Context()); err != nil || len(live) != 1 {
		t.Errorf("%v %v", live, err)
	}
	s.must(s.DB.EndHook(t.Context(), s.As(CountyDPO), hook))
}
