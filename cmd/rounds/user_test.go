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
		{exitUsage, "add, invite, list, recover or revoke", []string{"user"}},
		{exitFailure, "has joined already", []string{"user", "invite", "mina", "--data", data}},
		{exitFailure, "no account lee", []string{"user", "invite", "lee", "--data", data}},
		{exitFailure, "no account lee", []string{"user", "recover", "lee", "--data", data}},
		{exitUsage, "--url", []string{"user", "recover", "mina", "--url", "http://rounds.example.org", "--data", data}},
		{exitUsage, "--url", []string{"user", "invite", "lee", "--name", "Lee", "--role", "analyst", "--area", "West", "--url", "rounds.example.org", "--data", data}},
		{exitUsage, "--url", []string{"user", "recover", "mina", "--url", "https://rounds.example.org/desk", "--data", data}},
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

func TestUser_IsInvitedAndRecoveredByALink(t *testing.T) {
	town := registertest.NewTown(t)
	t.Setenv("DATABASE_URL", town.AppURL)
	data := t.TempDir()
	sent := func(args ...string) sentUser {
		t.Helper()
		code, stdout, stderr := commandLine(append([]string{"user"}, append(args, "--json", "--url", "https://rounds.example.org", "--data", data)...)...)
		var user sentUser
		if err := json.Unmarshal([]byte(stdout), &user); err != nil || code != 0 {
			t.Fatalf("exit %d: %s %s %v", code, stdout, stderr, err)
		}
		if !strings.HasPrefix(user.URL, "https://rounds.example.org/join#") || user.Login != "mina" {
			t.Errorf("%+v", user)
		}
		return user
	}
	first := sent("invite", "mina", "--name", "Mina Ortiz", "--role", "supervisor", "--area", "West")
	again := sent("invite", "mina")
	if first.URL == again.URL || first.Kind != "invitation" || again.Kind != "invitation" {
		t.Errorf("%+v, then %+v", first, again)
	}
	if n := town.Count("SELECT count(*) FROM rounds.accounts WHERE login = 'mina' AND password_hash IS NULL AND joined_at IS NULL"); n != 1 {
		t.Errorf("%d accounts", n)
	}
	if recovery := sent("recover", "mina"); recovery.Kind != "recovery" {
		t.Errorf("%+v", recovery)
	}
	code, stdout, stderr := commandLine("user", "recover", "mina", "--data", data)
	if code != 0 || !strings.Contains(stdout, "http://127.0.0.1:8080/join#") || !strings.Contains(stdout, "an administrator wakes the roles") {
		t.Errorf("exit %d: %s %s", code, stdout, stderr)
	}
	if strings.Contains(stderr, "join#") {
		t.Errorf("the link is on standard error: %s", stderr)
	}
}
