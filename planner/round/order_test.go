package round_test

import (
	"testing"

	"github.com/rounds-project/rounds/planner/round"
)

// Somebody adds places outside of the round, then a plan is published, then the same one
// adds places within: each goes on, one after the other.
func TestPublish_WaitsForPlacesThatAreBeingAdded(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	plan := o.made(round.Order{})
	tx, err := o.Owner.Begin(t.Context())
	o.must(err)
	defer tx.Rollback(t.Context())
	const add = `INSERT INTO rounds.households (id, area_id, source_key, street, house_number, doors, cell, at)
		SELECT gen_random_uuid(), area_id, 'new ' || source_key, street, 'new', 1, cell, at FROM rounds.households WHERE
			(area_id IN (SELECT area_id FROM rounds.round_areas WHERE round_id = $1)) = $2 ORDER BY source_key LIMIT 1`
	_, err = tx.Exec(t.Context(), add, o.Round, false)
	o.must(err)
	published := make(chan error, 1)
	go func() { published <- o.book.Publish(t.Context(), o.supervisor, plan, o.DB.Now()) }()
	o.until("the publishing waits", func() bool {
		return o.Count("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") > 0
	})
	_, err = tx.Exec(t.Context(), add, o.Round, true)
	o.must(err)
	o.must(tx.Commit(t.Context()))
	o.must(<-published)
	if n := o.Count("SELECT count(*) FROM rounds.unplanned WHERE plan_id = $1 AND reason = 'not_yet'", plan); n != 1 {
		t.Errorf("%d places came while the plan was published, want 1", n)
	}
}
