package register

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

// CaseKey encrypts what the parties of one dispute said. It lies in the database only
// wrapped for each mediator; with the last wrapped one all of it is gone there. A backup
// from before has its own.
type CaseKey struct{ secret []byte }

// Rooms in bytes that a text of a dispute is padded to; with nonce and tag 28 more, as the
// schema wants.
const (
	PartyRoom   = 448  // a name of 80 characters and a contact
	NoteRoom    = 2048 // a text of [TextRoom] characters
	StrokesRoom = 8192 // a signature
)

// NewCaseKey makes a key.
func NewCaseKey() (CaseKey, error) {
	key := CaseKey{make([]byte, 32)}
	if _, err := rand.Read(key.secret); err != nil {
		return CaseKey{}, fmt.Errorf("register: case key: %w", err)
	}
	return key, nil
}

// WrapCaseKey seals a key for one mediator of one dispute.
func (k *Keys) WrapCaseKey(dispute, mediator uuid.UUID, key CaseKey) ([]byte, error) {
	return sealWith(k.wrapping(dispute, mediator), dispute[:], len(key.secret), key.secret)
}

// UnwrapCaseKey opens what [Keys.WrapCaseKey] sealed for the same mediator and dispute.
func (k *Keys) UnwrapCaseKey(dispute, mediator uuid.UUID, wrapped []byte) (CaseKey, error) {
	secret, err := openWith(k.wrapping(dispute, mediator), dispute[:], wrapped)
	return CaseKey{secret}, err
}

func (k *Keys) wrapping(dispute, mediator uuid.UUID) []byte {
	return digest(k.mediation, dispute.String(), mediator.String())
}

// Seal encrypts a text for one row alone.
func (c CaseKey) Seal(row uuid.UUID, room int, text string) ([]byte, error) {
	return sealWith(c.secret, row[:], room, []byte(text))
}

// Open opens what [CaseKey.Seal] sealed for the same row.
func (c CaseKey) Open(row uuid.UUID, sealed []byte) (string, error) {
	padded, err := openWith(c.secret, row[:], sealed)
	return string(bytes.TrimRight(padded, "\x00")), err
}

// Reference is what the audit log names the dispute by in the quarter of a day: only who
// holds the key can tell that two rows, or a row and a dispute, belong together.
func (c CaseKey) Reference(day time.Time) []byte {
	return digest(c.secret, fmt.Sprintf("audit %d-%d", day.Year(), (int(day.Month())+2)/3))
}

// ErrPartyName says that a text is no name.
var ErrPartyName = errors.New("register: a party has a name of 1 to 80 characters, and no long number")

// ParsePartyName reads how a party of a dispute is called.
func ParsePartyName(text string) (string, error) {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError }), " ")
	digits := 0
	for _, letter := range plainDigits(text) {
		if letter >= '0' && letter <= '9' {
			digits++
		}
	}
	if n := utf8.RuneCountInString(text); n < 1 || n > 80 || digits > 4 {
		return "", ErrPartyName
	}
	return text, nil
}
