package web

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What the two tools say in each case, by the code with which `go run` ends then; the
// texts are those of gosec 2.30 and govulncheck 1.9.
const (
	vulnerable = `=== Symbol Results ===

Vulnerability #1: GO-2024-2687
    HTTP/2 CONTINUATION flood in net/http
  More info: https://pkg.go.dev/vuln/GO-2024-2687
    Example traces found:
      #1: web/run.go:137:32: web.Server.serveUntil calls http.Server.Serve

Your code is affected by 1 vulnerability from the Go standard library.
exit status 3`
	unreachable = `govulncheck: fetching vulnerabilities: Get "https://vuln.go.dev/index/modules.json.gz": dial tcp: lookup vuln.go.dev: no such host
exit status 1`
	notBuilt = `govulncheck: loading packages: web/run.go:12:2: undefined: timeout
exit status 1`
)

// `.ci/lint-security` lets a database that cannot be reached pass, in words, and nothing
// else: the tools are stood in for by a script that says what they say.
func TestLintSecurity_FailsOnWhatIsFound(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		gosec, govulncheck string // what is said; an end of "exit status" is a failure
		passes             bool
		says               string
	}{
		"nothing found":            {"", "No vulnerabilities found.", true, "No vulnerabilities found."},
		"a pattern found":          {"[web/x.go:1] - G404 (CWE-338): weak random\nexit status 1", "No vulnerabilities found.", false, "G404"},
		"a vulnerability found":    {"", vulnerable, false, "GO-2024-2687"},
		"the database unreachable": {"", unreachable, true, "NOT CHECKED"},
		"code that does not build": {"", notBuilt, false, "undefined"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for tool, text := range map[string]string{"gosec": test.gosec, "govulncheck": test.govulncheck} {
				if err := os.WriteFile(filepath.Join(folder, tool), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			script := "#!/bin/sh\nfor tool in gosec govulncheck; do case \"$2\" in */$tool@*) cat \"" + folder + "/$tool\" >&2; ! grep -q 'exit status' \"" + folder + "/$tool\"; exit;; esac; done\nexit 9\n"
			if err := os.WriteFile(filepath.Join(folder, "go"), []byte(script), 0o700); err != nil {
				t.Fatal(err)
			}
			command := exec.CommandContext(t.Context(), "../.ci/lint-security")
			command.Env = append(os.Environ(), "PATH="+folder+":"+os.Getenv("PATH"))
			said, err := command.CombinedOutput()
			if passed := err == nil; passed != test.passes || !strings.Contains(string(said), test.says) {
				t.Errorf("passed: %v, want %v: %s", passed, test.passes, said)
			}
		})
	}
}
