package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/riverqueue/river"
	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/planner/round"
	"github.com/rounds-project/rounds/web"
)

type workerFlags struct {
	data, timezone string
	threads        int
	verbose        bool
}

func newWorkerCommand() *cobra.Command {
	var flags workerFlags
	command := &cobra.Command{
		Use:   "worker",
		Short: "Make the plans that are ordered, on this machine too",
		Long: `Takes orders for plans from the queue until Ctrl-C, one at a time on all cores. The
service does so by itself; run any number of these, on any number of machines, when
one is not enough. Each needs the database (DATABASE_URL, or the service's on the same
data folder) and, in its data folder, the extracts/ of the service. A plan whose
worker dies is made by another; one that is stopped with Ctrl-C goes back at once.`,
		Example: `  rounds worker
  DATABASE_URL=postgres://rounds_app@db/rounds rounds worker --data /var/lib/rounds --threads 8`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if err := fromEnvironment(command.Flags(), "timezone"); err != nil {
				return err
			}
			return runWorker(command.Context(), flags, command.OutOrStdout(), command.ErrOrStderr())
		},
	}
	addDataFlag(command, &flags.data)
	f := command.Flags()
	f.StringVar(&flags.timezone, "timezone", "", "time zone of the installation, as Europe/Andorra (default the system's)")
	f.IntVar(&flags.threads, "threads", 0, "searches side by side (default: one for each core)")
	f.BoolVar(&flags.verbose, "verbose", false, "log more")
	return command
}

func runWorker(ctx context.Context, flags workerFlags, out, logOut io.Writer) error {
	if flags.threads < 0 {
		return usagef("--threads %d: want 1 or more", flags.threads)
	}
	zone, err := zoneNamed(flags.timezone)
	if err != nil {
		return err
	}
	database, err := openDatabase(ctx, flags.data)
	if err != nil {
		return err
	}
	defer database.close()
	db, err := register.Open(ctx, database.appURL)
	if err != nil {
		return err
	}
	defer db.Close()
	db.Location = zone
	if err := hasExtract(ctx, db, database.folder); err != nil {
		return err
	}
	log := serviceLog(logOut, flags.verbose)
	planner := round.NewPlanner(ctx, db, database.folder, round.Options{Threads: flags.threads, Log: log})
	workers := river.NewWorkers()
	planner.AddTo(workers)
	if err := planner.Rescue(ctx); err != nil {
		return err
	}
	fmt.Fprintln(out, "rounds takes orders for plans")
	return db.WorkJobs(ctx, register.Jobs{Workers: workers, Periodic: web.Periodic(), AtOnce: map[string]int{round.Queue: 1}, Log: log})
}

// hasExtract keeps a machine without the streets from failing plans that another
// could make. An installation without an extract yet has none to lack.
func hasExtract(ctx context.Context, db *register.DB, folder string) error {
	latest, err := db.LatestExtract(ctx, operator)
	if errors.Is(err, register.ErrNoExtract) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(latest.Path(folder)); err != nil {
		return fmt.Errorf("rounds: worker: %w; copy the folder extracts of the service's data folder here, or share it", err)
	}
	return nil
}
