package planner

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// quarters are the areas of households: the town cut in four, nw, ne, sw and se.
func quarters(q *Request) {
	q.Areas = nil
	for i := range q.Households {
		name := [2]string{"s", "n"}[index(q.Households[i].At[1] > 42.5+spacing*side/2)] + [2]string{"w", "e"}[index(q.Households[i].At[0] > 1.5+spacing*side/2)]
		q.Areas = append(q.Areas, name)
	}
}

func index(second bool) int {
	if second {
		return 1
	}
	return 0
}

func (q *Request) areaOf(household string) string {
	for i := range q.Households {
		if q.Households[i].ID == household {
			return q.Areas[i]
		}
	}
	return ""
}

// strangers are the stops to which a worker's areas do not let the worker, and the
// households that nobody's areas hold and that are not said to be such.
func strangers(plan *Plan, q *Request) (wrong []string) {
	held := map[string]bool{}
	areas := map[string][]string{}
	for _, w := range q.Workers {
		areas[w.ID] = w.Areas
		for _, name := range w.Areas {
			held[name] = true
		}
	}
	for _, r := range plan.Routes {
		for _, s := range r.Stops {
			if !slices.Contains(areas[r.Worker], q.areaOf(s.Household)) {
				wrong = append(wrong, fmt.Sprintf("%s, who has %v, visits %s in %s", r.Worker, areas[r.Worker], s.Household, q.areaOf(s.Household)))
			}
		}
	}
	for _, u := range plan.Unplanned {
		if (u.Reason == NoGrant) == held[q.areaOf(u.Household)] {
			wrong = append(wrong, fmt.Sprintf("%s in %s is unplanned: %s", u.Household, q.areaOf(u.Household), u.Reason))
		}
	}
	return wrong
}

// Whoever has which areas: nobody is led to an area of others, in a new plan or in one
// that is revised after areas have changed hands.
func TestPropose_KeepsToTheAreasOfTheWorkers(t *testing.T) {
	t.Parallel()
	all := []string{"nw", "ne", "sw", "se"}
	for seed := range uint64(24) {
		random := rand.New(rand.NewPCG(seed, 5))
		q := request(t, houses(40+random.IntN(40), random))
		quarters(&q)
		q.WorkerCount, q.Round.Days, q.Iterations = 0, 12, 60
		deal := func() {
			q.Workers = nil
			for n := range 2 + random.IntN(4) {
				w := fixed(fmt.Sprint("w", n))
				w.Roams = random.IntN(2) == 0
				w.Areas = []string{all[random.IntN(4)], "elsewhere", all[random.IntN(4)]}
				q.Workers = append(q.Workers, w)
			}
		}
		deal()
		plan := propose(t, q)
		if wrong := strangers(&plan, &q); len(wrong) > 0 {
			t.Fatalf("seed %d: %s", seed, strings.Join(wrong, "\n"))
		}
		if plan.Totals.Planned == 0 {
			t.Errorf("seed %d: nothing is planned", seed)
		}
		former, err := plan.Former(q.Round.From)
		if err != nil {
			t.Fatal(err)
		}
		q.Former = former
		deal()
		revised := propose(t, q)
		if wrong := strangers(&revised, &q); len(wrong) > 0 {
			t.Fatalf("seed %d, revised: %s", seed, strings.Join(wrong, "\n"))
		}
	}
}

// Workers of the same areas share these evenly, whatever there is elsewhere.
func TestPropose_IsEvenAmongThoseWhoShareAreas(t *testing.T) {
	t.Parallel()
	q := request(t, houses(120, rand.New(rand.NewPCG(6, 6))))
	quarters(&q)
	q.WorkerCount, q.Round.Days, q.Iterations = 0, 20, 2000
	for n, areas := range [][]string{{"nw"}, {"nw"}, {"ne", "se", "sw"}} {
		w := fixed(fmt.Sprint("w", n))
		w.Roams, w.Areas = true, areas
		q.Workers = append(q.Workers, w)
	}
	plan := propose(t, q)
	work := map[string]int{}
	for _, r := range plan.Routes {
		work[r.Worker] += r.work
	}
	if mean := (work["w0"] + work["w1"]) / 2; max(work["w0"], work["w1"]) > mean+mean/10 || work["w2"] < 2*mean {
		t.Errorf("%v; w0 and w1 share a quarter, w2 has the others", work)
	}
}

func TestPropose_RefusesAreasThatNobodyKnows(t *testing.T) {
	t.Parallel()
	q := request(t, houses(25, rand.New(rand.NewPCG(4, 4))))
	w := fixed("a")
	w.Areas = []string{"nw"}
	q.Workers = []Worker{w}
	if _, err := Propose(t.Context(), q); err == nil || !strings.Contains(err.Error(), "no household has one") {
		t.Error(err)
	}
	q.Areas = []string{"nw"}
	if _, err := Propose(t.Context(), q); err == nil || !strings.Contains(err.Error(), "there are 25") {
		t.Error(err)
	}
}
