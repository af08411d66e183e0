// Package i18n has the words of the app for what the server sets itself, such as
// pages to print: the same messages, in English and in Chinese.
package i18n

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

var (
	//go:embed en.json
	english []byte
	//go:embed zh-Hans.json
	chinese []byte
)

var messages = map[string]map[string]json.RawMessage{"en": decoded(english), "zh-Hans": decoded(chinese)}

func decoded(file []byte) (words map[string]json.RawMessage) {
	if err := json.Unmarshal(file, &words); err != nil {
		panic(err) // the file is part of the program
	}
	return words
}

// Words are those of a language; one that is not spoken is English.
func Words(language string) func(key string, values ...any) string {
	words, spoken := messages[language]
	if !spoken {
		words = messages["en"]
	}
	return func(key string, values ...any) string {
		var text string
		if json.Unmarshal(words[key], &text) != nil {
			return key // a message with plural forms, or none: the tests find it
		}
		for i := 0; i+1 < len(values); i += 2 {
			text = strings.ReplaceAll(text, fmt.Sprintf("{%v}", values[i]), fmt.Sprint(values[i+1]))
		}
		return text
	}
}
