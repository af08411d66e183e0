package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/access"
)

func TestUser_IsAddedListedAndRevoked(t *testing.T) {
	town := registertest.NewTown(t)
	t.Setenv("DATABASE_URL", town.AppURL)
	data := t.TempDir()
	code, stdout, stderr := commandLine("user", "add", "mina", "--name", "Mina Ortiz", "--role", "worker", "--area", "West",
		"--code", "m1", "--shift", "09:00-15:00", "--data", data)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	shown := regexp.MustCompile(`shown only now: (\S{23})\n`).FindStringSubmatch(stdout)
	if shown == nil {
		t.Fatalf("no password in %q", stdout)
	}
	db, err := register.Open(t.Context(), town.AppURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	account, err := db.AccountByLogin(t.Context(), "mina")
	if err != nil || account.Name != "Mina Ortiz" {
		t.Fatalf("%+v, %v", account, err)
	}
	if right, err := access.CheckPassword(t.Context(), account.PasswordHash, shown[1]); err != nil || !right {
		t.Errorf("the password that was shown does not open the account: %v", err)
	}
	if n := town.Count("SELECT count(*) FROM rounds.workers WHERE code = 'm1' AND shift_start = '09:00' AND account_id = $1", account.ID); n != 1 {
		t.Errorf("%d workers", n)
	}
	if mina := listed(t, data, "mina"); len(mina.Roles) != 1 || mina.Roles[0].Role != "worker" || mina.Roles[0].Area != "West" {
		t.Errorf("%+v", mina)
	}
	if code, _, stderr := commandLine("user", "revoke", "mina", "--data", data); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	if account, err := db.AccountByLogin(t.Context(), "mina"); err != nil || !account.Disabled || account.PasswordHash != "" {
		t.Errorf("%+v, %v", account, err)
	}
	if !listed(t, data, "mina").Revoked {
		t.Error("the list does not say that the account is revoked")
	}
}

func listed(t *testing.T, data, login string) user {
	t.Helper()
	code, stdout, stderr := commandLine("user", "list", "--json", "--data", data)
	var users []user
	if err := json.Unmarshal([]byte(stdout), &users); err != nil || code != 0 {
		t.Fatalf("exit %d: %s, %v", code, stderr, err)
	}
	for _, u := range users {
		if u.Login == login {
			return u
		}
	}
	t.Fatalf("%s is not listed", login)
	return user{}
}

func TestUser_IsRefusedWhole(t *testing.T) {
	town := registertest.NewTown(t)
	t.Setenv("DATABASE_URL", town.AppURL)
	data := t.TempDir()
	add := func(login string, more ...string) []string {
		return append([]string{"user", "add", login, "--name", "Mina", "--data", data}, more...)
	}
	if code, _, stderr := commandLine(add("mina", "--role", "analyst", "--area", "West")...); code != 0 {
		t.Fatal(stderr)
	}
	before := town.Count("SELECT count(*) FROM rounds.accounts")
	for _, test := range []struct {
		code int
		word string
		args []string
	}{
		{exitFailure, "is taken", add("mina", "--role", "analyst", "--area", "West")},
		{exitFailure, "no such area", add("lee", "--role", "analyst", "--area", "Nowhere")},
		{exitFailure, "another worker has this code", add("lee", "--role", "worker", "--area", "West", "--code", "w01")},
		{exitUsage, "2 to 32 of a-z", add("Mina Ortiz", "--role", "analyst", "--area", "West")},
		{exitUsage, "--role \"boss\"", add("lee", "--role", "boss", "--area", "West")},
		{exitUsage, "--area is missing", add("lee", "--role", "supervisor")},
		{exitUsage, "has no area", add("lee", "--role", "administrator", "--area", "West")},
		{exitUsage, "--until", add("lee", "--role", "analyst", "--area", "West", "--until", time.Now().AddDate(0, 4, 0).Format(time.DateOnly))},
		{exitFailure, "no account lee", []string{"user", "revoke", "lee", "--data", data}},
		{exitUsage, "add, list or revoke", []string{"user"}},
	} {
		code, _, stderr := commandLine(test.args...)
		if code != test.code || !strings.Contains(stderr, test.word) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: exit %d: %s", test.args, code, stderr)
		}
	}
	if after := town.Count("SELECT count(*) FROM rounds.accounts"); after != before {
		t.Errorf("%d accounts, then %d", before, after)
	}
}
