package web

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDuties_AreTheInstallationsOrSayToAskTheOffice(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	usual, err := LoadDuties(folder)
	if err != nil || len(usual) != 3 || usual[0].Phone != "" || !strings.Contains(usual[0].Body.English, "Ask your office") {
		t.Fatalf("%+v, %v", usual, err)
	}
	child := `{"danger": "child_in_danger", "body": {"en": "Children's line", "zh": "儿童热线"}, "phone": "+376 116 111", "form": "https://example.org/form"}`
	others := `{"danger": "adult_in_danger", "body": {"en": "A", "zh": "甲"}}, {"danger": "danger_to_life", "body": {"en": "L", "zh": "命"}, "phone": "112"}`
	for name, test := range map[string]struct{ text, problem string }{
		"whole":             {"[" + child + ", " + others + "]", ""},
		"no list":           {"{}", "no list"},
		"a danger missing":  {"[" + child + "]", "says nobody to call for danger_to_life"},
		"another danger":    {"[" + strings.Replace(child, "child_in_danger", "suspicion", 1) + "]", "the danger is none of"},
		"a name missing":    {"[" + strings.Replace(child, "儿童热线", "", 1) + "]", "lacks its name"},
		"a number in words": {"[" + strings.Replace(child, "+376 116 111", "call Anna", 1) + "]", "no number"},
		"a form over http":  {"[" + strings.Replace(child, "https://", "http://", 1) + "]", "begins with https://"},
		"a script":          {"[" + strings.Replace(child, "https://example.org/form", "javascript:alert(1)", 1) + "]", "begins with https://"},
	} {
		if err := os.WriteFile(filepath.Join(folder, dutyFile), []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		duties, err := LoadDuties(folder)
		if test.problem == "" && (err != nil || len(duties) != 3 || duties[0].Phone != "+376 116 111") {
			t.Errorf("%s: %+v, %v", name, duties, err)
		}
		if test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)) {
			t.Errorf("%s: %v, want %q", name, err, test.problem)
		}
	}
}
