package backup

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"filippo.io/age"
)

// Lock is what a backup is locked with: a passphrase, or the public keys of who may
// open it.
type Lock struct {
	Passphrase string
	// Recipients are age's, "age1...". With them no secret is needed to make a backup.
	Recipients []age.Recipient
}

// Key opens a backup: the passphrase, or age identities.
type Key struct {
	Passphrase string
	Identities []age.Identity
}

// hardestPassphrase bounds the work that a file may ask for before its passphrase
// can be tried: 2^20 is about four seconds.
const hardestPassphrase = 20

func (l Lock) recipients() ([]age.Recipient, error) {
	if l.Passphrase == "" {
		return slices.Clone(l.Recipients), nil
	}
	recipient, err := age.NewScryptRecipient(l.Passphrase)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	return []age.Recipient{recipient}, nil
}

func (k Key) identities() ([]age.Identity, error) {
	if k.Passphrase == "" {
		return k.Identities, nil
	}
	identity, err := age.NewScryptIdentity(k.Passphrase)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	identity.SetMaxWorkFactor(hardestPassphrase)
	return append([]age.Identity{identity}, k.Identities...), nil
}

// ErrKey says that a file cannot be opened with this passphrase or these keys.
var ErrKey = errors.New("backup: the passphrase or key does not open this file")

// open decrypts a stream.
func (k Key) open(from io.Reader) (io.Reader, error) {
	identities, err := k.identities()
	if err != nil {
		return nil, err
	}
	plain, err := age.Decrypt(from, identities...)
	if _, none := errors.AsType[*age.NoIdentityMatchError](err); none {
		return nil, ErrKey
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return plain, nil
}

// witness is a recipient that remembers the key of the file, so that a backup can be
// read back by who made it for somebody else.
type witness struct {
	age.Recipient
	fileKey *[]byte
}

// Wrap is [age.Recipient]'s.
func (w witness) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	*w.fileKey = slices.Clone(fileKey)
	return w.Recipient.Wrap(fileKey)
}

// WrapWithLabels is [age.RecipientWithLabels]'s.
func (w witness) WrapWithLabels(fileKey []byte) ([]*age.Stanza, []string, error) {
	*w.fileKey = slices.Clone(fileKey)
	if labelled, ok := w.Recipient.(age.RecipientWithLabels); ok {
		return labelled.WrapWithLabels(fileKey)
	}
	stanzas, err := w.Recipient.Wrap(fileKey)
	return stanzas, nil, err
}

// seal encrypts to; readBack opens what was written.
func (l Lock) seal(to io.Writer) (sealed io.WriteCloser, readBack func() Key, err error) {
	recipients, err := l.recipients()
	if err != nil {
		return nil, nil, err
	}
	if len(recipients) == 0 {
		return nil, nil, errors.New("backup: name a passphrase or a recipient")
	}
	fileKey := new([]byte)
	recipients[0] = witness{recipients[0], fileKey}
	sealed, err = age.Encrypt(to, recipients...)
	if err != nil {
		return nil, nil, fmt.Errorf("backup: %w", err)
	}
	return sealed, func() Key { return Key{Identities: []age.Identity{age.NewInjectedFileKeyIdentity(*fileKey)}} }, nil
}
