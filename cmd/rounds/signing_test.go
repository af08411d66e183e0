package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestServe_RefusesHalfAnIdentityProvider(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("a secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := []string{"--url", "https://rounds.example.org", "--oidc-issuer", "https://login.example.org", "--oidc-client-id", "rounds",
		"--oidc-name", "County login", "--oidc-secret-file", secret}
	without := func(flag string) []string {
		var left []string
		for i := 0; i < len(whole); i += 2 {
			if whole[i] != flag {
				left = append(left, whole[i], whole[i+1])
			}
		}
		return left
	}
	for _, test := range []struct {
		code int
		word string
		args []string
	}{
		{exitUsage, "--url is missing", without("--url")},
		{exitUsage, "--oidc-issuer is missing", without("--oidc-issuer")},
		{exitUsage, "--oidc-client-id is missing: register https://rounds.example.org/callback", without("--oidc-client-id")},
		{exitUsage, "--oidc-name is missing", without("--oidc-name")},
		{exitUsage, "secret is missing", without("--oidc-secret-file")},
		{exitUsage, "--oidc-issuer \"http://login.example.org\"", append(without("--oidc-issuer"), "--oidc-issuer", "http://login.example.org")},
		{exitUsage, "--url \"http://rounds.example.org\"", append(without("--url"), "--url", "http://rounds.example.org")},
		{exitFailure, "--oidc-secret-file", append(without("--oidc-secret-file"), "--oidc-secret-file", secret+"-not")},
	} {
		code, _, stderr := commandLine(append([]string{"serve", "--data", t.TempDir()}, test.args...)...)
		if code != test.code || !strings.Contains(stderr, test.word) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: exit %d: %s", test.args, code, stderr)
		}
	}
	flags := signingFlags{url: "https://rounds.example.org/", issuer: "https://login.example.org/realms/county", clientID: "rounds", name: "County login", secretFile: secret}
	origin, provider, err := flags.check("")
	if err != nil || origin != "https://rounds.example.org" || provider.ClientSecret != "a secret" || provider.Issuer != flags.issuer {
		t.Errorf("%s, %+v, %v", origin, provider, err)
	}
	if origin, _, err := (&signingFlags{}).check("rounds.example.org"); err != nil || origin != "https://rounds.example.org" {
		t.Errorf("a certificate for %s, %v", origin, err)
	}
	t.Setenv(secretVariable, "another")
	flags.secretFile = ""
	if _, provider, err := flags.check(""); err != nil || provider.ClientSecret != "another" {
		t.Errorf("%+v, %v", provider, err)
	}
}
