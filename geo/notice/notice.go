// Package notice holds what people are told before they agree to something, in
// versions: a consent names the version and the language of its notice.
package notice

import (
	"embed"
	"fmt"
)

//go:embed *.md
var texts embed.FS

// Version is the one that is shown now. A text that has been shown is never changed:
// a new one gets the next number.
const Version = 1

// Languages are those that notices are written in.
var Languages = []string{"en", "zh-Hans"}

// Consent is the notice of support wanted, as Markdown: a heading, paragraphs and
// a list.
func Consent(version int, language string) (string, error) {
	text, err := texts.ReadFile(fmt.Sprintf("consent.%d.%s.md", version, language))
	if err != nil {
		return "", fmt.Errorf("notice: there is no version %d in %s", version, language)
	}
	return string(text), nil
}
