package notice

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
)

//go:embed text.json
var textFile []byte

// words are the messages' in each language.
var words = func() map[string]map[string]string {
	var read map[string]map[string]string
	if err := json.Unmarshal(textFile, &read); err != nil {
		panic(err) // the file is embedded
	}
	return read
}()

// Message is a notice in words.
type Message struct {
	Title string
	// Lines are the body.
	Lines []string
	// Path leads to more, on this server, after signing in.
	Path string
}

// Write puts a notice into words.
func Write(n register.Notice, language string) Message {
	say := words[language]
	message := Message{Title: say[n.Kind]}
	switch n.Kind {
	case register.DigestNotice:
		d := n.Digest
		for _, line := range []struct {
			of    string
			count int
		}{{"visits", d.Visits}, {"today", d.Today}, {"soon", d.Soon}, {"breached", d.Breached}} {
			message.Lines = append(message.Lines, fmt.Sprintf(say[line.of], line.count))
		}
		message.Path = "/desk"
	case register.MessageNotice:
		message.Path = "/walk" // what it says stands there, after signing in
	default:
		when := "due"
		if n.Kind == register.CaseEscalatedNotice {
			when = "raised"
		}
		message.Lines = []string{fmt.Sprintf(say[when], n.Day.Format(time.DateOnly))}
		message.Path = "/desk?view=cases&case=" + n.About.String()
	}
	return message
}

// mailbox is the message as plain text; origin is where people reach this server, "" when
// nobody said.
func (m Message) mailbox(language, origin string) string {
	say := words[language]
	lines := append([]string{}, m.Lines...)
	if origin != "" {
		lines = append(lines, "", fmt.Sprintf(say["open"], origin+m.Path), fmt.Sprintf(say["end"], origin+"/account"))
	}
	return strings.Join(lines, "\n") + "\n"
}

// pushed is the message as the service worker reads it. The tag is the notice's: shown a
// second time it takes the place of the first.
type pushed struct {
	Title string    `json:"title"`
	Body  string    `json:"body"`
	Path  string    `json:"path"`
	Tag   uuid.UUID `json:"tag"`
}

func (m Message) push(notice uuid.UUID) ([]byte, error) {
	return json.Marshal(pushed{Title: m.Title, Body: strings.Join(m.Lines, "\n"), Path: m.Path, Tag: notice})
}
