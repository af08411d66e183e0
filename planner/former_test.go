package planner

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rounds-project/rounds/geo"
)

func TestPropose_StaysCloseToTheLastRound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 2))
		n := rapid.IntRange(60, 160).Draw(rt, "households")
		q := request(t, houses(n, random))
		q.Iterations, q.WorkerCount = 60, rapid.IntRange(2, 4).Draw(rt, "workers")
		last, err := Propose(t.Context(), q)
		if err != nil {
			rt.Fatal(err)
		}
		// A twentieth of the households goes, as many come.
		changed := (n + 19) / 20
		next := q
		next.Households = slices.Clone(q.Households)
		random.Shuffle(n, func(i, j int) {
			next.Households[i], next.Households[j] = next.Households[j], next.Households[i]
		})
		for k, h := range houses(changed, random) {
			next.Households[k] = geo.Household{ID: "new " + h.ID, At: h.At, Doors: h.Doors}
		}
		next.Round.From = "2027-09-06"
		next.Round.Days = last.Round.Days + 1
		next.Workers = slices.Clone(last.Workers)
		for i := range next.Workers {
			next.Workers[i].Roams = false
		}
		if next.Former, err = last.Former(next.Round.From); err != nil {
			rt.Fatal(err)
		}
		plan, err := Propose(t.Context(), next)
		if err != nil {
			rt.Fatal(err)
		}
		if plan.Totals.Unplanned > 0 {
			rt.Fatalf("%+v", plan.Unplanned)
		}
		kept, both := plan.Kept(next.Former)
		if both != n-changed || 10*(both-kept) > both {
			rt.Fatalf("%d of %d households keep worker and day", kept, both)
		}
	})
}
