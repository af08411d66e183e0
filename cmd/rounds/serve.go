package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/doctor"
	"github.com/rounds-project/rounds/web"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/notice"
)

type serveFlags struct {
	data, listen, timezone string
	// domain asks for a certificate; the rest says from whom, and where port 80 is.
	domain, acmeDirectory, acmeCA, plainListen string
	proxies                                    []string
	verbose                                    bool
	contact                                    string
	signing                                    signingFlags
	mail                                       mailFlags
}

func newServeCommand() *cobra.Command {
	var flags serveFlags
	command := &cobra.Command{
		Use:   "serve",
		Short: "Serve the desk, the phone, the API and tiles",
		Long: `Serves until Ctrl-C. Without DATABASE_URL it runs a database of its own under the
data folder; with it, run "rounds migrate" first. Browsers accept passwords over
plain HTTP from this machine alone. For others there are two ways: --domain gets a
certificate from Let's Encrypt (you agree to its terms) or another ACME authority and
serves at ports 443 and 80; or a proxy with TLS stands in front, see docs/running.md,
whose address --trusted-proxy names. Each flag may come from the environment too, as
ROUNDS_LISTEN, ROUNDS_DOMAIN, ROUNDS_TRUSTED_PROXY and so on.`,
		Example: `  rounds serve --listen 127.0.0.1:8080
  rounds serve --domain rounds.example.org
  rounds serve --listen 127.0.0.1:8080 --trusted-proxy 127.0.0.1
  rounds serve --domain rounds.example.org --oidc-issuer https://login.example.org --oidc-client-id rounds \
    --oidc-secret-file /etc/rounds/oidc.secret --oidc-name 'County login'`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if err := fromEnvironment(command.Flags(), "contact", "listen", "domain", "http-listen", "acme-directory", "acme-ca", "trusted-proxy", "timezone",
				"url", "oidc-issuer", "oidc-client-id", "oidc-secret-file", "oidc-name", "smtp", "smtp-from", "smtp-user", "smtp-password-file"); err != nil {
				return err
			}
			if flags.domain != "" && !command.Flags().Changed("listen") {
				flags.listen = ":443"
			}
			return runServe(command.Context(), flags, command.OutOrStdout(), command.ErrOrStderr())
		},
	}
	addDataFlag(command, &flags.data)
	flags.signing.add(command)
	flags.mail.add(command)
	f := command.Flags()
	f.StringVar(&flags.listen, "listen", "127.0.0.1:8080", "address to serve at; with --domain :443")
	f.StringVar(&flags.domain, "domain", "", "name of this service on the internet: get a certificate for it")
	f.StringVar(&flags.plainListen, "http-listen", ":80", "with --domain: address that answers the authority and sends browsers on to TLS")
	f.StringVar(&flags.acmeDirectory, "acme-directory", "", "with --domain: directory of another ACME authority (default Let's Encrypt)")
	f.StringVar(&flags.acmeCA, "acme-ca", "", "with --acme-directory: root certificates of a private authority, in PEM")
	f.StringSliceVar(&flags.proxies, "trusted-proxy", nil, "address or CIDR block of a proxy in front, whose X-Forwarded-For and X-Forwarded-Proto are believed")
	f.StringVar(&flags.timezone, "timezone", "", "time zone of the installation, as Europe/Andorra (default the system's)")
	f.StringVar(&flags.contact, "contact", "", "where people see, withdraw, refuse and complain, the ombudsman among them: told on the public page")
	f.BoolVar(&flags.verbose, "verbose", false, "log every request")
	return command
}

// fromEnvironment sets flags that the command line leaves out: --http-listen is
// ROUNDS_HTTP_LISTEN. A service manager has a file of such lines.
func fromEnvironment(flags *pflag.FlagSet, names ...string) error {
	for _, name := range names {
		variable := "ROUNDS_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		value := os.Getenv(variable)
		if value == "" || flags.Changed(name) {
			continue
		}
		if err := flags.Set(name, value); err != nil {
			return usagef("%s: %w", variable, err)
		}
	}
	return nil
}

func runServe(ctx context.Context, flags serveFlags, out, logOut io.Writer) error {
	zone, err := zoneNamed(flags.timezone)
	if err != nil {
		return err
	}
	options := serveOptions{zone: zone, contact: flags.contact, log: serviceLog(logOut, flags.verbose)}
	if options.proxies, err = access.ParseProxies(flags.proxies); err != nil {
		return usageError{err}
	}
	if flags.domain == "" && (flags.acmeDirectory != "" || flags.acmeCA != "") {
		return usagef("--acme-directory and --acme-ca go with --domain")
	}
	if options.origin, options.provider, err = flags.signing.check(flags.domain); err != nil {
		return err
	}
	if options.mail, err = flags.mail.check(); err != nil {
		return err
	}
	listener, err := listen(ctx, "--listen", flags.listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	address := "http://" + listener.Addr().String()
	if flags.domain != "" {
		plain, err := listen(ctx, "--http-listen", flags.plainListen)
		if err != nil {
			return err
		}
		defer plain.Close()
		address = "https://" + flags.domain
		options.certificate = &web.Certificate{Domain: flags.domain, Directory: flags.acmeDirectory, AuthorityFile: flags.acmeCA, Plain: plain}
	}
	database, err := ownDatabase(ctx, flags.data)
	if err != nil {
		return err
	}
	defer database.close()
	next, err := firstSteps(ctx, database)
	if err != nil {
		return err
	}
	options.ready = func() { fmt.Fprintf(out, "rounds serves at %s\n%s", address, next) }
	return serveOn(ctx, listener, database, options)
}

func listen(ctx context.Context, flag, address string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("rounds: listen: %w; name another address with %s", err, flag)
	}
	return listener, nil
}

// firstSteps says how an installation without areas or accounts goes on; the
// commands work beside the service.
func firstSteps(ctx context.Context, database *database) (string, error) {
	db, err := register.Open(ctx, database.appURL)
	if err != nil {
		return "", err
	}
	defer db.Close()
	areas, err := db.Areas(ctx, operator, register.AreaFilter{Limit: 1})
	if err != nil || len(areas) == 0 {
		return "nothing is here yet: rounds import osm EXTRACT brings streets, areas and households in (see rounds import --help)\n", err
	}
	accounts, err := db.Accounts(ctx, operator, "", 1)
	if err != nil || len(accounts) == 0 {
		return "nobody can sign in yet: rounds user add makes an account (see rounds user add --help)\n", err
	}
	return "", nil
}

// serveOptions are what the service and the demo differ in.
type serveOptions struct {
	zone  *time.Location
	log   *slog.Logger
	ready func()
	// contact is told on the public page.
	contact string
	// certificate and proxies are the service's alone.
	certificate *web.Certificate
	proxies     access.Proxies
	// mail, origin and provider are those of [web.Config].
	mail     *notice.MailServer
	origin   string
	provider *access.Provider
}

func serveOn(ctx context.Context, listener net.Listener, database *database, options serveOptions) error {
	if options.certificate != nil {
		options.certificate.Folder = doctor.CertificateFolder(database.folder)
	}
	return web.Run(ctx, listener, web.Config{
		DatabaseURL: database.appURL, StatisticsURL: database.statsURL, DataFolder: database.folder, Location: options.zone, Log: options.log, Ready: options.ready,
		Contact: options.contact, Certificate: options.certificate, Proxies: options.proxies,
		Origin: options.origin, Provider: options.provider, Mail: options.mail,
	})
}

// serviceLog writes JSON lines; what its keys are for stands in docs/dictionary.
func serviceLog(out io.Writer, verbose bool) *slog.Logger {
	level := slog.LevelInfo
	if verbose || os.Getenv("ROUNDS_LOG") == "debug" {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level}))
}
