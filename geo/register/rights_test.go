package register_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// Each commit that gives or takes a right has a number of its own; what happens all day has none.
func TestRights_AreNumberedByWhatChangesThem(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	version := func() int { return town.Count("SELECT version FROM rounds.rights") }
	session := sessionOf(town, registertest.WestSupervisor)
	for _, step := range []struct {
		what, do string
		raises   bool
	}{
		{"a grant ends", "UPDATE rounds.grants SET ends_at = now() + interval '1 hour' WHERE id = (SELECT id FROM rounds.grants WHERE ends_at > now() LIMIT 1)", true},
		{"grants sleep", "UPDATE rounds.grants SET asleep_since = now()", true},
		{"an account is disabled", "UPDATE rounds.accounts SET disabled_at = now() WHERE id = (SELECT account_id FROM rounds.sessions LIMIT 1)", true},
		{"somebody has another language", "UPDATE rounds.accounts SET language = 'zh-Hans'", false},
		{"a session is used", "UPDATE rounds.sessions SET seen_at = now()", false},
		{"somebody signed in earlier", "UPDATE rounds.sessions SET created_at = created_at - interval '1 hour'", true},
		{"a session ends", "DELETE FROM rounds.sessions", true},
		{"there was none", "DELETE FROM rounds.sessions", false},
		{"the tree changes", "UPDATE rounds.areas SET parent_id = (SELECT id FROM rounds.areas WHERE name = 'East') WHERE id = (SELECT id FROM rounds.areas WHERE level = 'grid' LIMIT 1)", true},
		{"an area is called otherwise", "UPDATE rounds.areas SET name = 'Elsewhere' WHERE level = 'grid'", false},
		{"a grid leaves a round", "DELETE FROM rounds.round_areas WHERE area_id = (SELECT area_id FROM rounds.round_areas ORDER BY area_id LIMIT 1)", true},
		{"a round is closed", "UPDATE rounds.rounds SET closed_at = now()", true},
		{"a visit", "UPDATE rounds.doors SET state = 'finished'", false},
	} {
		before := version()
		town.Exec(step.do)
		if raised := version() - before; raised != map[bool]int{true: 1}[step.raises] {
			t.Errorf("%s: the number is raised by %d", step.what, raised)
		}
	}
	if _, err := town.DB.FindSession(t.Context(), session); !errors.Is(err, register.ErrNoSession) {
		t.Errorf("a session that ended: %v", err)
	}
}

// sessionOf is the token's hash of a new session.
func sessionOf(town *registertest.Town, account string) (hash [32]byte) {
	town.Helper()
	who := town.As(account)
	id := uuid.New()
	copy(hash[:], id[:])
	now := time.Now()
	err := town.DB.AddSession(town.Context(), register.Session{ID: id, TokenHash: hash, AccountID: who.Account, Role: who.Role, Means: "password",
		Device: register.Device{Browser: "other", System: "other"}, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(time.Hour)})
	if err != nil {
		town.Fatal(err)
	}
	return hash
}

// Whoever asks after a commit has the answer of after it, though others ask the same all
// the time and what they were told is remembered.
func TestRights_NothingIsRememberedPastACommit(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	who := town.As(registertest.WestSupervisor)
	session := sessionOf(town, registertest.WestSupervisor)
	ask := func() (areas, roles int, sees bool) {
		granted, err := town.DB.GrantedTo(t.Context(), who)
		if err != nil {
			t.Error(err)
		}
		found, err := town.DB.FindSession(t.Context(), session)
		if err != nil && !errors.Is(err, register.ErrNoSession) {
			t.Error(err)
		}
		reach, err := town.DB.Reach(t.Context(), who, town.Round, town.Today)
		if err != nil && !errors.Is(err, register.ErrNoRound) {
			t.Error(err)
		}
		return len(granted), len(found.Roles), err == nil && len(reach.Granted) > 0
	}
	var over atomic.Bool
	var others sync.WaitGroup
	for range 3 {
		others.Go(func() {
			for !over.Load() {
				ask()
			}
		})
	}
	for n := range 60 {
		holds := n%2 == 1
		town.Exec("UPDATE rounds.grants SET asleep_since = CASE WHEN $2 THEN NULL ELSE now() END WHERE account_id = $1", who.Account, holds)
		if areas, roles, sees := ask(); (areas > 0) != holds || (roles > 0) != holds || sees != holds {
			t.Fatalf("after commit %d, grants hold: %v; told %d areas, %d roles, work: %v", n, holds, areas, roles, sees)
		}
	}
	over.Store(true)
	others.Wait()
	// A grant ends by itself too, and nothing is committed then.
	town.Exec("UPDATE rounds.grants SET ends_at = clock_timestamp() + interval '300 milliseconds' WHERE account_id = $1", who.Account)
	for town.Count("SELECT count(*) FROM rounds.grants WHERE account_id = $1 AND ends_at > now()", who.Account) > 0 {
		ask()
	}
	if areas, roles, sees := ask(); areas > 0 || roles > 0 || sees {
		t.Errorf("after the end of the grants: %d areas, %d roles, work: %v", areas, roles, sees)
	}
}
