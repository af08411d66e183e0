package i18n_test

import (
	"testing"

	"github.com/rounds-project/rounds/web/app/i18n"
)

func TestWords_AreThoseOfTheLanguage(t *testing.T) {
	t.Parallel()
	for language, want := range map[string]string{"en": "Near Main Street", "zh-Hans": "Main Street附近", "fr": "Near Main Street"} {
		if got := i18n.Words(language)("near_street", "street", "Main Street"); got != want {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
	}
}
