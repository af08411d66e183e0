package notice

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
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
