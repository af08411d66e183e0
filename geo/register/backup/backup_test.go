package backup_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/backup"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/geo/register/retention"
	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// lock and key are a pair of age's, as a passphrase takes a second each time.
var lock, key = pair()

func pair() (backup.Lock, backup.Key) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		panic(err)
	}
	return backup.Lock{Recipients: []age.Recipient{identity.Recipient()}}, backup.Key{Identities: []age.Identity{identity}}
}

// installation is a database with a data folder that nobody is connected to.
type installation struct {
	testing.TB
	ownerURL, appURL, folder string
}

// town is an installation with everything in it.
func town(t *testing.T) *installation {
	t.Helper()
	town := registertest.NewTown(t)
	town.Exec(`INSERT INTO rounds.sessions (token_hash, account_id, role, expires_at)
		SELECT sha256('x'), account_id, role, now() + interval '1 hour' FROM rounds.grants LIMIT 1`)
	i := &installation{TB: t, ownerURL: town.Owner.Config().ConnString(), appURL: town.AppURL, folder: t.TempDir()}
	_, err := town.DB.LoadKeys(t.Context(), i.folder)
	i.must(err)
	extract := []byte("an extract")
	i.must(os.Mkdir(filepath.Join(i.folder, "extracts"), 0o700))
	i.must(os.WriteFile(filepath.Join(i.folder, "extracts", fmt.Sprintf("%x.osm", sha256.Sum256(extract))), extract, 0o600))
	town.DB.Close()
	i.must(town.Owner.Close(t.Context()))
	return i
}

func (i *installation) must(err error) {
	i.Helper()
	if err != nil {
		i.Fatal(err)
	}
}

// asOwner runs statements, or with a query gives its one value.
func (i *installation) asOwner(do func(conn *pgx.Conn)) {
	i.Helper()
	conn, err := pgx.Connect(i.Context(), i.ownerURL)
	i.must(err)
	do(conn)
	i.must(conn.Close(context.WithoutCancel(i.Context())))
	i.alone()
}

// alone waits until the server has let our connection go.
func (i *installation) alone() {
	i.Helper()
	config, err := pgx.ParseConfig(i.ownerURL)
	i.must(err)
	name := config.Database
	config.Database = "postgres"
	conn, err := pgx.ConnectConfig(i.Context(), config)
	i.must(err)
	defer conn.Close(context.WithoutCancel(i.Context()))
	for clients := 1; clients > 0; {
		i.must(conn.QueryRow(i.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'", name).Scan(&clients))
	}
}

func (i *installation) exec(statement string) {
	i.Helper()
	i.asOwner(func(conn *pgx.Conn) {
		_, err := conn.Exec(i.Context(), statement)
		i.must(err)
	})
}

// state is a digest of each table, each kept file and the key.
func (i *installation) state() map[string]string {
	i.Helper()
	state := map[string]string{}
	i.asOwner(func(conn *pgx.Conn) {
		rows, err := conn.Query(i.Context(), "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('rounds', 'sealed')")
		i.must(err)
		tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
		i.must(err)
		for _, table := range tables {
			var digest string
			i.must(conn.QueryRow(i.Context(), "SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM "+table+" t").Scan(&digest))
			state[table] = digest
		}
		var beside int
		i.must(conn.QueryRow(i.Context(), "SELECT count(*) FROM pg_database WHERE datname LIKE current_database() || '\\_%'").Scan(&beside))
		state["databases beside it"] = fmt.Sprint(beside)
	})
	i.must(filepath.WalkDir(i.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(i.folder, path)
		state["file "+name] = hex.EncodeToString(content)
		return err
	}))
	return state
}

func (i *installation) backUp(lock backup.Lock) string {
	i.Helper()
	path := filepath.Join(i.TempDir(), "rounds.age")
	_, err := backup.Write(i.Context(), backup.Source{OwnerURL: i.ownerURL, DataFolder: i.folder, Version: "test"}, path, lock)
	i.must(err)
	i.alone()
	return path
}

func (i *installation) restore(path string, key backup.Key, replace bool) error {
	_, err := backup.Restore(i.Context(), backup.Target{OwnerURL: i.ownerURL, DataFolder: i.folder, Replace: replace}, path, key)
	return err
}

func differing(a, b map[string]string) (names []string) {
	for name := range maps.Keys(a) {
		if a[name] != b[name] {
			names = append(names, name)
		}
	}
	for name := range maps.Keys(b) {
		if _, there := a[name]; !there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func TestRestore_BringsBackWhatWas(t *testing.T) {
	t.Parallel()
	i := town(t)
	before := i.state()
	path := i.backUp(lock)
	i.exec("UPDATE rounds.accounts SET name = 'Somebody Else'")
	i.exec("DELETE FROM rounds.visits; DELETE FROM rounds.stops; DELETE FROM rounds.routes; DELETE FROM rounds.households")
	i.exec("DROP POLICY read ON rounds.areas")
	i.must(os.RemoveAll(filepath.Join(i.folder, "extracts")))
	if err := i.restore(path, key, true); err != nil {
		t.Fatal(err)
	}
	after := i.state()
	// Nobody is signed in, no right is remembered, phones hear of another epoch; everything
	// else is as it was.
	if changed := differing(before, after); !slices.Equal(changed, []string{"rounds.installation", "rounds.rights", "rounds.sessions"}) {
		t.Errorf("differs: %v", changed)
	}
	i.asOwner(func(conn *pgx.Conn) {
		var sessions, policies int
		var rights int64
		i.must(conn.QueryRow(t.Context(), "SELECT (SELECT count(*) FROM rounds.sessions), (SELECT count(*) FROM pg_policies WHERE tablename = 'areas' AND policyname = 'read'), (SELECT version FROM rounds.rights)").Scan(&sessions, &policies, &rights))
		if sessions != 0 || policies != 1 || rights < 1<<32 {
			t.Errorf("%d sessions, %d policies, rights of number %d", sessions, policies, rights)
		}
	})
	db, err := register.Open(t.Context(), i.appURL)
	i.must(err)
	defer db.Close()
	if _, err := db.LoadKeys(t.Context(), i.folder); err != nil {
		t.Errorf("the service does not start on it: %v", err)
	}
}

// erase takes the first place out, as somebody who asked never to be visited has it.
func (i *installation) erase() (home uuid.UUID) {
	i.Helper()
	i.asOwner(func(conn *pgx.Conn) {
		i.must(conn.QueryRow(i.Context(), "SELECT id FROM rounds.households ORDER BY id LIMIT 1").Scan(&home))
	})
	db, err := register.Open(i.Context(), i.appURL)
	i.must(err)
	defer i.alone()
	defer db.Close()
	keys, err := db.LoadKeys(i.Context(), i.folder)
	i.must(err)
	ledger, err := retention.OpenLedger(i.folder)
	i.must(err)
	i.must(db.Refuse(i.Context(), register.Service("operator"), keys, home))
	i.must(ledger.Sync(i.Context(), db))
	return home
}

// lacks wants some places gone and the others there.
func (i *installation) lacks(homes ...uuid.UUID) {
	i.Helper()
	i.asOwner(func(conn *pgx.Conn) {
		var there, others, refusals int
		i.must(conn.QueryRow(i.Context(), "SELECT count(*) FILTER (WHERE id = ANY ($1)), count(*), (SELECT count(*) FROM rounds.refusals) FROM rounds.households", homes).Scan(&there, &others, &refusals))
		if there != 0 || others != 240-len(homes) || refusals == 0 {
			i.Errorf("%d of the places, %d households, %d refusals after the restore", there, others, refusals)
		}
	})
}

// What was erased after the backup was made does not come back with it.
func TestRestore_ErasesAgain(t *testing.T) {
	t.Parallel()
	i := town(t)
	path := i.backUp(lock)
	home := i.erase()
	i.must(i.restore(path, key, true))
	i.lacks(home)
}

// A machine that was lost had its ledger: the backup has it as it was then, and who has
// a newer one names it.
func TestRestore_ErasesAgainOnANewMachine(t *testing.T) {
	t.Parallel()
	lost := town(t)
	before := lost.erase()
	path := lost.backUp(lock)
	since := lost.erase()
	fresh := func() *installation {
		into := &installation{TB: t, folder: t.TempDir()}
		into.ownerURL, into.appURL = clustertest.Database(t)
		return into
	}
	into := fresh()
	nothing := filepath.Join(t.TempDir(), "nothing")
	into.must(os.WriteFile(nothing, []byte("no ledger at all\n"), 0o600))
	for _, wrong := range []string{nothing, nothing + ".gone"} {
		_, err := backup.Restore(t.Context(), backup.Target{OwnerURL: into.ownerURL, DataFolder: into.folder, Ledger: wrong}, path, key)
		if err == nil || !strings.Contains(err.Error(), "ledger") {
			t.Errorf("with %s for a ledger: %v", wrong, err)
		}
	}
	newer := retention.LedgerPath(lost.folder)
	_, err := backup.Restore(t.Context(), backup.Target{OwnerURL: into.ownerURL, DataFolder: into.folder, Ledger: newer}, path, key)
	into.must(err)
	into.lacks(before, since)
	want, err := os.ReadFile(newer)
	into.must(err)
	got, err := os.ReadFile(retention.LedgerPath(into.folder))
	into.must(err)
	if !slices.Equal(sortedLines(got), sortedLines(want)) {
		t.Errorf("the ledger is\n%swant\n%s", got, want)
	}

	without := fresh()
	without.must(without.restore(path, key, false))
	without.lacks(before)
	if err := retention.CheckLedger(retention.LedgerPath(without.folder)); err != nil {
		t.Errorf("the ledger of the backup did not come: %v", err)
	}
}

func sortedLines(text []byte) []string { return slices.Sorted(strings.Lines(string(text))) }

// A restore that was killed between the exchange and its key left the key of the present
// database beside the old one; another restore, that fails, must not take it away.
func TestRestore_KeepsTheKeyOfOneThatWasKilled(t *testing.T) {
	t.Parallel()
	i, other := town(t), town(t)
	theirs := other.backUp(lock)
	old, err := os.ReadFile(register.KeyPath(i.folder))
	i.must(err)
	_, err = backup.Restore(t.Context(), backup.Target{OwnerURL: i.ownerURL, DataFolder: i.folder, Replace: true, Foreign: true}, theirs, key)
	i.must(err)
	// As it was just before the last step.
	i.must(os.Rename(register.KeyPath(i.folder), register.RestoringKeyPath(i.folder)))
	i.must(os.WriteFile(register.KeyPath(i.folder), old, 0o600))

	other.exec("UPDATE rounds.installation SET key_check = sha256('the key of another installation')")
	_, err = backup.Restore(t.Context(), backup.Target{OwnerURL: i.ownerURL, DataFolder: i.folder, Replace: true, Foreign: true}, other.backUp(lock), key)
	if !errors.Is(err, register.ErrOtherKey) {
		t.Fatalf("a backup whose key is another's: %v", err)
	}
	db, err := register.Open(t.Context(), i.appURL)
	i.must(err)
	defer db.Close()
	if _, err := db.LoadKeys(t.Context(), i.folder); err != nil {
		t.Errorf("the service does not start: %v", err)
	}
}

func TestRestore_IntoAnEmptyInstallation(t *testing.T) {
	t.Parallel()
	from := town(t)
	before := from.state()
	path := from.backUp(lock)
	into := &installation{TB: t, folder: t.TempDir()}
	into.ownerURL, into.appURL = clustertest.Database(t)
	if err := into.restore(path, key, false); err != nil {
		t.Fatal(err)
	}
	if changed := differing(before, into.state()); !slices.Equal(changed, []string{"rounds.installation", "rounds.rights", "rounds.sessions"}) {
		t.Errorf("differs: %v", changed)
	}
	if err := into.restore(path, key, false); !errors.Is(err, backup.ErrNotEmpty) {
		t.Errorf("over an installation in use: %v", err)
	}
}

func TestRestore_RefusesBeforeAnythingIsTouched(t *testing.T) {
	t.Parallel()
	i := town(t)
	path := i.backUp(lock)
	before := i.state()
	whole, err := os.ReadFile(path)
	i.must(err)
	broken := func(change func([]byte) []byte) string {
		path := filepath.Join(t.TempDir(), "broken.age")
		i.must(os.WriteFile(path, change(slices.Clone(whole)), 0o600))
		return path
	}
	cut := func(at int) string { return broken(func(b []byte) []byte { return b[:at] }) }
	flip := func(at int) string { return broken(func(b []byte) []byte { b[at] ^= 1; return b }) }
	refuse := func(what, path string, key backup.Key, want error) {
		t.Helper()
		if err := i.restore(path, key, true); !errors.Is(err, want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, stranger := pair()
	refuse("another key", path, stranger, backup.ErrKey)
	for _, at := range []int{0, 10, 100, len(whole) / 2, len(whole) - 65552, len(whole) - 17, len(whole) - 1} {
		refuse(fmt.Sprintf("cut off at %d of %d", at, len(whole)), cut(at), key, backup.ErrDamaged)
	}
	for _, at := range []int{300, len(whole) / 3, len(whole) / 2, len(whole) - 100, len(whole) - 1} {
		refuse(fmt.Sprintf("altered at %d", at), flip(at), key, backup.ErrDamaged)
	}
	refuse("something behind it", broken(func(b []byte) []byte { return append(b, 0) }), key, backup.ErrDamaged)
	refuse("no backup", broken(func([]byte) []byte { return []byte("PGDMP and more") }), key, backup.ErrDamaged)
	refuse("no file", path+".none", key, fs.ErrNotExist)
	if changed := differing(before, i.state()); len(changed) > 0 {
		t.Errorf("after the refusals %v differ", changed)
	}
	client, err := pgx.Connect(t.Context(), i.appURL)
	i.must(err)
	defer client.Close(context.WithoutCancel(t.Context()))
	refuse("a service that runs", path, key, backup.ErrBusy)
}

// Whoever has the public key can make a file for it: an installation that knows what
// backups it made takes another's only when told to.
func TestRestore_KnowsItsOwnFiles(t *testing.T) {
	t.Parallel()
	i, other := town(t), town(t)
	own, forged := i.backUp(lock), other.backUp(lock)
	before := i.state()
	if err := i.restore(forged, key, true); !errors.Is(err, backup.ErrForeign) {
		t.Fatalf("another's file: %v", err)
	}
	if changed := differing(before, i.state()); len(changed) > 0 {
		t.Errorf("%v differ", changed)
	}
	i.must(i.restore(own, key, true))
	own = i.backUp(lock)
	target := backup.Target{OwnerURL: i.ownerURL, DataFolder: i.folder, Replace: true, Foreign: true}
	_, err := backup.Restore(t.Context(), target, forged, key)
	i.must(err)
	// The other's database made no backup that it knows of, so it may go back.
	i.must(i.restore(own, key, true))
}

// The key of a backup that could not be brought back is as secret as the present one.
func TestRestore_ThatFailsLeavesNoKey(t *testing.T) {
	t.Parallel()
	i := town(t)
	i.exec(`UPDATE rounds.installation SET key_check = sha256('the key of another installation')`)
	path := i.backUp(lock)
	before := i.state()
	if err := i.restore(path, key, true); !errors.Is(err, register.ErrOtherKey) {
		t.Fatalf("a backup whose key is another's: %v", err)
	}
	if _, err := os.Stat(register.RestoringKeyPath(i.folder)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a key is left behind: %v", err)
	}
	if changed := differing(before, i.state()); len(changed) > 0 {
		t.Errorf("%v differ", changed)
	}
}

func TestWrite_ReplacesNothingAndLeavesNothing(t *testing.T) {
	t.Parallel()
	i := town(t)
	folder := t.TempDir()
	path := filepath.Join(folder, "rounds.age")
	source := backup.Source{OwnerURL: i.ownerURL, DataFolder: i.folder}
	made, err := backup.Write(t.Context(), source, path, lock)
	i.must(err)
	content, err := os.ReadFile(path)
	i.must(err)
	if digest := sha256.Sum256(content); int64(len(content)) != made.Bytes || !bytes.Equal(digest[:], made.SHA256) {
		t.Errorf("%d bytes, %x; told %+v", len(content), digest, made)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	for _, word := range []string{"West Street", "PGDMP", "installation", "accounts"} {
		if bytes.Contains(content, []byte(word)) {
			t.Errorf("%q lies in the clear", word)
		}
	}
	if _, err := backup.Write(t.Context(), source, path, lock); !errors.Is(err, backup.ErrExists) {
		t.Errorf("again: %v", err)
	}
	i.must(os.Remove(register.KeyPath(i.folder)))
	if _, err := backup.Write(t.Context(), source, path+"2", lock); err == nil || !strings.Contains(err.Error(), "key file") {
		t.Errorf("without the key: %v", err)
	}
	if _, err := backup.Write(t.Context(), backup.Source{OwnerURL: i.appURL, DataFolder: i.folder}, path+"3", lock); err == nil {
		t.Error("the application's login makes a backup")
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
	i.asOwner(func(conn *pgx.Conn) {
		var listed int
		i.must(conn.QueryRow(t.Context(), "SELECT count(*) FROM rounds.backups WHERE sha256 = $1 AND bytes = $2", made.SHA256, made.Bytes).Scan(&listed))
		if listed != 1 {
			t.Errorf("the database lists it %d times", listed)
		}
	})
}

func TestWrite_ForWhoHoldsAKey(t *testing.T) {
	t.Parallel()
	i := town(t)
	hybrid, err := age.GenerateHybridIdentity()
	i.must(err)
	for name, test := range map[string]struct {
		lock         backup.Lock
		right, other backup.Key
	}{
		"passphrase":   {backup.Lock{Passphrase: "a long passphrase for tests"}, backup.Key{Passphrase: "a long passphrase for tests"}, backup.Key{Passphrase: "another passphrase"}},
		"post-quantum": {backup.Lock{Recipients: []age.Recipient{hybrid.Recipient()}}, backup.Key{Identities: []age.Identity{hybrid}}, backup.Key{Passphrase: "a long passphrase for tests"}},
	} {
		path := i.backUp(test.lock)
		if err := i.restore(path, test.other, true); !errors.Is(err, backup.ErrKey) {
			t.Errorf("%s: another key: %v", name, err)
		}
		if err := i.restore(path, test.right, true); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		i.alone()
	}
}

// A key file of another installation would let places come back that asked never to
// be visited.
func TestLoadKeys_RefusesAnotherKey(t *testing.T) {
	t.Parallel()
	i := town(t)
	db, err := register.Open(t.Context(), i.appURL)
	i.must(err)
	defer db.Close()
	own, err := os.ReadFile(register.KeyPath(i.folder))
	i.must(err)
	other := make([]byte, 32)
	_, _ = rand.Read(other)
	i.must(os.WriteFile(register.KeyPath(i.folder), []byte(hex.EncodeToString(other)), 0o600))
	if _, err := db.LoadKeys(t.Context(), i.folder); !errors.Is(err, register.ErrOtherKey) {
		t.Errorf("another key: %v", err)
	}
	// As a restore leaves it that was killed after the exchange.
	i.must(os.WriteFile(register.RestoringKeyPath(i.folder), own, 0o600))
	if _, err := db.LoadKeys(t.Context(), i.folder); err != nil {
		t.Errorf("the key of the restore: %v", err)
	}
	if now, err := os.ReadFile(register.KeyPath(i.folder)); err != nil || !bytes.Equal(now, own) {
		t.Errorf("the key is not in its place: %v", err)
	}
}
