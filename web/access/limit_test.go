package access

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// privacy.md, "Accounts": 5 a minute per account and 20 a minute per address, delay
// instead of lock-out.
func TestLimit_DelaysTheSixthAttemptOnAnAccountAndThe21stOfAnAddress(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 3, 8, 10, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name  string
		free  int
		every time.Duration
		keys  func(n int) []key
	}{
		{"account", 5, 12 * time.Second, func(int) []key { return []key{accountKey(uuid.Max)} }},
		{"address", 20, 3 * time.Second, func(n int) []key { return []key{accountKey(uuid.New()), {"address 192.0.2.1", perAddress}} }},
	} {
		l := newLimit()
		for n := range test.free {
			if delay, err := l.reserve(now, test.keys(n)...); delay > 0 || err != nil {
				t.Errorf("%s: attempt %d waits %v, %v", test.name, n+1, delay, err)
			}
		}
		delay, err := l.reserve(now, test.keys(test.free)...)
		if delay != test.every || err != nil {
			t.Errorf("%s: attempt %d waits %v, %v; want %v", test.name, test.free+1, delay, err, test.every)
		}
		var tooMany *TooManyError
		for range 10 {
			if _, err = l.reserve(now, test.keys(0)...); errors.As(err, &tooMany) {
				break
			}
		}
		if tooMany == nil || tooMany.Seconds() < 1 || tooMany.Seconds() > int(test.every/time.Second) {
			t.Errorf("%s: %v", test.name, err)
		}
		// After a minute the free attempts are there again, whatever was sent away.
		if delay, err := l.reserve(now.Add(rateWindow+longestWait), test.keys(0)...); delay > 0 || err != nil {
			t.Errorf("%s: after a pause %v, %v", test.name, delay, err)
		}
	}
}

// An account has few messages sent, however many mailboxes it names; others are not held
// up by it.
func TestMail_GoesAFewTimesAMinute(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 3, 8, 10, 0, 0, 0, time.UTC)
	g := &Gate{limit: newLimit()}
	g.options.Now = func() time.Time { return now }
	g.options.Sleep = func(context.Context, time.Duration) error { return nil }
	sent, greedy := 0, uuid.New()
	send := func() error { sent++; return nil }
	var tooMany *TooManyError
	for range 20 {
		if err := g.Mail(t.Context(), greedy, send); err != nil && !errors.As(err, &tooMany) {
			t.Fatal(err)
		}
	}
	if sent != perMailbox || tooMany == nil {
		t.Errorf("%d messages at once, %v", sent, tooMany)
	}
	if err := g.Mail(t.Context(), uuid.New(), send); err != nil {
		t.Errorf("another account: %v", err)
	}
	now = now.Add(rateWindow)
	if err := g.Mail(t.Context(), greedy, send); err != nil {
		t.Errorf("after a minute: %v", err)
	}
}

// An attack from everywhere neither fills the memory nor makes the limit forget whom it
// is on.
func TestLimit_StaysSmallUnderAttackAndRemembersWhoIsAttacked(t *testing.T) {
	t.Parallel()
	l, now, attacked := newLimit(), time.Date(2027, 3, 8, 10, 0, 0, 0, time.UTC), accountKey(uuid.Max)
	for range perAccount {
		if _, err := l.reserve(now, attacked); err != nil {
			t.Fatal(err)
		}
	}
	most := 0
	for n := range 5 * mostKeys {
		if _, err := l.reserve(now, accountKey(uuid.New()), key{fmt.Sprintf("address %d", n), perAddress}); err != nil {
			t.Fatal(err)
		}
		most = max(most, len(l.usedUp))
	}
	if most > mostKeys+2 {
		t.Errorf("%d keys are remembered", most)
	}
	if delay, err := l.reserve(now, attacked); delay == 0 && err == nil {
		t.Error("the attacked account is free again")
	}
	// When the attack is over, everything of it is forgotten.
	for n := range mostKeys {
		if _, err := l.reserve(now.Add(time.Hour), key{fmt.Sprintf("late %d", n), perAddress}); err != nil {
			t.Fatal(err)
		}
	}
	for name := range l.usedUp {
		if !strings.HasPrefix(name, "late") {
			t.Fatalf("%s is remembered", name)
		}
	}
}

func TestAddress_IsThatOfOneCustomer(t *testing.T) {
	t.Parallel()
	for remote, want := range map[string]string{
		"192.0.2.7:5000": "192.0.2.7", "[2001:db8:1:2:3:4:5:6]:5000": "2001:db8:1:2::/64", "[::ffff:192.0.2.7]:5000": "::ffff:192.0.2.7",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = remote
		if got := addressOf(r); got != want {
			t.Errorf("%s: %s, want %s", remote, got, want)
		}
	}
}

func TestPasswords_ThatNobodyMayHave(t *testing.T) {
	t.Parallel()
	for _, password := range []string{"", "fourteen chars", strings.Repeat("a", 20), "mina mina mina 12345", strings.Repeat("密码", 50), strings.Repeat("ab cd ef ", 28) + "12345"} {
		var problem *PasswordError
		if err := CheckNewPassword("mina", password); !errors.As(err, &problem) {
			t.Errorf("%q: %v", password, err)
		}
	}
	for _, password := range []string{"the cat sat on 3 mats", "正确的马电池订书钉也就是说十五字", strings.Repeat("0123456789abcde ", 4), strings.Repeat("ab cd ef ", 28) + "1234"} {
		if err := CheckNewPassword("mina", password); err != nil {
			t.Errorf("%q: %v", password, err)
		}
	}
	if _, _, err := decode("$argon2id$v=19$m=99999999,t=1,p=1$AAAA$AAAA"); !errors.Is(err, errHashForm) {
		t.Errorf("a hash that wants 95 GB: %v", err)
	}
}

func FuzzDecodeHash(f *testing.F) {
	f.Add(nobody)
	f.Add("$argon2id$v=19$m=1,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, text string) {
		if p, want, err := decode(text); err == nil && (p.memory > 1<<20 || len(want) < 16 || p.lanes == 0) {
			t.Errorf("%q: %+v", text, p)
		}
	})
}
