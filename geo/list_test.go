package geo

import (
	"regexp"
	"testing"
	"unicode"
)

func TestClosedLists_AreTranslatedAndUnique(t *testing.T) {
	t.Parallel()
	code := regexp.MustCompile(`^[a-z][a-zA-Z_-]{1,39}$`)
	for name, terms := range ClosedLists() {
		seen := map[string]bool{}
		for _, term := range terms {
			if !code.MatchString(term.Code) || seen[term.Code] {
				t.Errorf("%s: code %q is malformed or double", name, term.Code)
			}
			seen[term.Code] = true
			if term.English == "" || term.Chinese == "" {
				t.Errorf("%s: %s lacks a translation", name, term.Code)
			}
			if name != "formats" && !hasHan(term.Chinese) {
				t.Errorf("%s: %s: %q is not Chinese", name, term.Code, term.Chinese)
			}
			if (name == "matters") != (term.DueDays != nil && term.Kind != "" && term.Branch != "") {
				t.Errorf("%s: %s: kind, due_days and branch belong to matters, to all of them", name, term.Code)
			}
		}
		if len(terms) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
}

func hasHan(text string) bool {
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}

func TestLists_FindKnowsAMatter(t *testing.T) {
	t.Parallel()
	matter, found := ClosedLists().Find("matters", "gas_smell")
	if !found || matter.Kind != "hazard" || *matter.DueDays != 0 {
		t.Errorf("gas_smell = %+v, %v", matter, found)
	}
	if _, found := ClosedLists().Find("matters", "suspicion"); found {
		t.Error("a matter outside the list was found")
	}
}

func TestClosedLists_AreTheCallersOwn(t *testing.T) {
	days := 99
	ClosedLists()["matters"][0].DueDays = &days
	delete(ClosedLists(), "outcomes")
	if lists := ClosedLists(); *lists["matters"][0].DueDays == days || lists["outcomes"] == nil {
		t.Error("what one caller changed the next one has")
	}
}

func BenchmarkClosedLists(b *testing.B) {
	for b.Loop() {
		ClosedLists()
	}
}
