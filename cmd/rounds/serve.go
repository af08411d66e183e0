package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web"
)

type serveFlags struct {
	data, listen, timezone string
	verbose                bool
}

func newServeCommand() *cobra.Command {
	var flags serveFlags
	command := &cobra.Command{
		Use:   "serve",
		Short: "Serve the desk, the phone, the API and tiles",
		Long: `Serves until Ctrl-C. Without DATABASE_URL it runs a database of its own under the
data folder; with it, run "rounds migrate" first. Browsers accept passwords over
plain HTTP from this machine alone: put a proxy with TLS in front for others.`,
		Example: "  rounds serve --listen 127.0.0.1:8080",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return runServe(command.Context(), flags, command.OutOrStdout(), command.ErrOrStderr())
		},
	}
	addDataFlag(command, &flags.data)
	command.Flags().StringVar(&flags.listen, "listen", "127.0.0.1:8080", "address to serve at")
	command.Flags().StringVar(&flags.timezone, "timezone", "", "time zone of the installation, as Europe/Andorra (default the system's)")
	command.Flags().BoolVar(&flags.verbose, "verbose", false, "log every request")
	return command
}

func runServe(ctx context.Context, flags serveFlags, out, logOut io.Writer) error {
	zone, err := zoneNamed(flags.timezone)
	if err != nil {
		return err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", flags.listen)
	if err != nil {
		return fmt.Errorf("rounds: listen: %w; name another address with --listen", err)
	}
	database, err := ownDatabase(ctx, flags.data)
	if err != nil {
		listener.Close()
		return err
	}
	defer database.close()
	next, err := firstSteps(ctx, database)
	if err != nil {
		return err
	}
	ready := func() { fmt.Fprintf(out, "rounds serves at http://%s\n%s", listener.Addr(), next) }
	return serveOn(ctx, listener, database, serveOptions{zone: zone, log: serviceLog(logOut, flags.verbose), ready: ready})
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
}

func serveOn(ctx context.Context, listener net.Listener, database *database, options serveOptions) error {
	return web.Run(ctx, listener, web.Config{
		DatabaseURL: database.appURL, DataFolder: database.folder, Location: options.zone, Log: options.log, Ready: options.ready,
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
