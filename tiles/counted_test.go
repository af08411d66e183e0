package tiles_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/rounds-project/rounds/tiles"
)

// What is late depends on the day: sums of yesterday are not those of today.
func TestCounted_AreThoseOfTheDay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var days atomic.Int64
	server, err := tiles.New(s.DB, tiles.Options{Today: func() time.Time { return s.Today.AddDate(0, 0, int(days.Load())) }})
	if err != nil {
		t.Fatal(err)
	}
	s.server = server
	known := func() bool {
		_, ok := server.Counted(t.Context(), s.Round)
		return ok
	}
	if known() {
		t.Error("sums are told that nobody follows")
	}
	s.follow(t)
	for deadline := time.Now().Add(time.Minute); !known(); {
		if time.Now().After(deadline) {
			t.Fatal("nobody follows what happens")
		}
	}
	days.Store(1)
	if known() {
		t.Error("the sums of yesterday are told")
	}
	days.Store(0)
	if !known() {
		t.Error("the sums of the day are not told")
	}
}
