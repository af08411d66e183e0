package web

import (
	"net/http"
	"testing"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// A tile that somebody was just shown, and whose tag they know, is refused from the commit on
// that takes the right to it.
func TestRights_ATileIsDeniedWithTheCommit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	x, y := tileOf(1.04, 42.045, 13)
	tile := tilePath("work", 13, x, y) + "?round=" + w.Round.String()
	for _, step := range []struct {
		what, account, take, give string
		want                      int
	}{
		{"the grants sleep", registertest.WestSupervisor, "UPDATE rounds.grants SET asleep_since = now() WHERE account_id = $1", "UPDATE rounds.grants SET asleep_since = NULL WHERE account_id = $1", http.StatusUnauthorized},
		{"the account is disabled", registertest.CountyAnalyst, "UPDATE rounds.accounts SET disabled_at = now() WHERE id = $1", "UPDATE rounds.accounts SET disabled_at = NULL WHERE id = $1", http.StatusUnauthorized},
		{"the grant is for something else", registertest.WestWorker, "UPDATE rounds.grants SET purpose = 'census_follow_up' WHERE account_id = $1", "UPDATE rounds.grants SET purpose = 'fire_safety' WHERE account_id = $1", http.StatusNotFound},
		{"the session ends", registertest.CountySupervisor, "DELETE FROM rounds.sessions WHERE account_id = $1", "", http.StatusUnauthorized},
	} {
		caller := w.caller(step.account)
		first := caller.do("GET", tile, nil, "Accept-Encoding", "gzip").want(http.StatusOK)
		tag := first.header.Get("ETag")
		for range 3 {
			caller.do("GET", tile, nil, "Accept-Encoding", "gzip", "If-None-Match", tag).want(http.StatusNotModified)
			w.Exec(step.take, w.As(step.account).Account)
			if after := caller.do("GET", tile, nil, "Accept-Encoding", "gzip", "If-None-Match", tag); after.status != step.want {
				t.Errorf("%s: %d, want %d", step.what, after.status, step.want)
			}
			if step.give == "" {
				break
			}
			w.Exec(step.give, w.As(step.account).Account)
		}
	}
}
