package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

func TestAuditVerify_SaysWhatItFound(t *testing.T) {
	town := registertest.NewTown(t)
	t.Setenv("DATABASE_URL", town.AppURL)
	data := t.TempDir()
	for range 3 {
		if _, err := town.DB.HouseholdsOf(t.Context(), register.Service("operator"), town.Area("West")); err != nil {
			t.Fatal(err)
		}
		if _, err := town.DB.SealReads(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, stderr := commandLine("audit", "verify", "--json", "--data", data)
	var report audit.Report
	if err := json.Unmarshal([]byte(stdout), &report); code != 0 || err != nil || report.Seals != 3 || report.Reads != 3 || len(report.Root) != 64 {
		t.Fatalf("exit %d: %+v, %v, %s", code, report, err, stderr)
	}
	code, stdout, stderr = commandLine("audit", "verify", "--root", report.Root, "--data", data)
	if code != 0 || !strings.Contains(stdout, "3 rows under 3 seals") || !strings.Contains(stdout, "seal 3") || !strings.Contains(stdout, report.Root) {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	if code, _, stderr := commandLine("audit", "verify", "--root", "5f2c", "--data", data); code != 2 || !strings.Contains(stderr, "64 hexadecimal digits") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if code, _, stderr := commandLine("audit", "verify", "--root", strings.Repeat("0", 64), "--data", data); code != 1 || !strings.Contains(stderr, "not in the chain") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	town.Exec("DELETE FROM rounds.reads WHERE id = 2")
	if code, _, stderr := commandLine("audit", "verify", "--data", data); code != 1 || !strings.Contains(stderr, "seal 2") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
