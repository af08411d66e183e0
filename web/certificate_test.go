package web

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/letsencrypt/challtestsrv"
	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
)

const domain = "rounds.example"

// authority is Pebble, Let's Encrypt's own server for tests: it asks the ports of
// this machine for every name.
type authority struct {
	directory, rootFile string
	pool                *x509.CertPool
}

func newAuthority(t *testing.T, plainPort, tlsPort int) authority {
	t.Helper()
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	t.Setenv("PEBBLE_WFE_NONCEREJECT", "0")
	quiet := stdlog.New(io.Discard, "", 0)
	dns := freeAddress(t)
	names, err := challtestsrv.New(challtestsrv.Config{DNSAddrs: []string{dns}, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	names.SetDefaultDNSIPv4("127.0.0.1")
	names.SetDefaultDNSIPv6("")
	go names.Run()
	t.Cleanup(names.Shutdown)
	store := db.NewMemoryStore()
	issuer := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {Description: "default"}})
	judge := va.New(quiet, plainPort, tlsPort, false, dns, store)
	front := wfe.New(quiet, store, judge, issuer, []string{"pebble.letsencrypt.org"}, false, false, 1, 1)
	server := httptest.NewTLSServer(front.Handler())
	t.Cleanup(server.Close)
	a := authority{directory: server.URL + wfe.DirectoryPath, rootFile: filepath.Join(t.TempDir(), "root.pem"), pool: x509.NewCertPool()}
	if err := os.WriteFile(a.rootFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	root := issuer.GetRootCert(0)
	a.pool.AddCert(root.Cert)
	return a
}

// freeAddress is of this machine, for UDP and TCP.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func portOf(listener net.Listener) int { return listener.Addr().(*net.TCPAddr).Port }

func listenHere(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

// serveWithCertificate serves until stop is called, and waits until it has one.
func (w *world) serveWithCertificate(listener net.Listener, certificate *Certificate) (stop func() error) {
	w.Helper()
	ctx, cancel := context.WithCancel(w.Context())
	ready, ended := make(chan struct{}), make(chan error, 1)
	config := Config{Log: w.server.Log, Certificate: certificate, Ready: func() { close(ready) }}
	go func() { ended <- w.server.serveTLS(ctx, cancel, listener, config) }()
	select {
	case <-ready:
	case err := <-ended:
		cancel()
		w.Fatalf("the service ended: %v", err)
	}
	return func() error { cancel(); return <-ended }
}

// refusesWeakTLS asks with each version and cipher suite that Go knows, one at a time.
func refusesWeakTLS(t *testing.T, address string, pool *x509.CertPool) {
	t.Helper()
	shake := func(version uint16, suites ...uint16) error {
		conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: pool, ServerName: domain, MinVersion: version, MaxVersion: version, CipherSuites: suites})
		if err == nil {
			conn.Close()
		}
		return err
	}
	for _, old := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
		if shake(old) == nil {
			t.Errorf("%s is spoken", tls.VersionName(old))
		}
	}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		if err := shake(version); err != nil {
			t.Errorf("%s is not spoken: %v", tls.VersionName(version), err)
		}
	}
	strong := 0
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if !slices.Contains(suite.SupportedVersions, tls.VersionTLS12) || shake(tls.VersionTLS12, suite.ID) != nil {
			continue
		}
		strong++
		// Forward secrecy and encryption that is authenticated.
		if suite.Insecure || !strings.Contains(suite.Name, "_ECDHE_") || !strings.Contains(suite.Name, "GCM") && !strings.Contains(suite.Name, "CHACHA20") {
			t.Errorf("%s is spoken", suite.Name)
		}
	}
	if strong == 0 {
		t.Error("no suite of TLS 1.2 is spoken, so this shows nothing")
	}
}

func TestCertificate_IsGotFromAnAuthorityAndKept(t *testing.T) {
	w := newWorld(t)
	listener, plain := listenHere(t), listenHere(t)
	a := newAuthority(t, portOf(plain), portOf(listener))
	folder := t.TempDir()
	certificate := &Certificate{Domain: domain, Directory: a.directory, AuthorityFile: a.rootFile, Folder: filepath.Join(folder, "certificates"), Plain: plain}
	stop := w.serveWithCertificate(listener, certificate)

	browser := &http.Client{
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: a.pool},
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				to := listener.Addr().String()
				if strings.HasSuffix(address, ":80") {
					to = plain.Addr().String()
				}
				return (&net.Dialer{}).DialContext(ctx, network, to)
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	ask := func(address string) *http.Response {
		t.Helper()
		response, err := browser.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		return response
	}
	healthy := ask("https://" + domain + "/healthz")
	if healthy.StatusCode != http.StatusOK || healthy.TLS.Version < tls.VersionTLS12 || healthy.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%d %v %v", healthy.StatusCode, healthy.TLS, healthy.Header)
	}
	if names := healthy.TLS.PeerCertificates[0].DNSNames; len(names) != 1 || names[0] != domain {
		t.Errorf("the certificate is of %v", names)
	}
	if onward := ask("http://" + domain + "/desk?view=plan"); onward.StatusCode != http.StatusMovedPermanently || onward.Header.Get("Location") != "https://"+domain+"/desk?view=plan" {
		t.Errorf("without TLS: %d to %s", onward.StatusCode, onward.Header.Get("Location"))
	}
	// What a path says leads nowhere else and into no other header.
	for path, onward := range map[string]string{"//elsewhere.example/x": "//elsewhere.example/x", "/%0d%0aX-Canary:%201": "/%0d%0aX-Canary:%201", "/?next=javascript:1": "/?next=javascript:1"} {
		answer := ask("http://" + domain + path)
		if answer.Header.Get("Location") != "https://"+domain+onward || answer.Header.Get("X-Canary") != "" {
			t.Errorf("%s leads to %q: %v", path, answer.Header.Get("Location"), answer.Header)
		}
	}
	refusesWeakTLS(t, listener.Addr().String(), a.pool)
	if err := stop(); err != nil {
		t.Errorf("the service ended: %v", err)
	}
	first := healthy.TLS.PeerCertificates[0].SerialNumber

	// The next start has it already: there is no authority to ask any more.
	listener, plain = listenHere(t), listenHere(t)
	certificate = &Certificate{Domain: domain, Directory: a.directory, AuthorityFile: a.rootFile, Folder: certificate.Folder, Plain: plain}
	stop = w.serveWithCertificate(listener, certificate)
	browser.CloseIdleConnections()
	if again := ask("https://" + domain + "/healthz"); again.TLS.PeerCertificates[0].SerialNumber.Cmp(first) != 0 {
		t.Error("the second start got another certificate")
	}
	if err := stop(); err != nil {
		t.Errorf("the service ended: %v", err)
	}
	err := filepath.WalkDir(certificate.Folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may read %s: %o", path, info.Mode().Perm())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
