// Package guide holds answers to what people ask about matters: what to do now, whom to
// ask, what the office does, how long it takes. They ship with the release; where a
// matter has none of its own, that of its kind is given. No law of a country ships: an
// installation adds that of its own, see [Load].
package guide

import (
	"embed"
	"fmt"
	"strings"

	"github.com/rounds-project/rounds/geo"
)

//go:embed answers/*.md
var answers embed.FS

// Languages are those that every answer is written in.
var Languages = []string{"en", "zh-Hans"}

// Answer is Markdown: a heading of the first level, headings of the second,
// paragraphs and lists.
type Answer struct {
	// Code is a matter of the closed list, or a kind of them.
	Code string
	// Texts are by language.
	Texts map[string]string
}

// Answers are all that ship, kinds first, then matters in the order of the list.
func Answers() []Answer { return with(nil) }

// codes are those that an answer may have.
func codes() []string {
	lists := geo.ClosedLists()
	return append(lists.Codes("kinds"), lists.Codes("matters")...)
}

// own is the answer that a code has itself.
func own(code string) (answer Answer, found bool) {
	answer = Answer{Code: code, Texts: map[string]string{}}
	for _, language := range Languages {
		text, err := answers.ReadFile(fmt.Sprintf("answers/%s.%s.md", code, language))
		if err != nil {
			return answer, false
		}
		answer.Texts[language] = strings.TrimSpace(string(text))
	}
	return answer, true
}
