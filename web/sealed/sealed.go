// Package sealed makes texts that somebody keeps for us and gives back, such as where a list
// goes on, without reading or changing them.
package sealed

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// ErrText says that a text was not sealed under this key, for this.
var ErrText = errors.New("sealed: not sealed here, or for something else")

// Seal seals content under a key of 32 bytes, for what is in with. The nonce is that of the
// content: the same has the same text.
func Seal(key, content, with []byte) string {
	box := boxOf(key)
	mac := hmac.New(sha256.New, key)
	mac.Write(with)
	mac.Write(content)
	nonce := mac.Sum(nil)[:box.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(box.Seal(nonce, nonce, content, with))
}

// Open gives the content of a text. The error is [ErrText].
func Open(key []byte, text string, with []byte) ([]byte, error) {
	box := boxOf(key)
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(sealed) < box.NonceSize() {
		return nil, ErrText
	}
	content, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], with)
	if err != nil {
		return nil, ErrText
	}
	return content, nil
}

func boxOf(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	box, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return box
}
