package register_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
)

// Maps hear where a matter was reported, and that one was closed.
func TestIncidents_AreToldToMaps(t *testing.T) {
	t.Parallel()
	c := cities(t)
	_, err := c.owner.Exec(t.Context(), "LISTEN rounds_hazards; LISTEN nothing_more")
	c.must(err)
	id, at := uuid.New(), orb.Point{1.05, 42.05}
	filed, _, err := c.db.ReportIncident(t.Context(), c.worker, c.keys, register.Report{ID: id, Matter: "damaged_stairs", At: at, Source: "doorstep", ReportedOn: day})
	c.must(err)
	_, err = c.owner.Exec(t.Context(), "UPDATE rounds.incidents SET state = 'closed', closed_on = $2 WHERE id = $1", id, day)
	c.must(err)
	// What was not told by now will not be.
	_, err = c.as(register.Service("operator"), "NOTIFY nothing_more")
	c.must(err)
	cell, err := geo.LeafCell(at)
	c.must(err)
	for range 2 {
		heard, err := c.owner.WaitForNotification(t.Context())
		c.must(err)
		if want := fmt.Sprintf("%d %s", int64(cell), filed.Area); heard.Payload != want {
			t.Errorf("on %s maps hear %q, want %q", heard.Channel, heard.Payload, want)
		}
	}
}
