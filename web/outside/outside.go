// Package outside sends requests to addresses that somebody else names: a browser its push
// service, a receiver its webhook.
package outside

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// errInside says that an address leads where nobody else's can.
var errInside = errors.New("outside: the address lies in a network of one's own")

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

// Client reaches the internet alone, follows nobody elsewhere, and so opens no way into the
// network that this server is in. An answer may take as long as within.
func Client(within time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: within, Control: func(_, address string, _ syscall.RawConn) error {
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
		Timeout:       within,
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: within, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
