package register_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// Who follows is told when the connection is lost and when there is one again, and hears
// what is told then.
func TestFollow_TellsWhatMayBeMissed(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	following, stop := context.WithCancel(t.Context())
	told := make(chan string, 100)
	say := func(word string) func() { return func() { told <- word } }
	done := make(chan struct{})
	go func() {
		defer close(done)
		town.DB.Follow(following, slog.New(slog.DiscardHandler), []string{"rounds_work"}, say("ready"), say("lost"), func(_, payload string) { told <- payload })
	}()
	next := func(want string) {
		t.Helper()
		if word := <-told; word != want {
			t.Fatalf("told %q, want %q", word, want)
		}
	}
	next("ready")
	town.Exec("SELECT pg_notify('rounds_work', 'before')")
	next("before")
	town.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'")
	next("lost")
	next("ready")
	town.Exec("SELECT pg_notify('rounds_work', 'after')")
	next("after")
	stop()
	next("lost")
	<-done
}
