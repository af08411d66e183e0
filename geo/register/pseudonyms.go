package register

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base32"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Pseudonyms stand for ids in what leaves feature by feature: the same for one token on
// one day, so that a link to a feature works, and joining with nothing of another token
// or day. Unlike those of a file they lead back, for who has the installation's key.
type Pseudonyms struct {
	key   []byte
	mu    *sync.Mutex
	kinds map[string]cipher.Block
}

// Pseudonyms are those of a token on a day.
func (k *Keys) Pseudonyms(token uuid.UUID, day time.Time) Pseudonyms {
	return Pseudonyms{digest(k.features, "names", token.String(), day.Format(time.DateOnly)), &sync.Mutex{}, map[string]cipher.Block{}}
}

// Cursor is the key that seals where a list goes on, of a token.
func (k *Keys) Cursor(token uuid.UUID) []byte { return digest(k.features, "cursor", token.String()) }

// block is the permutation of the ids of a kind of thing.
func (p Pseudonyms) block(kind string) cipher.Block {
	p.mu.Lock()
	defer p.mu.Unlock()
	block := p.kinds[kind]
	if block == nil {
		var err error
		if block, err = aes.NewCipher(digest(p.key, kind)); err != nil {
			panic(err) // 32 bytes are a key
		}
		p.kinds[kind] = block
	}
	return block
}

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// of is 26 letters and digits: an id is one block of the cipher.
func (p Pseudonyms) of(kind string, id uuid.UUID) string {
	var sealed uuid.UUID
	p.block(kind).Encrypt(sealed[:], id[:])
	return strings.ToLower(letters.EncodeToString(sealed[:]))
}

// thing is the id that a pseudonym stands for; what is none leads to an id of nothing,
// or to none at all.
func (p Pseudonyms) thing(kind, name string) (id uuid.UUID, ok bool) {
	sealed, err := letters.DecodeString(strings.ToUpper(name))
	if err != nil || len(sealed) != len(id) || strings.ToLower(letters.EncodeToString(sealed)) != name {
		return id, false
	}
	p.block(kind).Decrypt(id[:], sealed)
	return id, true
}
