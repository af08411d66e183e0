package register

import (
	"encoding/base32"
	"errors"
	"strings"
)

// ErrReceipt says that a text is no receipt code.
var ErrReceipt = errors.New("register: a receipt code has 16 letters and digits")

// crockford is the base 32 of Douglas Crockford: no I, L, O or U, so that a code
// survives being written down and read out.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// Receipt is the code of 80 bits that a resident keeps, to withdraw with. The phone
// makes it, so that it can be given at a door without a connection; here only its
// HMAC is kept.
type Receipt [10]byte

// ParseReceipt reads a code as people write it: in groups, in small letters, with O
// for 0 and I or L for 1.
func ParseReceipt(text string) (r Receipt, err error) {
	plain := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(text))
	bytes, err := crockford.DecodeString(plain)
	if err != nil || len(plain) != crockford.EncodedLen(len(r)) {
		return r, ErrReceipt
	}
	return Receipt(bytes), nil
}

// String is the code in groups of four.
func (r Receipt) String() string {
	text := crockford.EncodeToString(r[:])
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
}

// HashReceipt is all that is kept of a code.
func (k *Keys) HashReceipt(r Receipt) []byte { return digest(k.receipt, string(r[:])) }

// hashOf is [Keys.HashReceipt], or nil of no code.
func (k *Keys) hashOf(r *Receipt) []byte {
	if r == nil {
		return nil
	}
	return k.HashReceipt(*r)
}
