package access

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
)

// A provider that sends on to another address is not followed there.
func TestProvider_IsNotFollowedElsewhere(t *testing.T) {
	t.Parallel()
	asked := 0
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = w.Write([]byte("{}"))
	}))
	defer elsewhere.Close()
	provider := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusFound))
	defer provider.Close()
	p := &Provider{Issuer: provider.URL}
	if _, err := p.endpoints(oidc.ClientContext(t.Context(), providerClient())); !errors.Is(err, ErrProviderSilent) {
		t.Errorf("the provider is taken: %v", err)
	}
	if asked != 0 {
		t.Errorf("the address it sent on to was asked %d times", asked)
	}
}
