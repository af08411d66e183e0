package guide

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// folder is a data folder with files of its own.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	data := t.TempDir()
	if err := os.Mkdir(filepath.Join(data, "guide"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(data, "guide", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return data
}

func texts(t *testing.T, all []Answer, code string) map[string]string {
	t.Helper()
	i := slices.IndexFunc(all, func(a Answer) bool { return a.Code == code })
	if i < 0 {
		t.Fatalf("%s has no answer", code)
	}
	return all[i].Texts
}

func TestLoad_AddsWhatTheInstallationSaysBelowWhatShips(t *testing.T) {
	t.Parallel()
	const law = "## The law here\n\nAct 12 of 2019, section 4.\n\n- Quiet from ten at night.\n- Call 112 in danger."
	all, err := Load(folder(t, map[string]string{"noise.en.md": strings.ReplaceAll(law, "\n", "\r\n") + "\r\n", "public_bench.zh-Hans.md": "## 本地规定\n\n由镇里维修。"}))
	if err != nil {
		t.Fatal(err)
	}
	shipped := Answers()
	noise, before := texts(t, all, "noise"), texts(t, shipped, "noise")
	if noise["en"] != before["en"]+"\n\n"+law || noise["zh-Hans"] != before["zh-Hans"] {
		t.Errorf("noise has %q", noise)
	}
	// A matter that has no answer of its own has that of its kind, and what was added.
	bench, service := texts(t, all, "public_bench"), texts(t, all, "service")
	if bench["zh-Hans"] != service["zh-Hans"]+"\n\n## 本地规定\n\n由镇里维修。" || bench["en"] != service["en"] {
		t.Errorf("a bench has %q", bench)
	}
	if len(all) != len(shipped)+1 {
		t.Errorf("%d answers of %d and one", len(all), len(shipped))
	}
	if plain, err := Load(t.TempDir()); err != nil || len(plain) != len(shipped) {
		t.Errorf("without a folder %d answers: %v", len(plain), err)
	}
}

func TestLoad_SaysWhatIsWrongWithAFile(t *testing.T) {
	t.Parallel()
	for _, wrong := range []struct{ name, text, says string }{
		{"key_person.en.md", "## The law", "is no matter of the list"},
		{"noise.fr.md", "## La loi", "endings .en.md, .zh-Hans.md"},
		{"noise.en.txt", "## The law", "endings"},
		{"noise.en.md", "The law says", "does not begin with a heading"},
		{"noise.en.md", "", "does not begin with a heading"},
		{"noise.en.md", "## The law\n\n### Section", "of another level"},
		{"noise.en.md", "## The law\nfollows", "leave an empty line"},
		{"noise.en.md", "## The law\n\n- one\ntwo", "lines without"},
		{"noise.en.md", "## The law\n\n\n\nfollows", "two empty lines"},
		{"noise.en.md", "## The law \xff", "not UTF-8"},
		{"noise.en.md", "## " + strings.Repeat("law ", mostBytes), "longer than"},
	} {
		_, err := Load(folder(t, map[string]string{wrong.name: wrong.text}))
		if err == nil || !strings.Contains(err.Error(), wrong.says) || !strings.Contains(err.Error(), wrong.name) {
			t.Errorf("%s with %.40q: %v, want %q", wrong.name, wrong.text, err, wrong.says)
		}
	}
}
