package guide

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/rounds-project/rounds/geo"
)

func TestAnswers_AreForKindsAndMattersOfTheList(t *testing.T) {
	t.Parallel()
	all := Answers()
	var codes []string
	for _, answer := range all {
		codes = append(codes, answer.Code)
	}
	for _, kind := range geo.ClosedLists().Codes("kinds") {
		if !slices.Contains(codes, kind) {
			t.Errorf("the kind %s has no answer: its matters would have none", kind)
		}
	}
	files, err := fs.ReadDir(answers, "answers")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(all)*len(Languages) {
		t.Errorf("%d files for %d answers: one of them is of no matter, or lacks a language", len(files), len(all))
	}
}

// Pages draw what this test lets through, and nothing more.
func TestAnswers_SayTheSameFourThingsInBothLanguages(t *testing.T) {
	t.Parallel()
	headings := map[string][]string{
		"en":      {"What to do now", "Whom to ask", "What the office does", "How long"},
		"zh-Hans": {"现在怎么做", "找谁", "部门做什么", "需要多久"},
	}
	other := regexp.MustCompile("[<>`*_\\[\\]]|https?:|www\\.|[0-9]{5}")
	for _, answer := range Answers() {
		for language, text := range answer.Texts {
			title, rest, _ := strings.Cut(text, "\n\n")
			if !strings.HasPrefix(title, "# ") || strings.Contains(title, "\n") {
				t.Errorf("%s in %s begins with %q", answer.Code, language, title)
			}
			if err := checkBlocks(rest); err != nil {
				t.Errorf("%s in %s: %v", answer.Code, language, err)
			}
			var found []string
			for block := range strings.SplitSeq(rest, "\n\n") {
				if heading, is := strings.CutPrefix(block, "## "); is {
					found = append(found, heading)
				}
			}
			if !slices.Equal(found, headings[language]) {
				t.Errorf("%s in %s has the headings %q", answer.Code, language, found)
			}
			if wrong := other.FindString(text); wrong != "" {
				t.Errorf("%s in %s holds %q", answer.Code, language, wrong)
			}
			if chinese := strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }); chinese != (language == "zh-Hans") {
				t.Errorf("%s in %s is of another language", answer.Code, language)
			}
		}
	}
}
