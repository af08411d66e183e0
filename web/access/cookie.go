package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"time"
)

// Names of the cookie. Browsers keep a __Host- cookie only when it is Secure and
// of this host alone; on plain http of this machine there is no such cookie.
const (
	cookieName      = "__Host-rounds"
	localCookieName = "rounds"
)

const tokenBytes = 32

// newToken is the value of a cookie and the hash that the database keeps.
func newToken() (token string, hash [32]byte, err error) {
	secret := make([]byte, tokenBytes)
	if _, err := rand.Read(secret); err != nil {
		return "", hash, err
	}
	return base64.RawURLEncoding.EncodeToString(secret), sha256.Sum256(secret), nil
}

// tokenOf is the hash of the token that a request carries.
func tokenOf(r *http.Request) (hash [32]byte, ok bool) {
	cookie, err := r.Cookie(nameFor(r))
	if err != nil {
		return hash, false
	}
	secret, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || len(secret) != tokenBytes {
		return hash, false
	}
	return sha256.Sum256(secret), true
}

// setCookie gives the browser a token for a time; an empty token takes it away.
func setCookie(w http.ResponseWriter, r *http.Request, token string, life time.Duration) {
	seconds := int(life / time.Second)
	if token == "" {
		seconds = -1
	}
	http.SetCookie(w, &http.Cookie{
		Name: nameFor(r), Value: token, Path: "/", MaxAge: seconds,
		Secure: !isLocal(r), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func nameFor(r *http.Request) string {
	if isLocal(r) {
		return localCookieName
	}
	return cookieName
}

// isLocal says that the browser speaks plain http to its own machine. Behind a
// proxy that ends TLS the host is the public one.
func isLocal(r *http.Request) bool {
	if Encrypted(r) {
		return false
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
