package register_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
)

// found is a place that a worker finds in West.
func found(street, number string) geo.Household {
	return geo.Household{At: orb.Point{1.0512, 42.0451}, Doors: 2, Address: geo.Address{Street: street, Number: number}}
}

// The register as those see it who may, what an addition leaves: households, and dwellings as
// they are counted in four places.
func (c *cast) numbers() [5]int {
	c.Helper()
	return [...]int{
		c.count("SELECT count(*) FROM rounds.households"),
		c.count("SELECT dwellings FROM rounds.areas WHERE name = 'County'"),
		c.count("SELECT dwellings FROM rounds.areas WHERE name = 'West'"),
		c.count("SELECT sum(dwellings) FROM rounds.areas WHERE level = 'grid'"),
		c.count("SELECT sum(dwellings) FROM rounds.dwelling_groups"),
	}
}

func (c *cast) dwellings() string {
	c.Helper()
	n := c.numbers()
	return fmt.Sprint(n[0], n[1], n[2], n[3], n[4])
}

func TestAddHousehold_CountsForTheNextPlan(t *testing.T) {
	t.Parallel()
	c := cities(t)
	round := c.round(day)
	open := func() int {
		places, err := c.db.OpenHouseholds(t.Context(), register.Service("planning"), round)
		c.must(err)
		return len(places)
	}
	before, want := c.dwellings(), open()+1
	var there, county, west, grids, groups int
	if _, err := fmt.Sscan(before, &there, &county, &west, &grids, &groups); err != nil {
		t.Fatal(err)
	}
	id := uuid.New()
	c.must(c.db.AddHousehold(t.Context(), c.worker, c.keys, id, found("New Street", "1")))
	after := fmt.Sprint(there+1, county+2, west+2, grids+2, groups+2)
	if got := c.dwellings(); got != after {
		t.Errorf("households, dwellings of county, West, grids and groups: %s, want %s", got, after)
	}
	if n := open(); n != want {
		t.Errorf("%d places are open, want %d", n, want)
	}
	// The same id again, and the same address under another, change nothing.
	changed := found("Other Street", "9")
	c.must(c.db.AddHousehold(t.Context(), c.worker, c.keys, id, changed))
	c.must(c.db.AddHousehold(t.Context(), c.supervisor, c.keys, uuid.New(), found("NEW Street", "1")))
	if got := c.dwellings(); got != after {
		t.Errorf("again: %s, want %s", got, after)
	}
	// An import neither misses it nor brings the numbers out of step.
	report, err := c.db.ImportHouseholds(t.Context(), rowsOf(append(places("West", 500, 1, 1), append(places("Middle", 300, 1.1, 2), places("East", 12, 1.2, 3)...)...)...), register.ImportOptions{Keys: c.keys, Digest: make([]byte, 32), DeleteGone: true})
	c.must(err)
	if report.Gone != 0 || c.dwellings() != after {
		t.Errorf("an import after it: %+v, %s, want %s", report, c.dwellings(), after)
	}
	if n := c.count("SELECT count(*) FROM rounds.households WHERE id = $1", id); n != 0 {
		t.Error("the client's id is the household's")
	}
}

// A file that has the address later, under a key of its own and a little beside, has no
// second door of it: the place keeps its id, at each import.
func TestAddHousehold_IsRecognisedInALaterFile(t *testing.T) {
	t.Parallel()
	c := cities(t)
	added, refused := uuid.New(), uuid.New()
	c.must(c.db.AddHousehold(t.Context(), c.worker, c.keys, added, found("New Street", "1")))
	c.must(c.db.AddHousehold(t.Context(), c.worker, c.keys, refused, found("New Street", "3")))
	c.must(c.db.Refuse(t.Context(), c.supervisor, c.keys, c.keys.ID("household", "added/"+refused.String())))
	before := c.dwellings()
	same, flat, far, gone := found("NEW STREET", "1"), found("New Street", "1"), found("New Street", "1"), found("New Street", "3")
	same.ID, flat.ID, far.ID, gone.ID = "way/1", "way/2", "way/3", "way/4"
	same.At[0] += 0.0006 // 50 m
	flat.Address.Unit = "2"
	far.At[0] += 0.004
	for n, want := range []register.Counts{{Added: 2, Changed: 1}, {Unchanged: 3}} {
		report, err := c.db.ImportHouseholds(t.Context(), rowsOf(same, gone, flat, far), c.options())
		c.must(err)
		want.Gone = report.Gone // others of the grid, which this file does not have
		if report.Counts != want {
			t.Errorf("import %d: %+v, want %+v", n+1, report.Counts, want)
		}
		if kept := c.count("SELECT count(*) FROM rounds.households WHERE id = $1 AND source_key = 'way/1' AND street = 'NEW STREET'", c.keys.ID("household", "added/"+added.String())); kept != 1 {
			t.Error("the place is another")
		}
		if n := c.count("SELECT count(*) FROM rounds.households WHERE house_number = '3' AND lower(street) = 'new street'"); n != 0 {
			t.Error("the refused one came back")
		}
	}
	var there, dwellings int
	if _, err := fmt.Sscan(before, &there, &dwellings); err != nil {
		t.Fatal(err)
	}
	if got := c.count("SELECT count(*) FROM rounds.households"); got != there+2 {
		t.Errorf("%d households, want %d", got, there+2)
	}
}

// What refused is absorbed, however it is written: nothing is kept and nothing is told.
func TestAddHousehold_AbsorbsWhatRefused(t *testing.T) {
	t.Parallel()
	c := cities(t)
	refuser := found("Carrer de la Unió", "12 bis")
	refuser.ID = "way/42"
	_, err := c.db.ImportHouseholds(t.Context(), rowsOf(refuser), c.options())
	c.must(err)
	c.must(c.db.Refuse(t.Context(), c.supervisor, c.keys, c.keys.ID("household", "way/42")))
	_, err = c.db.ImportRefusals(t.Context(), at(geo.Address{Street: "Riba", Number: "9", Place: "West"}), c.options())
	c.must(err)
	before, dump := c.dwellings(), c.search("Carrer", "Riba")
	for _, place := range []geo.Household{found("Carrer de la Unió", "12 bis"), found("CARRER DE LA UNIO 12-BIS", ""), found("Riba", "9"), found("9 riba", "")} {
		id := uuid.New()
		for range 2 {
			c.must(c.db.AddHousehold(t.Context(), c.worker, c.keys, id, place))
		}
	}
	if got := c.dwellings(); got != before || len(dump) > 0 || len(c.search("Carrer", "Riba")) > 0 {
		t.Errorf("something came in: %s, want %s; %v", got, before, c.search("Carrer", "Riba"))
	}
	// What somebody added may refuse as any other place, and does not come back.
	added := uuid.New()
	c.must(c.db.AddHousehold(t.Context(), c.worker, c.keys, added, found("New Street", "1")))
	c.must(c.db.Refuse(t.Context(), c.supervisor, c.keys, c.keys.ID("household", "added/"+added.String())))
	c.must(c.db.AddHousehold(t.Context(), c.worker, c.keys, added, found("Third Street", "1")))
	if got := c.dwellings(); got != before {
		t.Errorf("an added place came back: %s, want %s", got, before)
	}
}

func TestAddHousehold_TakesPlacesOfTheOwnGridsAlone(t *testing.T) {
	t.Parallel()
	c := cities(t)
	before := c.dwellings()
	for name, principal := range c.everybody() {
		if name == "supervisor" || name == "worker" || name == "colleague" {
			continue
		}
		if err := c.db.AddHousehold(t.Context(), principal, c.keys, uuid.New(), found("New Street", "1")); !errors.Is(err, register.ErrOutside) {
			t.Errorf("%s: %v", name, err)
		}
	}
	far := found("New Street", "1")
	far.At = orb.Point{5, 45}
	if err := c.db.AddHousehold(t.Context(), c.supervisor, c.keys, uuid.New(), far); !errors.Is(err, register.ErrOutside) {
		t.Errorf("beyond all areas: %v", err)
	}
	for field, place := range map[string]geo.Household{
		"house_number": found("New Street", ""), "street": found("13809174600", "1"), "unit": {At: far.At, Doors: 1, Address: geo.Address{Street: "x", Number: "1", Unit: "key person"}},
		"doors": {At: far.At, Address: geo.Address{Street: "x", Number: "1"}},
	} {
		var wrong *register.PlaceError
		if err := c.db.AddHousehold(t.Context(), c.supervisor, c.keys, uuid.New(), place); !errors.As(err, &wrong) || wrong.Complaint.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if got := c.dwellings(); got != before {
		t.Errorf("something was kept: %s, want %s", got, before)
	}
}

// The digits of a random id are no number of a person, though these look like one.
func TestAddHousehold_TakesAnyID(t *testing.T) {
	t.Parallel()
	c := cities(t)
	id := uuid.MustParse("4d27d4e2-ae01-4124-8381-68cbdf9736ef")
	if err := c.db.AddHousehold(t.Context(), c.supervisor, c.keys, id, found("New Street", "1")); err != nil {
		t.Error(err)
	}
}

// Two people count the dwellings of one place differently, each without a connection: neither
// number wins in silence, and who supervises the place chooses.
func TestAddHousehold_AnotherNumberOfDwellingsIsChosen(t *testing.T) {
	t.Parallel()
	c := cities(t)
	first, second := found("New Street", "1"), found("NEW STREET", "1")
	second.Doors = 5
	c.must(c.db.AddHousehold(t.Context(), c.worker, c.keys, uuid.New(), first))
	for _, again := range []geo.Household{second, second, first} {
		c.must(c.db.AddHousehold(t.Context(), c.supervisor, c.keys, uuid.New(), again))
	}
	refuser := uuid.New()
	c.must(c.db.AddHousehold(t.Context(), c.worker, c.keys, refuser, found("New Street", "3")))
	c.must(c.db.Refuse(t.Context(), c.supervisor, c.keys, c.keys.ID("household", "added/"+refuser.String())))
	silent := found("New Street", "3")
	silent.Doors = 9
	c.must(c.db.AddHousehold(t.Context(), c.worker, c.keys, uuid.New(), silent))

	claims, err := c.db.DwellingClaims(t.Context(), c.supervisor)
	c.must(err)
	if len(claims) != 1 || claims[0].Doors != 2 || claims[0].Claimed != 5 || claims[0].Address.Number != "1" {
		t.Fatalf("%+v: want one place of 2 dwellings, 5 by another", claims)
	}
	place := claims[0].Household
	for name, principal := range c.everybody() {
		if name == "supervisor" {
			continue
		}
		if err := c.db.ChooseDwellings(t.Context(), principal, place, 5); !errors.Is(err, register.ErrNoHousehold) {
			t.Errorf("%s chooses: %v", name, err)
		}
	}
	if err := c.db.ChooseDwellings(t.Context(), c.supervisor, place, 7); !errors.Is(err, register.ErrNoClaim) {
		t.Errorf("a number that nobody says: %v", err)
	}
	before := c.numbers()
	c.must(c.db.ChooseDwellings(t.Context(), c.supervisor, place, 5))
	for i, n := range c.numbers() {
		if want := before[i] + map[bool]int{true: 3}[i > 0]; n != want {
			t.Errorf("number %d is %d, want %d", i, n, want)
		}
	}
	if claims, err = c.db.DwellingClaims(t.Context(), c.supervisor); err != nil || len(claims) > 0 {
		t.Errorf("chosen, and still to be chosen: %v, %v", claims, err)
	}
}
