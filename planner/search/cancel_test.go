package search

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// countdown is a context that ends when it is asked for the n-th time, so that the work
// between two looks, and after the last, can be counted rather than timed.
type countdown struct {
	context.Context
	left atomic.Int64
	work func() int64
	// most is the most work between two looks, before how much there was by the last.
	most, before int64
}

func (c *countdown) Err() error {
	if c.work != nil {
		done := c.work()
		c.most, c.before = max(c.most, done-c.before), done
	}
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// Done never closes: only looks count.
func (c *countdown) Done() <-chan struct{} { return nil }

func TestSolve_StopsSoonAfterItIsCalledOff(t *testing.T) {
	t.Parallel()
	for _, p := range []*vrp.Problem{townProblem(t, 700, true), townProblem(t, 2000, false), richProblem(t, 500)} {
		for _, n := range []int64{0, 1, 10, 40, 100, 200} {
			ctx := &countdown{Context: context.Background()}
			ctx.left.Store(n)
			s, stats, err := Solve(ctx, p, Params{Iterations: 1 << 40, Threads: 1})
			if err != nil {
				t.Fatal(err)
			}
			if cost, err := vrp.Check(p, s); cost != stats.Cost || err != nil && cost.Missing == 0 {
				t.Errorf("called off at look %d: %v, %+v, counted %+v", n, err, cost, stats.Cost)
			}
			// Every look allows for checkEvery iterations.
			if stats.Iterations > n*checkEvery {
				t.Errorf("called off at look %d: %d iterations", n, stats.Iterations)
			}
		}
	}
}

// What an engine does between two looks is bounded by stops and iterations, so that it
// takes a few milliseconds whatever the size of its part.
func TestEngine_LooksOftenWhetherToStop(t *testing.T) {
	t.Parallel()
	p := townProblem(t, 1500, true)
	m := wholeModel(p)
	for _, polish := range []bool{false, true} {
		e := newEngine(m, random{1})
		work := func() int64 { return int64(m.n-len(e.s.pool)) + e.s.undo.epoch }
		ctx := &countdown{Context: context.Background(), work: work}
		ctx.left.Store(3)
		e.until(ctx)
		e.start(polish)
		if served := m.n - len(e.s.pool); served > 5*haltEvery || served < haltEvery {
			t.Errorf("%d stops were served, called off at the third look", served)
		}
		if ctx.most > haltEvery {
			t.Errorf("%d stops were served between two looks", ctx.most)
		}
		if len(e.descent.queue) > 0 {
			t.Errorf("%d stops are still queued", len(e.descent.queue))
		}
	}
}
