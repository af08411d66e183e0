package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/web/access"
)

// secretVariable holds the secret that the identity provider gave, where no file
// does.
const secretVariable = "ROUNDS_OIDC_SECRET" // #nosec G101 -- the name of the variable

// signingFlags say how people reach the installation and who says who they are.
type signingFlags struct {
	url, issuer, clientID, secretFile, name string
}

func (f *signingFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.url, "url", "", "where people reach the installation, as https://rounds.example.org (default the --domain, or what each request says)")
	flags.StringVar(&f.issuer, "oidc-issuer", "", "OpenID Connect provider to sign in with; needs --url or --domain")
	flags.StringVar(&f.clientID, "oidc-client-id", "", "what the provider calls this installation")
	flags.StringVar(&f.secretFile, "oidc-secret-file", "", "file with the secret from the provider; or the secret itself in $"+secretVariable)
	flags.StringVar(&f.name, "oidc-name", "", "what people call the provider")
}

// check reads what the flags say: the origin, "" when none was named, and the
// provider, nil when there is none. domain is the one that the service has a
// certificate for, "" for none.
func (f *signingFlags) check(domain string) (origin string, provider *access.Provider, err error) {
	if domain != "" {
		origin = "https://" + domain
	}
	if f.url != "" {
		if origin, err = parseOrigin("--url", f.url); err != nil {
			return "", nil, err
		}
	}
	if f.issuer == "" {
		if f.clientID != "" || f.secretFile != "" || f.name != "" {
			return "", nil, usagef("--oidc-issuer is missing: name the provider's address")
		}
		return origin, nil, nil
	}
	switch {
	case origin == "":
		return "", nil, usagef("--url is missing: the provider sends browsers back to it")
	case f.clientID == "":
		return "", nil, usagef("--oidc-client-id is missing: register %s/callback at the provider", origin)
	case f.name == "":
		return "", nil, usagef("--oidc-name is missing: give the name that the sign-in page shows")
	}
	if _, err := parseIssuer(f.issuer); err != nil {
		return "", nil, err
	}
	secret := os.Getenv(secretVariable)
	if f.secretFile != "" {
		text, err := os.ReadFile(f.secretFile)
		if err != nil {
			return "", nil, fmt.Errorf("rounds: --oidc-secret-file: %w", err)
		}
		secret = strings.TrimSpace(string(text))
	}
	if secret == "" {
		return "", nil, usagef("the provider's secret is missing: name its file with --oidc-secret-file, or set %s", secretVariable)
	}
	return origin, &access.Provider{Issuer: f.issuer, ClientID: f.clientID, ClientSecret: secret, Name: f.name}, nil
}
