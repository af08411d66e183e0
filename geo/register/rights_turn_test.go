package register

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
)

// Who asks while a look is under way waits for the next, however many they are; so no
// answer is older than its question.
func TestTurn_AnswersNobodyWithALookThatBeganBefore(t *testing.T) {
	t.Parallel()
	var turns turn
	begun, gate := make(chan int64), make(chan struct{})
	looks := int64(0)
	read := func(context.Context) (rights, error) {
		looks++ // one at a time
		n := looks
		begun <- n
		<-gate
		return rights{version: n}, nil
	}
	answers := make(chan int64)
	ask := func() {
		now, err := turns.ask(t.Context(), read)
		if err != nil {
			t.Error(err)
		}
		answers <- now.version
	}
	go ask()
	<-begun
	const others = 20
	for range others {
		go ask()
	}
	for waiting := false; !waiting; { // at least one has asked
		turns.mu.Lock()
		waiting = turns.next != nil
		turns.mu.Unlock()
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := turns.ask(gone, read); !errors.Is(err, context.Canceled) {
		t.Errorf("who leaves gets %v", err)
	}
	gate <- struct{}{}
	if first := <-answers; first != 1 {
		t.Errorf("who asked first is answered by look %d", first)
	}
	for left := others; left > 0; {
		select {
		case n := <-begun:
			gate <- struct{}{}
			_ = n
		case n := <-answers:
			left--
			if n < 2 {
				t.Errorf("who asked later is answered by look %d", n)
			}
		}
	}
	if looks > others {
		t.Errorf("%d looks for %d questions", looks, others+1)
	}
}

func TestMemory_HoldsForOneStateAndUntilAGrantEnds(t *testing.T) {
	t.Parallel()
	var kept memory[uuid.UUID, int]
	noon := time.Date(2027, 3, 8, 12, 0, 0, 0, time.UTC)
	end := noon.Add(time.Minute)
	looks := 0
	look := func() (int, *time.Time, error) { looks++; return looks, &end, nil }
	for _, step := range []struct {
		what string
		now  rights
		want int
	}{
		{"at first", rights{version: 1, at: noon}, 1},
		{"again", rights{version: 1, at: end.Add(-1)}, 1},
		{"when a grant has ended", rights{version: 1, at: end}, 2},
		{"after a commit", rights{version: 2, at: noon}, 3},
		{"for who read the state before it", rights{version: 1, at: noon}, 4},
		{"after the commit again", rights{version: 2, at: noon}, 5},
	} {
		if got, err := kept.get(step.now, uuid.Nil, look); err != nil || got != step.want {
			t.Errorf("%s: answer %d, want %d (%v)", step.what, got, step.want, err)
		}
	}
	failed := errors.New("no answer")
	if _, err := kept.get(rights{version: 9}, uuid.Nil, func() (int, *time.Time, error) { return 0, nil, failed }); !errors.Is(err, failed) {
		t.Errorf("%v, want the error", err)
	}
	if got, _ := kept.get(rights{version: 9}, uuid.Nil, look); got != 6 {
		t.Errorf("an error is remembered: %d", got)
	}
}
