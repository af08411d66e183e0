package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/migrations"
	"github.com/rounds-project/rounds/migrations/cluster"
)

// database is where a command's data lives: a server named by DATABASE_URL, or
// the embedded cluster of a data folder.
type database struct {
	// appURL is the application's login.
	appURL string
	// statsURL is the login of the published statistics; "" when the environment does
	// not name it.
	statsURL string
	// ownerURL is for migrate, backup, restore and doctor alone; "" when the
	// environment does not name it.
	ownerURL string
	// folder keeps the extracts, the key file and the embedded cluster.
	folder   string
	embedded *cluster.Cluster
}

// addDataFlag gives a command the flag --data.
func addDataFlag(command *cobra.Command, folder *string) {
	command.Flags().StringVar(folder, "data", "", "data folder (default .rounds in the working folder)")
}

// openDatabase is the database of a data folder ("" is the default folder) for a
// command: beside a service that runs on the folder it is the service's. The caller
// closes it.
func openDatabase(ctx context.Context, folder string) (*database, error) {
	d, err := ownDatabase(ctx, folder)
	if !errors.Is(err, cluster.ErrInUse) {
		return d, err
	}
	if folder, err = dataFolder(folder); err != nil {
		return nil, err
	}
	owner, app, stats, err := cluster.Attached(folder)
	if err != nil {
		return nil, err
	}
	return &database{appURL: app, statsURL: stats, ownerURL: owner, folder: folder}, nil
}

// ownDatabase is the database of a data folder for a service: without DATABASE_URL
// it starts the embedded cluster, migrated, and the error is [cluster.ErrInUse] when
// another process has the folder. The caller closes it.
func ownDatabase(ctx context.Context, folder string) (*database, error) {
	folder, err := dataFolder(folder)
	if err != nil {
		return nil, err
	}
	if address := os.Getenv("DATABASE_URL"); address != "" {
		if err := os.MkdirAll(folder, 0o711); err != nil {
			return nil, fmt.Errorf("rounds: %w", err)
		}
		return &database{appURL: address, statsURL: os.Getenv("DATABASE_STATS_URL"), ownerURL: os.Getenv("DATABASE_OWNER_URL"), folder: folder}, nil
	}
	embedded, err := cluster.Start(ctx, folder, cluster.Options{Notice: func(line string) { fmt.Fprintln(os.Stderr, line) }})
	if err != nil {
		return nil, err
	}
	if err := migrations.Apply(ctx, embedded.OwnerURL()); err != nil {
		embedded.Stop()
		return nil, err
	}
	return &database{appURL: embedded.AppURL(), statsURL: embedded.StatsURL(), ownerURL: embedded.OwnerURL(), folder: folder, embedded: embedded}, nil
}

// withRegister opens the register of a data folder for as long as use runs.
func withRegister(ctx context.Context, folder string, use func(*register.DB) error) error {
	return withDatabase(ctx, folder, func(_ *database, db *register.DB) error { return use(db) })
}

// withDatabase is [withRegister] for who needs the other logins too.
func withDatabase(ctx context.Context, folder string, use func(*database, *register.DB) error) error {
	database, err := openDatabase(ctx, folder)
	if err != nil {
		return err
	}
	defer database.close()
	db, err := register.Open(ctx, database.appURL)
	if err != nil {
		return err
	}
	defer db.Close()
	return use(database, db)
}

// isEmbedded says that the server is the one of the data folder, whoever runs it.
func (d *database) isEmbedded() bool { return os.Getenv("DATABASE_URL") == "" }

func (d *database) close() {
	if d.embedded != nil {
		d.embedded.Stop()
	}
}

// dataFolder is the named folder, or the default one; that it is not in the
// working folder is worth a line.
func dataFolder(named string) (string, error) {
	if named != "" {
		folder, err := filepath.Abs(named)
		if err != nil {
			return "", fmt.Errorf("rounds: --data %s: %w", named, err)
		}
		return folder, nil
	}
	folder, moved, err := cluster.DefaultFolder()
	if err != nil {
		// Without a server of our own the user who would run it does not matter.
		if os.Getenv("DATABASE_URL") != "" {
			return filepath.Abs(".rounds")
		}
		return "", err
	}
	if moved {
		fmt.Fprintf(os.Stderr, "the database's user cannot enter this folder; data lies in %s\n", folder)
	}
	return folder, nil
}
