package demo

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
	"github.com/rounds-project/rounds/planner/round"
)

func andorra(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/paulmach/osm").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "testdata", "andorra-latest.osm.bz2")
}

// The whole of the demo on the real extract, over the days that somebody may open it.
func TestFill_HasWorkForEveryDayThatSomebodyOpensIt(t *testing.T) {
	t.Parallel()
	_, url := clustertest.Database(t)
	db, err := register.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	now := time.Now().UTC() // grants hold by the clock of the database
	options := Options{
		DB: db, Keys: register.NewKeys(make([]byte, 32)), Folder: t.TempDir(), Extract: andorra(t),
		Now: func() time.Time { return now }, Location: time.UTC, Iterations: 20_000,
	}
	db.Now = options.Now
	if err := Fill(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	first := status(t, db, now)
	if first.Households < 2500 || first.Published == nil {
		t.Fatalf("the round: %+v", first)
	}
	if share := float64(first.Finished) / float64(first.Households); share < 0.15 || share > 0.5 {
		t.Errorf("%d of %d households are finished after a week", first.Finished, first.Households)
	}
	checkDays(t, db, options, *first.Published, now)

	if err := Fill(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	if again := status(t, db, now); again.Totals != first.Totals {
		t.Errorf("the second start changes %+v to %+v", first.Totals, again.Totals)
	}
	now = now.AddDate(0, 0, 1)
	if err := Fill(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	if next := status(t, db, now); next.Finished <= first.Finished {
		t.Errorf("the next day has %d finished, the first %d", next.Finished, first.Finished)
	}
	now = now.AddDate(0, 0, lasts)
	if err := Fill(t.Context(), options); !errors.Is(err, ErrOver) {
		t.Errorf("weeks later: %v", err)
	}
}

func status(t *testing.T, db *register.DB, now time.Time) round.Round {
	t.Helper()
	rounds, err := round.NewBook(db).Rounds(context.Background(), register.Service("operator"), round.Page{}, now)
	if err != nil || len(rounds) != 1 {
		t.Fatalf("%d rounds, %v", len(rounds), err)
	}
	return rounds[0]
}

// checkDays asks that each worker has stops today, be it one at the end of a valley, and on most days to come.
func checkDays(t *testing.T, db *register.DB, options Options, plan [16]byte, now time.Time) {
	t.Helper()
	book := round.NewBook(db)
	for i := 1; i <= Workers; i++ {
		login := Accounts[1].Login[:1] + string(rune('0'+i/10)) + string(rune('0'+i%10))
		worker := register.Principal{Account: options.Keys.ID("account", "demo "+login), Role: register.Worker}
		day, err := book.Day(t.Context(), worker, round.Date(now, time.UTC))
		if err != nil || len(day.Stops) == 0 {
			t.Errorf("%s has %d stops today: %v", login, len(day.Stops), err)
		}
		routes, err := book.Routes(t.Context(), worker, plan, round.RouteFilter{Worker: day.Worker})
		if err != nil {
			t.Fatal(err)
		}
		if len(routes) < lasts-1 {
			t.Errorf("%s walks on %d of %d days", login, len(routes), lasts)
		}
		t.Logf("%s: %d routes, today %d stops, %d m, back %s", login, len(routes), len(day.Stops), day.DistanceM, day.Back)
	}
}
