package register_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
)

// visiting is a county in which the worker visits two households today and the
// colleague one, with a service's owner in West and one in Middle.
type visiting struct {
	*cast
	households     []uuid.UUID
	handler, other register.Principal
}

func visitingToday(t *testing.T) *visiting {
	t.Helper()
	c := cities(t)
	_, households := c.publish(c.round(day))
	v := &visiting{cast: c, households: households}
	v.handler = c.account("handler", register.CaseHandler, &c.west)
	v.other = c.account("other", register.CaseHandler, &c.middle)
	v.at(0)
	return v
}

// at moves the clock to some days after the planned visit.
func (v *visiting) at(days int) {
	v.db.Now = func() time.Time { return day.AddDate(0, 0, days).Add(10 * time.Hour) }
}

func (v *visiting) consent(household uuid.UUID) register.Consent {
	return register.Consent{
		ID: uuid.New(), Household: household, Purpose: "provide_services", Services: []string{"smoke_alarm", "transport"},
		NoticeVersion: 1, Language: "zh-Hans", Method: "spoken", GivenOn: day, ExpiresOn: day.AddDate(1, 0, 0), Contact: "+376808080",
	}
}

var receipt = register.Receipt{0, 1, 2, 3, 4, 5, 6, 7, 8, 255}

func (v *visiting) record() register.Consent {
	v.Helper()
	consent := v.consent(v.households[0])
	added, err := v.db.RecordConsent(v.Context(), v.worker, v.keys, consent, receipt, uuid.Nil)
	v.must(err)
	if !added {
		v.Fatal("nothing was added")
	}
	return consent
}

// wanted is what somebody sees at the three households.
func (v *visiting) wanted(principal register.Principal) []register.SupportWanted {
	v.Helper()
	found, err := v.db.SupportAt(v.Context(), principal, v.keys, v.households)
	v.must(err)
	return found
}

func TestConsents_AreSeenByWhoVisitsAndByTheServicesOwner(t *testing.T) {
	t.Parallel()
	v := visitingToday(t)
	consent := v.record()
	everybody := v.everybody()
	everybody["handler"], everybody["other"] = v.handler, v.other
	for _, service := range []string{"import", "planning", "tiles", "operator", "resident", "retention"} {
		everybody["service:"+service] = register.Service(service)
	}
	for days, readers := range map[int][]string{-8: {"handler"}, -7: {"handler", "worker"}, 0: {"handler", "worker"}, 7: {"handler", "worker"}, 8: {"handler"}, 366: {"handler"}, 367: nil} {
		v.at(days)
		for name, principal := range everybody {
			for _, table := range []string{"consents", "consent_services", "support_wanted"} {
				n, err := v.as(principal, "SELECT 1 FROM rounds."+table)
				v.must(err)
				// What else a consent covers is for who visits.
				want := slices.Contains(readers, name) && (table != "consent_services" || name == "worker")
				if sees := n > 0; sees != want {
					t.Errorf("%d days from the visit %s sees %d rows of %s", days, name, n, table)
				}
			}
		}
	}
	v.at(0)
	seen := v.wanted(v.worker)
	if len(seen) != 1 || fmt.Sprint(seen[0].Consent) != fmt.Sprint(consent) {
		t.Errorf("the worker sees %+v, want %+v", seen, consent)
	}
	if owned, err := v.db.SupportWanted(t.Context(), v.handler, v.keys, uuid.Nil, 10); err != nil || len(owned) != 1 || owned[0].Address.Street == "" || owned[0].Contact != "+376808080" {
		t.Errorf("the service's owner sees %+v, %v", owned, err)
	}
	if renew := consent.RenewFrom(); renew != consent.ExpiresOn.AddDate(0, 0, -60) {
		t.Errorf("renewal from %s", renew)
	}
}

func TestSupport_IsRefusedWithoutAValidConsent(t *testing.T) {
	t.Parallel()
	v := visitingToday(t)
	insert := "INSERT INTO rounds.support_wanted (consent_id, service) VALUES ($1, $2)"
	if _, err := v.as(v.worker, insert, uuid.New(), "transport"); constraint(err) != "support_wanted_consent" {
		t.Errorf("without a consent: %v", err)
	}
	consent := v.record()
	if _, err := v.as(v.worker, insert, consent.ID, "large_print"); constraint(err) != "support_wanted_covered" {
		t.Errorf("a service that the consent does not cover: %v", err)
	}
	if _, err := v.owner.Exec(t.Context(), insert, consent.ID, "large_print"); constraint(err) != "support_wanted_covered" {
		t.Errorf("as the owner: %v", err)
	}
	v.at(367)
	if _, err := v.as(v.worker, insert, consent.ID, "transport"); constraint(err) != "support_wanted_consent" {
		t.Errorf("after the consent has ended: %v", err)
	}
	v.at(0)
	for name, change := range map[string]func(*register.Consent){
		"for more than 12 months": func(c *register.Consent) { c.ExpiresOn = day.AddDate(1, 0, 1) },
		"ended before it began":   func(c *register.Consent) { c.ExpiresOn = day },
		"of tomorrow":             func(c *register.Consent) { c.GivenOn = day.AddDate(0, 0, 1) },
		"of three weeks ago":      func(c *register.Consent) { c.GivenOn = day.AddDate(0, 0, -21) },
	} {
		wrong := v.consent(v.households[0])
		change(&wrong)
		if _, err := v.db.RecordConsent(t.Context(), v.worker, v.keys, wrong, register.Receipt{9}, uuid.Nil); !errors.Is(err, register.ErrConsentDays) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, principal := range v.everybody() {
		if name == "worker" {
			continue
		}
		_, err := v.db.RecordConsent(t.Context(), principal, v.keys, v.consent(v.households[0]), register.Receipt{8}, uuid.Nil)
		if !errors.Is(err, register.ErrNotAssigned) {
			t.Errorf("%s records a consent: %v", name, err)
		}
	}
	for _, statement := range []string{"UPDATE rounds.consents SET expires_on = expires_on + 1", "DELETE FROM rounds.consents", "UPDATE rounds.support_wanted SET done_on = NULL",
		"INSERT INTO rounds.support_wanted (consent_id, service, household_id) SELECT id, 'transport', household_id FROM rounds.consents"} {
		if _, err := v.as(v.worker, statement); constraint(err) != "privilege" {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if n := v.count("SELECT count(*) FROM rounds.consents"); n != 1 {
		t.Errorf("%d consents", n)
	}
}

func TestConsents_AreIdempotentByTheClientsID(t *testing.T) {
	t.Parallel()
	v := visitingToday(t)
	consent := v.record()
	added, err := v.db.RecordConsent(t.Context(), v.worker, v.keys, consent, receipt, uuid.Nil)
	if added || err != nil {
		t.Errorf("the same again: %v, %v", added, err)
	}
	other := consent
	other.Services = []string{"transport"}
	for name, try := range map[string]func() error{
		"other services": func() error {
			_, err := v.db.RecordConsent(t.Context(), v.worker, v.keys, other, receipt, uuid.Nil)
			return err
		},
		"another code": func() error {
			_, err := v.db.RecordConsent(t.Context(), v.worker, v.keys, consent, register.Receipt{1}, uuid.Nil)
			return err
		},
		"the code of another": func() error {
			_, err := v.db.RecordConsent(t.Context(), v.worker, v.keys, v.consent(v.households[1]), receipt, uuid.Nil)
			return err
		},
	} {
		if err := try(); !errors.Is(err, register.ErrIDTaken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	renewal := v.consent(v.households[0])
	added, err = v.db.RecordConsent(t.Context(), v.worker, v.keys, renewal, register.Receipt{2}, consent.ID)
	if !added || err != nil {
		t.Errorf("a renewal: %v, %v", added, err)
	}
	if seen := v.wanted(v.worker); len(seen) != 1 || seen[0].ID != renewal.ID {
		t.Errorf("after the renewal: %+v", seen)
	}
	again := v.consent(v.households[0])
	if _, err := v.db.RecordConsent(t.Context(), v.worker, v.keys, again, register.Receipt{3}, consent.ID); !errors.Is(err, register.ErrNoConsent) {
		t.Errorf("a renewal of what has ended: %v", err)
	}
}

// Who sees what is wanted ends with the grant, on the next question.
func TestConsents_AreNotSeenWithoutAGrant(t *testing.T) {
	t.Parallel()
	v := visitingToday(t)
	v.record()
	_, err := v.owner.Exec(t.Context(), "UPDATE rounds.grants SET ends_at = now() WHERE account_id IN ($1, $2)", v.worker.Account, v.handler.Account)
	v.must(err)
	for _, principal := range []register.Principal{v.worker, v.handler} {
		if n := len(v.wanted(principal)); n != 0 {
			t.Errorf("a %s without a grant sees %d", principal.Role, n)
		}
	}
	if _, err := v.db.RecordConsent(t.Context(), v.worker, v.keys, v.consent(v.households[1]), register.Receipt{3}, uuid.Nil); !errors.Is(err, register.ErrNotAssigned) {
		t.Errorf("records without a grant: %v", err)
	}
}

// Withdrawing takes everything, by whichever way, and leaves a stub without a place.
func TestWithdrawal_DeletesAndLeavesAStub(t *testing.T) {
	t.Parallel()
	for name, withdraw := range map[string]func(*visiting, register.Consent) error{
		"by the worker": func(v *visiting, c register.Consent) error { return v.db.WithdrawConsent(v.Context(), v.worker, c.ID) },
		"by the supervisor": func(v *visiting, c register.Consent) error {
			return v.db.WithdrawConsentsOf(v.Context(), v.supervisor, c.Household)
		},
		"by the code": func(v *visiting, _ register.Consent) error {
			ended, err := v.db.WithdrawByReceipt(v.Context(), v.keys, receipt)
			if !ended.Equal(day) {
				v.Errorf("ended on %s", ended)
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := visitingToday(t)
			consent := v.record()
			v.must(withdraw(v, consent))
			for _, table := range []string{"consents", "consent_services", "support_wanted"} {
				if n := v.count("SELECT count(*) FROM rounds." + table); n != 0 {
					t.Errorf("%d rows of %s are left", n, table)
				}
			}
			var stub string
			v.must(v.owner.QueryRow(t.Context(), "SELECT purpose || ' ' || given_on || ' ' || ended_on FROM rounds.consent_stubs").Scan(&stub))
			if stub != "provide_services 2027-03-01 2027-03-01" {
				t.Errorf("the stub is %q", stub)
			}
			// A backup that is restored must not bring the consent back.
			if n := v.count(`SELECT count(*) FROM rounds.erasures e JOIN rounds.consent_stubs s ON s.pseudonym = e.digest
				WHERE e.class = 'consent' AND e.erased_on = s.ended_on`); n != 1 {
				t.Errorf("%d lines of the ledger", n)
			}
			if gone, err := v.db.Tombstones(t.Context(), v.worker); err != nil || !slices.Equal(gone, []uuid.UUID{consent.ID}) {
				t.Errorf("the phone hears of %v, %v", gone, err)
			}
			if gone, err := v.db.Tombstones(t.Context(), v.colleague); err != nil || len(gone) != 0 {
				t.Errorf("the colleague's phone hears of %v, %v", gone, err)
			}
			if err := v.db.WithdrawConsent(t.Context(), v.worker, consent.ID); !errors.Is(err, register.ErrNoConsent) {
				t.Errorf("withdrawn twice: %v", err)
			}
			// A phone that heard of nothing may send the consent again.
			if _, err := v.db.RecordConsent(t.Context(), v.worker, v.keys, consent, receipt, uuid.Nil); !errors.Is(err, register.ErrConsentEnded) {
				t.Errorf("sent again: %v", err)
			}
			if n := v.count("SELECT count(*) FROM rounds.consents"); n != 0 {
				t.Errorf("%d consents came back", n)
			}
			// The code still says when, and that is all.
			v.at(30)
			if ended, err := v.db.WithdrawByReceipt(t.Context(), v.keys, receipt); err != nil || !ended.Equal(day) {
				t.Errorf("asked again: %s, %v", ended, err)
			}
		})
	}
}

func TestWithdrawal_IsForWhoMay(t *testing.T) {
	t.Parallel()
	v := visitingToday(t)
	consent := v.record()
	everybody := v.everybody()
	everybody["handler"] = v.handler
	for name, principal := range everybody {
		if name != "worker" {
			if err := v.db.WithdrawConsent(t.Context(), principal, consent.ID); !errors.Is(err, register.ErrNoConsent) {
				t.Errorf("%s withdraws: %v", name, err)
			}
		}
		if name != "supervisor" {
			v.must(v.db.WithdrawConsentsOf(t.Context(), principal, consent.Household))
		}
		if n, err := v.as(principal, "SELECT 1 WHERE rounds.withdraw_by_receipt((SELECT receipt_hmac FROM rounds.consents LIMIT 1)) IS NOT NULL"); n != 0 || err != nil {
			t.Errorf("%s withdraws by code: %v", name, err)
		}
	}
	if _, err := v.db.WithdrawByReceipt(t.Context(), v.keys, register.Receipt{7}); !errors.Is(err, register.ErrNoConsent) {
		t.Errorf("with another code: %v", err)
	}
	if _, err := v.as(v.worker, "SELECT rounds.end_consent($1)", consent.ID); constraint(err) != "privilege" {
		t.Errorf("the inner function was called: %v", err)
	}
	if n := v.count("SELECT count(*) FROM rounds.consents"); n != 1 {
		t.Errorf("%d consents are left", n)
	}
	// Never-visit takes the consent too, and leaves not even a stub.
	v.must(v.db.Refuse(t.Context(), v.worker, v.keys, v.households[0]))
	for _, table := range []string{"consents", "consent_services", "support_wanted", "consent_stubs", "consent_tombstones"} {
		if n := v.count("SELECT count(*) FROM rounds." + table); n != 0 {
			t.Errorf("%d rows of %s outlive the place", n, table)
		}
	}
}

func TestSupport_DoneOnceIsWantedNoLonger(t *testing.T) {
	t.Parallel()
	v := visitingToday(t)
	consent := v.record()
	for name, principal := range v.everybody() {
		if name != "worker" {
			if err := v.db.FinishSupport(t.Context(), principal, consent.ID, "smoke_alarm"); !errors.Is(err, register.ErrNoConsent) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if err := v.db.FinishSupport(t.Context(), v.handler, consent.ID, "transport"); !errors.Is(err, register.ErrOneOff) {
		t.Errorf("transport is done: %v", err)
	}
	if _, err := v.owner.Exec(t.Context(), "UPDATE rounds.support_wanted SET done_on = $1 WHERE service = 'transport'", day); constraint(err) != "support_wanted_one_off" {
		t.Errorf("transport is done in the table: %v", err)
	}
	v.must(v.db.FinishSupport(t.Context(), v.handler, consent.ID, "smoke_alarm"))
	v.must(v.db.FinishSupport(t.Context(), v.worker, consent.ID, "smoke_alarm"))
	if seen := v.wanted(v.handler); len(seen) != 1 || !slices.Equal(seen[0].Services, []string{"transport"}) {
		t.Errorf("its owner still sees %+v", seen)
	}
}

// A place that a later extract puts into another grid is seen by those of that grid.
func TestConsents_FollowTheirPlace(t *testing.T) {
	t.Parallel()
	v := visitingToday(t)
	v.record()
	_, err := v.owner.Exec(t.Context(), "UPDATE rounds.households SET area_id = (SELECT area_id FROM rounds.households WHERE source_key = 'Middle-1') WHERE id = $1", v.households[0])
	v.must(err)
	if n := len(v.wanted(v.handler)); n != 0 {
		t.Errorf("the owner in West sees %d", n)
	}
	if n := len(v.wanted(v.other)); n != 1 {
		t.Errorf("the owner in Middle sees %d", n)
	}
}

// The database alone tells no contact and no code, nor which contacts are the same.
func TestContacts_AreSealed(t *testing.T) {
	t.Parallel()
	v := visitingToday(t)
	for i, household := range v.households[:2] {
		consent := v.consent(household)
		consent.Contact = "somebody@example.org"
		_, err := v.db.RecordConsent(t.Context(), v.worker, v.keys, consent, register.Receipt{byte(i), 99, 3, 17}, uuid.Nil)
		v.must(err)
	}
	code := register.Receipt{0, 99, 3, 17}.String()
	if found := v.search("somebody", "example.org", code, strings.ReplaceAll(code, "-", "")); len(found) > 0 {
		t.Errorf("found in %v", found)
	}
	if n := v.count("SELECT count(DISTINCT contact) FROM rounds.consents"); n != 2 {
		t.Error("the same contact is sealed to the same bytes")
	}
	other := register.NewKeys([]byte("the secret of another installatio"))
	if _, err := v.db.SupportAt(t.Context(), v.worker, other, v.households); err == nil {
		t.Error("another key opens a contact")
	}
	_, err := v.owner.Exec(t.Context(), "UPDATE rounds.consents SET contact = (SELECT contact FROM rounds.consents ORDER BY id LIMIT 1)")
	v.must(err)
	if _, err := v.db.SupportAt(t.Context(), v.worker, v.keys, v.households); err == nil {
		t.Error("a contact opens in the row of another")
	}
}

func TestParseContact_TakesOneNumberOrAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "+376 808 080": "+376808080", "(0376) 80-80-80": "0376808080", "112": "!", " a@b.ad ": "a@b.ad", "a.b+c@mail.example.org": "a.b+c@mail.example.org",
		"Anna 808080": "!", "Anna <a@b.ad>": "!", "808080 or 909090": "!", "a@b.ad, c@d.ad": "!", "11010519491231002X": "!", "110105194912310021": "!",
		"110105491231002": "!", "110105 491231 002": "!", "+110105491231002": "!", "123456789012345": "!", "+999056789012345": "+999056789012345", "13812345678": "13812345678",
		"12345678Z": "!", "110105491231002@b.ad": "!", "13812345678@b.ad": "13812345678@b.ad",
		"a@localhost": "!", strings.Repeat("a", 64) + "@" + strings.Repeat("b", 60) + ".org": "!", "张三 808080": "!",
	} {
		got, err := register.ParseContact(text)
		if errors.Is(err, register.ErrContact) {
			got = "!"
		}
		if got != want {
			t.Errorf("%q is read as %q, %v", text, got, err)
		}
	}
}

func TestReceipts_SurviveBeingWrittenDown(t *testing.T) {
	t.Parallel()
	code := receipt.String()
	if code != "000G-40R4-0M30-E27Z" {
		t.Errorf("the code is %s", code)
	}
	for _, text := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", " "), strings.ReplaceAll(code, "0", "o"), "ooog4or4om3oe27z"} {
		if read, err := register.ParseReceipt(text); err != nil || read != receipt {
			t.Errorf("%q is read as %s, %v", text, read, err)
		}
	}
	for _, text := range []string{"", "000G-40R4-0M30-E27", "000G-40R4-0M30-E27ZZ", "000U-40R4-0M30-E27Z", "000G_40R4_0M30_E27Z"} {
		if _, err := register.ParseReceipt(text); !errors.Is(err, register.ErrReceipt) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// The lists that people choose from are the types of the database.
func TestClosedLists_AreTheTypesOfTheDatabase(t *testing.T) {
	t.Parallel()
	f := open(t)
	for list, kind := range map[string]string{
		"services": "support_service", "consent_purposes": "consent_purpose", "consent_methods": "consent_method", "door_notes": "door_note",
	} {
		var values []string
		f.must(f.owner.QueryRow(t.Context(), "SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = $1::regtype", "rounds."+kind).Scan(&values))
		if codes := geo.ClosedLists().Codes(list); !slices.Equal(codes, values) {
			t.Errorf("%s is %v, rounds.%s %v", list, codes, kind, values)
		}
	}
	for _, service := range geo.ClosedLists()["services"] {
		if n := f.count("SELECT count(*) WHERE rounds.is_one_off($1)", service.Code); n != map[bool]int{true: 1}[service.Once] {
			t.Errorf("%s: the list and the database do not agree that it is done once", service.Code)
		}
	}
}
