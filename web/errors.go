package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/planner/round"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/export"
	"github.com/rounds-project/rounds/web/feed"
	"github.com/rounds-project/rounds/web/notice"
	"github.com/rounds-project/rounds/web/photo"
	"github.com/rounds-project/rounds/web/print"
	"github.com/rounds-project/rounds/web/upload"
)

// Errors of this package.
var (
	errNoRoute      = errors.New("web: there is no such address; see /api/openapi.json")
	errCrossOrigin  = errors.New("web: the request comes from another site")
	errNoSuchWorker = errors.New("web: no such worker")
	errRole         = errors.New("web: not for this role")
)

// problem is an error as RFC 9457 writes it.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Field  string `json:"field,omitempty"`
	// NextDate is the next day with a route.
	NextDate    string `json:"next_date,omitempty"`
	RetryAfterS int    `json:"retry_after_s,omitempty"`
	// Whose grant is missing, a code, and the name of the grid where.
	Whose string `json:"whose,omitempty"`
	Where string `json:"where,omitempty"`
}

func (p *problem) Error() string { return "web: " + p.Detail }

// code is what the type ends with.
func (p *problem) code() string { return strings.TrimPrefix(p.Type, problemType) }

const problemType = "urn:rounds:problem:"

// invalid says which field of a request is wrong.
func invalid(field, detail string) *problem {
	return newProblem(http.StatusUnprocessableEntity, "invalid", field, detail)
}

func newProblem(status int, code, field, detail string) *problem {
	return &problem{Type: problemType + code, Title: http.StatusText(status), Status: status, Field: field, Detail: detail}
}

// statuses is the one table from errors to answers.
var statuses = []struct {
	err    error
	status int
	code   string
	field  string
	detail string
}{
	{access.ErrSignIn, 401, "sign_in", "", "Sign in."},
	{access.ErrToken, 401, "token", "", "Send a token that lasts, as Bearer or as the password of Basic."},
	{register.ErrDayIsFull, 429, "day_is_full", "", "What may be sent in a day was sent; go on tomorrow."},
	{register.ErrSlow, 503, "slow", "", "The database has too much to do for this at the moment; ask for less at once, or again later."},
	{access.ErrPassword, 401, "password", "", "Login or password is not right."},
	{access.ErrNoGrant, 403, "no_grant", "", "No grant gives this account a role at this moment; ask an administrator."},
	{access.ErrAsleep, 403, "asleep", "", "The grants of this account sleep after a recovery; ask a second person to wake them."},
	{access.ErrRole, 403, "role", "role", "This account does not have that role."},
	{errRole, 403, "role", "", "This is not for your role."},
	{errCrossOrigin, 403, "cross_origin", "", "The request comes from another site."},
	{errNoRoute, 404, "no_route", "", "There is no such address; see /api/openapi.json."},
	{access.ErrStale, 403, "stale", "", "For this, sign in again first."},
	{access.ErrPasskey, 401, "passkey", "", "The passkey was not accepted."},
	{access.ErrNoProvider, 404, "no_provider", "", "This installation has no identity provider."},
	{access.ErrProviderSilent, 502, "provider_silent", "", "The identity provider does not answer; try again later."},
	{access.ErrIdentity, 401, "identity", "", "The identity was not accepted; begin again."},
	{register.ErrNoRelease, 404, "no_release", "", "There is no such release."},
	{register.ErrEmail, 422, "invalid", "email", "Write one e-mail address."},
	{register.ErrCode, 422, "code", "code", "This is not the code that was sent, or it has been tried too often, or its hour is over. Ask for another."},
	{register.ErrManyTargets, 409, "many_targets", "", "Notices go to 10 browsers at most; remove one first."},
	{notice.ErrNoMail, 409, "no_mail", "email", "This installation sends no e-mail; its operator names a mail server with --smtp."},
	{notice.ErrPush, 422, "invalid", "endpoint", "Send the endpoint and keys that the browser's PushManager gave."},
	{register.ErrNoIdentity, 403, "no_identity", "", "This identity is linked to no account. Open your invitation, or sign in another way and link it there."},
	{register.ErrIdentityTaken, 409, "identity_taken", "", "The identity, or the account, is linked already."},
	{access.ErrPIN, 401, "pin", "pin", "The PIN is not right."},
	{access.ErrPINEnded, 401, "pin_ended", "pin", "That was the fifth wrong try: the PIN has ended on this phone. Sign in with your password or passkey."},
	{access.ErrPINForm, 422, "pin_form", "pin", "A PIN has six digits, not all alike or in a row."},
	{register.ErrNoPIN, 404, "no_pin", "", "You have no PIN on this device."},
	{register.ErrFuture, 422, "invalid", "made_on", "That day is yet to come."},
	{register.ErrHost, 422, "invalid", "host", "Write the name of a host, such as maps.example.org."},
	{register.ErrReceiverTerm, 422, "invalid", "ends_on", "A receiver lasts 90 days at most, from today."},
	{register.ErrNoUpload, 404, "no_upload", "", "There is no such file of yours, or its day is over; send it again."},
	{register.ErrUploadBusy, 409, "upload_state", "", "The file is not in a state that allows this. Read it again."},
	{register.ErrUploads, 409, "many_uploads", "", "Three files wait already; import or remove one first."},
	{register.ErrUndoOver, 409, "undo_over", "", "The 14 days are over: what the import changed is no longer kept."},
	{register.ErrWorkedOn, 409, "worked_on", "", "Somebody worked on these cases since; say that they are to go nevertheless."},
	{register.ErrUndoBeyond, 409, "undo_beyond", "", "The import has places in areas that are not yours now; ask who has them."},
	{register.ErrUploadSize, 422, "invalid", "bytes", "A file has 1 byte to 2 GiB; split it by area."},
	{upload.ErrPart, 422, "invalid", "number", "There is no such part of the file, or it has another length."},
	{upload.ErrIncomplete, 409, "incomplete", "", "Parts of the file are missing; send them."},
	{upload.ErrNothing, 404, "no_report", "", "The file was not looked through yet, or what was found is no longer kept; have it looked through again."},
	{register.ErrNoReceiver, 404, "no_receiver", "", "There is no such receiver, or it has ended."},
	{register.ErrNoToken, 404, "no_token", "", "There is no such token, or it has ended."},
	{register.ErrNoHook, 404, "no_hook", "", "There is no such webhook, or it has ended."},
	{register.ErrPath, 422, "invalid", "path", "Write a path such as /rounds/cases, of letters, digits and . _ ~ - /; a long number is none."},
	{register.ErrPosition, 410, "begin_anew", "since", "This position is over; leave since out to begin anew."},
	{feed.ErrSince, 410, "begin_anew", "since", "This position is of another token, feed or unit, or of before a restore; leave since out to begin anew."},
	{register.ErrManyWorkers, 409, "many_workers", "", "Five workers share a phone at most."},
	{access.ErrCeremony, 409, "ceremony", "", "This took too long, or was begun elsewhere; begin again."},
	{access.ErrNoName, 409, "no_name", "", "Passkeys need the installation's name in the address bar, not a number."},
	{register.ErrNoPasskey, 404, "no_passkey", "", "There is no such passkey of yours."},
	{register.ErrManyPasskeys, 409, "many_passkeys", "", "An account has 10 passkeys at most; remove one first."},
	{register.ErrPasskeyTaken, 409, "passkey_taken", "", "This passkey is there already."},
	{register.ErrLastWay, 409, "last_way", "", "It is the only way to sign in; add another first."},
	{register.ErrNoLink, 404, "no_link", "token", "The link was used, replaced by a newer one, or its 72 hours are over. Ask an administrator for another."},
	{register.ErrJoined, 409, "joined", "", "The account is in use; send a recovery instead."},
	{register.ErrLoginTaken, 409, "login_taken", "login", "This login is taken."},
	{register.ErrLoginForm, 422, "login_form", "login", "A login has 2 to 32 of a-z, 0-9, dot, dash and underscore, and begins with a letter or digit."},
	{register.ErrNameForm, 422, "name_form", "name", "A name has 1 to 80 characters, no line break and no long number."},
	{register.ErrNoSession, 404, "no_session", "", "There is no such session of yours."},
	{register.ErrNoAccount, 404, "no_account", "", "There is no such account."},
	{register.ErrSecondPerson, 409, "second_person", "", "A second person does this: neither the account itself nor who recovered it."},
	{register.ErrOwnAccount, 409, "own_account", "", "Nobody does this to their own account; ask another administrator."},
	{casework.ErrNoCase, 404, "no_case", "", "There is no such case, or none that you may see."},
	{casework.ErrNoUnit, 404, "no_unit", "unit_id", "There is no such unit for this place, or none that you may see."},
	{casework.ErrNoMember, 422, "no_member", "login", "This is no case handler of the area, or no member of the unit."},
	{casework.ErrNoArea, 404, "no_area", "area_id", "There is no such area, or none that you may see."},
	{casework.ErrNoMatter, 422, "no_matter", "matter", "The matter is not on the list; see /api/v1/lists."},
	{casework.ErrIDTaken, 409, "id_taken", "id", "This id belongs to something else; make a new one."},
	{casework.ErrChanged, 409, "case_changed", "seen", "Somebody took a step meanwhile. Read the case again."},
	{casework.ErrMove, 409, "case_move", "command", "The case is not in a stage that allows this. Read it again."},
	{casework.ErrActor, 403, "case_actor", "command", "This is for the members of a unit that has the case."},
	{casework.ErrCommand, 422, "case_command", "command", "The command lacks something, or says what it does not take."},
	{casework.ErrTop, 409, "case_top", "command", "There is no unit above."},
	{casework.ErrDisputeText, 422, "dispute_text", "text", "The ledger holds no text about a dispute."},
	{casework.ErrOneself, 403, "oneself", "account_id", "A mediator is named by whoever leads there or by the other mediator, never by themselves."},
	{casework.ErrTwo, 409, "two_mediators", "instead_of", "Two mediators are named. Say whom the new one relieves."},
	{casework.ErrNotNamed, 404, "no_mediation", "", "There is no such dispute, or you are not named for it."},
	{casework.ErrUnagreed, 422, "unagreed", "agreed", "A visit is on a day that was agreed; unasked one goes to a hazard inside a home alone, once."},
	{casework.ErrThreeVisits, 409, "three_visits", "", "Three visits were asked for already."},
	{casework.ErrBooked, 409, "booked", "visit_on", "A day is agreed there already; speak to who lives there."},
	{casework.ErrNoPlace, 404, "no_place", "street", "There is no such address, or more than one household has it."},
	{casework.ErrNoVisitRound, 409, "no_visit_round", "visit_on", "No round goes there on that day, or the door is finished in it."},
	{casework.ErrNoParty, 404, "no_party", "party_id", "There is no such party in this dispute."},
	{casework.ErrManyParties, 409, "many_parties", "", "A dispute has at most 12 parties here."},
	{casework.ErrManySessions, 409, "many_sessions", "", "A dispute has at most 60 sessions here."},
	{casework.ErrTerms, 422, "terms", "terms", "Write 1 to 12 terms."},
	{casework.ErrNoAgreement, 404, "no_agreement", "", "No agreement was written yet."},
	{casework.ErrSigned, 409, "signed", "", "This is signed, and stays as it is."},
	{casework.ErrStrokes, 422, "signature", "strokes", "Sign within the field, with less ink."},
	{register.ErrPartyName, 422, "party_name", "name", "A name has 1 to 80 characters, and no long number."},
	{casework.ErrParent, 422, "unit_parent", "parent_id", "The unit above is of a higher level, for an area around this one."},
	{casework.ErrNotHolder, 403, "not_holder", "area_id", "You do not hold all of this area."},
	{casework.ErrDays, 422, "days", "last_on", "The days are in the wrong order, or overlap another leave."},
	{round.ErrNoRound, 404, "no_round", "", "There is no such round, or none that you may see."},
	{register.ErrNoRound, 404, "no_round", "round_id", "There is no such open round, or none that you may see."},
	{errNoSuchWorker, 404, "no_such_worker", "", "There is no such worker, or none whom you may plan for."},
	{round.ErrNoPlan, 404, "no_plan", "", "There is no such plan, or none that you may see."},
	{register.ErrNoPlan, 404, "no_plan", "round_id", "The round has no published plan."},
	{round.ErrNoHousehold, 404, "no_household", "", "There is no such household in the round, or none that you may see."},
	{round.ErrNoArea, 404, "no_area", "area_id", "There is no such area, or none that you may see."},
	{round.ErrDoorFinished, 409, "door_finished", "", "The door is finished in this round."},
	{round.ErrBookingDays, 422, "booking_days", "first_day", "The days of a booking lie within the round."},
	{round.ErrNoRoute, 404, "no_such_route", "", "There is no such route, or none that you may see."},
	{register.ErrNoClaim, 409, "no_claim", "doors", "Nobody says that this place has so many dwellings any more; look at the list again."},
	{register.ErrNoHousehold, 404, "no_household", "", "There is no such household, or none that you may see."},
	{register.ErrNoVisit, 404, "no_visit", "", "There is no such visit of yours."},
	{register.ErrNoGrant, 404, "no_such_grant", "", "There is no such grant in this state, or none that you may change."},
	{register.ErrGrantOwn, 409, "second_person", "", "A grant takes two people, neither of them its receiver."},
	{register.ErrGrantForm, 422, "grant_form", "area_id", "There is no such account or area."},
	{register.ErrGrantLong, 422, "grant_long", "ends_on", "The last day is after today, within 12 months; within 3 for analysts and case handlers."},
	{register.ErrOfficerAlone, 409, "officer_alone", "role", "A data-protection officer has no other role at the time."},
	{register.ErrNotEntitled, 403, "not_entitled", "", "This grant is not yours to give."},
	{register.ErrNoArea, 404, "no_area", "area_id", "There is no such area, or none that you may see."},
	{register.ErrNoIncident, 404, "no_incident", "", "There is no such incident, or none that you may see."},
	{register.ErrNoPhoto, 404, "no_photo", "", "There is no photo of this incident, or none that you may see."},
	{register.ErrIncidentClosed, 409, "incident_closed", "", "The incident is closed."},
	{register.ErrPhotoInHome, 422, "photo_in_home", "", "No photos from inside a home."},
	{photo.ErrTooLarge, 413, "too_large", "", "The file has more than 12 MB; take a smaller photo."},
	{photo.ErrPixels, 422, "photo_pixels", "", "The picture has more than 25 million pixels; take a smaller photo."},
	{photo.ErrNoPicture, 415, "media_type", "", "This is no JPEG, PNG or WebP picture."},
	{photo.ErrIncomplete, 422, "photo_incomplete", "", "The picture is damaged or cut off; take it again."},
	{register.ErrNoExport, 404, "no_export", "", "The link was used already, or its time is over. Make the file again."},
	{print.ErrNoFont, 503, "no_font", "", "This server has no font with Chinese letters; install the package fonts-droid-fallback."},
	{round.ErrNoStreets, 404, "no_streets", "", "There are no streets yet; import an OpenStreetMap extract."},
	{round.ErrNoClosure, 404, "no_closure", "", "There is no such closed street, or none that you may open."},
	{round.ErrClosureDays, 422, "closure_days", "ends_on", "A street is closed from one day to the same or a later one, for a year at most."},
	{round.ErrHours, 422, "hours", "closes", "The hours of a day run forward."},
	{round.ErrNoWay, 422, "no_way", "points", "No way leads from one of the points to the next."},
	{round.ErrOffStreets, 422, "off_streets", "points", "One of the points is more than 250 m from any way."},
	{round.ErrNoWorker, 422, "no_worker", "workers", "One of the workers is none whom you may plan for."},
	{round.ErrNotHolder, 403, "not_holder", "area_id", "You do not hold all of this area."},
	{round.ErrNotWhole, 409, "not_whole", "", "The plan does not have each household of the round once; propose another."},
	{round.ErrState, 409, "state", "", "The plan is not in a state that allows this. Read it again."},
	{round.ErrPlanning, 409, "planning", "", "A plan of this round is being made already."},
	{round.ErrClosed, 409, "round_closed", "", "The round is closed."},
	{round.ErrOver, 409, "round_over", "", "The last day of the round has passed."},
	{round.ErrNothingToKeep, 409, "nothing_to_keep", "keep", "No plan of this round is published; propose a new one."},
	{round.ErrIDTaken, 409, "id_taken", "id", "This id belongs to something else; make a new one."},
	{register.ErrIDTaken, 409, "id_taken", "id", "This id belongs to something else; make a new one."},
	{register.ErrDoorFinished, 409, "door_finished", "", "The door is finished in this round."},
	{register.ErrRoundClosed, 409, "round_closed", "", "The round is closed."},
	{register.ErrVisitPast, 409, "visit_past", "", "A visit of an earlier day stays as it is."},
	{register.ErrNotAssigned, 403, "not_assigned", "household_id", "This household is not on your routes."},
	{register.ErrVisitDay, 422, "visit_day", "visited_on", "The day is before the round, or has not come yet."},
	{register.ErrNoConsent, 404, "no_consent", "", "There is no such consent, or none that you may see."},
	{register.ErrConsentDays, 422, "consent_days", "expires_on", "A consent was given within the last two weeks and ends 12 months later at most."},
	{register.ErrConsentEnded, 409, "consent_ended", "", "This consent was withdrawn; what has ended stays ended."},
	{register.ErrContact, 422, "contact", "contact", "One telephone number or one e-mail address, and no name."},
	{register.ErrReceipt, 422, "receipt", "receipt", "A code has 16 letters and digits."},
	{register.ErrNoCode, 404, "no_code", "receipt", "There is nothing under this code in your areas."},
	{register.ErrOneOff, 422, "one_off", "service", "This service stands until its consent ends or is withdrawn."},
	{register.ErrSamePerson, 409, "same_person", "", "Another person than who proposed it confirms."},
	{register.ErrNoProposal, 404, "no_proposal", "", "Nothing waits to be confirmed here, or its time is over; propose it again."},
	{register.ErrNoWorker, 409, "no_worker", "", "This account is no worker's."},
	{register.ErrNoOpening, 404, "no_opening", "", "There is no such opening, or none that you may see."},
	{register.ErrNotOpen, 404, "not_open", "", "The area is not open at this moment."},
	{register.ErrTwentyDwellings, 422, "twenty_dwellings", "area_id", "An opening takes an area of at least 20 dwellings."},
	{register.ErrOutside, 422, "outside", "lon", "The place lies outside of your areas."},
	{register.ErrTextLong, 422, "text_long", "text", "A text has 500 characters at most."},
	{register.ErrTextLink, 422, "text_link", "text", "A message is about the work: leave links and ids out."},
	{register.ErrNobody, 404, "nobody", "", "No worker there whom you supervise has an account."},
	{register.ErrTextPerson, 422, "text_person", "text", "Write what, not who: leave identity and telephone numbers out."},
	{register.ErrNotMerged, 409, "not_merged", "into", "Only two open reports of one matter can be made one, and neither may go with a third."},
	{register.ErrNoReport, 404, "no_report", "receipt", "Nothing is kept under this code."},
	{register.ErrAnswered, 409, "answered", "", "The questions are for matters that are closed, and are answered once."},
	{register.ErrNoDispute, 404, "no_dispute", "", "There is no such dispute, or it has ended."},
	{register.ErrNotOffered, 422, "matter_not_offered", "matter", "This matter is not taken here."},
	{register.ErrDisputesAlike, 422, "disputes_alike", "matter", "All disputes have the same unit and days, as their matter is told to nobody else."},
	{register.ErrNoMatter, 422, "no_matter", "matter", "The matter is not on the list; see /api/v1/lists."},
	{register.ErrExportRefused, 403, "export_refused", "layer", "This layer is not for your role."},
}

// rules are the words for what the schema refuses (docs/privacy.md, Never 8).
var rules = map[string]string{
	round.TwentyDwellings: "A round takes an area of at least 20 dwellings.",
	round.SixtyDays:       "A part of this area has a routine round within 60 days.",
	round.Announced:       "A round is announced three days before it begins; begin later, or name the emergency.",
	round.EmergencyLength: "An emergency round lasts 14 days at most.",
	round.RoundBreak:      "A break takes 2 hours at most, and begins between two times.",
	round.RevisitDays:     "A door is tried again after 1 to 30 days.",
	round.RoundName:       "A name has 1 to 80 letters, no control characters and no long numbers.",
}

// problemOf says what an error means to who asked.
func problemOf(err error) *problem {
	var known *problem
	var rule *round.RuleError
	var field *export.FieldError
	var tooMany *access.TooManyError
	var password *access.PasswordError
	var place *register.PlaceError
	var ungranted *round.UngrantedError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &rule):
		return newProblem(http.StatusUnprocessableEntity, rule.Rule, rule.Field, rules[rule.Rule])
	case errors.As(err, &ungranted):
		p := newProblem(http.StatusConflict, "not_granted", "", fmt.Sprintf("%s has no grant for %s: give it, or let somebody else go there.", ungranted.Worker, ungranted.Area))
		p.Whose, p.Where = ungranted.Worker, ungranted.Area
		return p
	case errors.As(err, &field):
		return invalid(field.Field, field.Problem)
	case errors.As(err, &place):
		return invalid(place.Complaint.Field, "It "+place.Complaint.Problem+".")
	case errors.As(err, &password):
		return newProblem(http.StatusUnprocessableEntity, "weak_password", "password", sentence(password.Problem))
	case errors.As(err, &tooMany):
		p := newProblem(http.StatusTooManyRequests, "too_many", "", fmt.Sprintf("Too many attempts; try again in %d s.", tooMany.Seconds()))
		p.RetryAfterS = tooMany.Seconds()
		return p
	}
	for _, line := range statuses {
		if errors.Is(err, line.err) {
			return newProblem(line.status, line.code, line.field, line.detail)
		}
	}
	return nil
}

// sentence is a problem as people read it.
func sentence(problem string) string { return strings.ToUpper(problem[:1]) + problem[1:] + "." }

// fail answers with a problem. What is not the client's mistake is logged, not told.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	if p == nil {
		if r.Context().Err() != nil {
			return // nobody listens any more
		}
		s.Log.ErrorContext(r.Context(), "request failed", "route", r.Pattern, "error", err)
		p = newProblem(http.StatusInternalServerError, "internal", "", internalDetail)
	}
	answerProblem(w, p)
}

const internalDetail = "Something went wrong; the server's log says what."

func answerProblem(w http.ResponseWriter, p *problem) {
	if p.RetryAfterS > 0 {
		w.Header().Set("Retry-After", fmt.Sprint(p.RetryAfterS))
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}
