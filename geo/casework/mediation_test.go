package casework_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// pen is a signature.
var pen = []casework.Stroke{{{10, 20}, {300, 380}}, {{400, 20}, {990, 200}}}

// mediated is a dispute with a mediator, two parties and a session with a note.
func (o *office) mediated(n int) (dispute uuid.UUID, parties [2]uuid.UUID) {
	o.Helper()
	dispute = o.Dispute(n, "noise", true)
	must(o, o.name(o.As(registertest.WestSupervisor), dispute, o.mediator, uuid.Nil))
	for i, side := range []string{"asked", "invited"} {
		parties[i] = uuid.New()
		added, err := o.SaveParty(o.Context(), o.mediator, o.Keys(), dispute, casework.Party{
			ID: parties[i], Side: side, Name: []string{"Xenia Canary", "王小明"}[i], Contact: "+37601000" + []string{"7", "8"}[i]})
		must(o, err)
		if !added {
			o.Error("a new party is not new")
		}
	}
	_, err := o.Meet(o.Context(), o.mediator, o.Keys(), dispute, casework.Meeting{
		ID: uuid.New(), HeldOn: o.Today, Place: "committee_room", Result: "goes_on", Present: []string{"mediator", "party_asked", "mediator"}, Note: "Quiet hours were talked about"})
	must(o, err)
	return dispute, parties
}

func TestMediation_IsForTheNamedAloneAndSealed(t *testing.T) {
	t.Parallel()
	o := open(t)
	dispute, parties := o.mediated(0)
	anna, berta := o.mediator, o.colleague("Berta")
	agreement := casework.Agreement{ID: uuid.New(), AgreedOn: o.Today, Terms: []string{"No drilling after ten in the evening", " ", "晚上十点后保持安静"}}
	must(t, o.Agree(t.Context(), anna, o.Keys(), dispute, agreement))
	shown := agreement.ID
	agreement.ID, agreement.Terms = uuid.New(), append(agreement.Terms, "Both look at it again in spring")
	must(t, o.Agree(t.Context(), anna, o.Keys(), dispute, agreement)) // nobody has signed
	if _, err := o.Sign(t.Context(), anna, o.Keys(), dispute, casework.Signature{ID: uuid.New(), Agreement: shown, Party: &parties[0], Strokes: pen}); !errors.Is(err, casework.ErrChanged) {
		t.Errorf("signed is what was not read: %v", err)
	}
	for _, party := range []*uuid.UUID{&parties[0], nil} {
		signature := casework.Signature{ID: uuid.New(), Agreement: agreement.ID, Party: party, Strokes: pen}
		for _, want := range []bool{true, false} {
			if added, err := o.Sign(t.Context(), anna, o.Keys(), dispute, signature); err != nil || added != want {
				t.Errorf("signed %v, want %v: %v", added, want, err)
			}
		}
		signature.ID = uuid.New()
		if _, err := o.Sign(t.Context(), anna, o.Keys(), dispute, signature); !errors.Is(err, casework.ErrSigned) {
			t.Errorf("signed twice: %v", err)
		}
	}
	if err := o.Agree(t.Context(), anna, o.Keys(), dispute, agreement); !errors.Is(err, casework.ErrSigned) {
		t.Errorf("what was signed is changed: %v", err)
	}
	if err := o.RemoveParty(t.Context(), anna, o.Keys(), dispute, parties[0]); !errors.Is(err, casework.ErrSigned) {
		t.Errorf("who signed is removed: %v", err)
	}
	who := casework.Party{ID: parties[0], Side: "asked", Name: "Somebody Else", Contact: "+376010007"}
	if _, err := o.SaveParty(t.Context(), anna, o.Keys(), dispute, who); !errors.Is(err, casework.ErrSigned) {
		t.Errorf("who signed is somebody else: %v", err)
	}
	who.Name, who.Contact = "Xenia  Canary", "+376010009" // reads as the same name
	if _, err := o.SaveParty(t.Context(), anna, o.Keys(), dispute, who); err != nil {
		t.Errorf("another contact of who signed: %v", err)
	}
	found, err := o.Mediation(t.Context(), anna, o.Keys(), dispute)
	must(t, err)
	if len(found.Parties) != 2 || found.Parties[1].Name != "王小明" || found.Parties[0].Contact != "+376010009" || found.Agreement == nil ||
		strings.Join(found.Agreement.Terms, "|") != "No drilling after ten in the evening|晚上十点后保持安静|Both look at it again in spring" ||
		len(found.Agreement.Signatures) != 2 || found.Agreement.Signatures[0].Strokes[1][1] != [2]int{990, 200} ||
		len(found.Meetings) != 1 || found.Meetings[0].Note != "Quiet hours were talked about" || len(found.Meetings[0].Present) != 2 {
		t.Errorf("opened as %+v", found)
	}
	if n := o.Count("SELECT count(*) FROM rounds.reads WHERE kind = 'mediation'"); n != 1 {
		t.Errorf("%d rows in the log", n)
	}
	for _, who := range []register.Principal{berta, o.As(registertest.CountyHandler), o.As(registertest.WestSupervisor), o.As(registertest.CountyDPO), {}} {
		if m, err := o.Mediation(t.Context(), who, o.Keys(), dispute); !errors.Is(err, casework.ErrNotNamed) {
			t.Errorf("%s opens %+v: %v", who.Role, m, err)
		}
	}
	// Another key file opens nothing, and no row has a word of it.
	if _, err := o.Mediation(t.Context(), anna, register.NewKeys(make([]byte, 32)), dispute); err == nil {
		t.Error("a wrong key opens it")
	}
	o.holdsNone("Canary", "王小明", "Quiet hours", "drilling", "37601000", "300,380")
}

// holdsNone fails when a row of any table has one of the words.
func (o *office) holdsNone(words ...string) {
	o.Helper()
	rows, err := o.Owner.Query(o.Context(), "SELECT format('SELECT coalesce(string_agg(t::text, chr(10)), '''')::bytea FROM %I.%I t', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('rounds', 'sealed', 'river')")
	must(o, err)
	var queries []string
	for rows.Next() {
		var query string
		must(o, rows.Scan(&query))
		queries = append(queries, query)
	}
	must(o, rows.Err())
	for _, query := range queries {
		var text []byte
		must(o, o.Owner.QueryRow(o.Context(), query).Scan(&text))
		for _, word := range words {
			if bytes.Contains(text, []byte(word)) {
				o.Errorf("%q is found by %s", word, query)
			}
		}
	}
}

func TestMediation_GoesOnWithWhomItWasHandedTo(t *testing.T) {
	t.Parallel()
	o := open(t)
	dispute, parties := o.mediated(0)
	anna, berta := o.mediator, o.colleague("Berta")
	must(t, o.name(anna, dispute, berta, anna.Account))
	if _, err := o.Mediation(t.Context(), anna, o.Keys(), dispute); !errors.Is(err, casework.ErrNotNamed) {
		t.Errorf("who handed over opens it: %v", err)
	}
	if n := o.Count("SELECT count(*) FROM sealed.case_keys WHERE case_id = $1 AND account_id = $2", dispute, anna.Account); n != 0 {
		t.Error("who handed over keeps the key")
	}
	found, err := o.Mediation(t.Context(), berta, o.Keys(), dispute)
	must(t, err)
	if len(found.Parties) != 2 || found.Parties[0].Name != "Xenia Canary" {
		t.Errorf("handed over were %+v", found.Parties)
	}
	must(t, o.RemoveParty(t.Context(), berta, o.Keys(), dispute, parties[1]))
	// With the unit gone, and its mediators with it, a supervisor finds the key again.
	o.did(berta, dispute, casework.Command{Name: "assign", Unit: o.west})
	o.Exec("DELETE FROM rounds.unit_members WHERE account_id = $1", berta.Account)
	o.did(anna, dispute, casework.Command{Name: "hand_over", Unit: o.county})
	if _, err := o.Mediation(t.Context(), berta, o.Keys(), dispute); !errors.Is(err, casework.ErrNotNamed) {
		t.Errorf("who is in no unit of it opens it: %v", err)
	}
	county := o.As(registertest.CountyHandler)
	must(t, o.name(o.As(registertest.CountySupervisor), dispute, county, uuid.Nil))
	if found, err = o.Mediation(t.Context(), county, o.Keys(), dispute); err != nil || len(found.Parties) != 1 {
		t.Errorf("the new mediator opens %+v: %v", found.Parties, err)
	}
}

func TestMediation_RefusesWhatIsNotForIt(t *testing.T) {
	t.Parallel()
	o := open(t)
	dispute, parties := o.mediated(0)
	other, _ := o.mediated(1)
	party := func(name, contact string) error {
		_, err := o.SaveParty(t.Context(), o.mediator, o.Keys(), dispute, casework.Party{ID: uuid.New(), Side: "invited", Name: name, Contact: contact})
		return err
	}
	meet := func(note string) error {
		_, err := o.Meet(t.Context(), o.mediator, o.Keys(), dispute, casework.Meeting{ID: uuid.New(), HeldOn: o.Today, Place: "office", Result: "goes_on", Note: note})
		return err
	}
	papers := map[uuid.UUID]uuid.UUID{}
	agreeIn := func(the uuid.UUID, terms ...string) error {
		papers[the] = uuid.New()
		return o.Agree(t.Context(), o.mediator, o.Keys(), the, casework.Agreement{ID: papers[the], AgreedOn: o.Today, Terms: terms})
	}
	agree := func(terms ...string) error { return agreeIn(dispute, terms...) }
	sign := func(the uuid.UUID, party *uuid.UUID, strokes []casework.Stroke) error {
		_, err := o.Sign(t.Context(), o.mediator, o.Keys(), the, casework.Signature{ID: uuid.New(), Agreement: papers[the], Party: party, Strokes: strokes})
		return err
	}
	for _, try := range []struct {
		why       string
		want, err error
	}{
		{"no name", register.ErrPartyName, party(" ", "")},
		{"a number as a name", register.ErrPartyName, party("11010519491231002X", "")},
		{"an identity number as a contact", register.ErrContact, party("Anna", "11010519491231002X")},
		{"a telephone number in a note", register.ErrTextPerson, meet("Call 376 010 007")},
		{"a long note", register.ErrTextLong, meet(strings.Repeat("字", 501))},
		{"no term", casework.ErrTerms, agree(" ")},
		{"a term with a number of somebody", register.ErrTextPerson, agree("11010519491231002X pays")},
		{"signed without an agreement", casework.ErrNoAgreement, sign(dispute, nil, pen)},
		{"agreed", nil, agree("Quiet after ten")},
		{"nothing drawn", casework.ErrStrokes, sign(dispute, nil, nil)},
		{"drawn beside the field", casework.ErrStrokes, sign(dispute, nil, []casework.Stroke{{{0, 0}, {1001, 0}}})},
		{"a party of nowhere", casework.ErrNoParty, sign(dispute, new(uuid.UUID), pen)},
		{"agreed elsewhere", nil, agreeIn(other, "Quiet")},
		{"a party of another dispute", casework.ErrNoParty, sign(other, &parties[0], pen)},
	} {
		if !errors.Is(try.err, try.want) {
			t.Errorf("%s: %v, want %v", try.why, try.err, try.want)
		}
	}
	o.did(o.mediator, dispute, casework.Command{Name: "assign", Unit: o.west})
	o.did(o.mediator, dispute, casework.Command{Name: "settle", Outcome: "agreement"})
	if err := agree("Later"); !errors.Is(err, casework.ErrMove) {
		t.Errorf("what is over was changed: %v", err)
	}
	for _, statement := range []string{"UPDATE sealed.parties SET side = 'asked'", "DELETE FROM sealed.parties", "DELETE FROM sealed.agreements"} {
		must(t, o.DB.As(t.Context(), o.mediator, func(tx pgx.Tx) error {
			tag, err := tx.Exec(t.Context(), statement+" WHERE case_id = $1", dispute)
			if tag.RowsAffected() != 0 {
				t.Errorf("of what is over the database lets %s", statement)
			}
			return err
		}))
	}
	if _, err := o.Mediation(t.Context(), o.mediator, o.Keys(), dispute); err != nil {
		t.Errorf("what is over is closed to its mediator: %v", err)
	}
}

func TestMediation_HasNoMorePartiesWhenTheyComeAtOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	dispute, _ := o.mediated(0)
	var wait sync.WaitGroup
	for range 2 * casework.MostParties {
		wait.Go(func() {
			_, err := o.SaveParty(t.Context(), o.mediator, o.Keys(), dispute, casework.Party{ID: uuid.New(), Side: "invited", Name: "Somebody"})
			if err != nil && !errors.Is(err, casework.ErrManyParties) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := o.Count("SELECT count(*) FROM sealed.parties WHERE case_id = $1", dispute); n != casework.MostParties {
		t.Errorf("%d parties", n)
	}
}

// A party takes back what is kept of it with its own code, without the dispute of the other
// side; that stays so, also for whom a mediator removed, when an older backup comes back.
func TestMediation_ForgetsAPartyWithItsOwnCode_ForGood(t *testing.T) {
	t.Parallel()
	o := open(t)
	dispute, parties := o.mediated(0)
	paper := uuid.New()
	must(t, o.Agree(t.Context(), o.mediator, o.Keys(), dispute, casework.Agreement{ID: paper, AgreedOn: o.Today, Terms: []string{"Quiet"}}))
	_, err := o.Sign(t.Context(), o.mediator, o.Keys(), dispute, casework.Signature{ID: uuid.New(), Agreement: paper, Party: &parties[1], Strokes: pen})
	must(t, err)
	code, invited := registertest.Receipt(77), casework.Party{ID: parties[1], Side: "invited", Name: "王小明", Contact: "+376010008"}
	if _, err := o.DB.FollowReport(t.Context(), o.Keys(), code); !errors.Is(err, register.ErrNoReport) {
		t.Errorf("a code that nobody was given: %v", err)
	}
	invited.Code = &code
	_, err = o.SaveParty(t.Context(), o.mediator, o.Keys(), dispute, invited)
	must(t, err)
	invited.Code = nil // keeps it
	_, err = o.SaveParty(t.Context(), o.mediator, o.Keys(), dispute, invited)
	must(t, err)
	if followed, err := o.DB.FollowReport(t.Context(), o.Keys(), code); err != nil || followed.Stage != "in_hand" || followed.MayAnswer {
		t.Errorf("followed %+v, %v", followed, err)
	}
	opened, err := o.Mediation(t.Context(), o.mediator, o.Keys(), dispute)
	must(t, err)
	if len(opened.Parties) != 2 || opened.Parties[0].Coded || !opened.Parties[1].Coded {
		t.Errorf("%+v", opened.Parties)
	}
	// The audit log names the dispute for who has its key, and for nobody else.
	if n := o.Count("SELECT count(*) FROM rounds.reads WHERE kind = 'mediation' AND place = $1", opened.Reference); n != 1 || len(opened.Reference) != 32 {
		t.Errorf("%d rows name the dispute", n)
	}
	other, _ := o.mediated(1)
	if again, err := o.Mediation(t.Context(), o.mediator, o.Keys(), other); err != nil || bytes.Equal(again.Reference, opened.Reference) {
		t.Errorf("two disputes have one name: %v", err)
	}

	must(t, o.DB.WithdrawReport(t.Context(), o.Keys(), code))
	kept := func() int { return o.Count("SELECT count(*) FROM sealed.parties WHERE case_id = $1", dispute) }
	if kept() != 1 || o.Count("SELECT count(*) FROM sealed.signatures WHERE case_id = $1", dispute) != 0 {
		t.Error("the party that took it back is kept")
	}
	if err := o.DB.WithdrawReport(t.Context(), o.Keys(), code); !errors.Is(err, register.ErrNoReport) {
		t.Errorf("twice: %v", err)
	}
	must(t, o.RemoveParty(t.Context(), o.mediator, o.Keys(), dispute, parties[0]))
	lines, err := o.DB.ErasuresBehind(t.Context(), 0)
	must(t, err)
	var digests [][]byte
	for _, line := range lines {
		if line.Class == "party" && line.On != nil {
			digests = append(digests, line.Digest)
		}
	}
	// As an older backup would have them.
	for i, party := range parties {
		o.Exec("INSERT INTO sealed.parties (id, case_id, side, person) VALUES ($1, $2, $3, $4)", party, dispute, []string{"asked", "invited"}[i], make([]byte, 476))
	}
	if again, err := o.DB.ForgetPartiesAgain(t.Context(), digests); err != nil || again != 2 || kept() != 0 {
		t.Errorf("after a restore %d were forgotten, %d are kept: %v", again, kept(), err)
	}
}

func TestMediation_HasNoMoreSessionsThanTheyHold(t *testing.T) {
	t.Parallel()
	o := open(t)
	dispute, _ := o.mediated(0)
	o.Exec("INSERT INTO sealed.meetings (id, case_id, held_on, place, result) SELECT gen_random_uuid(), $1, $2, 'phone', 'goes_on' FROM generate_series(2, $3::integer)", dispute, o.Today, casework.MostMeetings-1)
	last := casework.Meeting{ID: uuid.New(), HeldOn: o.Today, Place: "phone", Result: "goes_on", Present: []string{"mediator"}}
	for _, want := range []bool{true, false} { // the same again is no more
		if added, err := o.Meet(t.Context(), o.mediator, o.Keys(), dispute, last); err != nil || added != want {
			t.Errorf("added %v, want %v: %v", added, want, err)
		}
	}
	last.ID = uuid.New()
	if _, err := o.Meet(t.Context(), o.mediator, o.Keys(), dispute, last); !errors.Is(err, casework.ErrManySessions) {
		t.Errorf("one more: %v", err)
	}
}

func TestMediation_IsForgottenWithTheCodeAndByTheClock(t *testing.T) {
	t.Parallel()
	o := open(t)
	taken, _ := o.mediated(0)
	must(t, o.Agree(t.Context(), o.mediator, o.Keys(), taken, casework.Agreement{ID: uuid.New(), AgreedOn: o.Today, Terms: []string{"Quiet"}}))
	left := func(dispute uuid.UUID) [3]int {
		return [3]int{o.Count("SELECT count(*) FROM sealed.case_keys WHERE case_id = $1", dispute), o.Count("SELECT count(*) FROM sealed.parties WHERE case_id = $1", dispute),
			o.Count("SELECT (SELECT count(*) FROM sealed.meeting_notes JOIN sealed.meetings ON id = meeting_id WHERE case_id = $1) + (SELECT count(*) FROM sealed.agreements WHERE case_id = $1)", dispute)}
	}
	o.Exec("UPDATE rounds.incidents SET state = 'closed', closed_on = $2, receipt_hmac = NULL WHERE id = $1", taken, o.Today)
	if n := left(taken); n != [3]int{} {
		t.Errorf("after it was taken back %v are left", n)
	}
	dispute, parties := o.mediated(1)
	paper := uuid.New()
	must(t, o.Agree(t.Context(), o.mediator, o.Keys(), dispute, casework.Agreement{ID: paper, AgreedOn: o.Today, Terms: []string{"Quiet"}}))
	_, err := o.Sign(t.Context(), o.mediator, o.Keys(), dispute, casework.Signature{ID: uuid.New(), Agreement: paper, Party: &parties[0], Strokes: pen})
	must(t, err)
	o.did(o.mediator, dispute, casework.Command{Name: "assign", Unit: o.west})
	o.did(o.mediator, dispute, casework.Command{Name: "settle", Outcome: "agreement"})
	// Clocks of the town are ahead of the server's, and nothing is swept that is not over there.
	over := time.Date(2020, 5, 10, 0, 0, 0, 0, time.UTC)
	o.Exec("UPDATE rounds.cases SET over_on = $2 WHERE id = $1", dispute, over)
	// The job goes on for as long as something went.
	sweep := func(class string, at time.Time, want int) {
		t.Helper()
		must(t, o.DB.As(t.Context(), register.Service("retention"), func(tx pgx.Tx) error {
			var gone int
			err := tx.QueryRow(t.Context(), "SELECT rounds.sweep_"+class+"($1, 1000)", at.Add(12*time.Hour)).Scan(&gone)
			if gone != want {
				t.Errorf("%s says that %d went, want %d", class, gone, want)
			}
			return err
		}))
	}
	sweep("mediation_notes", over.AddDate(0, 0, 90), 0)
	sweep("dispute_parties", over.AddDate(1, 0, 0), 0)
	if n := left(dispute); n != [3]int{1, 2, 2} {
		t.Errorf("too early: %v are left", n)
	}
	sweep("mediation_notes", over.AddDate(0, 0, 91), 2)
	if n := left(dispute); n != [3]int{1, 2, 0} {
		t.Errorf("after 90 days %v are left", n)
	}
	sweep("dispute_parties", over.AddDate(1, 0, 1), 1)
	if n := left(dispute); n != [3]int{} {
		t.Errorf("after 12 months %v are left", n)
	}
	// A dispute that goes takes all with it, whatever was signed.
	gone, parties := o.mediated(2)
	paper = uuid.New()
	must(t, o.Agree(t.Context(), o.mediator, o.Keys(), gone, casework.Agreement{ID: paper, AgreedOn: o.Today, Terms: []string{"Quiet"}}))
	_, err = o.Sign(t.Context(), o.mediator, o.Keys(), gone, casework.Signature{ID: uuid.New(), Agreement: paper, Party: &parties[1], Strokes: pen})
	must(t, err)
	o.Exec("DELETE FROM rounds.incidents WHERE id = $1", gone)
	if n := o.Count("SELECT count(*) FROM sealed.signatures"); n != 0 {
		t.Errorf("%d signatures outlive their dispute", n)
	}
}
