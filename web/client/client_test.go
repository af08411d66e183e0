package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	. "github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/client"
	"github.com/rounds-project/rounds/web/feed"
	"github.com/rounds-project/rounds/web/ogc"
)

// service is a town whose roads have a unit, with what answers to tokens.
type service struct {
	*Town
	*casework.Office
	rounds *client.Client
	gate   *access.Gate
	unit   uuid.UUID
}

func newService(t *testing.T) *service {
	t.Helper()
	town := NewTown(t)
	s := &service{Town: town, Office: casework.New(town.DB), unit: uuid.New()}
	s.Exec(`INSERT INTO rounds.units (id, area_id, level, branch, name, lead_id) VALUES ($1, $2, 'town', 'roads', 'Roads', $3)`, s.unit, s.Area("West"), s.As(CountyHandler).Account)
	s.gate = access.New(s.DB, s.Keys(), access.Options{Sleep: func(context.Context, time.Duration) error { return nil }})
	today := func() time.Time { return s.Today }
	fail := func(w http.ResponseWriter, _ *http.Request, err error) {
		status := http.StatusUnauthorized
		if errors.Is(err, feed.ErrSince) {
			status = http.StatusGone
		} else if !errors.Is(err, access.ErrToken) {
			t.Errorf("failed: %v", err)
		}
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(client.Problem{Status: status, Detail: err.Error()})
	}
	mux := http.NewServeMux()
	features := ogc.New(ogc.Options{DB: s.DB, Keys: s.Keys(), Gate: s.gate, Today: today, Now: s.DB.Now, Fail: fail})
	mux.Handle("/ogc", features)
	mux.Handle("/ogc/", features)
	feeds := feed.Options{DB: s.DB, Keys: s.Keys(), Gate: s.gate, Today: today}
	mux.HandleFunc("GET /feed/{feed}", func(w http.ResponseWriter, r *http.Request) {
		if err := feeds.Answer(w, r); err != nil {
			fail(w, r, err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.rounds = &client.Client{Address: server.URL, Token: s.hand()}
	return s
}

// hand makes a token of West's supervisor.
func (s *service) hand() string {
	s.Helper()
	receiver := register.Receiver{ID: uuid.New(), Kind: "token", Host: "unit.example.org", Purpose: Purpose, Area: s.Area("West"), DailyRows: 1_000_000, EndsOn: s.Today.AddDate(0, 0, 60)}
	err := s.DB.ApproveReceiver(s.Context(), s.As(CountyDPO), receiver)
	token := ""
	if err == nil {
		token, err = s.gate.MakeToken(s.Context(), access.Session{Principal: s.As(WestSupervisor)}, uuid.New(), receiver.ID)
	}
	if err != nil {
		s.Fatal(err)
	}
	return token
}

// report gives the unit a case, and its number.
func (s *service) report() (id uuid.UUID, number string) {
	s.Helper()
	id = uuid.New()
	_, _, err := s.DB.ReportIncident(s.Context(), s.As(WestSupervisor), s.Keys(), register.Report{ID: id, Matter: "road_damage", At: orb.Point{1.035, 42.045}, Source: "desk", ReportedOn: s.Today})
	if err != nil {
		s.Fatal(err)
	}
	found, err := s.Case(s.Context(), s.As(CountyHandler), id)
	if err != nil {
		s.Fatal(err)
	}
	return id, found.Number.String()
}

// read gives an answer of the server as it is.
func (s *service) read(path string) []byte {
	s.Helper()
	answer, err := http.Get(s.rounds.Address + path)
	if err != nil {
		s.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		s.Fatalf("%s: %v %s", answer.Status, err, text)
	}
	return text
}

// What is only read, is read of one town.
func TestClient(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for name, test := range map[string]func(*testing.T, *service){
		"TypesAreThoseOfTheDescription": testTypes, "FollowsCases": testCases, "ReadsRoutesAndFeatures": testFeatures, "SaysWhatIsWrong": testProblems, "IsTheSameInTypeScript": testTypeScript,
	} {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}

func testCases(t *testing.T, s *service) {
	ours := known{cases: map[string]client.CaseChange{}}
	if err := ours.follow(t.Context(), s.rounds, s.unit.String()); err != nil {
		t.Fatal(err)
	}
	others := slices.Collect(maps.Keys(ours.cases)) // of tests before this one
	is := func(when string, want ...string) {
		t.Helper()
		want = append(want, others...)
		if err := ours.follow(t.Context(), s.rounds, s.unit.String()); err != nil {
			t.Fatal(err)
		}
		for _, number := range want {
			if c := ours.cases[number]; c.Matter != "road_damage" || c.DueOn == "" {
				t.Errorf("%s: %s is %+v", when, number, c)
			}
		}
		if len(ours.cases) != len(want) {
			t.Errorf("%s: %v, want %v", when, slices.Collect(maps.Keys(ours.cases)), want)
		}
	}
	first, number := s.report()
	_, second := s.report()
	is("at first", number, second)
	s.Exec("DELETE FROM rounds.incidents WHERE id = $1", first)
	_, third := s.report()
	is("later", second, third)
	// As after a restore: another token, of which the position is not, and a case that the
	// backup does not have.
	s.rounds.Token = s.hand()
	ours.cases["2020-000001"] = client.CaseChange{Matter: "road_damage", DueOn: "2020-01-01"}
	is("after a restore", second, third)
}

func testFeatures(t *testing.T, s *service) {
	const ofWest = "(SELECT p.area_id FROM rounds.area_paths p JOIN rounds.areas a ON a.id = p.ancestor_id WHERE a.name = 'West')"
	routes := 0
	for page, err := range s.rounds.Routes(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		routes += len(page.Changes)
	}
	if want := s.Count("SELECT count(*) FROM rounds.routes r WHERE r.plan_id = $1 AND r.area_id IN "+ofWest, s.Plan); routes != want || want == 0 {
		t.Errorf("%d routes, want %d", routes, want)
	}
	streets := map[any]int{}
	for f, err := range s.rounds.Features(t.Context(), "households", url.Values{"limit": {"3"}}) {
		if err != nil || f.ID == "" || !strings.Contains(string(f.Geometry), `"Point"`) {
			t.Fatalf("%v %+v", err, f)
		}
		streets[f.Properties["street"]]++
	}
	n := 0
	for _, some := range streets {
		n += some
	}
	if want := s.Count("SELECT count(*) FROM rounds.households h WHERE h.area_id IN " + ofWest); n != want || want < 4 {
		t.Errorf("%d households, want %d", n, want)
	}
}

func testProblems(t *testing.T, s *service) {
	stranger := client.Client{Address: s.rounds.Address + "/", Token: "rounds_none"}
	for _, err := range stranger.Cases(t.Context(), s.unit.String(), "") {
		var problem *client.Problem
		if !errors.As(err, &problem) || problem.Status != http.StatusUnauthorized || !strings.Contains(problem.Error(), "token") {
			t.Errorf("%v", err)
		}
	}
	// A page that leads to another server does not get the token there.
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(client.FeatureCollection{Links: []client.Link{{Rel: "next", Href: s.rounds.Address + "/ogc/"}}})
	}))
	defer elsewhere.Close()
	for _, err := range (&client.Client{Address: elsewhere.URL}).Features(t.Context(), "incidents", nil) {
		if err == nil || !strings.Contains(err.Error(), "another server") {
			t.Errorf("%v", err)
		}
	}
}

// The client in TypeScript is sound under the compiler's strictest rules, and reads what
// the one in Go does.
func testTypeScript(t *testing.T, s *service) {
	s.report()
	want := map[string]int{}
	for page, err := range s.rounds.Cases(t.Context(), s.unit.String(), "") {
		if err != nil {
			t.Fatal(err)
		}
		want["cases"] += len(page.Changes)
	}
	for _, layer := range []string{"households", "stops"} {
		for _, err := range s.rounds.Features(t.Context(), layer, nil) {
			if err != nil {
				t.Fatal(err)
			}
			want[layer]++
		}
	}
	compiled := t.TempDir()
	tsc := exec.CommandContext(t.Context(), "../app/node_modules/.bin/tsc", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2023,dom,dom.iterable", "--outDir", compiled, "rounds.ts")
	if out, err := tsc.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.Rename(filepath.Join(compiled, "rounds.js"), filepath.Join(compiled, "rounds.mjs")); err != nil {
		t.Fatal(err)
	}
	const program = `
		const { Rounds, RoundsError } = await import(process.argv[1] + "/rounds.mjs");
		const rounds = new Rounds(process.argv[2], process.argv[3]), found = { cases: 0 };
		let anew = 0;
		// A position that is none begins anew.
		for await (const page of rounds.cases(process.argv[4], "over")) { found.cases += page.changes.length; anew += page.anew; }
		for (const layer of ["households", "stops"]) {
			found[layer] = 0;
			for await (const f of rounds.features(layer, { limit: "3" })) found[layer] += f.geometry.type === "Point";
		}
		try { for await (const page of new Rounds(process.argv[2], "none").routes()) throw page; }
		catch (error) { if (!(error instanceof RoundsError) || error.problem.status !== 401) throw error; }
		if (anew !== 1) throw new Error("anew " + anew);
		console.log(JSON.stringify(found));`
	node := exec.CommandContext(t.Context(), "node", "--input-type=module", "-e", program, compiled, s.rounds.Address, s.rounds.Token, s.unit.String())
	var complaints strings.Builder
	node.Stderr = &complaints
	out, err := node.Output()
	var found map[string]int
	if err != nil || json.Unmarshal(out, &found) != nil || !maps.Equal(found, want) {
		t.Errorf("%v: %s %s, want %v", err, out, complaints.String(), want)
	}
}
