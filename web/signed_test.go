package web

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"net/http"
	"testing"
	"time"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// A phone can tell a day of this installation from any other content, as docs/sync.md says.
func TestDay_IsSignedForItsWorker(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker := w.caller(registertest.WestWorker)
	var known struct {
		SignKey []byte `json:"sign_key"`
	}
	worker.do("GET", "/api/v1/sync/key", nil).want(http.StatusOK).to(&known)
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), known.SignKey)
	w.must(err)
	day := worker.do("GET", "/api/v1/day", nil).want(http.StatusOK)
	var form, signature string
	var until int64
	_, err = fmt.Sscan(day.header.Get("Rounds-Signature"), &form, &until, &signature)
	w.must(err)
	if want := w.Today.Add(10*time.Hour + 72*time.Hour).Unix(); until != want {
		t.Errorf("it may be shown until %d, want %d", until, want)
	}
	half, err := base64.StdEncoding.DecodeString(signature)
	w.must(err)
	r, s := new(big.Int).SetBytes(half[:32]), new(big.Int).SetBytes(half[32:])
	account := w.As(registertest.WestWorker).Account
	holds := func(content []byte) bool {
		digest := sha256.Sum256(fmt.Appendf(nil, "rounds-day-1 %s %d\n%s", account, until, content))
		return ecdsa.Verify(key, digest[:], r, s)
	}
	content := bytes.TrimSuffix(day.body, []byte("\n"))
	if !holds(content) {
		t.Error("the signature does not hold")
	}
	if holds(bytes.Replace(content, []byte(`"seq":1`), []byte(`"seq":2`), 1)) {
		t.Error("a changed byte is not noticed")
	}
}
