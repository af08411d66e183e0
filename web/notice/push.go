package notice

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/SherClockHolmes/webpush-go"
	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
)

const (
	// pushWithin is how long a push service may take.
	pushWithin = 15 * time.Second
	// pushKept is how many seconds it keeps a message for a browser that is away.
	pushKept = 12 * 3600
)

// ErrPush says that something is no address of a browser for push messages.
var ErrPush = errors.New("notice: want the endpoint and keys that the browser's PushManager gave")

// CheckPush refuses what no browser gives.
func CheckPush(target register.NoticeTarget) error {
	at, err := url.Parse(target.Endpoint)
	if err != nil || at.Scheme != "https" || at.Hostname() == "" || at.User != nil || at.Fragment != "" || len(target.Endpoint) > 700 {
		return ErrPush
	}
	key, err := base64.RawURLEncoding.DecodeString(target.P256dh)
	if err != nil || len(key) != 65 || key[0] != 4 {
		return ErrPush
	}
	secret, err := base64.RawURLEncoding.DecodeString(target.Auth)
	if err != nil || len(secret) != 16 {
		return ErrPush
	}
	return nil
}

// errInside says that a push service is where none can be.
var errInside = errors.New("notice: the address lies in a network of one's own")

// ownNetworks are those that lead inside, too: of providers (RFC 6598, where some clouds
// keep the secrets of their machines), of this host, of tests, and those in IPv6 that stand for an
// address in IPv4 of any kind.
var ownNetworks = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("::/96"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("fec0::/10"),
}

// inside says whether an address is none of the internet.
func inside(ip netip.Addr) bool {
	return !ip.IsGlobalUnicast() || ip.IsPrivate() || slices.ContainsFunc(ownNetworks, func(own netip.Prefix) bool { return own.Contains(ip) })
}

// outside is for addresses that browsers name: it reaches the internet alone, follows
// nobody elsewhere, and so opens no way into the network that this server is in.
func outside() *http.Client {
	dialer := &net.Dialer{Timeout: pushWithin, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return errInside
		}
		if inside(at.Addr().Unmap()) {
			return errInside
		}
		return nil
	}}
	return &http.Client{
		Timeout:       pushWithin,
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: pushWithin, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// pushError is the status with which a push service refused a message.
type pushError int

func (e pushError) Error() string { return fmt.Sprintf("notice: the push service answered %d", int(e)) }

// push hands a message to a browser's push service. The error may be
// [register.ErrTargetGone].
func (s *Sender) push(ctx context.Context, target register.NoticeTarget, notice uuid.UUID, payload []byte) error {
	key := s.keys.PushKey()
	answer, err := webpush.SendNotificationWithContext(ctx, payload,
		&webpush.Subscription{Endpoint: target.Endpoint, Keys: webpush.Keys{P256dh: target.P256dh, Auth: target.Auth}},
		&webpush.Options{
			HTTPClient: s.client, Subscriber: s.subscriber(), TTL: pushKept, Urgency: webpush.UrgencyNormal,
			// 32 letters at most, for a message that takes the place of the same.
			Topic:           strings.ReplaceAll(notice.String(), "-", ""),
			VAPIDPublicKey:  PublicKey(s.keys),
			VAPIDPrivateKey: base64.RawURLEncoding.EncodeToString(key.Bytes()),
			// Padded to this whole length, so that a message's length tells nothing.
			RecordSize: 2048,
		})
	if err != nil {
		return fmt.Errorf("notice: push: %w", err)
	}
	defer answer.Body.Close()
	switch {
	case answer.StatusCode == http.StatusNotFound || answer.StatusCode == http.StatusGone:
		return register.ErrTargetGone
	case answer.StatusCode/100 != 2:
		return pushError(answer.StatusCode)
	}
	return nil
}

// PublicKey is what browsers subscribe with (applicationServerKey).
func PublicKey(keys *register.Keys) string {
	return base64.RawURLEncoding.EncodeToString(keys.PushKey().PublicKey().Bytes())
}

// subscriber is whom a push service may ask about this server.
func (s *Sender) subscriber() string {
	switch {
	case strings.HasPrefix(s.options.Origin, "https:"):
		return s.options.Origin
	case s.options.Mail != nil:
		return s.options.Mail.From
	}
	return "rounds@localhost"
}
