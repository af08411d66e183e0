package register

import (
	"crypto/ecdh"
	"crypto/hpke"
	"fmt"
)

// sealedFor tells what phones seal from anything else that was sealed to the same key.
var sealedFor = []byte("rounds operation")

// SealKey is the public key that phones seal what they recorded to (HPKE, RFC 9180:
// DHKEM P-256, HKDF-SHA256, AES-256-GCM). Nobody reads that on the phone.
func (k *Keys) SealKey() []byte { return k.outbox.PublicKey().Bytes() }

// OpenSealed opens what a phone sealed: the encapsulated key and the ciphertext.
func (k *Keys) OpenSealed(box []byte) ([]byte, error) {
	text, err := hpke.Open(k.outbox, hpke.HKDFSHA256(), hpke.AES256GCM(), sealedFor, box)
	if err != nil {
		return nil, fmt.Errorf("register: sealed: %w", err)
	}
	return text, nil
}

// p256Key derives a private key for a use from the installation's secret.
func p256Key(secret []byte, use string) hpke.PrivateKey {
	key, err := hpke.DHKEM(ecdh.P256()).DeriveKeyPair(digest(secret, use))
	if err != nil {
		panic(err) // every seed of 32 bytes gives a key
	}
	return key
}
