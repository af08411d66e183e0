package notice

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/wneessen/go-mail"

	"github.com/rounds-project/rounds/geo/register"
)

// MailServer takes messages for mailboxes.
type MailServer struct {
	Host string
	Port int
	// TLS is from the first byte (RFC 8314); else it is demanded with STARTTLS, but for a
	// server on this machine.
	TLS bool
	// User and Password are "" for a server that asks for none.
	User, Password string
	// From is the sender.
	From string
	// Roots, when not nil, are whose certificates are believed.
	Roots *x509.CertPool
}

// ParseMailServer reads smtp://host:587 or smtps://host:465; the port may be left out.
func ParseMailServer(address, from string) (*MailServer, error) {
	at, err := url.Parse(address)
	if err != nil || at.Hostname() == "" || at.User != nil || strings.Trim(at.Path, "/") != "" || at.RawQuery != "" {
		return nil, errors.New("notice: want smtp://host:587 or smtps://host:465")
	}
	server := &MailServer{Host: at.Hostname()}
	switch at.Scheme {
	case "smtp":
		server.Port = 587
	case "smtps":
		server.Port, server.TLS = 465, true
	default:
		return nil, errors.New("notice: want smtp://host:587 or smtps://host:465")
	}
	if at.Port() != "" {
		if server.Port, err = strconv.Atoi(at.Port()); err != nil {
			return nil, fmt.Errorf("notice: port: %w", err)
		}
	}
	if server.From, err = register.ParseEmail(from); err != nil {
		return nil, fmt.Errorf("notice: sender: %w", err)
	}
	return server, nil
}

// domain is the sender's.
func (s *MailServer) domain() string { return s.From[strings.LastIndexByte(s.From, '@')+1:] }

// mailWithin is how long a server may take for a message.
const mailWithin = 30 * time.Second

// send hands a message to the server. An id that the server saw before makes it the same
// message for the mailbox.
func (s *MailServer) send(ctx context.Context, to string, id uuid.UUID, title, body string) error {
	message := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := message.From(s.From); err != nil {
		return fmt.Errorf("notice: sender: %w", err)
	}
	if err := message.To(to); err != nil {
		return fmt.Errorf("notice: receiver: %w", err)
	}
	message.SetMessageIDWithValue(id.String() + "@" + s.domain())
	message.SetDate()
	message.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no "out of office" comes back
	message.Subject(title)
	message.SetBodyString(mail.TypeTextPlain, body)
	client, err := mail.NewClient(s.Host, s.options()...)
	if err != nil {
		return fmt.Errorf("notice: mail server: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, message); err != nil {
		return fmt.Errorf("notice: mail: %w", err)
	}
	return nil
}

func (s *MailServer) options() []mail.Option {
	options := []mail.Option{
		mail.WithPort(s.Port), mail.WithTimeout(mailWithin), mail.WithHELO(s.domain()),
		mail.WithTLSConfig(&tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}),
	}
	switch {
	case s.TLS:
		options = append(options, mail.WithSSL())
	case s.here():
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	return options
}

// here says whether the server is on this machine, where nobody listens on the way.
func (s *MailServer) here() bool {
	ip := net.ParseIP(s.Host)
	return s.Host == "localhost" || ip != nil && ip.IsLoopback()
}
