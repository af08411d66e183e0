package notice

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// What people have agreed to after reading must stay readable as it was.
func TestConsent_IsNeverChangedOnceShown(t *testing.T) {
	t.Parallel()
	shown := map[string]string{
		"1 en":      "36d301661d185a76",
		"1 zh-Hans": "f81de36a11d34c58",
	}
	for version := 1; version <= Version; version++ {
		for _, language := range Languages {
			text, err := Consent(version, language)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(text, "# ") || !strings.Contains(text, "/withdraw") {
				t.Errorf("version %d in %s lacks a heading or the way to withdraw", version, language)
			}
			digest := sha256.Sum256([]byte(text))
			if got := hex.EncodeToString(digest[:8]); got != shown[fmt.Sprint(version, " ", language)] {
				t.Errorf("version %d in %s has become %s: make it version %d", version, language, got, version+1)
			}
		}
	}
	if _, err := Consent(Version, "fr"); err == nil {
		t.Error("a notice in French was found")
	}
}
