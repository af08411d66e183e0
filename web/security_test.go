package web

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// asvsRow is a line of the tables of docs/security.md.
var asvsRow = regexp.MustCompile("^\\| (\\d+\\.\\d+\\.\\d+) \\| ([12]) \\| ([^|]+) \\| (tested|document|not applicable|deviation) \\| (?:`([^`|]+)`)? ?\\| ?([^|]*) ?\\|$")

// Every requirement of both levels is answered once, and what an answer names exists.
func TestSecurity_AnswersEveryRequirement(t *testing.T) {
	t.Parallel()
	missing := map[string]string{}
	list, err := os.ReadFile("testdata/asvs.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		if fields := strings.Fields(line); fields[0] != "#" {
			missing[fields[0]] = fields[1]
		}
	}
	if len(missing) != 253 {
		t.Errorf("the list has %d requirements, the standard 253", len(missing))
	}
	table, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		row := asvsRow.FindStringSubmatch(strings.TrimSpace(line))
		if row == nil {
			if regexp.MustCompile(`^\| \d`).MatchString(line) {
				t.Errorf("no row of this form: %s", line)
			}
			continue
		}
		number, level, how, where, note := row[1], row[2], row[4], row[5], strings.TrimSpace(row[6])
		if missing[number] != level {
			t.Errorf("%s of level %s is twice there, or none of the standard's", number, level)
		}
		delete(missing, number)
		switch how {
		case "tested", "document":
			if problem := checkReference(where, how == "tested"); problem != "" {
				t.Errorf("%s: %s: %s", number, where, problem)
			}
		default:
			if note == "" {
				t.Errorf("%s: say why it is %s", number, how)
			}
		}
	}
	for number := range missing {
		t.Errorf("%s is not answered", number)
	}
}

// checkReference says what is wrong with "file:TestName" or "file".
func checkReference(where string, tested bool) string {
	path, name, named := strings.Cut(where, ":")
	content, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(path)))
	if err != nil {
		return "there is no such file"
	}
	switch {
	case named && !strings.Contains(string(content), "func "+name+"("):
		return "there is no such test in it"
	case tested && !named && !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, ".spec.ts") && !strings.HasPrefix(path, ".ci/"):
		return "this is no test"
	}
	return ""
}
