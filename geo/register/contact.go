package register

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/uuid"
)

// ErrContact says that a contact is neither one telephone number nor one e-mail
// address.
var ErrContact = errors.New("register: a contact is one telephone number of 5 to 14 digits (15 after a +), or one e-mail address of at most 120 letters; no name, no identity number")

// contactRoom is what every contact is padded to before it is sealed: with nonce
// and tag 156 bytes, as the schema wants.
const contactRoom = 128

var (
	phoneNumber = regexp.MustCompile(`^(\+[0-9]{5,15}|[0-9]{5,14})$`)
	phoneMarks  = strings.NewReplacer(" ", "", "-", "", ".", "", "/", "", "(", "", ")", "")
	eMail       = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}$`)
)

// ParseContact reads one telephone number (ITU-T E.164: at most 15 digits after a +)
// or one e-mail address, and nothing beside it; "" is none. Fifteen digits alone are
// more likely an old Chinese identity number, and no identity number is a contact.
func ParseContact(text string) (string, error) {
	text = strings.TrimSpace(text)
	if isIdentity(text) {
		return "", ErrContact
	}
	if plain := phoneMarks.Replace(text); phoneNumber.MatchString(plain) {
		return plain, nil
	}
	if text != "" && (len(text) > 120 || !eMail.MatchString(text)) {
		return "", ErrContact
	}
	return text, nil
}

// sealContact encrypts a contact for one consent alone: in the row of another it
// does not open.
func (k *Keys) sealContact(consent uuid.UUID, contact string) ([]byte, error) {
	if contact == "" {
		return nil, nil
	}
	return k.seal(consent, contactRoom, contact)
}

func (k *Keys) openContact(consent uuid.UUID, sealed []byte) (string, error) {
	if sealed == nil {
		return "", nil
	}
	return k.unseal(consent, sealed)
}

// seal encrypts a text for one row alone, padded so that its length tells nothing.
func (k *Keys) seal(row uuid.UUID, room int, text string) ([]byte, error) {
	return sealWith(k.contact, row[:], room, []byte(text))
}

func (k *Keys) unseal(row uuid.UUID, sealed []byte) (string, error) {
	padded, err := openWith(k.contact, row[:], sealed)
	return string(bytes.TrimRight(padded, "\x00")), err
}

// sealWith encrypts a text with a key (AES-256-GCM) for one place alone, padded to room.
func sealWith(key, place []byte, room int, text []byte) ([]byte, error) {
	sealer, err := sealerOf(key)
	if err != nil {
		return nil, err
	}
	if len(text) > room {
		return nil, fmt.Errorf("register: a text of %d bytes is too long to seal", len(text))
	}
	nonce := make([]byte, sealer.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("register: seal: %w", err)
	}
	padded := make([]byte, room)
	copy(padded, text)
	return sealer.Seal(nonce, nonce, padded, place), nil
}

func openWith(key, place, sealed []byte) ([]byte, error) {
	sealer, err := sealerOf(key)
	if err != nil {
		return nil, err
	}
	if len(sealed) < sealer.NonceSize() {
		return nil, errSealed
	}
	padded, err := sealer.Open(nil, sealed[:sealer.NonceSize()], sealed[sealer.NonceSize():], place)
	if err != nil {
		return nil, errSealed
	}
	return padded, nil
}

// errSealed says that what was sealed does not open.
var errSealed = errors.New("register: what is sealed does not open: the key file is not the one it was sealed with")

func sealerOf(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("register: seal: %w", err)
	}
	return cipher.NewGCM(block)
}
