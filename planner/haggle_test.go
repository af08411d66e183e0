package planner

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
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

// Nobody to whom a place is promised loses it so that others have more even work, or for
// somebody to whom none is.
func TestHaggle_KeepsPromises(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(10, 77))
	q := request(t, houses(30+random.IntN(60), random))
	quarters(&q)
	all := []string{"nw", "ne", "sw", "se"}
	q.WorkerCount, q.Round.Days, q.Iterations, q.Threads = 0, 1+random.IntN(2), 1500, 1
	for n := range 2 + random.IntN(3) {
		w := fixed(fmt.Sprint("w", n))
		w.Roams = random.IntN(2) == 0
		w.Areas = []string{all[random.IntN(4)], all[random.IntN(4)], all[random.IntN(4)]}
		q.Workers = append(q.Workers, w)
	}
	q.Terms = randomTerms(random, &q)
	for _, h := range q.Households {
		if terms := q.Terms[h.ID]; random.IntN(4) == 0 {
			terms.Appointment = true
			q.Terms[h.ID] = terms
		}
	}
	p, err := newProposal(q)
	if err != nil {
		t.Fatal(err)
	}
	final := func(ctx context.Context) error { return p.solveAll(ctx, p.final(time.Second, 2000), true) }
	if err := p.run(t.Context(), p.snap, p.deal, p.even, p.rehome, final); err != nil {
		t.Fatal(err)
	}
	before, everybody := p.leftOut()
	if err := p.haggleAll(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if after, still := p.leftOut(); after > before || after == before && still > everybody {
		t.Errorf("%d of those promised a place were out, and %d in all; now %d and %d", before, everybody, after, still)
	}
}

// leftOut counts the households on no day of their crew: those promised a place, and all.
func (p *proposal) leftOut() (promised, all int) {
	for _, c := range p.crews {
		for _, b := range c.blocks {
			out := slices.Concat(b.left, b.unfit)
			those, _ := parted(out, p.promised)
			promised, all = promised+len(those), all+len(out)
		}
	}
	return promised, all
}
