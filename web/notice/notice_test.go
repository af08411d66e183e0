package notice_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/notice"
)

// office is a town whose county supervisor wants notices in a mailbox and in a browser.
type office struct {
	*registertest.Town
	keys    *register.Keys
	box     *mailbox
	browser *browser
	sender  *notice.Sender
	log     bytes.Buffer
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{Town: registertest.NewTown(t), box: newMailbox(t), browser: newBrowser(t)}
	o.keys = o.Keys()
	o.sender = notice.New(o.DB, o.keys, notice.Options{
		Mail: &o.box.server, Origin: "https://rounds.example.org", Client: o.browser.service.Client(), Location: time.UTC,
		Now: func() time.Time { return o.Today.Add(8 * time.Hour) }, Log: slog.New(slog.NewTextHandler(&o.log, nil)),
	})
	who := o.As(registertest.CountySupervisor)
	must(t, o.DB.SetNoticeEmail(t.Context(), who, o.keys, "leader@example.org", "12345678", func() error { return nil }))
	must(t, o.DB.ConfirmNoticeEmail(t.Context(), who, o.keys, "12345678"))
	_, err := o.DB.AddPush(t.Context(), who, o.keys, o.browser.target())
	must(t, err)
	return o
}

// deliveries are those that were not made, with the jobs that the queue has for them.
func (o *office) deliveries() []uuid.UUID {
	o.Helper()
	rows, err := o.Owner.Query(context.Background(), `SELECT d.id FROM rounds.notice_deliveries d
		JOIN river.river_job j ON j.kind = 'deliver_notice' AND j.args ->> 'delivery' = d.id::text WHERE d.sent_at IS NULL ORDER BY d.id`)
	must(o, err)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	must(o, err)
	return ids
}

func TestDigest_ReachesMailboxAndBrowserOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	digest, err := o.DB.Digest(t.Context(), o.As(registertest.CountySupervisor), o.Today)
	must(t, err)
	planned := o.Count("SELECT count(*) FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id WHERE r.day = $1", o.Today)
	if digest.Visits != planned || planned == 0 {
		t.Fatalf("%d visits today, %d are planned", digest.Visits, planned)
	}
	for range 2 { // a second run, or another server, changes nothing
		must(t, o.sender.QueueDigests(t.Context()))
	}
	due := o.deliveries()
	if len(due) != 2 {
		t.Fatalf("%d deliveries, want one to each place", len(due))
	}
	var working sync.WaitGroup
	for range 3 { // at once, and again afterwards
		for _, id := range due {
			working.Go(func() {
				if err := o.sender.Deliver(t.Context(), id); err != nil {
					t.Error(err)
				}
			})
		}
	}
	working.Wait()
	for _, id := range due {
		must(t, o.sender.Deliver(t.Context(), id))
	}
	if len(o.box.taken) != 1 || len(o.browser.bodies) != 1 {
		t.Fatalf("%d mails and %d push messages of one digest", len(o.box.taken), len(o.browser.bodies))
	}
	mailed := o.box.taken[0]
	if got := o.box.to; !slices.Equal(got, []string{"leader@example.org"}) || mailed.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("sent to %v as %v", got, mailed.Header)
	}
	for _, name := range []string{"X-Mailer", "User-Agent"} {
		if mailed.Header.Get(name) != "" {
			t.Errorf("the mail tells %s", name)
		}
	}
	o.browser.signed(o.browser.asked[0], notice.PublicKey(o.keys))
	var pushed struct {
		Title, Body, Path string
		Tag               uuid.UUID
	}
	must(t, json.Unmarshal([]byte(o.browser.read(o.browser.bodies[0])), &pushed))
	want := notice.Write(register.Notice{Kind: register.DigestNotice, Digest: digest}, "en")
	if pushed.Title != want.Title || pushed.Body != strings.Join(want.Lines, "\n") || pushed.Path != "/desk" {
		t.Errorf("the browser shows %+v, want %+v", pushed, want)
	}
	if id := mailed.Header.Get("Message-ID"); id != "<"+pushed.Tag.String()+"@example.org>" {
		t.Errorf("Message-ID %s of the notice %s", id, pushed.Tag)
	}
	if topic := o.browser.asked[0].Header.Get("Topic"); topic != strings.ReplaceAll(pushed.Tag.String(), "-", "") {
		t.Errorf("the topic is %q", topic)
	}
}

// What is refused is tried again and sent once.
func TestDelivery_IsTriedAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	must(t, o.sender.QueueDigests(t.Context()))
	o.box.refuse(true)
	failed := 0
	for _, id := range o.deliveries() {
		if o.sender.Deliver(t.Context(), id) != nil {
			failed++
		}
	}
	if failed != 1 || len(o.deliveries()) != 1 {
		t.Fatalf("%d failed, %d are left", failed, len(o.deliveries()))
	}
	o.box.refuse(false)
	left := o.deliveries()[0]
	must(t, o.sender.Deliver(t.Context(), left))
	must(t, o.sender.Deliver(t.Context(), left))
	if len(o.box.taken) != 1 {
		t.Fatalf("%d mails", len(o.box.taken))
	}
}

// A server that dies after a mail went out, and before that was kept, sends it again as
// the same message.
func TestDelivery_AgainIsTheSameMessage(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	must(t, o.sender.QueueDigests(t.Context()))
	died := errors.New("died")
	for _, id := range o.deliveries() {
		for range 2 {
			err := o.DB.Deliver(t.Context(), o.keys, id, func(d register.Delivery) error {
				message := notice.Write(d.Notice, d.Language)
				if len(message.Lines) == 0 {
					t.Error("nothing is said")
				}
				return died
			})
			if !errors.Is(err, died) {
				t.Fatal(err)
			}
		}
		must(t, o.sender.Deliver(t.Context(), id))
		o.Exec("UPDATE rounds.notice_deliveries SET sent_at = NULL WHERE id = $1", id)
		must(t, o.sender.Deliver(t.Context(), id))
	}
	if a, b := o.box.taken[0].Header.Get("Message-ID"), o.box.taken[1].Header.Get("Message-ID"); a != b {
		t.Errorf("%s and %s are of one notice", a, b)
	}
	if a, b := o.browser.asked[0].Header.Get("Topic"), o.browser.asked[1].Header.Get("Topic"); a != b {
		t.Errorf("topics %s and %s are of one notice", a, b)
	}
}

func TestBrowser_ThatIsGoneIsForgotten(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	must(t, o.sender.QueueDigests(t.Context()))
	o.browser.mu.Lock()
	o.browser.status = http.StatusGone
	o.browser.mu.Unlock()
	for _, id := range o.deliveries() {
		must(t, o.sender.Deliver(t.Context(), id))
	}
	left, err := o.DB.NoticeTargets(t.Context(), o.As(registertest.CountySupervisor), o.keys)
	must(t, err)
	if len(left) != 1 || left[0].Channel != register.Email {
		t.Errorf("left are %+v", left)
	}
}

// Nobody is told anything who did not ask, whose account was disabled, or outside of the
// morning.
func TestNotices_GoToWhoAskedAlone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	night := notice.New(o.DB, o.keys, notice.Options{Location: time.UTC, Now: func() time.Time { return o.Today.Add(3 * time.Hour) }})
	must(t, night.QueueDigests(t.Context()))
	queue := func(account string, kind string, about uuid.UUID) {
		t.Helper()
		who := o.As(account)
		must(t, o.DB.As(t.Context(), register.Service("notice"), func(tx pgx.Tx) error {
			return o.DB.QueueNotice(t.Context(), tx, register.Notice{Account: who.Account, Kind: kind, About: about, Day: o.Today})
		}))
	}
	queue(registertest.WestSupervisor, register.CaseDueNotice, uuid.New())
	if n := o.Count("SELECT count(*) FROM rounds.notices"); n != 0 {
		t.Fatalf("%d notices to nobody", n)
	}
	about := uuid.New()
	queue(registertest.CountySupervisor, register.CaseDueNotice, about)
	queue(registertest.CountySupervisor, register.CaseDueNotice, about) // the same again
	due := o.deliveries()
	if len(due) != 2 {
		t.Fatalf("%d deliveries", len(due))
	}
	o.Exec("UPDATE rounds.accounts SET disabled_at = now() WHERE id = $1", o.As(registertest.CountySupervisor).Account)
	for _, id := range due {
		must(t, o.sender.Deliver(t.Context(), id))
	}
	if len(o.box.taken)+len(o.browser.bodies) != 0 {
		t.Error("a disabled account was told something")
	}
	o.Exec("UPDATE rounds.accounts SET disabled_at = NULL")
	for _, id := range due {
		must(t, o.sender.Deliver(t.Context(), id))
	}
	if len(o.box.bodies) != 1 || !strings.Contains(o.box.bodies[0], about.String()) {
		t.Errorf("the mail is %q", o.box.bodies)
	}
}

func TestMailbox_IsConfirmedByACode(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	who := o.As(registertest.WestSupervisor)
	refused := errors.New("no such mailbox")
	if err := o.DB.SetNoticeEmail(t.Context(), who, o.keys, "a@example.org", "11112222", func() error { return refused }); !errors.Is(err, refused) {
		t.Fatal(err)
	}
	if left, err := o.DB.NoticeTargets(t.Context(), who, o.keys); err != nil || len(left) != 0 {
		t.Fatalf("%v, %v: kept though no code was sent", left, err)
	}
	must(t, o.DB.SetNoticeEmail(t.Context(), who, o.keys, "a@example.org", "11112222", func() error {
		return o.sender.SendCode(t.Context(), "zh-Hans", "a@example.org", "11112222")
	}))
	if len(o.box.taken) != 1 {
		t.Fatalf("%d mails with a code", len(o.box.taken))
	}
	for range 5 {
		if err := o.DB.ConfirmNoticeEmail(t.Context(), who, o.keys, "99999999"); !errors.Is(err, register.ErrCode) {
			t.Fatal(err)
		}
	}
	if err := o.DB.ConfirmNoticeEmail(t.Context(), who, o.keys, "11112222"); !errors.Is(err, register.ErrCode) {
		t.Fatalf("a code is tried five times: %v", err)
	}
}

// A slip in a new address leaves nobody without notices.
func TestMailbox_StaysUntilTheNewOneIsConfirmed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	who := o.As(registertest.CountySupervisor) // whose mailbox is leader@example.org
	mailboxes := func() (confirmed, waiting []string) {
		there, err := o.DB.NoticeTargets(t.Context(), who, o.keys)
		must(t, err)
		for _, target := range there {
			switch {
			case target.Channel != register.Email:
			case target.Confirmed:
				confirmed = append(confirmed, target.Email)
			default:
				waiting = append(waiting, target.Email)
			}
		}
		return confirmed, waiting
	}
	sent := func() error { return nil }
	for _, email := range []string{"laeder@example.org", "leader@example.com"} {
		must(t, o.DB.SetNoticeEmail(t.Context(), who, o.keys, email, "11112222", sent))
		confirmed, waiting := mailboxes()
		if !slices.Equal(confirmed, []string{"leader@example.org"}) || !slices.Equal(waiting, []string{email}) {
			t.Errorf("after %s was asked for: %v, and %v waits", email, confirmed, waiting)
		}
	}
	must(t, o.DB.ConfirmNoticeEmail(t.Context(), who, o.keys, "11112222"))
	if confirmed, waiting := mailboxes(); !slices.Equal(confirmed, []string{"leader@example.com"}) || waiting != nil {
		t.Errorf("confirmed: %v, and %v waits", confirmed, waiting)
	}
}

// The digest counts cases as the board of cases does: one that waits for somebody else is
// not late.
func TestDigest_CountsCasesWhoseClockRuns(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	who := o.As(registertest.CountySupervisor)
	before, err := o.DB.Digest(t.Context(), who, o.Today)
	must(t, err)
	if before.Breached == 0 {
		t.Fatal("the town has nothing late")
	}
	// Without the steps that lead there, which are of the cases' own tests.
	o.Exec("ALTER TABLE rounds.cases DISABLE TRIGGER USER")
	o.Exec(`UPDATE rounds.cases SET stage = 'paused', paused_on = opened_on WHERE id = (SELECT id FROM rounds.cases WHERE over_on IS NULL AND due_on < $1 LIMIT 1)`, o.Today)
	after, err := o.DB.Digest(t.Context(), who, o.Today)
	must(t, err)
	if after.Breached != before.Breached-1 || after.Today != before.Today || after.Soon != before.Soon {
		t.Errorf("%+v, and with a case that is paused %+v", before, after)
	}
}

// A mail server is not believed without a certificate, nor on another machine without TLS;
// a browser's address leads into no network of one's own.
func TestServers_AreNotBelieved(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	stranger := o.box.server
	stranger.Roots = nil
	sender := notice.New(o.DB, o.keys, notice.Options{Mail: &stranger, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err := sender.SendCode(t.Context(), "en", "a@example.org", "11112222"); err == nil {
		t.Error("a code went to a server of any name")
	}
	must(t, o.sender.QueueDigests(t.Context()))
	failed := 0
	for _, id := range o.deliveries() {
		if err := sender.Deliver(t.Context(), id); err != nil {
			failed++
		}
	}
	if failed != 2 || len(o.browser.bodies) != 0 {
		t.Errorf("%d failed; the browser on this machine was reached %d times", failed, len(o.browser.bodies))
	}
	for _, wrong := range []string{"http://h", "smtp://", "smtp://u:p@h", "smtps://h/x", "h:25"} {
		if _, err := notice.ParseMailServer(wrong, "rounds@example.org"); err == nil {
			t.Errorf("%s is a mail server", wrong)
		}
	}
	if server, err := notice.ParseMailServer("smtps://mail.example.org", "rounds@example.org"); err != nil || server.Port != 465 || !server.TLS {
		t.Errorf("%+v, %v", server, err)
	}
}

func TestWords_AreInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{register.DigestNotice, register.CaseDueNotice, register.CaseLateNotice, register.CaseEscalatedNotice} {
		n := register.Notice{Kind: kind, About: uuid.New(), Digest: register.Digest{Visits: 1, Today: 2, Soon: 3, Breached: 4}}
		english, chinese := notice.Write(n, "en"), notice.Write(n, "zh-Hans")
		if english.Title == "" || chinese.Title == "" || english.Title == chinese.Title || len(english.Lines) != len(chinese.Lines) {
			t.Errorf("%s: %+v and %+v", kind, english, chinese)
		}
		for i := range english.Lines {
			if strings.Contains(english.Lines[i]+chinese.Lines[i], "%!") || english.Lines[i] == chinese.Lines[i] {
				t.Errorf("%s: %q and %q", kind, english.Lines[i], chinese.Lines[i])
			}
		}
	}
}

func TestCheckPush(t *testing.T) {
	t.Parallel()
	good := newBrowser(t).target()
	must(t, notice.CheckPush(good))
	for name, change := range map[string]func(*register.NoticeTarget){
		"http":      func(b *register.NoticeTarget) { b.Endpoint = strings.Replace(b.Endpoint, "https", "http", 1) },
		"file":      func(b *register.NoticeTarget) { b.Endpoint = "file:///etc/passwd" },
		"password":  func(b *register.NoticeTarget) { b.Endpoint = "https://a:b@push.example.org/" },
		"long":      func(b *register.NoticeTarget) { b.Endpoint += strings.Repeat("x", 700) },
		"short key": func(b *register.NoticeTarget) { b.P256dh = b.P256dh[:40] },
		"auth":      func(b *register.NoticeTarget) { b.Auth = "" },
	} {
		wrong := good
		change(&wrong)
		if notice.CheckPush(wrong) == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
