package access

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Rates of attempts to sign in, and how long one is made to wait before it is sent
// away instead.
const (
	perAccount  = 5
	perAddress  = 20
	perMailbox  = 2
	rateWindow  = time.Minute
	longestWait = 15 * time.Second
	// mostKeys bounds the memory: from then on keys are forgotten, see sweep.
	mostKeys = 10_000
)

// TooManyError says that attempts come too fast, and when the next one may.
type TooManyError struct{ RetryAfter time.Duration }

func (e *TooManyError) Error() string {
	return fmt.Sprintf("access: too many attempts; try again in %d s", e.Seconds())
}

// Seconds is RetryAfter in whole seconds, rounded up.
func (e *TooManyError) Seconds() int {
	return int((e.RetryAfter + time.Second - 1) / time.Second)
}

// limit slows attempts down per key by the generic cell rate algorithm (ITU-T
// I.371): a key remembers the time until which its attempts have used the rate up.
type limit struct {
	mu     sync.Mutex
	usedUp map[string]time.Time
}

func newLimit() *limit { return &limit{usedUp: map[string]time.Time{}} }

// key is what attempts are counted by, and how many a minute.
type key struct {
	name string
	rate int
}

func (k key) interval() time.Duration { return rateWindow / time.Duration(k.rate) }

// reserve takes a place for an attempt and gives the delay before it; the error is
// a [TooManyError] when that is more than longestWait, and then no place is taken.
func (l *limit) reserve(now time.Time, keys ...key) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep(now)
	var delay time.Duration
	for _, k := range keys {
		delay = max(delay, l.after(now, k).Sub(now)-rateWindow)
	}
	if delay > longestWait {
		return 0, &TooManyError{RetryAfter: delay - longestWait}
	}
	for _, k := range keys {
		l.usedUp[k.name] = l.after(now, k)
	}
	return delay, nil
}

// after is the time until which one more attempt would use the rate up.
func (l *limit) after(now time.Time, k key) time.Time {
	used := l.usedUp[k.name]
	if used.Before(now) {
		used = now
	}
	return used.Add(k.interval())
}

// giveBack undoes a reserve: who knows the password is not slowed down.
func (l *limit) giveBack(keys ...key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range keys {
		if used, ok := l.usedUp[k.name]; ok {
			l.usedUp[k.name] = used.Add(-k.interval())
		}
	}
}

// attempt lets do look at what proves who somebody is. Attempts that fail are
// counted by their keys and the address they come from; too many wait, or are sent
// away with a [TooManyError].
func (g *Gate) attempt(r *http.Request, keys []key, do func(ctx context.Context) error) error {
	keys = append(keys, key{"address " + addressOf(r), perAddress})
	delay, err := g.limit.reserve(g.options.Now(), keys...)
	if err != nil {
		return err
	}
	if err := g.options.Sleep(r.Context(), delay); err != nil {
		return err
	}
	if err := do(r.Context()); err != nil {
		return err
	}
	g.limit.giveBack(keys...)
	return nil
}

// Mail lets send write to a mailbox that an account names, a few times a minute: nobody
// fills with it what is somebody else's. More wait, or are sent away with a
// [TooManyError].
func (g *Gate) Mail(ctx context.Context, account uuid.UUID, send func() error) error {
	delay, err := g.limit.reserve(g.options.Now(), key{"mail " + account.String(), perMailbox})
	if err != nil {
		return err
	}
	if err := g.options.Sleep(ctx, delay); err != nil {
		return err
	}
	return send()
}

// accountKey counts attempts on an account, by whatever means.
func accountKey(account uuid.UUID) key { return key{"account " + account.String(), perAccount} }

// sweep forgets, when there are too many, keys with nothing to remember; and when all
// are busy, as under an attack from everywhere, the half of them that would be forgotten
// first. Whoever is attacked has used up more than those.
func (l *limit) sweep(now time.Time) {
	if len(l.usedUp) < mostKeys {
		return
	}
	maps.DeleteFunc(l.usedUp, func(_ string, used time.Time) bool { return used.Before(now) })
	if len(l.usedUp) < mostKeys/2 {
		return
	}
	byTime := slices.SortedFunc(maps.Keys(l.usedUp), func(a, b string) int { return l.usedUp[a].Compare(l.usedUp[b]) })
	for _, name := range byTime[:len(byTime)/2] {
		delete(l.usedUp, name)
	}
}

// sleep waits unless ctx ends before.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
