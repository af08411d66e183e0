package tiles_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/tiles/heat/release"
)

// press is a town that publishes.
type press struct {
	*site
	publisher  *tiles.Publisher
	statistics *tiles.Statistics
	today      time.Time
}

func date(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// statsURL is the login of the statistics.
func statsURL(town *registertest.Town) string {
	return strings.Replace(town.AppURL, "rounds_app", "rounds_stats", 1)
}

// newPress makes a town whose places have four times as many doors, so that there are
// bins of every size.
func newPress(t *testing.T) *press {
	t.Helper()
	town := registertest.NewTown(t)
	town.Exec("UPDATE rounds.households SET doors = doors * 4")
	source, err := register.OpenStatistics(t.Context(), statsURL(town))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(source.Close)
	p := &press{statistics: tiles.NewStatistics(source)}
	p.site = &site{town, newServer(t, town, p.statistics)}
	p.publisher = &tiles.Publisher{DB: town.DB, Keys: town.Keys(), Today: func() time.Time { return p.today }, Since: date(2026, 10, 1)}
	return p
}

func (p *press) publish(today time.Time) int {
	p.Helper()
	p.today = today
	n, err := p.publisher.Publish(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	return n
}

// find is the release of a measure from a day, read anew; nil when there is none.
func (p *press) find(measure string, from time.Time) *tiles.Release {
	p.Helper()
	all, err := p.statistics.List(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	for _, one := range all {
		if one.Measure == measure && one.From.Equal(from) {
			found, err := p.statistics.Release(p.Context(), one.ID)
			if err != nil {
				p.Fatal(err)
			}
			return found
		}
	}
	return nil
}

// numbers are those that are shown.
func numbers(r *tiles.Release) []int {
	var shown []int
	for _, v := range r.Values {
		if v.Shown == release.Number {
			shown = append(shown, v.Count)
		}
	}
	return shown
}

// hazards adds as many at different places beside households of the West.
func (p *press) hazards(n int, on time.Time) {
	p.Helper()
	p.Exec(`INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, state, source, reported_on, due_on)
		SELECT gen_random_uuid(), 'hazard', 'damaged_stairs', h.area_id, h.cell, ST_Translate(h.at, 0.00001, 0), 'open', 'desk', $2, $2
		FROM (SELECT * FROM rounds.households WHERE source_key LIKE 'West%' ORDER BY id LIMIT $1) h`, n, on)
}

func TestPublish_MakesWhatIsDueOnceAndForGood(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	february := date(2027, 2, 1)
	p.hazards(60, date(2027, 2, 10))
	if p.publish(date(2027, 3, 13)); p.find("hazards", february) != nil {
		t.Fatal("February is published before its 14 days are over")
	}
	if p.publish(date(2027, 3, 14)) == 0 {
		t.Fatal("nothing is published on the day of the freeze")
	}
	first := p.find("hazards", february)
	if first == nil || len(first.Partition.Bins) == 0 {
		t.Fatalf("the release of February: %+v", first)
	}
	sum := 0
	for _, n := range numbers(first) {
		sum += n
	}
	// Of 60 a bin of fewer than ten may be withheld, and each is rounded.
	if sum < 30 || sum > 80 {
		t.Errorf("the numbers are %v, of 60 hazards", numbers(first))
	}
	if digest := sha256.Sum256(first.Document); !bytes.Equal(digest[:], first.Digest) {
		t.Errorf("the document has the hash %x, not %x", digest, first.Digest)
	}

	// T6: what comes late, is erased or is run again changes no byte.
	p.hazards(120, date(2027, 2, 11))
	p.Exec("DELETE FROM rounds.stops")
	p.Exec("DELETE FROM rounds.households WHERE id IN (SELECT id FROM rounds.households ORDER BY id LIMIT 50)")
	if n := p.publish(date(2027, 3, 14)); n != 0 {
		t.Errorf("a second run makes %d releases", n)
	}
	source, err := register.OpenStatistics(t.Context(), statsURL(p.Town))
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	p.statistics = tiles.NewStatistics(source) // nothing is remembered
	if again := p.find("hazards", february); !bytes.Equal(again.Document, first.Document) || !bytes.Equal(again.Partition.Document, first.Partition.Document) {
		t.Error("the release changed")
	}
	// The bins of a year are those of its first release.
	p.publish(date(2027, 4, 14))
	if march := p.find("hazards", date(2027, 3, 1)); march.Partition.ID != first.Partition.ID {
		t.Error("March has other bins than February")
	}
}

// T7: the login that serves statistics is refused at every other table, and changes none.
func TestStatistics_LoginReadsNothingElse(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	conn, err := pgx.Connect(t.Context(), statsURL(p.Town))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	rows, err := p.Owner.Query(t.Context(), `SELECT n.nspname || '.' || quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname IN ('rounds', 'sealed', 'river') AND c.relkind IN ('r', 'p', 'v', 'm') ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 50 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	published := map[string]bool{"rounds.partitions": true, "rounds.bins": true, "rounds.bin_cells": true, "rounds.releases": true, "rounds.release_values": true}
	for _, table := range tables {
		for command, allowed := range map[string]bool{"SELECT * FROM " + table: published[table], "DELETE FROM " + table: false} {
			_, err := conn.Exec(t.Context(), command)
			var refused *pgconn.PgError
			if got := err == nil; got != allowed || err != nil && (!errors.As(err, &refused) || refused.Code != "42501") {
				t.Errorf("%s: %v", command, err)
			}
		}
	}
}

// want records what so many households wish, from the n-th on.
func (p *press) want(from, n int, given time.Time) {
	p.Helper()
	p.Exec(`INSERT INTO rounds.consents (id, household_id, area_id, purpose, notice_version, notice_language, method, recorder, given_on, expires_on, receipt_hmac)
		SELECT gen_random_uuid(), h.id, h.area_id, 'provide_services', 1, 'en', 'spoken', 'worker', $3::date, $3::date + 300, sha256(gen_random_uuid()::text::bytea)
		FROM (SELECT * FROM rounds.households WHERE source_key LIKE 'West%' ORDER BY cell, id OFFSET $1 LIMIT $2) h`, from, n, given)
	p.Exec(`INSERT INTO rounds.consent_services SELECT c.id, 'transport' FROM rounds.consents c WHERE NOT EXISTS (SELECT FROM rounds.consent_services s WHERE s.consent_id = c.id)`)
	p.Exec(`INSERT INTO rounds.support_wanted (consent_id, service) SELECT s.consent_id, s.service FROM rounds.consent_services s
		WHERE NOT EXISTS (SELECT FROM rounds.support_wanted w WHERE w.consent_id = s.consent_id)`)
}

// withdraw ends the wishes of so many households, the first ones.
func (p *press) withdraw(n int) {
	p.Helper()
	p.Exec("DELETE FROM rounds.consents WHERE id IN (SELECT c.id FROM rounds.consents c JOIN rounds.households h ON h.id = c.household_id ORDER BY h.cell, h.id LIMIT $1)", n)
}

func TestPublish_MovesAStockOnlyWhenEnoughHouseholdsChanged(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	p.want(0, 43, date(2027, 1, 10))
	p.publish(date(2027, 4, 14))
	first := p.find("support_help", date(2027, 1, 1))
	if got := numbers(first); len(got) != 1 || got[0] < 40 || got[0] > 45 {
		t.Fatalf("43 households are %v", got)
	}
	if n := p.Count("SELECT count(*) FROM rounds.release_stock WHERE measure = 'support_help'"); n != 43 {
		t.Fatalf("%d households are remembered as counted", n)
	}
	// Nine changes: five go, four come.
	p.withdraw(5)
	if n := p.Count("SELECT count(*) FROM rounds.release_stock"); n != 38 {
		t.Errorf("after five withdrawals %d are remembered", n)
	}
	p.want(43, 4, date(2027, 5, 2))
	p.publish(date(2027, 7, 14))
	if second := p.find("support_help", date(2027, 4, 1)); numbers(second)[0] != numbers(first)[0] {
		t.Errorf("after nine changes %v became %v", numbers(first), numbers(second))
	}
	// Changes add up until the value moves.
	p.withdraw(30)
	p.publish(date(2027, 10, 14))
	third := p.find("support_help", date(2027, 7, 1))
	if got := numbers(third); len(got) != 1 || got[0] < 10 || got[0] > 15 {
		t.Errorf("12 households are %v", got)
	}
	if n := p.Count("SELECT households FROM rounds.release_stock_counts WHERE measure = 'support_help' AND households > 0"); n != 12 {
		t.Errorf("%d are remembered as counted", n)
	}
}

// The bins of a new year are others, those who want something are not.
func TestPublish_HoldsAStockOverANewYear(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	p.want(0, 9, date(2027, 9, 15))
	p.publish(date(2028, 1, 14))
	before := p.find("support_help", date(2027, 10, 1))
	if got := numbers(before); got != nil {
		t.Fatalf("9 households are %v", got)
	}
	p.want(9, 5, date(2028, 2, 1))
	p.publish(date(2028, 4, 14))
	held := p.find("support_help", date(2028, 1, 1))
	if held.Partition.ID == before.Partition.ID {
		t.Fatal("the new year has the bins of the old one")
	}
	if got := numbers(held); got != nil {
		t.Errorf("after five changes what was withheld became %v", got)
	}
	p.want(14, 10, date(2028, 5, 1))
	p.publish(date(2028, 7, 14))
	if got := numbers(p.find("support_help", date(2028, 4, 1))); len(got) != 1 || got[0] < 20 || got[0] > 25 {
		t.Errorf("24 households are %v", got)
	}
}

// Who withdraws between the counting and the publishing is in the number, and forgotten.
func TestAddRelease_KeepsNobodyWhoWantsNothing(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	p.want(0, 12, date(2027, 1, 10))
	p.publish(date(2027, 4, 14))
	first := p.find("support_help", date(2027, 1, 1))
	counted, err := p.DB.Contributors(t.Context(), "support_help", date(2027, 4, 1), date(2027, 6, 30))
	if err != nil || len(counted) != 12 {
		t.Fatalf("%d are counted, %v", len(counted), err)
	}
	stock, values := make([]register.Stock, len(first.Values)), make([]register.ReleaseValue, len(first.Values))
	for _, c := range counted {
		stock[0].Left = append(stock[0].Left, c.ID)
		stock[0].Households++
	}
	for i := range values {
		values[i].Shown = string(release.Withheld)
	}
	p.withdraw(5)
	err = p.DB.AddRelease(t.Context(), register.Release{
		ID: uuid.New(), Partition: first.Partition.ID, Measure: "support_help", From: date(2027, 4, 1), To: date(2027, 6, 30), FrozenOn: date(2027, 7, 14),
		Digest: first.Digest, Values: values}, stock)
	if err != nil {
		t.Fatal(err)
	}
	if n := p.Count("SELECT count(*) FROM rounds.release_stock WHERE measure = 'support_help'"); n != 7 {
		t.Errorf("%d are remembered, of whom 7 still want it", n)
	}
	if n := p.Count("SELECT sum(households) FROM rounds.release_stock_counts WHERE measure = 'support_help'"); n != 12 {
		t.Errorf("the number is remembered as %d, not 12", n)
	}
}

func TestPublish_CountsWhomARoundReachedWhileThatIsKnown(t *testing.T) {
	t.Parallel()
	visit := func(p *press) {
		p.Exec(`INSERT INTO rounds.visits (id, round_id, household_id, worker_id, outcome, visited_on, part, attempt)
			SELECT gen_random_uuid(), $1, h.id, $2, CASE WHEN n % 3 = 0 THEN 'declined' ELSE 'done' END::rounds.outcome, '2027-03-05', 'morning', 1
			FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM rounds.households WHERE source_key LIKE 'West%') h WHERE n <= 90`, p.Round, p.Workers[0])
	}
	p := newPress(t)
	visit(p)
	p.publish(date(2027, 3, 29))
	sum := 0
	for _, n := range numbers(p.find("reached", date(2027, 3, 1))) {
		sum += n
	}
	if sum < 40 || sum > 75 {
		t.Errorf("60 households were reached, the numbers are %d together", sum)
	}
	closed := newPress(t)
	visit(closed)
	closed.Exec("UPDATE rounds.rounds SET closed_at = now()")
	closed.publish(date(2027, 3, 29))
	if found := closed.find("reached", date(2027, 3, 1)); found != nil {
		t.Errorf("outcomes are gone, and %v was published", numbers(found))
	}
	// That a round was closed is told to the service that publishes alone.
	err := closed.DB.As(t.Context(), closed.As(registertest.CountyAnalyst), func(tx pgx.Tx) error {
		var gone bool
		err := tx.QueryRow(t.Context(), "SELECT rounds.outcomes_gone('2027-03-01', '2027-03-15')").Scan(&gone)
		if gone {
			t.Error("an analyst learns that a round was closed")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestReleasesLayer_IsForThoseWhoSeeNumbers(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	p.hazards(60, date(2027, 2, 10))
	p.publish(date(2027, 3, 14))
	february := p.find("hazards", date(2027, 2, 1))
	query := "?release=" + february.ID.String()
	for _, account := range []string{registertest.WestWorker, registertest.CountyAnalyst, registertest.CountyDPO} {
		bins := p.layer(account, "releases", at(1.04, 42.05, 8), query)
		if len(bins) == 0 || bins[0]["dwellings"].(float64) < 200 {
			t.Errorf("%s sees %v", account, bins)
		}
	}
	// Who is narrowed to an area sees its bins alone, before and after somebody who is not.
	all := len(p.layer(registertest.CountyAnalyst, "releases", at(1.04, 42.05, 8), query))
	for area, want := range map[string]func(int) bool{
		"County": func(n int) bool { return n == all }, "Middle": func(n int) bool { return n < all },
	} {
		who := p.As(registertest.CountyAnalyst)
		who.Area = p.Area(area)
		answer := p.sendAs(&who, httptest.NewRequest(http.MethodGet, path("releases", at(1.04, 42.05, 8))+query, nil))
		if n := len(features(t, body(t, answer))["releases"]); !want(n) {
			t.Errorf("%d of %d bins lie in %s", n, all, area)
		}
	}
	for path, want := range map[string]int{
		"/tiles/releases/8/128/94.mvt":                                http.StatusBadRequest,
		"/tiles/releases/8/128/94.mvt?release=" + uuid.New().String(): http.StatusNotFound,
		"/tiles/releases/8/128/94.mvt?release=february":               http.StatusBadRequest,
	} {
		if got := p.ask(registertest.CountyAnalyst, path).StatusCode; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	if got := p.ask(registertest.Administrator, "/tiles/releases/8/128/94.mvt"+query).StatusCode; got != http.StatusForbidden {
		t.Errorf("an administrator: %d", got)
	}
}
