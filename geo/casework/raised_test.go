package casework_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// asksToBeTold gives accounts a browser for their notices.
func (o *office) asksToBeTold(accounts ...uuid.UUID) {
	o.Helper()
	for _, account := range accounts {
		o.Exec("INSERT INTO rounds.notice_targets (id, account_id, channel, target) VALUES (gen_random_uuid(), $1, 'push', $2)", account, make([]byte, 1052))
	}
}

// told is what was told of a case, each kind with whom.
func (o *office) told(id uuid.UUID) []string {
	o.Helper()
	rows, err := o.Owner.Query(o.Context(), "SELECT n.kind::text || ': ' || a.name FROM rounds.notices n JOIN rounds.accounts a ON a.id = n.account_id WHERE n.about = $1 ORDER BY 1", id)
	must(o, err)
	told, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(o, err)
	return told
}

// From the village to the town to the county, by clock or by hand: whoever answers for a case
// is told, of a lead on leave who stands in, and at the top that it is late.
func TestEscalation_TellsWhoAnswersAtEachLevel(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.Exec("DELETE FROM rounds.incidents")
	head, standIn, stranger := o.hire("Village head", register.CaseHandler, "West"), o.hire("Stand-in", register.CaseHandler, "West"), o.hire("Of no unit", register.CaseHandler, "West")
	village, county := uuid.New(), o.As(registertest.CountyHandler)
	o.Exec("INSERT INTO rounds.units (id, area_id, parent_id, level, branch, name, lead_id) VALUES ($1, $2, $3, 'village', 'one_stop_office', 'Village', $4)", village, o.Area("West"), o.west, head.Account)
	o.Exec("INSERT INTO rounds.unit_members VALUES ($1, $2), ($3, $4)", village, head.Account, o.west, standIn.Account)
	first, last := o.Today, o.Today.AddDate(0, 2, 0)
	must(t, o.SetDuty(t.Context(), o.As(registertest.WestSupervisor), o.west, standIn.Account, first, last))
	must(t, o.SetLeave(t.Context(), o.mediator, uuid.Nil, first, last, true))
	o.asksToBeTold(head.Account, standIn.Account, o.mediator.Account, county.Account, stranger.Account)

	byHand, ofCounty, late := o.report("road_damage"), o.report("information_leaflet"), o.report("information_leaflet")
	o.did(county, byHand, casework.Command{Name: "assign", Unit: village})
	o.did(head, byHand, casework.Command{Name: "escalate"})
	o.did(county, ofCounty, casework.Command{Name: "assign", Unit: o.county})
	due := o.did(county, late, casework.Command{Name: "assign", Unit: village}).DueOn
	o.on(due.AddDate(0, 0, 1))
	_, err := o.RunClocks(t.Context())
	must(t, err)
	for who, want := range map[*register.Principal]int{&head: 1, &standIn: 1, &county: 1, &stranger: 0} {
		digest, err := o.DB.Digest(t.Context(), *who, o.Today)
		must(t, err)
		if digest.Breached != want {
			t.Errorf("the digest of %s has %d late cases, want %d", who.Account, digest.Breached, want)
		}
	}
	o.on(due.AddDate(0, 0, 7)) // two working days later, whatever the weekday
	_, err = o.RunClocks(t.Context())
	must(t, err)

	for _, c := range []struct {
		id         uuid.UUID
		took, told []string
	}{
		{byHand, []string{"open", "assign", "escalate"}, []string{"case_escalated: Stand-in"}},
		{ofCounty, []string{"open", "assign", "warn", "breach"}, []string{"case_due: " + registertest.CountyHandler, "case_late: " + registertest.CountyHandler}},
		{late, []string{"open", "assign", "warn", "breach", "escalate", "escalate"},
			[]string{"case_due: Village head", "case_escalated: " + registertest.CountyHandler, "case_escalated: Stand-in", "case_late: Village head"}},
	} {
		slices.Sort(c.told)
		told := o.told(c.id)
		slices.Sort(told)
		if took := o.commands(c.id); !slices.Equal(took, c.took) || !slices.Equal(told, c.told) {
			t.Errorf("steps %v, told %v; want %v, %v", took, told, c.took, c.told)
		}
	}
}
