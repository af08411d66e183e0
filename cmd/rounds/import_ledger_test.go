package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// ledgerFile is one that an office may have: some headers are guessed, one is not, words
// are its own, and there is a note about somebody.
const ledgerFile = "案件编号,类别,承办单位,所属区域,受理日期,Bis,结案日期,状态,当事人\n" +
	"A-1,道路破损,Roads,Town,2026/9/1,2026-09-30,,办理中,zqmark\n" +
	"A-2,Pothole,,County / Town,2026年9月2日,,,,zqmark\n" +
	"A-3,dispute,Roads,,2026-03-01 10:30,,2026.3.20,已结案,zqmark\n" +
	"A-4,road_damage,,Town,2020-01-01,,2020-02-01,closed,zqmark\n"

// An old ledger is tried, mended by the copy that says what is wrong, imported once, and
// taken back as a whole.
func TestImportLedger_IsTriedMendedAndUndone(t *testing.T) {
	r := newRegister(t)
	r.imports(0, "areas", "areas.geojson", importedAreas)
	for _, statement := range []string{
		"INSERT INTO rounds.accounts (id, login, name) VALUES (gen_random_uuid(), 'lead', 'Lead')",
		`INSERT INTO rounds.units (id, area_id, level, branch, name, lead_id)
			SELECT gen_random_uuid(), a.id, 'town', 'roads', 'Roads', l.id FROM rounds.areas a, rounds.accounts l WHERE a.name = 'Town'`,
	} {
		if _, err := r.owner.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	wrong := strings.Replace(ledgerFile, "2026.3.20,已结案", ",办理中", 1) + "A-1,sewer,,Nowhere zqmark,01/02/2026,,,,\n=A-1,sewer,,Town,2026-09-01,2026-08-01,,zqmark,\nA-2,sewer,,Town,2026-09-01,,,,\n"
	copied := filepath.Join(t.TempDir(), "mended.csv")
	flags := []string{"--column", "due_on=bis", "--word", "matter:pothole=road_damage"}
	stdout, stderr := r.imports(1, "ledger", "ledger.csv", wrong, append(flags, "--dry-run", "--corrected", copied)...)
	for _, says := range []string{"row 4: stage: is that of an open dispute", "row 6: reported_on: is no date", "row 7: stage: is none of", "row 8: number: is that of another row too", "1 column that Rounds does not keep"} {
		if !strings.Contains(stdout, says) {
			t.Errorf("%q is not said: %s", says, stdout)
		}
	}
	content, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"2,A-1,road_damage,Roads,Town,2026-09-01,2026-09-30,,assigned,\n", "6,A-1,sewer,,,,,,received,reported_on: is no date; want it like 2027-03-01\n", "7,'=A-1,sewer,,Town,2026-09-01,2026-08-01,,,"} {
		if !strings.Contains(string(content), line) {
			t.Errorf("the copy lacks %q:\n%s", line, content)
		}
	}
	if strings.Contains(stdout+stderr+string(content), "zqmark") {
		t.Error("a note about somebody was repeated")
	}
	if n := r.count("SELECT count(*) FROM rounds.cases"); n != 0 {
		t.Fatalf("%d cases of a file that was refused", n)
	}

	stdout, _ = r.imports(0, "ledger", "ledger.csv", ledgerFile, append(flags, "--dry-run")...)
	if !strings.Contains(stdout, "3 cases: 3 new") || !strings.Contains(stdout, "1 case over for more than 12 months") || strings.Contains(stdout, "undo") || r.count("SELECT count(*) FROM rounds.cases") != 0 {
		t.Errorf("a dry run says %s", stdout)
	}
	stdout, _ = r.imports(0, "ledger", "ledger.csv", ledgerFile, flags...)
	undo := regexp.MustCompile(`rounds import undo (\S+)`).FindStringSubmatch(stdout)
	if undo == nil {
		t.Fatalf("how it is undone is not said: %s", stdout)
	}
	for what, query := range map[string]string{
		"with its unit, late and not told of": `ledger_number = 'A-1' AND stage = 'assigned' AND due_on = '2026-09-30' AND warned AND breached AND escalate_on > rounds.today()
			AND unit_id = (SELECT id FROM rounds.units) AND lead_id = (SELECT id FROM rounds.accounts)`,
		"by the rules":    `ledger_number = 'A-2' AND stage = 'received' AND matter = 'road_damage' AND unit_id IS NOT NULL AND due_on = '2026-10-14' AND year = 2026`,
		"a dispute alone": `ledger_number = 'A-3' AND dispute AND matter IS NULL AND stage = 'closed' AND over_on = '2026-03-20'`,
	} {
		if n := r.count("SELECT count(*) FROM rounds.cases WHERE steps = 1 AND " + query); n != 1 {
			t.Errorf("%s: %d cases", what, n)
		}
	}
	stdout, _ = r.imports(0, "ledger", "ledger.csv", ledgerFile, flags...)
	if !strings.Contains(stdout, "3 cases: 0 new, 0 changed, 3 unchanged") {
		t.Errorf("again: %s", stdout)
	}
	if code, stdout, _ := commandLine("import", "undo", "--data", r.data); code != 0 || !strings.Contains(stdout, undo[1]) || !strings.Contains(stdout, "3 cases") {
		t.Errorf("what can be undone: %s", stdout)
	}
	// Somebody took a step in one of them.
	if _, err := r.owner.Exec(t.Context(), `INSERT INTO rounds.case_steps (case_id, seq, id, command, from_stage, to_stage, actor, account_id, due_on)
		SELECT c.id, 2, gen_random_uuid(), 'triage', 'received', 'triaged', 'handler', a.id, c.due_on FROM rounds.cases c, rounds.accounts a WHERE c.ledger_number = 'A-2'`); err == nil {
		t.Fatal("a step that the case does not follow was taken")
	}
	if _, err := r.owner.Exec(t.Context(), `WITH step AS (INSERT INTO rounds.case_steps (case_id, seq, id, command, from_stage, to_stage, actor, account_id, due_on, text)
		SELECT c.id, 2, gen_random_uuid(), 'note', 'received', 'received', 'member', a.id, c.due_on, 'Looked at' FROM rounds.cases c, rounds.accounts a WHERE c.ledger_number = 'A-2') SELECT`); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := commandLine("import", "undo", undo[1], "--data", r.data); code != 1 || !strings.Contains(stderr, "--worked-on") {
		t.Errorf("undone under somebody's hands: %d %s", code, stderr)
	}
	if code, stdout, stderr := commandLine("import", "undo", undo[1], "--worked-on", "--data", r.data); code != 0 || !strings.Contains(stdout, "3 cases are gone again") {
		t.Errorf("undo: %d %s%s", code, stdout, stderr)
	}
	if n := r.count("SELECT count(*) FROM rounds.cases"); n != 0 {
		t.Errorf("%d cases are left", n)
	}
	if code, _, _ := commandLine("import", "undo", undo[1], "--data", r.data); code != 1 {
		t.Error("undone twice")
	}
}
