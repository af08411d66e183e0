package register_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// phones is a town where four phones of each of two workers record things at the same
// doors: those of one, which the plan before sent the other to.
type phones struct {
	*registertest.Town
	doors []uuid.UUID
}

const (
	devices = 8
	shared  = 10 // doors
)

func newPhones(t *testing.T) *phones {
	p := &phones{Town: registertest.NewTown(t)}
	for n := range shared {
		p.doors = append(p.doors, p.Household(p.Workers[0], p.Today, n))
	}
	before, route := uuid.New(), uuid.New()
	p.Exec(`INSERT INTO rounds.plans (id, round_id, version, state, seed, created_at) VALUES ($1, $2, 2, 'superseded', 1, now())`, before, p.Round)
	p.Exec(`INSERT INTO rounds.routes (id, plan_id, worker_id, area_id, day, leave_at, back_at, travel_s, service_s, wait_s, distance_m, last_travel_s, last_distance_m, line)
		SELECT $1, $2, $3, area_id, day, leave_at, back_at, travel_s, service_s, wait_s, distance_m, last_travel_s, last_distance_m, line
		FROM rounds.routes WHERE worker_id = $4 AND day = $5`, route, before, p.Workers[1], p.Workers[0], p.Today)
	p.Exec(`INSERT INTO rounds.stops (route_id, plan_id, seq, household_id, area_id, doors, arrive_at, start_at, depart_at, travel_s, distance_m)
		SELECT $1, $2, seq, household_id, area_id, doors, arrive_at, start_at, depart_at, travel_s, distance_m
		FROM rounds.stops WHERE plan_id = $3 AND household_id = ANY ($4)`, route, before, p.Plan, p.doors)
	return p
}

func (p *phones) principal(device int) register.Principal {
	if device < devices/2 {
		return p.As(registertest.WestWorker)
	}
	return p.As(registertest.MiddleWorker)
}

// forgetAll takes the town back to where it began.
func (p *phones) forgetAll() {
	p.Exec("TRUNCATE rounds.visits, rounds.visit_retractions, rounds.doors, rounds.door_notes, rounds.operations")
	p.Exec("DELETE FROM rounds.incidents WHERE source = 'doorstep'")
}

// model is what every order of the operations is to end in.
type model struct {
	visits    map[uuid.UUID]register.Visit
	takenBack map[uuid.UUID]bool
	incidents map[uuid.UUID]bool
	notes     map[string]register.NoteDoor
	all       map[uuid.UUID]register.Operation
	device    map[uuid.UUID]int
}

// draw makes operations of all phones.
func (p *phones) draw(t *rapid.T, most int) *model {
	m := &model{
		visits: map[uuid.UUID]register.Visit{}, takenBack: map[uuid.UUID]bool{}, incidents: map[uuid.UUID]bool{},
		notes: map[string]register.NoteDoor{}, all: map[uuid.UUID]register.Operation{}, device: map[uuid.UUID]int{},
	}
	space := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "space"))
	visitsOf := make([][]uuid.UUID, devices)
	n := rapid.IntRange(most/2, most).Draw(t, "operations")
	for i := range n {
		id := uuid.NewSHA1(space, fmt.Append(nil, i))
		device := rapid.IntRange(0, devices-1).Draw(t, "device")
		door := rapid.SampledFrom(p.doors).Draw(t, "door")
		day := p.Today.AddDate(0, 0, -rapid.IntRange(0, 3).Draw(t, "days ago"))
		operation := register.Operation{ID: id, MadeOn: day, Digest: p.Keys().OperationDigest(id[:])}
		switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
		case kind < 2 && len(visitsOf[device]) > 0:
			visit := rapid.SampledFrom(visitsOf[device]).Draw(t, "visit")
			operation.Deed = register.RetractVisit{Visit: visit, Round: p.Round}
			m.takenBack[visit] = true
		case kind == 2:
			operation.Deed = register.ReportIncident{Report: register.Report{ID: id, Matter: "unlit_path", At: p.placeOf(device), Source: "doorstep", ReportedOn: day}}
			m.incidents[id] = true
		case kind < 5 && device < devices/2: // a note is taken from who goes there now
			note := register.NoteDoor{
				DoorNote: register.DoorNote{Household: door, Note: rapid.SampledFrom([]string{"loose_dog", "locked_gate"}).Draw(t, "note"), SeenOn: day, Turn: rapid.Int64Range(0, 5).Draw(t, "turn")},
				There:    rapid.Bool().Draw(t, "there"),
			}
			operation.Deed = note
			key := note.Household.String() + note.Note
			if last, said := m.notes[key]; !said || later(note, last) {
				m.notes[key] = note
			}
		default:
			visit := register.Visit{
				ID: id, Round: p.Round, Household: door, VisitedOn: day, LeftCard: rapid.Bool().Draw(t, "card"),
				Outcome: rapid.SampledFrom([]string{"not_home", "not_home", "not_home", "no_access", "done", "declined"}).Draw(t, "outcome"),
				Part:    rapid.SampledFrom([]string{"morning", "afternoon", "evening"}).Draw(t, "part"),
			}
			operation.Deed = visit
			m.visits[id] = visit
			visitsOf[device] = append(visitsOf[device], id)
		}
		m.all[id], m.device[id] = operation, device
	}
	return m
}

func (p *phones) placeOf(device int) orb.Point {
	if device < devices/2 {
		return orb.Point{1.035, 42.045}
	}
	return orb.Point{1.135, 42.045}
}

func later(a, b register.NoteDoor) bool {
	there := func(n register.NoteDoor) int {
		if n.There {
			return 1
		}
		return 0
	}
	return cmp.Or(a.SeenOn.Compare(b.SeenOn), cmp.Compare(a.Turn, b.Turn), cmp.Compare(there(a), there(b))) > 0
}

// deal gives every phone one to five copies of its operations, in some order, in syncs.
func (m *model) deal(t *rapid.T) (syncs [devices][][]register.Operation) {
	var copies []uuid.UUID
	for _, id := range slices.SortedFunc(maps.Keys(m.all), func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }) {
		for range rapid.IntRange(1, 5).Draw(t, "copies") {
			copies = append(copies, id)
		}
	}
	var queues [devices][]register.Operation
	for _, id := range rapid.Permutation(copies).Draw(t, "order") {
		queues[m.device[id]] = append(queues[m.device[id]], m.all[id])
	}
	for device, queue := range queues {
		for len(queue) > 0 {
			n := min(len(queue), rapid.IntRange(1, 40).Draw(t, "in one sync"))
			syncs[device] = append(syncs[device], queue[:n])
			queue = queue[n:]
		}
	}
	return syncs
}

// send sends what each phone has, all phones at once, and again what waits.
func (p *phones) send(t *rapid.T, syncs [devices][][]register.Operation) {
	var together sync.WaitGroup
	var failed [devices]error
	for device, mine := range syncs {
		together.Go(func() { failed[device] = p.sendAll(device, mine) })
	}
	together.Wait()
	for device, err := range failed {
		if err != nil {
			t.Fatalf("device %d: %v", device, err)
		}
	}
}

func (p *phones) sendAll(device int, syncs [][]register.Operation) error {
	waits := map[uuid.UUID]register.Operation{}
	for round := 0; len(syncs) > 0; round++ {
		if round > 2 {
			return fmt.Errorf("%d operations wait for good", len(waits))
		}
		for _, operations := range syncs {
			results, err := p.DB.Sync(context.Background(), p.principal(device), p.Keys(), operations, p.Today)
			if err != nil {
				return err
			}
			for i, result := range results {
				switch {
				case result.Refused != nil:
					return fmt.Errorf("%T: %w", operations[i].Deed, result.Refused)
				case result.Waits:
					waits[result.ID] = operations[i]
				default:
					delete(waits, result.ID)
				}
			}
		}
		syncs = nil
		if len(waits) > 0 {
			syncs = [][]register.Operation{slices.Collect(maps.Values(waits))}
		}
	}
	return nil
}

// doorLine is a door as the model and the database tell it.
func doorLine(state string, due *time.Time, part string) string {
	if due == nil {
		return state
	}
	return fmt.Sprint(state, " ", due.Format(time.DateOnly), " ", part)
}

// fold is what a door's visits come to: which number each has, and the door.
func (m *model) fold(door uuid.UUID) (numbers map[uuid.UUID]int, line string) {
	parts := []string{"morning", "afternoon", "evening"}
	var visits []register.Visit
	for _, v := range m.visits {
		if v.Household == door {
			visits = append(visits, v)
		}
	}
	slices.SortFunc(visits, func(a, b register.Visit) int {
		return cmp.Or(a.VisitedOn.Compare(b.VisitedOn), cmp.Compare(slices.Index(parts, a.Part), slices.Index(parts, b.Part)), bytes.Compare(a.ID[:], b.ID[:]))
	})
	numbers = map[uuid.UUID]int{}
	attempts, finished := 0, false
	line = "open"
	for _, v := range visits {
		numbers[v.ID] = 0
		if finished || m.takenBack[v.ID] {
			continue
		}
		attempts++
		numbers[v.ID] = attempts
		due := v.VisitedOn.AddDate(0, 0, 2)
		line = doorLine("open", &due, parts[(slices.Index(parts, v.Part)+1)%3])
		if finished = attempts == 4 || v.Outcome != "not_home" && v.Outcome != "no_access"; finished {
			line = "finished"
		}
	}
	return numbers, line
}

// compare fails unless the database has what the model has, and nothing else.
func (p *phones) compare(t *rapid.T, m *model) {
	numbers, doors := map[uuid.UUID]int{}, map[uuid.UUID]string{}
	for _, door := range p.doors {
		of, line := m.fold(door)
		maps.Copy(numbers, of)
		if len(of) > 0 {
			doors[door] = line
		}
	}
	same(t, "visits", numbers, read[uuid.UUID, int](p, "SELECT id, coalesce(attempt, 0) FROM rounds.visits"))
	var held []uuid.UUID
	for id := range m.takenBack {
		held = append(held, id)
	}
	if n := p.Count("SELECT count(*) FROM rounds.visit_retractions WHERE visit_id = ANY ($1)", held); n != len(held) {
		t.Errorf("%d of %d retractions", n, len(held))
	}
	told := map[uuid.UUID]string{}
	rows, err := p.Owner.Query(context.Background(), "SELECT household_id, state::text, due_from, coalesce(due_part::text, '') FROM rounds.doors")
	if err != nil {
		t.Fatal(err)
	}
	var door uuid.UUID
	var state, part string
	var due *time.Time
	if _, err := pgx.ForEachRow(rows, []any{&door, &state, &due, &part}, func() error {
		told[door] = doorLine(state, due, part)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	same(t, "doors", doors, told)
	same(t, "incidents", m.incidents, read[uuid.UUID, bool](p, "SELECT id, true FROM rounds.incidents WHERE source = 'doorstep'"))
	notes := map[string]string{}
	for key, n := range m.notes {
		notes[key] = fmt.Sprint(n.SeenOn.Format(time.DateOnly), " ", n.There, " ", n.Turn)
	}
	same(t, "door notes", notes, read[string, string](p, "SELECT household_id::text || note, seen_on || ' ' || there || ' ' || turn FROM rounds.door_notes"))
	if n := p.Count("SELECT count(*) FROM rounds.operations"); n != len(m.all) {
		t.Errorf("%d operations were taken, of %d", n, len(m.all))
	}
}

func read[K comparable, V any](p *phones, query string) map[K]V {
	p.Helper()
	rows, err := p.Owner.Query(context.Background(), query)
	if err != nil {
		p.Fatal(err)
	}
	found := map[K]V{}
	var key K
	var value V
	if _, err := pgx.ForEachRow(rows, []any{&key, &value}, func() error {
		found[key] = value
		return nil
	}); err != nil {
		p.Fatal(err)
	}
	return found
}

func same[K, V comparable](t *rapid.T, what string, want, got map[K]V) {
	t.Helper()
	if !maps.Equal(want, got) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// Operations of 8 phones, 1 to 5 copies of each, in any order, all phones at once, end
// in the state of the model. make soak-sync takes 200,000 of them.
func TestSync_AnyOrderAndCopiesEndInTheSameState(t *testing.T) {
	t.Parallel()
	p := newPhones(t)
	soak, _ := strconv.Atoi(os.Getenv("ROUNDS_SOAK_OPERATIONS"))
	most, total := 12, 0 // of each of 100 checks
	if soak > 0 {
		most = 500
	}
	check := func(t *rapid.T) {
		p.forgetAll()
		m := p.draw(t, most)
		p.send(t, m.deal(t))
		p.compare(t, m)
		total += len(m.all)
	}
	rapid.Check(t, check)
	for total < soak {
		rapid.Check(t, check)
	}
	t.Logf("%d operations", total)
}
