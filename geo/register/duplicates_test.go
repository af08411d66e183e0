package register_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

func TestDuplicates_AreOfOneMatterWithin50Metres(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	worker, supervisor := town.As(registertest.WestWorker), town.As(registertest.WestSupervisor)
	place := orb.Point{1.035, 42.0455}
	metres := func(east float64) orb.Point { return orb.Point{place[0] + east/82600, place[1]} } // a degree of longitude there
	report := func(matter string, at orb.Point) uuid.UUID {
		id := uuid.New()
		_, _, err := town.DB.ReportIncident(t.Context(), worker, town.Keys(), register.Report{ID: id, Matter: matter, At: at, Source: "doorstep", ReportedOn: town.Today})
		must(t, err)
		return id
	}
	near := func() (ids []uuid.UUID) {
		found, err := town.DB.Duplicates(t.Context(), worker, "unlit_path", place)
		must(t, err)
		for _, one := range found {
			ids = append(ids, one.ID)
		}
		return ids
	}
	listed := func(id uuid.UUID) bool {
		all, err := town.DB.Incidents(t.Context(), supervisor, register.IncidentFilter{State: "open"})
		must(t, err)
		return slices.ContainsFunc(all, func(one register.FiledIncident) bool { return one.ID == id })
	}
	far, second, first := report("unlit_path", metres(52)), report("unlit_path", metres(48)), report("unlit_path", metres(5))
	other := report("public_bench", place)
	if got := near(); !slices.Equal(got, []uuid.UUID{first, second}) {
		t.Errorf("near are %v, want the first two of %v", got, []uuid.UUID{first, second, far, other})
	}
	counted := func() (n int) {
		cells, err := town.DB.MattersByCell(t.Context(), supervisor, town.Today)
		must(t, err)
		for _, matters := range cells {
			n += matters.Open
		}
		return n
	}
	with := func() (ids []uuid.UUID) {
		t.Helper()
		found, err := town.DB.Incidents(t.Context(), supervisor, register.IncidentFilter{Into: first})
		must(t, err)
		for _, one := range found {
			ids = append(ids, one.ID)
		}
		return ids
	}
	before := counted()
	merge := func(one, into uuid.UUID) error { return town.DB.MergeIncident(t.Context(), supervisor, one, into) }
	must(t, merge(second, first))
	if got := near(); !slices.Equal(got, []uuid.UUID{first}) || listed(second) || !listed(first) {
		t.Errorf("after they were made one, near are %v", got)
	}
	if got := with(); !slices.Equal(got, []uuid.UUID{second}) {
		t.Errorf("with it go %v", got)
	}
	if n := counted(); n != before-1 {
		t.Errorf("of %d open matters %d are left when two were made one", before, n)
	}
	for what, err := range map[string]error{
		"itself": merge(first, first), "another matter": merge(first, other), "what goes with it": merge(first, second), "by way of a third": merge(far, second),
		"by a worker": town.DB.MergeIncident(t.Context(), worker, far, first), "by who has no area there": town.DB.MergeIncident(t.Context(), town.As(registertest.CountyDPO), far, first),
	} {
		if !errors.Is(err, register.ErrNotMerged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	must(t, merge(second, uuid.Nil))
	if !listed(second) || len(with()) != 0 {
		t.Error("it does not stand for itself again")
	}
	must(t, merge(second, first))
	town.Exec("UPDATE rounds.incidents SET state = 'closed', closed_on = $2 WHERE id = $1", first, town.Today)
	if n := town.Count("SELECT count(*) FROM rounds.incidents WHERE id = $1 AND state = 'closed' AND closed_on = $2", second, town.Today); n != 1 {
		t.Error("it is not closed with what it goes with")
	}
}

func TestIncidentText_IsForWhoDealsWithIt(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	id, without := uuid.New(), town.ID("SELECT id FROM rounds.incidents WHERE state = 'open' LIMIT 1")
	report := register.Report{ID: id, Matter: "damaged_stairs", At: orb.Point{1.035, 42.045}, Source: "phone", ReportedOn: town.Today, Text: "The third step is loose", InHome: true}
	_, _, err := town.DB.ReportIncident(t.Context(), town.As(registertest.CountyHandler), town.Keys(), report)
	must(t, err)
	for account, want := range map[string]string{registertest.WestSupervisor: report.Text, registertest.CountyHandler: report.Text, registertest.WestWorker: "", registertest.CountyAnalyst: ""} {
		if text, err := town.DB.IncidentText(t.Context(), town.As(account), id); err != nil || text != want {
			t.Errorf("%s reads %q: %v", account, text, err)
		}
	}
	if err := town.DB.AddPhoto(t.Context(), town.As(registertest.WestSupervisor), id, uuid.New(), 1); !errors.Is(err, register.ErrPhotoInHome) {
		t.Errorf("a photo of the inside of a home: %v", err)
	}
	if text, err := town.DB.IncidentText(t.Context(), town.As(registertest.CountyHandler), without); err != nil || text != "" {
		t.Errorf("without a text: %q, %v", text, err)
	}
	if _, err := town.DB.IncidentText(t.Context(), town.As(registertest.CountyHandler), uuid.New()); !errors.Is(err, register.ErrNoIncident) {
		t.Errorf("of none: %v", err)
	}
}

// An installation hides a matter and says when another is due; the rest is the release's.
func TestChooseMatter_ChangesDaysAndHides(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	four := 4
	administrator := town.As(registertest.Administrator)
	must(t, town.DB.ChooseMatter(t.Context(), administrator, register.MatterChoice{Matter: "unlit_path", DueDays: &four}))
	must(t, town.DB.ChooseMatter(t.Context(), administrator, register.MatterChoice{Matter: "public_bench", Hidden: true}))
	if err := town.DB.ChooseMatter(t.Context(), administrator, register.MatterChoice{Matter: "petition"}); !errors.Is(err, register.ErrNoMatter) {
		t.Errorf("a matter of its own: %v", err)
	}
	if err := town.DB.ChooseMatter(t.Context(), administrator, register.MatterChoice{Matter: "noise", DueDays: &four}); !errors.Is(err, register.ErrDisputesAlike) {
		t.Errorf("a dispute that its days tell: %v", err)
	}
	must(t, town.DB.CheckOffered(t.Context(), "unlit_path", uuid.New()))
	if err := town.DB.CheckOffered(t.Context(), "public_bench", uuid.New()); !errors.Is(err, register.ErrNotOffered) {
		t.Errorf("a matter that is hidden: %v", err)
	}
	// Hidden and offered again it has the days that were chosen.
	for _, hidden := range []bool{true, false} {
		must(t, town.DB.ChooseMatter(t.Context(), administrator, register.MatterChoice{Matter: "unlit_path", Hidden: hidden, KeepDays: true}))
	}
	if n := town.Count("SELECT count(*) FROM rounds.matter_choices WHERE matter = 'unlit_path' AND due_days = 4"); n != 1 {
		t.Error("to hide a matter forgets its days")
	}
	// What was taken before it was hidden may be sent again.
	var known uuid.UUID
	must(t, town.Owner.QueryRow(t.Context(), "SELECT id FROM rounds.incidents LIMIT 1").Scan(&known))
	must(t, town.DB.CheckOffered(t.Context(), "public_bench", known))
	if err := town.DB.ChooseMatter(t.Context(), town.As(registertest.CountySupervisor), register.MatterChoice{Matter: "unlit_path", Hidden: true}); err == nil {
		t.Error("a supervisor chooses")
	}
	filed, _, err := town.DB.ReportIncident(t.Context(), town.As(registertest.WestWorker), town.Keys(),
		register.Report{ID: uuid.New(), Matter: "unlit_path", At: orb.Point{1.035, 42.045}, Source: "doorstep", ReportedOn: town.Today})
	must(t, err)
	want := town.Today
	for left := four; left > 0; {
		want = want.AddDate(0, 0, 1)
		if day := want.Weekday(); day != time.Saturday && day != time.Sunday {
			left--
		}
	}
	if !filed.DueOn.Equal(want) {
		t.Errorf("due on %v, want %v", filed.DueOn, want)
	}
	text, err := town.DB.ListsHere(t.Context())
	must(t, err)
	var lists map[string][]struct {
		Code    string
		Hidden  bool
		DueDays int `json:"due_days"`
	}
	must(t, json.Unmarshal(text, &lists))
	for _, matter := range lists["matters"] {
		if matter.Hidden != (matter.Code == "public_bench") || matter.Code == "unlit_path" && matter.DueDays != four {
			t.Errorf("%+v", matter)
		}
	}
	must(t, town.DB.CheckLists(t.Context()))
}
