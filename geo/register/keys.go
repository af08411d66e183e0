package register

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// Keys are the secrets of an installation. They lie outside the database: with
// the database alone nobody can tell which places refused, nor read a contact.
type Keys struct {
	id, refusal, receipt, contact, place, login, operation, statistics, features, mediation, upload []byte
	outbox                                                                                          hpke.PrivateKey
	pack                                                                                            *ecdsa.PrivateKey
}

// keyFile is the name of the key file in the data folder.
const keyFile = "installation.key"

// LoadKeys reads the installation's key: from the file that ROUNDS_KEY_FILE names
// or else from the data folder, where it is made at the first call, readable by
// its owner only. A backup without this file cannot refuse the places that asked.
func LoadKeys(dataFolder string) (*Keys, error) {
	path := KeyPath(dataFolder)
	if os.Getenv("ROUNDS_KEY_FILE") == "" {
		if err := makeKey(path); err != nil {
			return nil, fmt.Errorf("register: key file: %w", err)
		}
	}
	return readKey(path)
}

func readKey(path string) (*Keys, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("register: key file: %w; make it with: openssl rand -hex 32 > %s", err, path)
	}
	return ParseKeys(path, text)
}

// ParseKeys reads the content of a key file.
func ParseKeys(path string, text []byte) (*Keys, error) {
	secret, err := hex.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(secret) != 32 {
		return nil, fmt.Errorf("register: key file %s: want 64 hexadecimal digits; restore it from the backup", path)
	}
	return NewKeys(secret), nil
}

// NewKeys derives the keys from the installation's secret.
func NewKeys(secret []byte) *Keys {
	return &Keys{
		id: digest(secret, "id"), refusal: digest(secret, "refusal"),
		receipt: digest(secret, "receipt"), contact: digest(secret, "contact"), place: digest(secret, "place"),
		login: digest(secret, "login"), operation: digest(secret, "operation"), outbox: p256Key(secret, "outbox"), pack: packKey(secret), statistics: digest(secret, "statistics"),
		features: digest(secret, "features"), mediation: digest(secret, "mediation"), upload: digest(secret, "upload"),
	}
}

// Login is an HMAC of parts for a use in signing in: a seal on what a browser keeps,
// the pepper of a PIN, the pseudonym of an identity.
func (k *Keys) Login(use string, parts ...string) []byte {
	return digest(k.login, append([]string{use}, parts...)...)
}

// ID is the identifier of a thing of a kind (household, area, group) that the
// source calls sourceKey. It is the same at every import and, unlike a number in
// a sequence, tells nothing about things that are not there.
func (k *Keys) ID(kind, sourceKey string) uuid.UUID {
	var id uuid.UUID
	copy(id[:], digest(k.id, kind, sourceKey))
	id[6] = id[6]&0x0f | 0x80 // version 8: custom
	id[8] = id[8]&0x3f | 0x80 // variant of RFC 9562
	return id
}

// Place is the pseudonym of a household in the audit log: a new one each quarter, so
// that rows of different quarters join for nobody without the key.
func (k *Keys) Place(household uuid.UUID, at time.Time) []byte {
	at = at.UTC()
	return digest(k.place, fmt.Sprintf("%dQ%d", at.Year(), (int(at.Month())+2)/3), household.String())
}

// Statistics is the key by which the published numbers of a year are rounded.
func (k *Keys) Statistics(year int) []byte { return digest(k.statistics, strconv.Itoa(year)) }

func digest(key []byte, parts ...string) []byte {
	mac := hmac.New(sha256.New, key)
	for _, part := range parts {
		// The length keeps ("ab", "c") apart from ("a", "bc").
		fmt.Fprintf(mac, "%d|%s", len(part), part)
	}
	return mac.Sum(nil)
}

// makeKey makes the key file unless there is one. The file appears with its whole
// content, also when two processes make it at once.
func makeKey(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return err
	}
	// CreateTemp makes files of mode 0600.
	making, err := os.CreateTemp(filepath.Dir(path), keyFile+".*")
	if err != nil {
		return err
	}
	defer os.Remove(making.Name())
	defer making.Close()
	if _, err := fmt.Fprintln(making, hex.EncodeToString(secret)); err != nil {
		return err
	}
	if err := making.Sync(); err != nil {
		return err
	}
	if err := os.Link(making.Name(), path); !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}
