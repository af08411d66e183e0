package notice_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/golang-jwt/jwt/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/notice"
)

// mailbox is a mail server that keeps what it takes in.
type mailbox struct {
	testing.TB
	server notice.MailServer

	mu       sync.Mutex
	refusing bool
	taken    []*mail.Message
	bodies   []string
	to       []string
}

// newMailbox runs a mail server that speaks STARTTLS with a certificate of its own.
func newMailbox(t testing.TB) *mailbox {
	t.Helper()
	box := &mailbox{TB: t}
	certified := httptest.NewTLSServer(nil) // for its certificate, of 127.0.0.1
	certified.Close()
	server := smtp.NewServer(box)
	server.TLSConfig = &tls.Config{Certificates: certified.TLS.Certificates}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Close() })
	roots := x509.NewCertPool()
	roots.AddCert(certified.Certificate())
	box.server = notice.MailServer{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, From: "rounds@example.org", Roots: roots}
	return box
}

func (m *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &delivering{box: m}, nil }

// refuse has the server take nothing, or things again.
func (m *mailbox) refuse(refusing bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refusing = refusing
}

type delivering struct {
	box *mailbox
	to  []string
}

func (d *delivering) Mail(string, *smtp.MailOptions) error { return nil }
func (d *delivering) Reset()                               {}
func (d *delivering) Logout() error                        { return nil }

func (d *delivering) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.to = append(d.to, to)
	return nil
}

func (d *delivering) Data(r io.Reader) error {
	message, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(message.Body)
	if err != nil {
		return err
	}
	d.box.mu.Lock()
	defer d.box.mu.Unlock()
	if d.box.refusing {
		return &smtp.SMTPError{Code: 451, Message: "not now, " + d.to[0]}
	}
	d.box.taken, d.box.bodies, d.box.to = append(d.box.taken, message), append(d.box.bodies, string(body)), append(d.box.to, d.to...)
	return nil
}

// browser is somebody's, with the push service that reaches it.
type browser struct {
	testing.TB
	service *httptest.Server
	key     *ecdh.PrivateKey
	auth    []byte

	mu     sync.Mutex
	status int
	asked  []*http.Request
	bodies [][]byte
}

func newBrowser(t testing.TB) *browser {
	t.Helper()
	b := &browser{TB: t, auth: make([]byte, 16), status: http.StatusCreated}
	var err error
	b.key, err = ecdh.P256().GenerateKey(rand.Reader)
	must(t, err)
	_, err = rand.Read(b.auth)
	must(t, err)
	b.service = httptest.NewTLSServer(b)
	t.Cleanup(b.service.Close)
	return b
}

func (b *browser) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil || b.status != http.StatusCreated {
		w.WriteHeader(b.status)
		return
	}
	b.asked, b.bodies = append(b.asked, r), append(b.bodies, body)
	w.WriteHeader(http.StatusCreated)
}

// target is what the browser's PushManager gives.
func (b *browser) target() register.NoticeTarget {
	encode := base64.RawURLEncoding.EncodeToString
	return register.NoticeTarget{Endpoint: b.service.URL + "/push/1", P256dh: encode(b.key.PublicKey().Bytes()), Auth: encode(b.auth)}
}

// read decrypts a message as RFC 8291 (3.4) and RFC 8188 say.
func (b *browser) read(body []byte) string {
	b.Helper()
	salt, record, length := body[:16], binary.BigEndian.Uint32(body[16:20]), int(body[20])
	sender, sealed := body[21:21+length], body[21+length:]
	if len(sealed) > int(record) {
		b.Fatalf("a record of %d bytes, %d were said", len(sealed), record)
	}
	public, err := ecdh.P256().NewPublicKey(sender)
	must(b, err)
	shared, err := b.key.ECDH(public)
	must(b, err)
	info := slices.Concat([]byte("WebPush: info\x00"), b.key.PublicKey().Bytes(), sender)
	secret, err := hkdf.Key(sha256.New, shared, b.auth, string(info), 32)
	must(b, err)
	key, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: aes128gcm\x00", 16)
	must(b, err)
	nonce, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: nonce\x00", 12)
	must(b, err)
	block, err := aes.NewCipher(key)
	must(b, err)
	opener, err := cipher.NewGCM(block)
	must(b, err)
	plain, err := opener.Open(nil, nonce, sealed, nil)
	must(b, err)
	text, padding, found := strings.Cut(string(plain), "\x02")
	if !found || strings.Trim(padding, "\x00") != "" {
		b.Fatalf("the last record does not end as it must: %q", plain)
	}
	return text
}

// signed checks the sender's token as RFC 8292 says.
func (b *browser) signed(r *http.Request, public string) {
	b.Helper()
	token, key, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "vapid t="), ", k=")
	if key != public {
		b.Fatalf("the key is %q, browsers subscribed with %q", key, public)
	}
	point, err := base64.RawURLEncoding.DecodeString(key)
	must(b, err)
	verifying, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	must(b, err)
	claims := jwt.RegisteredClaims{}
	_, err = jwt.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return verifying, nil },
		jwt.WithValidMethods([]string{"ES256"}), jwt.WithAudience(b.service.URL), jwt.WithExpirationRequired())
	must(b, err)
	if claims.ExpiresAt.After(time.Now().Add(24*time.Hour)) || claims.Subject == "" {
		b.Fatalf("the token is not one of RFC 8292: %+v", claims)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
