package retention_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/geo/register/retention"
)

// Of a consent the file keeps its digest for 24 months, both sides of the bound; of a
// refusal for good, without a day, also when the line was written with one.
func TestLedger_EndsLinesOfConsents(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	folder := t.TempDir()
	path := filepath.Join(folder, "erasures.log")
	digest := func(n int) string { return fmt.Sprintf("%064x", n) }
	begin := time.Date(2020, 5, 10, 0, 0, 0, 0, time.UTC)
	place, old, young := "place "+digest(3)+"\n", "consent "+digest(1)+" 2020-05-10\n", "consent "+digest(2)+" 2020-05-11\n"
	// The last line was not acknowledged.
	if err := os.WriteFile(path, []byte("place "+digest(3)+" 2020-05-10\n"+young+old+"consent "+digest(4)+" 20"), 0o600); err != nil {
		t.Fatal(err)
	}
	ledger, err := retention.OpenLedger(folder)
	if err != nil {
		t.Fatal(err)
	}
	forget := func(now time.Time, want string) {
		t.Helper()
		if err := ledger.Forget(t.Context(), town.DB, now); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil || string(text) != want {
			t.Errorf("at %v the file is\n%swant\n%s%v", now, text, want, err)
		}
	}
	forget(begin.AddDate(0, 24, 1).Add(-time.Second), old+young+place)
	forget(begin.AddDate(0, 24, 1), young+place)
	// A clock that is ahead makes nothing old.
	town.Exec("INSERT INTO rounds.erasures (class, digest, erased_on) VALUES ('consent', sha256('x'), current_date)")
	town.Exec("INSERT INTO rounds.refusals VALUES (sha256('y'))")
	if err := ledger.Sync(t.Context(), town.DB); err != nil {
		t.Fatal(err)
	}
	if err := ledger.Forget(t.Context(), town.DB, time.Now().AddDate(1000, 0, 0)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.Count(string(text), "consent ") != 1 || strings.Count(string(text), "place ") != 2 || strings.Contains(string(text), digest(2)) {
		t.Errorf("%s%v", text, err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "place ") && len(strings.Fields(line)) != 2 {
			t.Errorf("a refusal is kept with more than its digest: %q", line)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 2 {
		t.Errorf("%v in the folder, want the ledger and its lock; %v", left, err)
	}
}
