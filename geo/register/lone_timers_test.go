package register_test

import (
	"errors"
	"testing"
	"time"

	"github.com/rounds-project/rounds/geo/register"
)

func TestLoneTimers_AreSeenOnlyWhenTheyLapse(t *testing.T) {
	t.Parallel()
	v := visitingToday(t)
	start := day.Add(10 * time.Hour)
	now := func(after time.Duration) { v.db.Now = func() time.Time { return start.Add(after) } }
	now(0)
	everybody := v.everybody()
	everybody["handler"] = v.handler
	for name, principal := range everybody {
		err := v.db.StartLoneTimer(t.Context(), principal, start.Add(time.Hour))
		if (name == "worker" || name == "colleague") != (err == nil) {
			t.Errorf("%s starts a timer: %v", name, err)
		}
	}
	v.must(v.db.StopLoneTimer(t.Context(), v.colleague))
	v.must(v.db.StopLoneTimer(t.Context(), v.colleague))
	lapsed := func(principal register.Principal) []register.LapsedTimer {
		found, err := v.db.LapsedTimers(t.Context(), principal)
		v.must(err)
		return found
	}
	now(59 * time.Minute)
	for name, principal := range everybody {
		if n, err := v.as(principal, "SELECT 1 FROM rounds.lone_timers"); err != nil || n != map[bool]int{true: 1}[name == "worker"] {
			t.Errorf("before it lapses %s sees %d, %v", name, n, err)
		}
	}
	v.must(v.db.StartLoneTimer(t.Context(), v.worker, start.Add(2*time.Hour)))
	now(time.Hour)
	if got := lapsed(v.supervisor); len(got) != 0 {
		t.Errorf("after it was extended the supervisor sees %+v", got)
	}
	_, err := v.visit(v.rounds(), v.households[0], "done")
	v.must(err)
	now(2 * time.Hour)
	got := lapsed(v.supervisor)
	if len(got) != 1 || got[0].Worker != v.workerID || got[0].Next == nil || got[0].Next.Number != "2" || !got[0].LapsedAt.Equal(start.Add(2*time.Hour)) {
		t.Fatalf("the supervisor sees %+v", got)
	}
	for name, principal := range everybody {
		if name != "supervisor" && len(lapsed(principal)) != 0 {
			t.Errorf("%s sees a timer that lapsed", name)
		}
	}
	// Who has been moved is missed where the worker is planned for now.
	_, err = v.owner.Exec(t.Context(), "UPDATE rounds.workers SET area_id = $1 WHERE id = $2", v.middle, v.workerID)
	v.must(err)
	if here, there := lapsed(v.supervisor), lapsed(v.sibling); len(here) != 0 || len(there) != 1 || there[0].Worker != v.workerID {
		t.Errorf("after the worker moved the old supervisor sees %+v, the new one %+v", here, there)
	}
	_, err = v.owner.Exec(t.Context(), "UPDATE rounds.workers SET area_id = $1 WHERE id = $2", v.west, v.workerID)
	v.must(err)
	if lapses, err := v.db.LoneTimer(t.Context(), v.worker); err != nil || lapses == nil || !lapses.Equal(start.Add(2*time.Hour)) {
		t.Errorf("the worker's own is %v, %v", lapses, err)
	}
	if err := v.db.StartLoneTimer(t.Context(), v.worker, start.Add(11*time.Hour)); constraint(err) != "policy" {
		t.Errorf("a timer of nine hours: %v", err)
	}
	if err := v.db.StartLoneTimer(t.Context(), v.supervisor, start.Add(3*time.Hour)); !errors.Is(err, register.ErrNoWorker) {
		t.Errorf("a supervisor's timer: %v", err)
	}
}

// rounds is the one round.
func (v *visiting) rounds() (id [16]byte) {
	v.Helper()
	v.must(v.owner.QueryRow(v.Context(), "SELECT id FROM rounds.rounds").Scan(&id))
	return id
}
