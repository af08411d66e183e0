package web

import (
	"net/http"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

type messages struct {
	Items []messageBody `json:"items"`
}

// What a supervisor sends comes with the next sync of those it is for, until they say that
// they understood, once; the supervisor sees who did, and nobody else does.
func TestMessages_AreUnderstood(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker, other := w.caller(registertest.WestWorker), w.caller(registertest.MiddleWorker)
	county, west := w.caller(registertest.CountySupervisor), w.caller(registertest.WestSupervisor)
	w.Exec("INSERT INTO rounds.notice_targets (id, account_id, channel, target) VALUES (gen_random_uuid(), $1, 'push', $2)", w.As(registertest.WestWorker).Account, make([]byte, 1052))
	team, one := uuid.New(), uuid.New()
	for range 2 {
		county.do("PUT", "/api/v1/messages/"+team.String(), map[string]any{"area_id": w.Area("County"), "text": "The office closes at noon"}).want(http.StatusNoContent)
	}
	west.do("PUT", "/api/v1/messages/"+one.String(), map[string]any{"worker_id": w.Workers[0], "text": "Your vest is here"}).want(http.StatusNoContent)
	county.do("PUT", "/api/v1/messages/"+one.String(), map[string]any{"worker_id": w.Workers[0], "text": "Your vest is here"}).problem(http.StatusConflict, "id_taken", "id")

	told := func(who *caller) (ids []uuid.UUID) {
		for _, m := range who.synced(d, w.sync("")).Messages {
			ids = append(ids, m.ID)
		}
		return ids
	}
	if got := told(worker); len(got) != 2 || got[0] != team || got[1] != one {
		t.Errorf("the worker is told of %v", got)
	}
	if got := told(other); len(got) != 1 || got[0] != team {
		t.Errorf("another worker is told of %v", got)
	}
	// The notice says that there is something, not what, once for each.
	if n := w.Count("SELECT count(*) FROM rounds.notices WHERE kind = 'message' AND about IN ($1, $2)", team, one); n != 2 {
		t.Errorf("%d notices, want 2", n)
	}

	understood := func(message uuid.UUID) map[string]any {
		return w.operation("understood", map[string]any{"message_id": message})
	}
	said := understood(team)
	for range 2 {
		for i, result := range worker.synced(d, w.sync("", said, understood(team), understood(uuid.New()))).Results {
			if result.State != "taken" {
				t.Errorf("%d: %+v", i, result)
			}
		}
	}
	// What went to somebody else is not one's own to understand.
	if got := states(other.synced(d, w.sync("", understood(one)))); got[0] != "taken " {
		t.Errorf("%v", got)
	}
	if got := told(worker); len(got) != 1 || got[0] != one {
		t.Errorf("after the first was understood the worker is told of %v", got)
	}

	seen := func(who *caller) (seen map[uuid.UUID]string) {
		var list messages
		d.holds("GET /api/v1/messages", who.do("GET", "/api/v1/messages", nil)).to(&list)
		seen = map[uuid.UUID]string{}
		for _, m := range list.Items {
			for _, to := range m.To {
				state := " waits"
				if to.UnderstoodAt != nil {
					state = " understood"
				}
				seen[m.ID] += to.Code + state + "; "
			}
		}
		return seen
	}
	if got := seen(county); len(got) != 2 || got[team] != "w01 understood; w02 waits; " || got[one] != "w01 waits; " {
		t.Errorf("the county's supervisor sees %v", got)
	}
	if got := seen(west); len(got) != 1 || got[one] != "w01 waits; " {
		t.Errorf("the town's supervisor sees %v", got)
	}
	worker.do("GET", "/api/v1/messages", nil).problem(http.StatusForbidden, "role", "")
}
