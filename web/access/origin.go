package access

import "net/http"

// Origin is where people reach the installation: the one that the operator named, or
// else what the request says.
func (g *Gate) Origin(r *http.Request) string {
	if g.options.Origin != "" {
		return g.options.Origin
	}
	if isLocal(r) {
		return "http://" + r.Host
	}
	return "https://" + r.Host
}
