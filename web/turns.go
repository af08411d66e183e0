package web

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// turnWait is how long one waits for a turn at most: who waited and had it is answered
// within a second, however many come.
const turnWait = 800 * time.Millisecond

// errNoTurn says that the wait would be longer than anybody is to wait.
var errNoTurn = errors.New("web: too many wait")

// turns lets so many at once do something, in the order in which they came, and tells who
// would wait in vain at once.
type turns struct {
	mu      sync.Mutex
	atOnce  int
	taken   int
	waiting []chan struct{}
	// lasts is how long a turn takes: a moving mean.
	lasts time.Duration
}

func newTurns(atOnce int) *turns { return &turns{atOnce: atOnce} }

// enter waits for a turn and gives what ends it. The error is [errNoTurn] or that of ctx.
func (t *turns) enter(ctx context.Context) (leave func(), err error) {
	t.mu.Lock()
	if t.taken < t.atOnce {
		t.taken++
		t.mu.Unlock()
		return t.turn(), nil
	}
	if t.lasts*time.Duration(len(t.waiting)+1)/time.Duration(t.atOnce) > turnWait {
		t.mu.Unlock()
		return nil, errNoTurn
	}
	mine := make(chan struct{})
	t.waiting = append(t.waiting, mine)
	t.mu.Unlock()

	over := time.NewTimer(turnWait)
	defer over.Stop()
	select {
	case <-mine:
		return t.turn(), nil
	case <-over.C:
		err = errNoTurn
	case <-ctx.Done():
		err = ctx.Err()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.waiting, mine)
	if i < 0 { // it came at the same moment
		return t.turn(), nil
	}
	t.waiting = slices.Delete(t.waiting, i, i+1)
	return nil, err
}

// turn is what ends the turn that begins now, and gives it to who waits first.
func (t *turns) turn() (leave func()) {
	began := time.Now()
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		const weight = 16
		t.lasts += (time.Since(began) - t.lasts) / weight
		if len(t.waiting) == 0 {
			t.taken--
			return
		}
		close(t.waiting[0])
		t.waiting = slices.Delete(t.waiting, 0, 1)
	}
}

// comeBackS is after how many seconds who got no turn is to come again: not all at once.
func comeBackS() int {
	const least, spread = 5, 10
	return least + rand.IntN(spread+1) // #nosec G404 -- spreads load
}
