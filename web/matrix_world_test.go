package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/planner/round"
)

// How the area of what is asked for relates to the one area of the grant, West.
const (
	own        = "own"
	descendant = "descendant" // a grid of West
	sibling    = "sibling"    // Middle
	none       = "none"       // of another county
)

var relations = []string{own, descendant, sibling, none}

// States of a session.
const (
	live    = "live"
	ended   = "grant ended"
	revoked = "session revoked"
)

// allRoles are those of people.
var allRoles = []string{register.Worker, register.Supervisor, register.CaseHandler, register.Analyst, register.DPO, register.Administrator}

// place is what there is to ask for in an area: a round with a published plan, whose
// one route leads a worker past some households, and an incident, whose case a unit has.
type place struct {
	relation                             string
	area, round, plan, route, worker, by uuid.UUID
	at                                   orb.Point
	// households on the route that no case has used up yet.
	households   []uuid.UUID
	incident     uuid.UUID
	unit, member uuid.UUID
}

// matrix is a world with places of every relation and, per role, an account that
// holds West and one that held it.
type matrix struct {
	*world
	places      map[string]*place
	holds, held map[string]uuid.UUID // by role
	grid        uuid.UUID            // of West
	canaries    []canary
	newcomers   int
}

// canary is a sequence of bytes that only some area has.
type canary struct {
	text, relation string
	// administrators see names of areas and of staff everywhere.
	name bool
}

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	m := &matrix{world: newWorld(t), places: map[string]*place{}, holds: map[string]uuid.UUID{}, held: map[string]uuid.UUID{}}
	m.publish()
	m.settleFar()
	m.hire()
	west, middle := m.Area("West"), m.Area("Middle")
	m.grid = m.ID(`SELECT a.id FROM rounds.areas a WHERE a.parent_id = $1
		AND (SELECT count(*) FROM rounds.households h WHERE h.area_id = a.id) >= 20 ORDER BY a.id LIMIT 1`, west)
	m.worker(m.grid, "w03", nil)
	farWorker := m.worker(m.Area("Far"), "w04", nil)
	m.add(&place{relation: descendant, area: m.grid, worker: m.Workers[0], by: m.holds[register.Worker]})
	m.add(&place{relation: own, area: west, worker: m.Workers[0], by: m.holds[register.Worker]})
	m.add(&place{relation: sibling, area: middle, worker: m.Workers[1], by: m.As(registertest.MiddleWorker).Account})
	m.add(&place{relation: none, area: m.Area("Far"), worker: farWorker, by: m.As(registertest.CountySupervisor).Account})
	m.hideCanaries()
	return m
}

// settleFar makes another county, with a grid of 24 households.
func (m *matrix) settleFar() {
	m.Helper()
	for _, area := range []struct{ id, level, parent string }{{"Far", "county", ""}, {"Far grid", "grid", "Far"}} {
		m.Exec(`INSERT INTO rounds.areas (id, level, parent_id, source_key, name, dwellings, outline)
			VALUES (gen_random_uuid(), $2, (SELECT id FROM rounds.areas WHERE name = $3::text), $1::text, $1::text, 24, ST_Multi(ST_MakeEnvelope(3, 43, 3.1, 43.1, 4326)))`,
			area.id, area.level, area.parent)
	}
	cell, err := geo.LeafCell(orb.Point{3.05, 43.05})
	m.must(err)
	m.Exec(`INSERT INTO rounds.households (id, area_id, source_key, street, house_number, place, doors, cell, at)
		SELECT gen_random_uuid(), $1, 'far-' || n, 'Far Street', n::text, 'Far', 1, $2, ST_Point(3.05, 43.05 + n / 1e5, 4326) FROM generate_series(1, 24) n`,
		m.Area("Far grid"), int64(cell))
	m.Exec("INSERT INTO rounds.holidays SELECT id, '2027-03-19' FROM rounds.areas")
}

// hire gives each role an account that holds West, and one whose grant is over.
func (m *matrix) hire() {
	m.Helper()
	m.holds[register.Worker] = m.As(registertest.WestWorker).Account
	for i, role := range allRoles {
		for _, over := range []bool{false, true} {
			if role == register.Worker && !over {
				continue // of the town
			}
			account := uuid.New()
			m.Exec("INSERT INTO rounds.accounts (id, login, name) VALUES ($1, $2, 'Somebody')", account, fmt.Sprintf("matrix%d%v", i, over))
			area, purpose := new(uuid.UUID), registertest.Purpose
			*area = m.Area("West")
			if role == register.Administrator {
				area = nil
			}
			if !register.HasPurpose(role) {
				purpose = ""
			}
			m.Exec(`INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, starts_at, ends_at)
				VALUES (gen_random_uuid(), $1, $2, $3, nullif($4, '')::rounds.purpose, now() - interval '2 days', now() + CASE WHEN $5 THEN '-1 day' ELSE '1 day' END::interval)`,
				account, role, area, purpose, over)
			if over {
				m.held[role] = account
			} else {
				m.holds[role] = account
			}
		}
	}
	m.worker(m.Area("West"), "w05", m.held[register.Worker])
}

func (m *matrix) worker(area uuid.UUID, code string, account any) uuid.UUID {
	m.Helper()
	id := uuid.New()
	m.Exec("INSERT INTO rounds.workers (id, area_id, code, name, account_id) VALUES ($1, $2, $3::text, $3::text, $4)", id, area, code, account)
	return id
}

// add opens an emergency round of the place's area and publishes its plan.
func (m *matrix) add(p *place) {
	m.Helper()
	p.round, p.plan, p.route, p.incident = uuid.New(), uuid.New(), uuid.New(), uuid.New()
	m.Exec(`INSERT INTO rounds.rounds (id, area_id, purpose, emergency, name, announced_on, starts_on, ends_on, visit_s)
		VALUES ($1, $2, $3, 'flood', 'Flood', $4, $4, $5, 900)`, p.round, p.area, registertest.Purpose, m.Today, m.Today.AddDate(0, 0, 9))
	m.Exec(`INSERT INTO rounds.plans (id, round_id, version, state, seed, published_at, households, planned)
		VALUES ($1, $2, 1, 'published', 1, now(), 20, 20)`, p.plan, p.round)
	m.Exec("INSERT INTO rounds.plan_workers VALUES ($1, $2)", p.plan, p.worker)
	m.Exec(`INSERT INTO rounds.routes (id, plan_id, worker_id, area_id, day, leave_at, back_at, travel_s, service_s, wait_s, distance_m, last_travel_s, last_distance_m, line)
		SELECT $1, $2, $3, $4, $5, '08:30', '14:30', 1200, 18000, 0, 2000, 60, 100, ST_MakeLine(array_agg(at ORDER BY source_key))
		FROM rounds.households WHERE area_id IN (SELECT area_id FROM rounds.area_paths WHERE ancestor_id = $4)`, p.route, p.plan, p.worker, p.area, m.Today)
	m.Exec(`INSERT INTO rounds.stops (route_id, plan_id, seq, household_id, area_id, doors, arrive_at, start_at, depart_at, travel_s, distance_m)
		SELECT $1, $2, row_number() OVER (ORDER BY source_key), id, area_id, doors, '09:00', '09:00', '09:15', 60, 100
		FROM rounds.households WHERE area_id IN (SELECT area_id FROM rounds.area_paths WHERE ancestor_id = $3)
			AND id NOT IN (SELECT s.household_id FROM rounds.stops s WHERE s.plan_id <> $4)
		ORDER BY source_key LIMIT 20`, p.route, p.plan, p.area, m.Plan)
	rows, err := m.Owner.Query(m.Context(), "SELECT household_id FROM rounds.stops WHERE route_id = $1 ORDER BY seq", p.route)
	m.must(err)
	for rows.Next() {
		var id uuid.UUID
		m.must(rows.Scan(&id))
		p.households = append(p.households, id)
	}
	m.must(rows.Err())
	var lon, lat float64
	m.must(m.Owner.QueryRow(m.Context(), "SELECT ST_X(at), ST_Y(at) FROM rounds.households WHERE id = $1", p.households[0]).Scan(&lon, &lat))
	p.at = orb.Point{lon, lat}
	cell, err := geo.LeafCell(p.at)
	m.must(err)
	p.unit, p.member = uuid.New(), p.by
	if p.relation == own || p.relation == descendant {
		p.member = m.holds[register.CaseHandler]
	}
	m.Exec("INSERT INTO rounds.units (id, area_id, level, branch, name, lead_id) VALUES ($1, $2, 'town', 'one_stop_office', 'Office', $3)", p.unit, p.area, p.member)
	m.Exec("INSERT INTO rounds.unit_members VALUES ($1, $2)", p.unit, p.member)
	// Settled by the unit, so that there is a median.
	m.Exec("SET session_replication_role = replica")
	m.Exec(`INSERT INTO rounds.cases (id, series_id, year, number, area_id, matter, dispute, stage, unit_id, lead_id, opened_on, due_on, working, escalate_on, over_on, outcome)
		SELECT gen_random_uuid(), $1, 2026, n, $1, 'sewer', false, 'closed', $2, $3, $4::date - 9, $4, true, $4, $4, 'done' FROM generate_series(1, 5) n`, p.area, p.unit, p.member, m.Today)
	m.Exec("SET session_replication_role = origin")
	m.Exec("INSERT INTO rounds.case_rules (area_id, matter, due_days, working) VALUES ($1, 'road_damage', 5, true)", p.area)
	m.Exec(`INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, source, reported_on, due_on)
		VALUES ($1, 'hazard', 'damaged_stairs', $2, $3, ST_Point($4, $5, 4326), 'desk', $6, $6)`, p.incident, p.area, int64(cell), lon, lat, m.Today)
	m.Exec(`INSERT INTO rounds.visits (id, round_id, household_id, worker_id, outcome, visited_on, part)
		VALUES (gen_random_uuid(), $1, $2, $3, 'not_home', $4, 'morning')`, p.round, p.households[19], p.worker, m.Today)
	m.Exec(`INSERT INTO rounds.basemap_features (class, kind, min_zoom, shape)
		VALUES ('street', 'residential', 5, ST_Transform(ST_MakeEnvelope($1, $2, $1::float + 0.001, $2::float + 0.001, 4326), 3857))`, lon, lat)
	tile := maptile.At(p.at, 14)
	m.Exec("INSERT INTO rounds.height_tiles VALUES (14, $1, $2, 'x') ON CONFLICT DO NOTHING", tile.X, tile.Y)
	m.places[p.relation] = p
}

// hideCanaries writes a sequence of bytes into every address, area and name of staff
// of each area.
func (m *matrix) hideCanaries() {
	m.Helper()
	for name, relation := range map[string]string{"West": own, "Middle": sibling, "Far": none} {
		in := "(SELECT area_id FROM rounds.area_paths WHERE ancestor_id = '" + m.Area(name).String() + "')"
		word := "qzx" + strings.ToLower(name)
		m.Exec("UPDATE rounds.households SET street = $1::text, place = $1::text WHERE area_id IN "+in, word+"home")
		m.Exec("UPDATE rounds.areas SET name_zh = $1 WHERE id IN "+in, word+"area")
		m.Exec("UPDATE rounds.workers SET name = $1 WHERE area_id IN "+in, word+"staff")
		m.canaries = append(m.canaries, canary{word + "home", relation, false}, canary{word + "area", relation, true}, canary{word + "staff", relation, true})
		if relation != own {
			m.canaries = append(m.canaries, canary{m.places[relation].incident.String(), relation, false})
		}
	}
}

// session is a cookie of a role in a state, made without its password.
func (m *matrix) session(role, state string) *http.Cookie {
	m.Helper()
	token := make([]byte, 32)
	_, err := rand.Read(token)
	m.must(err)
	hash := sha256.Sum256(token)
	account := m.holds[role]
	if state == ended {
		account = m.held[role]
	}
	if state != revoked {
		m.Exec("INSERT INTO rounds.sessions (token_hash, account_id, role, expires_at) VALUES ($1, $2, $3, now() + interval '1 hour')", hash[:], account, role)
	}
	return &http.Cookie{Name: "rounds", Value: base64.RawURLEncoding.EncodeToString(token)}
}

// ask sends a request past the network, and reads a stream up to its first message.
func (m *matrix) ask(cookie *http.Cookie, method, target, body string) reply {
	m.Helper()
	ctx, cancel := context.WithCancel(m.Context())
	defer cancel()
	request := httptest.NewRequestWithContext(ctx, method, "http://127.0.0.1"+target, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	if cookie != nil {
		request.AddCookie(cookie)
	}
	into := &firstFlush{httptest.NewRecorder(), cancel}
	m.handler.ServeHTTP(into, request)
	return reply{TB: m, what: method + " " + target, status: into.Code, header: into.Header(), body: into.Body.Bytes()}
}

type firstFlush struct {
	*httptest.ResponseRecorder
	flushed func()
}

// Flush ends a stream: its welcome says that it was let in.
func (f *firstFlush) Flush() {
	if f.Header().Get("Content-Type") == "text/event-stream" {
		f.flushed()
	}
}

// fill puts what a place has in for the names of a request.
func (m *matrix) fill(text string, p *place, k question) string {
	m.Helper()
	for _, name := range []struct {
		name string
		give func() string
	}{
		{"$area", p.area.String}, {"$round", p.round.String}, {"$plan", p.plan.String}, {"$route", p.route.String}, {"$sheet", func() string { return round.SheetCode(p.route) }}, {"$worker", p.worker.String},
		{"$new", uuid.NewString},
		{"$case", p.incident.String}, {"$unit", p.unit.String}, {"$member", p.member.String},
		{"$release", m.release().String}, {"$bins", m.ID("SELECT id FROM rounds.partitions LIMIT 1").String},
		{"$today", func() string { return date(m.Today) }},
		{"$soon", func() string { return date(m.Today.AddDate(0, 0, 5)) }},
		{"$month", func() string { return date(time.Now().AddDate(0, 1, 0)) }},
		{"$lon", func() string { return fmt.Sprint(p.at.Lon()) }}, {"$lat", func() string { return fmt.Sprint(p.at.Lat()) }},
		{"$tile", func() string {
			tile := maptile.At(p.at, 14)
			return fmt.Sprintf("14/%d/%d", tile.X, tile.Y)
		}},
		{"$household", func() string {
			if len(p.households) == 0 {
				m.Fatalf("all households of %s are used up", p.relation)
			}
			id := p.households[0]
			if k.allowed() && k.near() { // it will be used up
				p.households = p.households[1:]
			}
			return id.String()
		}},
		{"$proposed", func() string {
			return m.ID(`INSERT INTO rounds.plans (id, round_id, version, state, seed)
				SELECT gen_random_uuid(), $1, max(version) + 1, 'proposed', 1 FROM rounds.plans WHERE round_id = $1 RETURNING id`, p.round).String()
		}},
		{"$visit", func() string {
			if !k.allowed() || !k.near() {
				return m.ID("SELECT id FROM rounds.visits WHERE round_id = $1 LIMIT 1", p.round).String()
			}
			return m.ID(`INSERT INTO rounds.visits (id, round_id, household_id, worker_id, outcome, visited_on, part)
				VALUES (gen_random_uuid(), $1, $2, $3, 'not_home', $4, 'morning') RETURNING id`, p.round, m.fill("$household", p, k), p.worker, m.Today).String()
		}},
		{"$receipt", m.receipt},
		{"$consent", func() string { return m.consent(p, m.receipt()) }},
		{"$code", func() string {
			code := m.receipt()
			m.consent(p, code)
			return code
		}},
		{"$opening", func() string { return m.opening(p, m.DB.Now().AddDate(0, 0, 1)) }},
		{"$closed", func() string { return m.opening(p, m.DB.Now()) }},
		{"$holder", func() string { return m.granted(p, true, "account_id") }},
		{"$proposal", func() string { return m.granted(p, false, "id") }},
		{"$grant", func() string { return m.granted(p, true, "id") }},
		{"$account", func() string {
			m.newcomers++
			return m.ID("INSERT INTO rounds.accounts (id, login, name) VALUES (gen_random_uuid(), $1, 'Somebody new') RETURNING id", fmt.Sprintf("new%d", m.newcomers)).String()
		}},
		{"$closure", func() string {
			return m.ID("INSERT INTO rounds.closures (id, area_id, at, starts_on, ends_on) VALUES (gen_random_uuid(), $1, ST_SetSRID(ST_MakePoint($2, $3), 4326), $4, $4::date + 1) RETURNING id", p.area, p.at.Lon(), p.at.Lat(), m.Today).String()
		}},
		{"$receiver", func() string {
			return m.ID(`INSERT INTO rounds.receivers (id, kind, host, purpose, area_id, daily_rows, approved_by, approved_on, ends_on)
				SELECT gen_random_uuid(), 'token', 'maps.example.org', 'fire_safety', $1, 10, (SELECT id FROM rounds.accounts LIMIT 1), $2, $2::date + 30 RETURNING id`, p.area, m.Today).String()
		}},
		{"$hooked", func() string {
			return m.ID(`INSERT INTO rounds.receivers (id, kind, host, purpose, area_id, daily_rows, approved_by, approved_on, ends_on)
				SELECT gen_random_uuid(), 'webhook', 'maps.example.org', 'fire_safety', $1, 10, (SELECT id FROM rounds.accounts LIMIT 1), $2, $2::date + 30 RETURNING id`, p.area, m.Today).String()
		}},
		{"$hook", func() string {
			return m.ID("INSERT INTO rounds.hooks (id, receiver_id, account_id, role, feed, path) VALUES (gen_random_uuid(), $1, $2, 'supervisor', 'routes', '/x') RETURNING id",
				m.fill("$hooked", p, k), m.holds[register.Supervisor]).String()
		}},
		{"$token", func() string { // of who asks, when they make tokens
			maker := m.holds[register.Supervisor]
			if k.role == register.Analyst {
				maker = m.holds[k.role]
			}
			return m.ID("INSERT INTO rounds.tokens (id, receiver_id, account_id, role, secret_hash) VALUES (gen_random_uuid(), $1, $2, 'analyst', sha256(random()::text::bytea)) RETURNING id",
				m.fill("$receiver", p, k), maker).String()
		}},
		{"$file", func() string { return m.file(p, k.role) }},
	} {
		for strings.Contains(text, name.name) {
			text = strings.Replace(text, name.name, name.give(), 1)
		}
	}
	return text
}

// consent is one of a place, to which a code belongs.
func (m *matrix) consent(p *place, code string) string {
	m.Helper()
	receipt, err := register.ParseReceipt(code)
	m.must(err)
	id := m.ID(`INSERT INTO rounds.consents (id, household_id, area_id, purpose, notice_version, notice_language, method, recorder, given_on, expires_on, receipt_hmac)
		SELECT gen_random_uuid(), id, area_id, 'provide_services', 1, 'en', 'spoken', 'worker', $2, $2::date + 30, $3
		FROM rounds.households WHERE id = $1 RETURNING id`, p.households[0], m.Today, m.Keys().HashReceipt(receipt))
	m.Exec("INSERT INTO rounds.consent_services VALUES ($1, 'smoke_alarm')", id)
	m.Exec("INSERT INTO rounds.support_wanted (consent_id, service) VALUES ($1, 'smoke_alarm')", id)
	return id.String()
}

// opening is an emergency opening of a place until a moment, in which one household
// wants transport.
func (m *matrix) opening(p *place, until time.Time) string {
	m.Helper()
	consent := m.ID(`INSERT INTO rounds.consents (id, household_id, area_id, purpose, notice_version, notice_language, method, recorder, given_on, expires_on, receipt_hmac)
		SELECT gen_random_uuid(), id, area_id, 'provide_services', 1, 'en', 'spoken', 'worker', $2, $2::date + 30, sha256($3::text::bytea)
		FROM rounds.households WHERE id = $1 RETURNING id`, p.households[0], m.Today, m.receipt())
	m.Exec("INSERT INTO rounds.consent_services VALUES ($1, 'transport')", consent)
	m.Exec("INSERT INTO rounds.support_wanted (consent_id, service) VALUES ($1, 'transport')", consent)
	m.Exec("SELECT set_config('rounds.account', $1, false)", m.As(registertest.CountySupervisor).Account.String())
	id := m.ID("INSERT INTO rounds.emergency_openings (id, area_id, emergency) VALUES (gen_random_uuid(), $1, 'flood') RETURNING id", p.area)
	m.Exec("SELECT set_config('rounds.account', '', false)")
	m.Exec("UPDATE rounds.emergency_openings SET opened_by = $2, opened_at = $3::timestamptz - interval '30 hours', closes_at = $3 WHERE id = $1",
		id, m.As(registertest.WestSupervisor).Account, until)
	m.Exec("INSERT INTO rounds.opening_households VALUES ($1, $2)", id, p.households[0])
	return id.String()
}

// granted gives somebody new a worker's grant at the place, or a proposal of it.
func (m *matrix) granted(p *place, confirmed bool, column string) string {
	m.Helper()
	id := m.ID(`INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, starts_at, ends_at)
		VALUES (gen_random_uuid(), $1, 'worker', $2, $3, now() - interval '1 day', now() + interval '1 day') RETURNING id`,
		m.fill("$account", p, question{}), p.area, registertest.Purpose)
	if !confirmed {
		m.Exec("ALTER TABLE rounds.grants DISABLE TRIGGER grants_change")
		m.Exec("UPDATE rounds.grants SET proposed_by = $2, confirmed_at = NULL WHERE id = $1", id, m.As(registertest.CountySupervisor).Account)
		m.Exec("ALTER TABLE rounds.grants ENABLE TRIGGER grants_change")
	}
	return m.ID("SELECT "+column+" FROM rounds.grants WHERE id = $1", id).String()
}

// receipt is a code that nobody has.
func (m *matrix) receipt() string {
	var r register.Receipt
	_, err := rand.Read(r[:])
	m.must(err)
	return r.String()
}

// file is the token of a file that the asking account had made or, at a foreign
// place, somebody else.
func (m *matrix) file(p *place, role string) string {
	m.Helper()
	token := make([]byte, 32)
	_, err := rand.Read(token)
	m.must(err)
	hash := sha256.Sum256(token)
	account := p.by
	if role != "" && (p.relation == own || p.relation == descendant) {
		account = m.holds[role]
	}
	id := m.ID(`INSERT INTO rounds.exports (id, account_id, layer, format, purpose, area_id, expires_at, token_hash, file_name)
		VALUES (gen_random_uuid(), $1, 'areas', 'geojson', $2, $3, $5, $4, 'areas.geojson') RETURNING id`,
		account, registertest.Purpose, p.area, hash[:], m.DB.Now().AddDate(0, 0, 1))
	m.must(os.MkdirAll(m.exports, 0o700))
	m.must(os.WriteFile(filepath.Join(m.exports, id.String()), []byte("{}"), 0o600))
	return base64.RawURLEncoding.EncodeToString(token)
}
