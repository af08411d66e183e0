package doctor_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/doctor"
	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// installation is healthy but for what a test of a throwaway server is.
type installation struct {
	testing.TB
	owner   *pgx.Conn
	patient doctor.Patient
	extract string
}

func newInstallation(t *testing.T) *installation {
	t.Helper()
	ownerURL, appURL := clustertest.Database(t)
	i := &installation{TB: t, patient: doctor.Patient{OwnerURL: ownerURL, DataFolder: t.TempDir()}}
	var err error
	i.owner, err = pgx.Connect(t.Context(), ownerURL)
	i.must(err)
	t.Cleanup(func() { i.owner.Close(context.Background()) })
	db, err := register.Open(t.Context(), appURL)
	i.must(err)
	defer db.Close()
	_, err = db.LoadKeys(t.Context(), i.patient.DataFolder)
	i.must(err)
	content := []byte("an extract")
	sum := sha256.Sum256(content)
	name := fmt.Sprintf("%x.osm", sum)
	i.exec("INSERT INTO rounds.extracts (sha256, file_name, bounds) VALUES ($1, $2, ST_MakeEnvelope(0, 0, 1, 1, 4326))", sum[:], name)
	i.extract = register.Extract{FileName: name}.Path(i.patient.DataFolder)
	i.must(os.Mkdir(filepath.Dir(i.extract), 0o700))
	i.must(os.WriteFile(i.extract, content, 0o600))
	i.exec("INSERT INTO rounds.backups (made_at, bytes, sha256) VALUES (now(), 1, sha256('x'))")
	return i
}

func (i *installation) must(err error) {
	i.Helper()
	if err != nil {
		i.Fatal(err)
	}
}

func (i *installation) exec(statement string, arguments ...any) {
	i.Helper()
	_, err := i.owner.Exec(i.Context(), statement, arguments...)
	i.must(err)
}

// found is what the doctor says, by check.
func (i *installation) found() map[string][]doctor.Finding {
	i.Helper()
	results, err := doctor.Examine(i.Context(), i.patient)
	i.must(err)
	found := map[string][]doctor.Finding{}
	for _, result := range results {
		if len(result.Findings) > 0 {
			found[result.Check] = result.Findings
		}
	}
	return found
}

// usual is what the doctor always says here: the tests' server forgoes durability.
var usual = []string{"durability"}

func TestExamine_FindsNothingWhereNothingIsWrong(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	found := i.found()
	if len(found["durability"]) != 3 {
		t.Errorf("a server without fsync: %v", found["durability"])
	}
	for check, findings := range found {
		if !slices.Contains(usual, check) {
			t.Errorf("%s: %v", check, findings)
		}
	}
	var databases int
	i.must(i.owner.QueryRow(t.Context(), "SELECT count(*) FROM pg_database WHERE datname = current_database() || '_examined'").Scan(&databases))
	if databases != 0 {
		t.Error("the schema to compare with was left behind")
	}
}

// spoilt is a thing that is wrong, and what shall be said of it.
type spoilt struct {
	check, says string
	spoil       func(i *installation)
}

func TestExamine_FindsEachThingThatIsBroken(t *testing.T) {
	t.Parallel()
	tests := []spoilt{
		{"schema", "older", func(i *installation) { i.exec("DELETE FROM rounds_migrations WHERE file LIKE '0007%'") }},
		{"schema", "newer", func(i *installation) {
			i.exec("INSERT INTO rounds_migrations (file, sha256) VALUES ('9999_x.sql', '')")
		}},
		{"schema", "different build", func(i *installation) { i.exec("UPDATE rounds_migrations SET sha256 = 'x' WHERE file LIKE '0001%'") }},
		{"extensions", "postgis is 3.0.0", func(i *installation) {
			i.exec("UPDATE pg_extension SET extversion = '3.0.0' WHERE extname = 'postgis'")
		}},
		{"rules", "Gone: policy read on households", func(i *installation) { i.exec("DROP POLICY read ON rounds.households") }},
		{"rules", "Changed: policy read on areas", func(i *installation) { i.exec("ALTER POLICY read ON rounds.areas USING (true)") }},
		{"rules", "Not of Rounds: policy mine on visits", func(i *installation) { i.exec("CREATE POLICY mine ON rounds.visits USING (true)") }},
		{"rules", "row-level security visits is off", func(i *installation) { i.exec("ALTER TABLE rounds.visits DISABLE ROW LEVEL SECURITY") }},
		{"rules", "row-level security incidents is on, not on, forced", func(i *installation) { i.exec("ALTER TABLE rounds.incidents NO FORCE ROW LEVEL SECURITY") }},
		{"rules", "right visits to rounds_app is DELETE", func(i *installation) { i.exec("GRANT DELETE ON rounds.visits TO rounds_app") }},
		{"rules", "right stops to rounds_stats", func(i *installation) { i.exec("GRANT SELECT ON rounds.stops TO rounds_stats") }},
		{"rules", "right accounts.login to rounds_app", func(i *installation) { i.exec("GRANT UPDATE (login) ON rounds.accounts TO rounds_app") }},
		{"rules", "right schema rounds to everybody", func(i *installation) { i.exec("GRANT USAGE ON SCHEMA rounds TO PUBLIC") }},
		{"rules", "Gone: constraint rounds_announced of rounds", func(i *installation) { i.exec("ALTER TABLE rounds.rounds DROP CONSTRAINT rounds_announced") }},
		{"rules", "trigger plans_order on plans", func(i *installation) { i.exec("ALTER TABLE rounds.plans DISABLE TRIGGER plans_order") }},
		{"rules", "function granted_areas()", func(i *installation) {
			i.exec("CREATE OR REPLACE FUNCTION rounds.granted_areas() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS 'SELECT id FROM rounds.areas'")
		}},
		{"rules", "Not of Rounds: column households.resident", func(i *installation) { i.exec("ALTER TABLE rounds.households ADD COLUMN resident text") }},
		{"lists", "purpose", func(i *installation) { i.exec("ALTER TYPE rounds.purpose ADD VALUE 'key_persons'") }},
		{"lists", "matters", func(i *installation) {
			i.exec("INSERT INTO rounds.matters (code, kind, due_days, branch) VALUES ('suspicious_person', 'hazard', 1, 'one_stop_office')")
		}},
		{"clock", "still to come", func(i *installation) { i.exec("UPDATE rounds_migrations SET applied_at = now() + interval '1 day'") }},
		{"clock", "differ by", func(i *installation) { i.patient.Now = func() time.Time { return time.Now().Add(-time.Hour) } }},
		{"disk", "looked at", func(i *installation) { i.patient.DataFolder += "/none" }},
		{"key", "is gone", func(i *installation) { i.must(os.Remove(register.KeyPath(i.patient.DataFolder))) }},
		{"key", "Others may read", func(i *installation) { i.must(os.Chmod(register.KeyPath(i.patient.DataFolder), 0o640)) }},
		{"key", "damaged", func(i *installation) {
			i.must(os.WriteFile(register.KeyPath(i.patient.DataFolder), []byte("x"), 0o600))
		}},
		{"key", "another installation", func(i *installation) {
			i.must(os.WriteFile(register.KeyPath(i.patient.DataFolder), []byte(strings.Repeat("ab", 32)), 0o600))
		}},
		{"extracts", "is gone", func(i *installation) { i.must(os.Remove(i.extract)) }},
		{"extracts", "not the file", func(i *installation) { i.must(os.WriteFile(i.extract, []byte("x"), 0o600)) }},
		{"certificates", "ends on", func(i *installation) { i.certificate(time.Now().Add(9 * 24 * time.Hour)) }},
		{"certificates", "damaged", func(i *installation) {
			i.must(os.MkdirAll(doctor.CertificateFolder(i.patient.DataFolder), 0o700))
			i.must(os.WriteFile(filepath.Join(doctor.CertificateFolder(i.patient.DataFolder), "x.crt"), []byte("x"), 0o600))
		}},
		{"backups", "no backup", func(i *installation) { i.exec("DELETE FROM rounds.backups") }},
		{"backups", "9 days old", func(i *installation) { i.exec("UPDATE rounds.backups SET made_at = now() - interval '9 days'") }},
		{"rounds", "lacks 20 households", func(i *installation) {
			i.exec(`INSERT INTO rounds.areas (id, level, source_key, name, dwellings, outline)
				VALUES ('00000000-0000-4000-8000-000000000001', 'grid', 'grid', 'Grid', 20, ST_Multi(ST_MakeEnvelope(1, 42, 2, 43, 4326)))`)
			i.exec(`INSERT INTO rounds.households (id, area_id, source_key, doors, cell, at)
				SELECT gen_random_uuid(), '00000000-0000-4000-8000-000000000001', 'h' || n, 1, 0, ST_Point(1.5, 42.5, 4326) FROM generate_series(1, 20) n`)
			i.exec(`INSERT INTO rounds.rounds (id, area_id, purpose, name, announced_on, starts_on, ends_on, visit_s)
				VALUES ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'fire_safety', 'Spring', '2027-03-01', '2027-03-10', '2027-03-20', 900)`)
			i.exec(`INSERT INTO rounds.plans (id, round_id, version, state, seed, published_at)
				VALUES (gen_random_uuid(), '00000000-0000-4000-8000-000000000002', 1, 'published', 1, now())`)
		}},
		{"leftovers", "_replaced", func(i *installation) {
			name := i.owner.Config().Database + "_replaced"
			i.exec("CREATE DATABASE " + name + " TEMPLATE template0")
			i.Cleanup(func() { _, _ = i.keeper().Exec(context.Background(), "DROP DATABASE "+name) })
		}},
	}
	// What spoils different things is spoilt and looked for at once.
	together := map[string][]spoilt{}
	for n, test := range tests {
		name := test.check
		if !slices.Contains([]string{"rules", "lists"}, name) {
			name = fmt.Sprint(name, n)
		}
		together[name] = append(together[name], test)
	}
	for name, spoilt := range together {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newInstallation(t)
			for _, test := range spoilt {
				test.spoil(i)
			}
			findings := i.found()[spoilt[0].check]
			if len(spoilt) > 1 && len(findings) != len(spoilt) {
				t.Errorf("%d findings of %d", len(findings), len(spoilt))
			}
			for _, test := range spoilt {
				if !slices.ContainsFunc(findings, func(f doctor.Finding) bool {
					return strings.Contains(f.Says, test.says) && f.Do != "" && f.Check == test.check
				}) {
					t.Errorf("want %q, found %+v", test.says, findings)
				}
			}
		})
	}
}

// keeper outlives the test's own connections.
func (i *installation) keeper() *pgx.Conn {
	i.Helper()
	conn, err := pgx.Connect(context.Background(), i.patient.OwnerURL)
	i.must(err)
	i.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func (i *installation) certificate(ends time.Time) {
	i.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	i.must(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: ends}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	i.must(err)
	folder := filepath.Join(doctor.CertificateFolder(i.patient.DataFolder), "acme", "rounds.example")
	i.must(os.MkdirAll(folder, 0o700))
	i.must(os.WriteFile(filepath.Join(folder, "rounds.example.crt"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
}

// Logins belong to the server, so these are made, found and dropped one after another.
// Between `rounds migrate` and the first start there is no key, and nothing to lose.
func TestExamine_MissesNoKeyBeforeTheFirstStart(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	i.must(os.Remove(register.KeyPath(i.patient.DataFolder)))
	i.exec("UPDATE rounds.installation SET key_check = NULL")
	if found := i.found()["key"]; len(found) > 0 {
		t.Errorf("%+v", found)
	}
}

func TestExamine_FindsForeignLogins(t *testing.T) {
	i := newInstallation(t)
	name := strings.ReplaceAll(i.owner.Config().Database, "test_", "mallory_")
	i.Cleanup(func() {
		keeper := i.keeper()
		_, _ = keeper.Exec(context.Background(), "DROP OWNED BY "+name)
		_, _ = keeper.Exec(context.Background(), "DROP ROLE "+name)
	})
	i.exec("CREATE ROLE " + name + " LOGIN")
	for _, test := range []struct{ make, undo, says string }{
		{"ALTER ROLE " + name + " SUPERUSER", "ALTER ROLE " + name + " NOSUPERUSER", "superuser"},
		{"ALTER ROLE " + name + " BYPASSRLS", "ALTER ROLE " + name + " NOBYPASSRLS", "looks past"},
		{"GRANT rounds_app TO " + name, "REVOKE rounds_app FROM " + name, "may act as"},
		{"GRANT SELECT ON rounds.households TO " + name, "REVOKE ALL ON rounds.households FROM " + name, "has rights"},
		{"GRANT UPDATE (name) ON rounds.accounts TO " + name, "REVOKE ALL (name) ON rounds.accounts FROM " + name, "has rights"},
	} {
		i.exec(test.make)
		if found := i.found()["logins"]; !slices.ContainsFunc(found, func(f doctor.Finding) bool {
			return strings.Contains(f.Says, name) && strings.Contains(f.Says, test.says)
		}) {
			t.Errorf("after %s: %v", test.make, found)
		}
		i.exec(test.undo)
	}
	if found := i.found()["logins"]; len(found) > 0 {
		t.Errorf("a login without any right, on a server that others share: %v", found)
	}
	i.patient.Embedded = true
	if found := i.found()["logins"]; len(found) != 1 || !strings.Contains(found[0].Says, name) {
		t.Errorf("the same on a server of our own: %v", found)
	}
}
