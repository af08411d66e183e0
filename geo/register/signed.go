package register

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
)

// PackKey is the public key by which phones know that a day comes from this installation
// (ECDSA with P-256 and SHA-256, which every WebCrypto has): an uncompressed point.
func (k *Keys) PackKey() []byte {
	point, err := k.pack.PublicKey.Bytes()
	if err != nil {
		panic(err) // the key is on the curve
	}
	return point
}

// SignPack signs what is sent to phones: r and s of 32 bytes each, as WebCrypto wants them.
func (k *Keys) SignPack(text []byte) ([]byte, error) {
	digest := sha256.Sum256(text)
	r, s, err := ecdsa.Sign(rand.Reader, k.pack, digest[:])
	if err != nil {
		return nil, fmt.Errorf("register: sign pack: %w", err)
	}
	const half = 32
	signature := make([]byte, 2*half)
	r.FillBytes(signature[:half])
	s.FillBytes(signature[half:])
	return signature, nil
}

// packKey derives the private key from the installation's secret.
func packKey(secret []byte) *ecdsa.PrivateKey {
	scalar, err := p256Key(secret, "pack").Bytes()
	if err != nil {
		panic(err) // the key was just made
	}
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), scalar)
	if err != nil {
		panic(err) // the same curve
	}
	return key
}
