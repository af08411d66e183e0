package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"time"
)

// Names of cookies. Browsers keep a __Host- cookie only when it is Secure and of
// this host alone; on plain http of this machine there is no such cookie.
const (
	hostPrefix     = "__Host-"
	sessionCookie  = "rounds"
	ceremonyCookie = "rounds-ceremony"
	deviceCookie   = "rounds-device"
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
func tokenOf(r *http.Request) (hash [32]byte, ok bool) { return cookieDigest(r, sessionCookie) }

func cookieDigest(r *http.Request, name string) (hash [32]byte, ok bool) {
	cookie, err := r.Cookie(nameFor(r, name))
	if err != nil {
		return hash, false
	}
	return digestOf(cookie.Value)
}

// digestOf is what the database keeps of a token.
func digestOf(token string) (hash [32]byte, ok bool) {
	secret, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(secret) != tokenBytes {
		return hash, false
	}
	return sha256.Sum256(secret), true
}

// setCookie gives the browser a value for a time; an empty one takes it away.
func setCookie(w http.ResponseWriter, r *http.Request, name, value string, life time.Duration) {
	seconds := int(life / time.Second)
	if value == "" {
		seconds = -1
	}
	http.SetCookie(w, &http.Cookie{
		Name: nameFor(r, name), Value: value, Path: "/", MaxAge: seconds,
		Secure: !isLocal(r), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func nameFor(r *http.Request, name string) string {
	if isLocal(r) {
		return name
	}
	return hostPrefix + name
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
