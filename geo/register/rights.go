package register

import (
	"context"
	"sync"
	"time"
)

// rights is the state of what people may see. Its version changes with each commit that
// gives or takes a right: with grants, sessions that end, accounts, rounds and the tree of areas.
type rights struct {
	version int64
	// at is the moment of the database, by whose clock grants begin and end.
	at time.Time
	// read is when this process asked for it.
	read time.Time
}

type rightsKey struct{}

// rightsAge is how long a context may carry a state of rights: a request that takes longer
// has it looked up again.
const rightsAge = time.Second

// WithRights looks up the state of rights once for a request: what is asked with this
// context about sessions, grants and open rounds is answered from memory as long as the state is
// the one that it was remembered in. Without it each question looks the state up by itself. An answer is
// always one that held after the question was put: see [turn].
func (db *DB) WithRights(ctx context.Context) (context.Context, error) {
	now, err := db.rights(ctx)
	return context.WithValue(ctx, rightsKey{}, now), err
}

func (db *DB) rights(ctx context.Context) (rights, error) {
	if known, ok := ctx.Value(rightsKey{}).(rights); ok && time.Since(known.read) < rightsAge {
		return known, nil
	}
	return db.asking.ask(ctx, db.readRights)
}

// turn has one look at the state of rights answer all who asked before it began, and
// nobody who asked later: those wait for the next. So no answer is older than its question,
// and under load few looks are taken.
type turn struct {
	mu        sync.Mutex
	now, next *look
}

// look is one at the state of rights.
type look struct {
	done  chan struct{}
	state rights
	err   error
}

// longestLook bounds what others wait for who cannot give it up.
const longestLook = 10 * time.Second

func (t *turn) ask(ctx context.Context, read func(context.Context) (rights, error)) (rights, error) {
	t.mu.Lock()
	if t.now == nil {
		mine := &look{done: make(chan struct{})}
		t.now = mine
		t.mu.Unlock()
		t.take(ctx, mine, read)
		return mine.state, mine.err
	}
	if t.next == nil {
		t.next = &look{done: make(chan struct{})}
	}
	theirs := t.next
	t.mu.Unlock()
	select {
	case <-theirs.done:
		return theirs.state, theirs.err
	case <-ctx.Done():
		return rights{}, ctx.Err()
	}
}

func (t *turn) take(ctx context.Context, mine *look, read func(context.Context) (rights, error)) {
	// Others wait too: that this one goes away must not take it from them.
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), longestLook)
	mine.state, mine.err = read(bounded)
	cancel()
	t.mu.Lock()
	next := t.next
	t.now, t.next = next, nil
	t.mu.Unlock()
	close(mine.done)
	if next != nil {
		go t.take(ctx, next, read)
	}
}

// memory keeps answers about rights, all of one state.
type memory[K comparable, V any] struct {
	mu      sync.Mutex
	version int64
	kept    map[K]remembered[V]
}

type remembered[V any] struct {
	value V
	// until is when a grant begins or ends by itself; the zero time is never.
	until time.Time
}

// mostRemembered bounds a memory: some for each account that is signed in.
const mostRemembered = 20_000

// get is what is remembered of the state, or what look finds out. The state was read
// before look begins: what changes in between is in the answer, and is looked at again
// with the next state.
func (m *memory[K, V]) get(now rights, key K, look func() (value V, until *time.Time, err error)) (V, error) {
	m.mu.Lock()
	known, ok := m.kept[key]
	ok = ok && m.version == now.version && (known.until.IsZero() || now.at.Before(known.until))
	m.mu.Unlock()
	if ok {
		return known.value, nil
	}
	value, until, err := look()
	if err != nil {
		return value, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version != now.version || m.kept == nil || len(m.kept) >= mostRemembered {
		m.version, m.kept = now.version, map[K]remembered[V]{}
	}
	m.kept[key] = remembered[V]{value, deref(until)}
	return value, nil
}

func (m *memory[K, V]) forget(key K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.kept, key)
}

func deref(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// nextGrant is when a grant of an account begins or ends next by itself; null is never.
const nextGrant = `
	(SELECT least(min(n.starts_at) FILTER (WHERE n.starts_at > now()), min(n.ends_at) FILTER (WHERE n.ends_at > now()))
	FROM rounds.grants n WHERE n.account_id = `
