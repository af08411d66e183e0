package main

import (
	"net"
	"net/url"
)

// parseOrigin is an address of an installation, as https://rounds.example.org:
// nothing but scheme and host.
func parseOrigin(flag, text string) (string, error) {
	address, ok := safeAddress(text)
	if !ok || (address.Path != "" && address.Path != "/") {
		return "", usagef("%s %q: want an address such as https://rounds.example.org", flag, text)
	}
	return address.Scheme + "://" + address.Host, nil
}

// parseIssuer is the address of an identity provider, which may have a path.
func parseIssuer(text string) (*url.URL, error) {
	address, ok := safeAddress(text)
	if !ok {
		return nil, usagef("--oidc-issuer %q: want an address such as https://login.example.org", text)
	}
	return address, nil
}

// safeAddress reads an address that nobody on the way can change what it answers:
// only this machine is reached without TLS.
func safeAddress(text string) (*url.URL, bool) {
	address, err := url.Parse(text)
	if err != nil || address.Host == "" || address.User != nil || address.RawQuery != "" || address.Fragment != "" {
		return nil, false
	}
	host := address.Hostname()
	ip := net.ParseIP(host)
	local := host == "localhost" || ip != nil && ip.IsLoopback()
	return address, address.Scheme == "https" || address.Scheme == "http" && local
}
