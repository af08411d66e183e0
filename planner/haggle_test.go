package planner

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rounds-project/rounds/planner/territory"
)

// What is haggled over leaves the busiest worker with less, never more; routes and territories agree.
func TestHaggle_LeavesTheBusiestWithLess(t *testing.T) {
	t.Parallel()
	better := 0
	for seed := range uint64(12) {
		q := request(t, houses(40, rand.New(rand.NewPCG(seed, 9))))
		q.WorkerCount, q.Iterations = 5, 6000
		if err := q.validate(); err != nil {
			t.Fatal(err)
		}
		p := &proposal{Request: q, reasons: make([]Reason, len(q.Households)), begun: time.Now()}
		for _, step := range []func(context.Context) error{p.snap, p.deal} {
			if err := step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for _, g := range p.groups {
			// The split is even here: some households go to others first.
			for from := range int32(len(g.crews)) {
				if offers := territory.Offers(g.graph, g.division, from); len(offers) > 0 {
					territory.Accept(g.division, offers[0])
				}
			}
			p.take(g)
		}
		if err := p.solveAll(t.Context(), p.probe, false); err != nil {
			t.Fatal(err)
		}
		for _, g := range p.groups {
			_, before := p.loads(g)
			if err := p.haggle(t.Context(), g, time.Time{}, 3000); err != nil {
				t.Fatal(err)
			}
			_, after := p.loads(g)
			if after > before+1e-9 {
				t.Errorf("seed %d: the busiest had %.3f of the fair share, and has %.3f", seed, before, after)
			}
			if after < before {
				better++
			}
			for k, c := range g.crews {
				sameHouseholds(t, g, int32(k), c)
			}
		}
	}
	if better < 3 {
		t.Errorf("only %d groups became more even", better)
	}
}

// sameHouseholds compares a crew's territory and blocks with the division.
func sameHouseholds(t *testing.T, g *group, k int32, c *crew) {
	t.Helper()
	want, blocks := map[int32]bool{}, 0
	for i, of := range g.division.Of {
		if of == k {
			want[g.households[i]] = true
		}
	}
	for _, b := range c.blocks {
		for _, h := range b.households {
			if blocks++; !want[h] {
				t.Errorf("%s has household %d on a block, which is not in the territory", c.ID, h)
			}
		}
	}
	if len(want) != blocks || len(c.territory) != blocks {
		t.Errorf("%s: %d households in the division, %d in the territory, %d on blocks", c.ID, len(want), len(c.territory), blocks)
	}
}
