package tiles_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// grantee is somebody with a grant of any role on any area, in force or not.
type grantee struct {
	principal register.Principal
	what      string
	// area is uuid.Nil without a grant in force.
	area uuid.UUID
}

func (s *site) grant(dice *rand.Rand) grantee {
	s.Helper()
	roles := []string{register.Worker, register.Supervisor, register.CaseHandler, register.Analyst, register.DPO}
	// hours until a grant begins and ends, and whether it sleeps
	states := []struct {
		begins, ends int
		asleep       bool
	}{{-24, 24, false}, {-24, 24, false}, {-24, 24, false}, {-48, -1, false}, {1, 24, false}, {-24, 24, true}}
	role, state := roles[dice.IntN(len(roles))], states[dice.IntN(len(states))]
	area := s.ID("SELECT id FROM rounds.areas ORDER BY (level = 'grid') = ($1 = 0), md5(id::text || $2)  LIMIT 1", dice.IntN(2), fmt.Sprint(dice.Uint32()))
	g := grantee{principal: register.Principal{Account: uuid.New(), Role: role}, area: area, what: fmt.Sprintf("%s of %s, %+v", role, area, state)}
	s.Exec("INSERT INTO rounds.accounts (id, login, name) VALUES ($1, $2, 'Somebody')", g.principal.Account, "g"+g.principal.Account.String()[:8])
	s.Exec(`INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, starts_at, ends_at, asleep_since)
		VALUES (gen_random_uuid(), $1, $2::rounds.role, $3, CASE WHEN $2 <> 'dpo' THEN $4 END::rounds.purpose,
			now() + make_interval(hours => $5), now() + make_interval(hours => $6), CASE WHEN $7 THEN now() END)`,
		g.principal.Account, role, area, registertest.Purpose, state.begins, state.ends, state.asleep)
	if state.asleep || state.begins > 0 || state.ends < 0 {
		g.area = uuid.Nil
	}
	return g
}

// change changes what a map could show of everything that lies in no part of an area: names,
// hazards, doors, stops and walks.
func (s *site) change(outside uuid.UUID) {
	s.Helper()
	const elsewhere = " NOT IN (SELECT area_id FROM rounds.area_paths WHERE ancestor_id = $1)"
	s.Exec("SET session_replication_role = replica") // each change alone would be refused
	defer s.Exec("SET session_replication_role = origin")
	for _, statement := range []string{
		"UPDATE rounds.areas SET name = 'Elsewhere ' || floor(random() * 1000)::text WHERE id" + elsewhere,
		"UPDATE rounds.incidents SET due_on = due_on + 1, at = ST_Translate(at, 0.0005, 0.0005) WHERE area_id" + elsewhere,
		`INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, source, reported_on, due_on)
			SELECT gen_random_uuid(), 'hazard', 'fallen_tree', area_id, cell, at, 'desk', '2027-03-01', '2027-03-02' FROM rounds.households WHERE area_id` + elsewhere + ` ORDER BY random() LIMIT 3`,
		`INSERT INTO rounds.doors (round_id, household_id, area_id, state) SELECT r.id, h.id, h.area_id, 'finished' FROM rounds.rounds r,
			(SELECT * FROM rounds.households WHERE area_id` + elsewhere + ` ORDER BY random() LIMIT 9) h ON CONFLICT DO NOTHING`,
		"UPDATE rounds.stops SET start_at = start_at + interval '1 minute', travel_s = travel_s + 60 WHERE area_id" + elsewhere,
		// A walk is its worker's area's, which may hold the one that was granted.
		`UPDATE rounds.routes SET line = ST_Translate(line, 0.0003, 0) WHERE area_id` + elsewhere + ` AND area_id NOT IN (SELECT ancestor_id FROM rounds.area_paths WHERE area_id = $1)`,
	} {
		s.Exec(statement, outside)
	}
}

// told is all that an answer says.
func (s *site) told(server *tiles.Server, who register.Principal, path string) string {
	s.Helper()
	other := &site{s.Town, server}
	r, err := http.NewRequestWithContext(s.Context(), http.MethodGet, path, nil)
	if err != nil {
		s.Fatal(err)
	}
	r.Host = "rounds.example.org"
	answer := other.sendAs(&who, r)
	return fmt.Sprintf("%d %v %q", answer.StatusCode, answer.Header, body(s, answer))
}

// Nobody is told a byte of what was not granted: whatever happens elsewhere, each answer
// stays as it was, its ETag, status and bounds too, though somebody who may see everything
// asked the same server for the same tiles before. What is published is everybody's, alike.
func TestTiles_TellNothingOfWhatWasNotGranted(t *testing.T) {
	t.Parallel()
	s := newPress(t)
	s.hazards(60, date(2027, 2, 10))
	s.publish(date(2027, 3, 14))
	released := s.find("hazards", date(2027, 2, 1)).ID
	dice := rand.New(rand.NewPCG(8, 8))
	leader := s.As(registertest.CountySupervisor)
	seen, published := 0, 0
	for range 14 {
		who := s.grant(dice)
		paths := s.anywhere(dice, 40, released)
		server := newServer(t, s.Town, s.statistics)
		before, all := map[string]string{}, map[string]string{}
		for _, path := range paths {
			all[path] = s.told(server, leader, path)
			before[path] = s.told(server, who.principal, path)
			if strings.HasPrefix(path, "/tiles/releases/") && strings.Contains(path, ".mvt") {
				published += strings.Count(before[path], "200 ")
				if before[path] != all[path] {
					t.Errorf("%s is told otherwise than others by %s", who.what, path)
				}
			}
		}
		s.change(who.area)
		server = newServer(t, s.Town, s.statistics)
		for _, path := range paths {
			if after := s.told(server, leader, path); after != all[path] {
				seen++
			}
			if after := s.told(server, who.principal, path); after != before[path] {
				t.Errorf("%s is told of what happens elsewhere by %s:\n%.300s\n%.300s", who.what, path, before[path], after)
			}
		}
	}
	if seen < 50 {
		t.Errorf("of what changed the leader sees %d answers: the test shows nothing", seen)
	}
	if published < 5 {
		t.Errorf("%d published tiles were seen: the test shows nothing of them", published)
	}
}

// Nor does an open map hear of it: messages name the tiles in which something happened.
func TestSubscribe_TellsNothingOfWhatWasNotGranted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.follow(t)
	for known := false; !known; { // it listens
		_, known = s.server.Counted(t.Context(), s.Round)
	}
	dice := rand.New(rand.NewPCG(9, 9))
	heard := make(chan string, 1000)
	cancel, err := s.server.Subscribe(t.Context(), s.As(registertest.CountySupervisor), func(layer string, _ []string) { heard <- layer })
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	within := 0
	for range 10 {
		who := s.grant(dice)
		var told atomic.Int32
		cancel, err := s.server.Subscribe(t.Context(), who.principal, func(string, []string) { told.Add(1) })
		if err != nil {
			t.Fatal(err)
		}
		// Messages of one change come to all before those of the next begin: after the second
		// of the same kind the first have come.
		happen := func(where string) {
			const elsewhere = " FROM rounds.households h WHERE (h.area_id IN (SELECT area_id FROM rounds.area_paths WHERE ancestor_id = $1)) = $2"
			for _, layer := range []string{"hazards", "hazards", "work", "work"} {
				channel := "rounds_" + layer
				if layer == "work" {
					s.Exec(`UPDATE rounds.households SET doors = doors % 9 + 1 WHERE id = (SELECT h.id`+elsewhere+` ORDER BY random() LIMIT 1)`, who.area, where == "within")
					s.Exec("SELECT pg_notify($3, h.cell::text || ' ' || h.area_id::text)"+elsewhere, who.area, where == "within", channel)
				} else {
					s.Exec("SELECT pg_notify($3, h.cell::text || ' ' || h.area_id::text)"+elsewhere+" ORDER BY random() LIMIT 1", who.area, where == "within", channel)
				}
				for <-heard != layer {
				}
			}
		}
		const inside = "SELECT count(*) FROM rounds.households WHERE area_id IN (SELECT area_id FROM rounds.area_paths WHERE ancestor_id = $1)"
		lives := s.Count(inside, who.area)
		if lives < s.Count("SELECT count(*) FROM rounds.households") {
			if happen("elsewhere"); told.Load() > 0 {
				t.Errorf("%s hears %d times of what happens elsewhere", who.what, told.Load())
			}
		}
		if lives > 0 && who.principal.Role == register.Supervisor {
			happen("within")
			within += int(told.Load())
		}
		cancel()
	}
	if within == 0 {
		t.Error("nobody hears of the own area: the test shows nothing")
	}
}

// anywhere are addresses of all layers: tiles of any zoom, mostly where somebody lives,
// descriptions and styles.
func (s *site) anywhere(dice *rand.Rand, n int, released uuid.UUID) (paths []string) {
	for range n {
		layer := tiles.Layers[dice.IntN(len(tiles.Layers))]
		if layer.Name == "basemap" || layer.Name == "heights" {
			continue // everybody's
		}
		query := "?round=" + s.Round.String()
		switch layer.Name {
		case "stops":
			query = "?date=" + s.Today.AddDate(0, 0, dice.IntN(10)-7).Format("2006-01-02")
		case "routes", "territories":
			query = "?plan=" + s.Plan.String()
		case "releases":
			query = "?release=" + released.String()
		}
		switch dice.IntN(12) {
		case 0:
			paths = append(paths, "/tiles/"+layer.Name+".json"+query)
			continue
		case 1:
			paths = append(paths, "/tiles/"+layer.Name+"/style.json"+query)
			continue
		}
		zoom := uint32(dice.IntN(16))
		tile := at(1.03+0.1*float64(dice.IntN(2))+0.02*dice.Float64(), 42.04+0.014*dice.Float64(), zoom)
		if dice.IntN(10) == 0 {
			tile = mvt.Tile{Z: zoom, X: uint32(dice.IntN(1 << zoom)), Y: uint32(dice.IntN(1 << zoom))}
		}
		paths = append(paths, path(layer.Name, tile)+query)
	}
	return paths
}
