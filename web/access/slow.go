package access

import "net/http"

// Slow delays a request without a session that guesses at something: the more of
// them come from an address, the longer. what names the kind. The error may be a
// [TooManyError].
func (g *Gate) Slow(r *http.Request, what string) error { return g.SlowTo(r, what, perAddress) }

// SlowTo is [Gate.Slow] to so many requests a minute.
func (g *Gate) SlowTo(r *http.Request, what string, perMinute int) error {
	delay, err := g.limit.reserve(g.options.Now(), key{what + " " + addressOf(r), perMinute})
	if err != nil {
		return err
	}
	return g.options.Sleep(r.Context(), delay)
}
