package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/demo"
)

type demoFlags struct {
	extract, data, listen string
	search                time.Duration
	iterations            int64
}

func newDemoCommand() *cobra.Command {
	var flags demoFlags
	command := &cobra.Command{
		Use:   "demo --osm FILE",
		Short: "Show everything on a real place, with a week of made-up visits",
		Long: `Imports an OpenStreetMap extract into a folder of its own, plans a round for 13
workers that began a week ago, makes up the visits of that week with a seeded
generator, and serves the desk and the phone until Ctrl-C. The next start is quick.
Accounts, visits and reports of the demo are made up; places and streets are real.`,
		Example: "  rounds demo --osm andorra-latest.osm.bz2",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return runDemo(command.Context(), flags, command.OutOrStdout(), command.ErrOrStderr())
		},
	}
	command.Flags().StringVar(&flags.extract, "osm", "", "OpenStreetMap extract (.osm.pbf, .osm.bz2, .osm.gz, .osm), needed at the first start")
	command.Flags().StringVar(&flags.data, "data", "", "data folder of the demo (default demo in the data folder)")
	command.Flags().StringVar(&flags.listen, "listen", "127.0.0.1:8080", "address to serve at; the next free port when it is taken")
	command.Flags().DurationVar(&flags.search, "search", 20*time.Second, "time to look for the best order of stops, at the first start")
	command.Flags().Int64Var(&flags.iterations, "iterations", 0, "bound that search by iterations instead: the plan is then as good on every machine")
	return command
}

func runDemo(ctx context.Context, flags demoFlags, out, progressOut io.Writer) error {
	folder, err := demoFolder(flags.data)
	if err != nil {
		return err
	}
	err = demoOnce(ctx, flags, folder, out, progressOut)
	if !errors.Is(err, demo.ErrOver) {
		return err
	}
	fmt.Fprintln(progressOut, "the demo's round is over; making it anew")
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("rounds: %w", err)
	}
	return demoOnce(ctx, flags, folder, out, progressOut)
}

// demoFolder keeps the demo apart from what somebody may have in the data folder.
func demoFolder(named string) (string, error) {
	if named != "" {
		return filepath.Abs(named)
	}
	folder, err := dataFolder("")
	return filepath.Join(folder, "demo"), err
}

func demoOnce(ctx context.Context, flags demoFlags, folder string, out, progressOut io.Writer) error {
	if os.Getenv("DATABASE_URL") != "" {
		return errors.New("rounds: the demo runs on a database of its own; unset DATABASE_URL")
	}
	database, err := ownDatabase(ctx, folder)
	if err != nil {
		return err
	}
	defer database.close()
	zone, err := zoneNamed("")
	if err != nil {
		return err
	}
	if err := fillDemo(ctx, flags, database, zone, progressOut); err != nil {
		return err
	}
	listener, err := listenNear(ctx, flags.listen)
	if err != nil {
		return err
	}
	return serveOn(ctx, listener, database, serveOptions{
		zone: zone, log: serviceLog(progressOut, false), ready: func() { printDemo(out, listener.Addr(), database.folder) },
	})
}

func fillDemo(ctx context.Context, flags demoFlags, database *database, zone *time.Location, progressOut io.Writer) error {
	db, err := register.Open(ctx, database.appURL)
	if err != nil {
		return err
	}
	defer db.Close()
	db.Location = zone
	keys, err := db.LoadKeys(ctx, database.folder)
	if err != nil {
		return err
	}
	progress := newProgress(progressOut)
	defer progress.end()
	return demo.Fill(ctx, demo.Options{
		DB: db, Keys: keys, Folder: database.folder, Extract: flags.extract, Now: time.Now, Location: zone, Search: flags.search, Iterations: flags.iterations,
		Progress: func(stage string, done, total int) { progress.tell(stage, int64(done), int64(total)) },
	})
}

// portsToTry after the one that was asked for.
const portsToTry = 50

// listenNear listens at an address or, when its port is taken, at the next free one.
func listenNear(ctx context.Context, address string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, usagef("--listen %s: want HOST:PORT, such as 127.0.0.1:8080", address)
	}
	first, err := net.LookupPort("tcp", port)
	if err != nil {
		return nil, usagef("--listen %s: want HOST:PORT, such as 127.0.0.1:8080", address)
	}
	var config net.ListenConfig
	for next := first; ; next++ {
		listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, fmt.Sprint(next)))
		if err == nil {
			return listener, nil
		}
		if next-first >= portsToTry || next == 65535 {
			return nil, fmt.Errorf("rounds: listen: %w", err)
		}
	}
}

// printDemo says last where to look and who to be.
func printDemo(out io.Writer, address net.Addr, folder string) {
	fmt.Fprintf(out, "\nThe demo runs at  http://%s\n\n", address)
	fmt.Fprintf(out, "  %-12s %-14s %s\n", "login", "password", "sees")
	for _, account := range demo.Accounts {
		fmt.Fprintf(out, "  %-12s %-14s %s\n", account.Login, demo.Password, account.Sees)
	}
	fmt.Fprintf(out, "  %-12s %-14s %s\n", fmt.Sprintf("w02 to w%02d", demo.Workers), demo.Password, "the other workers")
	token := filepath.Join(folder, demo.TokenFile)
	if _, err := os.Stat(token); err == nil {
		fmt.Fprintf(out, "\nA GIS reads  http://%s/ogc  by the token in %s (docs/gis.md)\n", address, token)
	}
	fmt.Fprint(out, "\nPlaces are real, (c) OpenStreetMap contributors, ODbL. Accounts, visits and reports are made up.\nCtrl-C stops it.\n")
}
