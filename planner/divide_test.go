package planner

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rounds-project/rounds/geo"
)

// of is the question for one part of a round.
func (part Part) of(q Request) Request {
	households, areas, workers := q.Households, q.Areas, q.Workers
	q.Households, q.Workers = nil, nil
	if areas != nil {
		q.Areas = []string{}
	}
	for _, h := range part.Households {
		q.Households = append(q.Households, households[h])
		if areas != nil {
			q.Areas = append(q.Areas, areas[h])
		}
	}
	for _, w := range part.Workers {
		q.Workers = append(q.Workers, workers[w])
	}
	q.Terms = part.terms(q)
	return q
}

// terms are those of a part's households; whom another part's worker is to visit, nobody
// visits in this.
func (part Part) terms(q Request) map[string]Terms {
	terms := map[string]Terms{}
	for _, h := range q.Households {
		t := q.Terms[h.ID]
		if t.Worker != "" && !slices.ContainsFunc(q.Workers, func(w Worker) bool { return w.ID == t.Worker }) {
			t = Terms{Dates: []string{"2027-02-01"}}
		}
		terms[h.ID] = t
	}
	return terms
}

// The parts of a round, planned one by one and put together, are a plan of the round that
// keeps what plan.json promises.
func TestDivide_LosesNobody(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		q := request(t, houses(rapid.IntRange(1, 24).Draw(rt, "households"), random))
		q.Iterations, q.WorkerCount, q.Round.Days = 30, 0, rapid.IntRange(1, 3).Draw(rt, "days")
		for k := range rapid.IntRange(1, 6).Draw(rt, "workers") {
			w := fixed(fmt.Sprint("w", k))
			w.Roams = random.IntN(2) == 0
			if random.IntN(4) == 0 {
				w.Shift = [2]string{"09:00", "10:15"}
			}
			if random.IntN(6) == 0 {
				w.DaysOff = []string{"2027-03-01", "2027-03-02", "2027-03-03"}
			}
			q.Workers = append(q.Workers, w)
		}
		if rapid.Bool().Draw(rt, "areas") {
			for range q.Households {
				q.Areas = append(q.Areas, fmt.Sprint("area", random.IntN(4)))
			}
			for k := range q.Workers {
				q.Workers[k].Areas = []string{fmt.Sprint("area", random.IntN(4)), fmt.Sprint("area", random.IntN(4))}
			}
		}
		q.Terms = randomTerms(random, &q)
		parts, seams, err := Divide(t.Context(), q, rapid.IntRange(1, 12).Draw(rt, "most"))
		if err != nil {
			rt.Fatal(err)
		}
		var households, workers []int32
		var whole Sketch
		for _, part := range parts {
			households, workers = append(households, part.Households...), append(workers, part.Workers...)
			if len(part.Workers) == 0 {
				continue
			}
			sketch, err := Outline(t.Context(), part.of(q))
			if err != nil {
				rt.Fatal(err)
			}
			whole.Days, whole.Left = append(whole.Days, sketch.Days...), append(whole.Left, sketch.Left...)
		}
		for k, part := range parts {
			for _, h := range part.Households {
				only := q.Terms[q.Households[h].ID].Worker
				if own := slices.IndexFunc(parts, func(part Part) bool {
					return slices.ContainsFunc(part.Workers, func(w int32) bool { return q.Workers[w].ID == only })
				}); own >= 0 && own != k {
					rt.Errorf("household %d is in part %d, and its only worker in part %d", h, k, own)
				}
			}
		}
		once := func(numbers []int32) bool {
			slices.Sort(numbers)
			return len(slices.Compact(slices.Clone(numbers))) == len(numbers)
		}
		if len(households) != len(q.Households) || !once(households) || !once(workers) {
			rt.Fatalf("%d of %d households, %d of %d workers in parts", len(households), len(q.Households), len(workers), len(q.Workers))
		}
		for _, s := range seams {
			for _, h := range s.Households {
				if !slices.Contains(parts[s.Parts[0]].Households, h) && !slices.Contains(parts[s.Parts[1]].Households, h) {
					rt.Errorf("household %d is at a seam of parts that do not have it", h)
				}
			}
		}
		plan, err := Draw(t.Context(), q, whole)
		if err != nil {
			rt.Fatal(err)
		}
		if len(workers) == 0 {
			return // nobody gets anywhere
		}
		if problems := broken(&plan, &q); len(problems) > 0 {
			rt.Fatal(strings.Join(problems, "\n"))
		}
	})
}

// A town in two parts is cut along streets, and they know each other across the seam.
func TestDivide_CutsLargePieces(t *testing.T) {
	t.Parallel()
	q := request(t, houses(200, rand.New(rand.NewPCG(3, 1))))
	q.WorkerCount = 0
	for k := range 4 {
		w := fixed(fmt.Sprint("w", k))
		w.Roams = true
		q.Workers = append(q.Workers, w)
	}
	parts, seams, err := Divide(t.Context(), q, 100)
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) != 2 || len(parts[0].Workers) != 2 || len(parts[1].Workers) != 2 {
		t.Fatalf("%d parts", len(parts))
	}
	work := func(part Part) (doors int) {
		for _, h := range part.Households {
			doors += q.Households[h].Doors
		}
		return doors
	}
	if a, b := work(parts[0]), work(parts[1]); max(a, b)*10 > min(a, b)*11 {
		t.Errorf("parts of %d and %d doors", a, b)
	}
	if len(seams) != 1 || len(seams[0].Households) < 2 || len(seams[0].Households) > 100 {
		t.Errorf("seams: %v", seams)
	}
	if _, _, err := Divide(t.Context(), request(t, q.Households), 100); err == nil {
		t.Error("a round is divided among workers who have no names")
	}
}

// A worker has a door of the own territory for whom another part's workers have no time.
func TestDivide_KeepsHouseholdsWhereTheyCanBeVisited(t *testing.T) {
	t.Parallel()
	q := request(t, houses(40, rand.New(rand.NewPCG(5, 1))))
	q.WorkerCount, q.Round.Days = 0, 5
	for k, shift := range [][2]string{{"08:30", "14:30"}, {"08:30", "09:30"}} {
		w := fixed(fmt.Sprint("w", k))
		w.Roams, w.Shift = true, shift
		q.Workers = append(q.Workers, w)
	}
	for k := range q.Households {
		q.Households[k].Window = &geo.Window{Opens: 12 * time.Hour, Closes: 13 * time.Hour}
	}
	parts, _, err := Divide(t.Context(), q, 20)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range parts {
		if slices.Contains(part.Workers, 1) && len(part.Households) > 0 {
			t.Errorf("the worker of the mornings has %d households that open at noon", len(part.Households))
		}
	}
}

// What is drawn from a sketch is what would have been proposed at once.
func TestDraw_IsWhatProposeGives(t *testing.T) {
	t.Parallel()
	q := request(t, houses(40, rand.New(rand.NewPCG(7, 1))))
	q.WorkerCount = 0
	roams := fixed("roams")
	roams.Roams = true
	q.Workers, q.Round.Days = []Worker{fixed("a"), roams}, 2
	q.NotBefore, q.Hours = 9*time.Hour, map[string]map[string]geo.Window{"a": {"2027-03-02": *window("09:00", "12:00")}}
	at, err := Propose(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	sketch, err := Outline(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := Draw(t.Context(), q, sketch)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(at.Routes, drawn.Routes) || !reflect.DeepEqual(at.Unplanned, drawn.Unplanned) || at.Totals != drawn.Totals {
		t.Errorf("proposed %+v, drawn %+v", at.Totals, drawn.Totals)
	}
}
