package web

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// queued are turns, and what became of who waited for them, after how long, in which order.
type queued struct {
	*turns
	got   []error
	after []time.Duration
	order []int
}

// come has n more wait for a turn, one after the other.
func (q *queued) come(t *testing.T, n int) {
	for range n {
		i := len(q.got)
		q.got, q.after = append(q.got, errors.New("waits")), append(q.after, 0)
		began := time.Now()
		go func() {
			_, err := q.enter(t.Context())
			q.got[i], q.after[i] = err, time.Since(began)
			if err == nil {
				q.order = append(q.order, i)
			}
		}()
		synctest.Wait()
	}
}

// Whoever sleeps in these tests sleeps by the clock of synctest, which takes no time.

func TestTurns_ComeInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := queued{turns: newTurns(2)}
		first, err := q.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		q.come(t, 4) // the first of them at once
		for range 3 {
			first()
			synctest.Wait()
		}
		if want := []int{0, 1, 2, 3}; !slices.Equal(q.order, want) {
			t.Errorf("turns went to %v, want %v", q.order, want)
		}
	})
}

func TestTurns_NobodyWaitsForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := queued{turns: newTurns(1)}
		if _, err := q.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		q.come(t, 3)
		time.Sleep(turnWait)
		synctest.Wait()
		for i, after := range q.after {
			if q.got[i] != errNoTurn || after != turnWait {
				t.Errorf("%v after %v, want %v", q.got[i], after, turnWait)
			}
		}
	})
}

func TestTurns_WhoWouldWaitInVainIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := queued{turns: newTurns(1)}
		for range 200 { // so that it is known how long a turn takes
			leave, err := q.enter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(turnWait / 3)
			leave()
		}
		leave, err := q.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		q.come(t, 4)
		if q.got[3] != errNoTurn || q.after[3] != 0 {
			t.Errorf("the fourth, who would wait longer than anybody: %v after %v", q.got[3], q.after[3])
		}
		if len(q.waiting) != 3 {
			t.Errorf("%d wait, want 3", len(q.waiting))
		}
		leave()
		synctest.Wait()
		if q.got[0] != nil {
			t.Errorf("the first: %v", q.got[0])
		}
		time.Sleep(turnWait)
	})
}

func TestTurns_WhoGoesAwayTakesNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := queued{turns: newTurns(1)}
		leave, err := q.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := q.enter(gone); !errors.Is(err, context.Canceled) {
			t.Errorf("a phone that hung up: %v", err)
		}
		leave()
		if _, err := q.enter(t.Context()); err != nil {
			t.Errorf("the next: %v", err)
		}
	})
}
