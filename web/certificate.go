package web

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"
)

// Certificate says how the service gets one of its own by ACME (RFC 8555), with the
// challenges http-01 and tls-alpn-01.
type Certificate struct {
	// Domain is the name that browsers ask for.
	Domain string
	// Directory is the address of the authority; "" is Let's Encrypt.
	Directory string
	// AuthorityFile has the root certificates of a private authority, in PEM; ""
	// means those of the system.
	AuthorityFile string
	// Folder keeps certificates and keys, readable by their owner only.
	Folder string
	// Plain answers the challenge on port 80 and sends browsers on to TLS.
	Plain net.Listener
}

// source gets and renews certificates.
type source struct {
	Certificate
	config *certmagic.Config
	issuer *certmagic.ACMEIssuer
	cache  *certmagic.Cache
}

// newSource contacts nobody. port is the one of the listener for TLS.
func newSource(c Certificate, port int, log *slog.Logger) (*source, error) {
	s := &source{Certificate: c}
	quiet := zap.NewNop() // what matters is told by tell
	s.cache = certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return s.config, nil },
		Logger:           quiet,
	})
	s.config = certmagic.New(s.cache, certmagic.Config{Storage: &certmagic.FileStorage{Path: c.Folder}, Logger: quiet, OnEvent: tell(log),
		// A certificate would name one more server to ask.
		OCSP: certmagic.OCSPConfig{DisableStapling: true}})
	issuer := certmagic.ACMEIssuer{
		// Without an address certmagic would ask at the terminal for one; a space is none.
		Email: " ",
		CA:    c.Directory, Agreed: true, Logger: quiet, AltTLSALPNPort: port, AltHTTPPort: c.Plain.Addr().(*net.TCPAddr).Port,
	}
	if issuer.CA == "" {
		issuer.CA = certmagic.LetsEncryptProductionCA
	}
	issuer.TestCA = issuer.CA // a private authority has no second one
	if c.AuthorityFile != "" {
		text, err := os.ReadFile(c.AuthorityFile)
		if err != nil {
			return nil, fmt.Errorf("web: certificates of the authority: %w", err)
		}
		issuer.TrustedRoots = x509.NewCertPool()
		if !issuer.TrustedRoots.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("web: %s holds no certificate in PEM", c.AuthorityFile)
		}
	}
	s.issuer = certmagic.NewACMEIssuer(s.config, issuer)
	s.config.Issuers = []certmagic.Issuer{s.issuer}
	return s, nil
}

// tell logs what happens to certificates.
func tell(log *slog.Logger) func(context.Context, string, map[string]any) error {
	return func(ctx context.Context, event string, data map[string]any) error {
		switch event {
		case "cert_obtained":
			log.InfoContext(ctx, "certificate obtained")
		case "cert_failed":
			log.ErrorContext(ctx, "certificate not obtained", "error", data["error"])
		}
		return nil
	}
}

// authenticated are the suites of TLS 1.2 with forward secrecy and authenticated
// encryption; Go's own list has CBC ones too. Those of TLS 1.3 all are.
var authenticated = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
}

// tlsConfig is for the listener.
func (s *source) tlsConfig() *tls.Config {
	config := s.config.TLSConfig()
	config.NextProtos = append([]string{"h2", "http/1.1"}, config.NextProtos...)
	config.CipherSuites = authenticated
	return config
}

// plain answers challenges and sends everybody else to the domain by TLS.
func (s *source) plain() *http.Server {
	onward := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "use https", http.StatusForbidden)
			return
		}
		w.Header().Set("Connection", "close")
		http.Redirect(w, r, "https://"+s.Domain+r.URL.RequestURI(), http.StatusMovedPermanently)
	})
	return &http.Server{
		Handler: s.issuer.HTTPChallengeHandler(onward), ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 8 << 10,
	}
}

// obtain gets the certificate, or finds it in the folder, and keeps it fresh until
// the source is closed.
func (s *source) obtain(ctx context.Context) error {
	if err := s.config.ManageSync(ctx, []string{s.Domain}); err != nil {
		return fmt.Errorf("web: no certificate for %s: %w; ports 80 and 443 of that name must reach this machine", s.Domain, err)
	}
	return nil
}

func (s *source) close() { s.cache.Stop() }
