package ogc

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
)

// cursor is where a list goes on. Keys are ids that never leave: a cursor is sealed for
// its token, its layer and what was asked for.
type cursor struct {
	After   string `json:"a"`
	Matched int64  `json:"m"`
}

var errCursor = invalid("cursor", "Take the cursor from the link to the next page, and change nothing else of it.")

// seal makes the text of a cursor. The nonce is that of its content: the same page has
// the same link.
func (a *asked) seal(c cursor, layer string) (string, error) {
	content, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("ogc: %w", err)
	}
	box, key := a.box()
	with := a.with(layer)
	mac := hmac.New(sha256.New, key)
	mac.Write(with)
	mac.Write(content)
	nonce := mac.Sum(nil)[:box.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(box.Seal(nonce, nonce, content, with)), nil
}

func (a *asked) unseal(text, layer string) (c cursor, err error) {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	box, _ := a.box()
	if err != nil || len(sealed) < box.NonceSize() {
		return c, errCursor
	}
	content, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], a.with(layer))
	if err != nil || json.Unmarshal(content, &c) != nil {
		return c, errCursor
	}
	return c, nil
}

func (a *asked) box() (cipher.AEAD, []byte) {
	key := a.Keys.Cursor(a.token.ID)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	box, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return box, key
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
