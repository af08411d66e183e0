package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"github.com/rounds-project/rounds/geo/register"
)

// Cost of argon2id: OWASP's setting with one pass.
const (
	memoryKiB = 46 * 1024
	passes    = 1
	lanes     = 1
	saltBytes = 16
	hashBytes = 32
)

// hashing holds a place for each hash under way, as each takes 46 MiB.
var hashing = make(chan struct{}, 2)

// ShortestPassword is that of NIST SP 800-63B for a password alone, in characters;
// longestPassword bounds the work, in bytes.
const (
	ShortestPassword = 15
	longestPassword  = 256
	fewestLetters    = 5
)

// PasswordError says what is wrong with a password that somebody wants to have.
type PasswordError struct{ Problem string }

func (e *PasswordError) Error() string { return "access: " + e.Problem }

// CheckNewPassword says with a [PasswordError] why nobody may have this password.
func CheckNewPassword(login, password string) error {
	letters := map[rune]bool{}
	for _, letter := range password {
		letters[letter] = true
	}
	switch {
	case len([]rune(password)) < ShortestPassword:
		return &PasswordError{fmt.Sprintf("the password has fewer than %d characters; take a longer one, a sentence for example", ShortestPassword)}
	case len(password) > longestPassword:
		return &PasswordError{fmt.Sprintf("the password is longer than %d bytes", longestPassword)}
	case len(letters) < fewestLetters, login != "" && strings.Trim(strings.ReplaceAll(strings.ToLower(password), login, ""), "0123456789 ") == "":
		return &PasswordError{"the password is too easy to guess; take a sentence for example"}
	}
	return nil
}

// newPassword is a password as the register keeps it.
func newPassword(ctx context.Context, login, password string) (register.Credential, error) {
	if err := CheckNewPassword(login, password); err != nil {
		return nil, err
	}
	hash, err := HashPassword(ctx, password)
	return register.KeepPassword(hash), err
}

var errHashForm = errors.New("access: password hash: want $argon2id$v=19$m=...,t=...,p=...$salt$hash")

// HashPassword derives what the database keeps of a password, in PHC form. It
// waits while two others are being hashed; the error is that of ctx.
func HashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("access: %w", err)
	}
	hash, err := derive(ctx, password, parameters{memoryKiB, passes, lanes, salt, hashBytes})
	if err != nil {
		return "", err
	}
	return encode(memoryKiB, passes, lanes, salt, hash), nil
}

// CheckPassword says whether a hash of [HashPassword] is of this password.
func CheckPassword(ctx context.Context, hash, password string) (bool, error) {
	p, want, err := decode(hash)
	if err != nil {
		return false, err
	}
	got, err := derive(ctx, password, p)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// nobody is a hash of no password: checking it takes as long as checking a real
// one, so that time does not tell which logins there are.
var nobody = encode(memoryKiB, passes, lanes, make([]byte, saltBytes), make([]byte, hashBytes))

type parameters struct {
	memory, passes uint32
	lanes          uint8
	salt           []byte
	size           uint32
}

func derive(ctx context.Context, password string, p parameters) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.lanes, p.size), nil
}

func encode(memory, passes uint32, lanes uint8, salt, hash []byte) string {
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes, text(salt), text(hash))
}

func decode(hash string) (p parameters, want []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, errHashForm
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil {
		return p, nil, errHashForm
	}
	var saltErr, hashErr error
	p.salt, saltErr = base64.RawStdEncoding.DecodeString(parts[4])
	want, hashErr = base64.RawStdEncoding.DecodeString(parts[5])
	// A hash from elsewhere may not ask for all memory there is.
	bounded := p.memory <= 1<<20 && p.passes >= 1 && p.passes <= 16 && p.lanes >= 1 && len(want) >= 16 && len(want) <= 64
	if saltErr != nil || hashErr != nil || !bounded {
		return p, nil, errHashForm
	}
	p.size = uint32(len(want))
	return p, want, nil
}
