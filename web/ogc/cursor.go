package ogc

import (
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/rounds-project/rounds/web/sealed"
)

// cursor is where a list goes on. Keys are ids that never leave: a cursor is sealed for
// its reader, its layer and what was asked for.
type cursor struct {
	After   string `json:"a"`
	Matched int64  `json:"m"`
}

var errCursor = invalid("cursor", "Take the cursor from the link to the next page, and change nothing else of it.")

// seal makes the text of a cursor: the same page has the same link.
func (a *asked) seal(c cursor, layer string) (string, error) {
	content, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("ogc: %w", err)
	}
	return sealed.Seal(a.Keys.Cursor(a.who.id), content, a.with(layer)), nil
}

func (a *asked) unseal(text, layer string) (c cursor, err error) {
	content, err := sealed.Open(a.Keys.Cursor(a.who.id), text, a.with(layer))
	if err != nil || json.Unmarshal(content, &c) != nil {
		return c, errCursor
	}
	return c, nil
}

// with is what a cursor belongs to: all that was asked for, but how it is answered.
func (a *asked) with(layer string) []byte {
	asked := url.Values{"": {layer}}
	for name, values := range a.r.URL.Query() {
		switch name {
		case "cursor", "limit", "f", "crs":
		default:
			asked[name] = values
		}
	}
	return []byte(asked.Encode())
}
