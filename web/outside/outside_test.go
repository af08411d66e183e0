package outside

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"
)

// No address that somebody names leads into a network of one's own, however it is
// written.
func TestClient_ReachesTheInternetAlone(t *testing.T) {
	t.Parallel()
	dial := Client(time.Second).Transport.(*http.Transport).DialContext
	for _, host := range []string{
		"127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "fe80::1", "fd00::1",
		"0.1.2.3", "100.100.100.200", "192.0.0.192", "198.18.0.1", "240.0.0.1", "::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:a00:1::1", "fec0::1",
	} {
		if _, err := dial(context.Background(), "tcp", net.JoinHostPort(host, "443")); !errors.Is(err, errInside) {
			t.Errorf("%s: %v", host, err)
		}
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, host := range []string{"203.0.113.1", "2001:db8::1"} {
		if _, err := dial(ended, "tcp", net.JoinHostPort(host, "443")); errors.Is(err, errInside) {
			t.Errorf("%s is told to lie inside", host)
		}
	}
}
