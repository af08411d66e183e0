package access

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the addresses of the proxies in front of the service. Anybody can
// send a header that names another address; theirs alone are believed.
type Proxies []netip.Prefix

// ParseProxies reads addresses and CIDR blocks, as 127.0.0.1 and 10.0.0.0/8.
func ParseProxies(texts []string) (Proxies, error) {
	var proxies Proxies
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if address, single := netip.ParseAddr(text); single == nil {
			prefix, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("access: proxy %q: want an address or a block, as 127.0.0.1 or 10.0.0.0/8", text)
		}
		proxies = append(proxies, prefix.Masked())
	}
	return proxies, nil
}

func (p Proxies) trust(address netip.Addr) bool {
	return slices.ContainsFunc(p, func(prefix netip.Prefix) bool { return prefix.Contains(address) })
}

type encryptedKey struct{}

// Encrypted says that the browser speaks TLS, to the service or to a proxy of its
// own.
func Encrypted(r *http.Request) bool {
	told, _ := r.Context().Value(encryptedKey{}).(bool)
	return told || r.TLS != nil
}

// Handler gives requests that come through a proxy the address of the browser
// (X-Forwarded-For) and notes whether that spoke TLS (X-Forwarded-Proto).
func (p Proxies) Handler(next http.Handler) http.Handler {
	if len(p) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		if err == nil && p.trust(from.Addr().Unmap()) {
			r = p.forwarded(r)
		}
		next.ServeHTTP(w, r)
	})
}

// forwarded reads what the proxies wrote. Each appends the address it heard from, so
// the last one that is no proxy's is the browser's; what stands before it may be
// made up.
func (p Proxies) forwarded(r *http.Request) *http.Request {
	ctx := context.WithValue(r.Context(), encryptedKey{}, r.Header.Get("X-Forwarded-Proto") == "https")
	forwarded := r.WithContext(ctx)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		address, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		forwarded.RemoteAddr = net.JoinHostPort(address.Unmap().String(), "0")
		if !p.trust(address.Unmap()) {
			break
		}
	}
	return forwarded
}
