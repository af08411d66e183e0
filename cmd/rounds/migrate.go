package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/migrations"
)

func newMigrateCommand() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database to the schema of this release",
		Long: `Applies the migrations that the database lacks, each once and in a transaction of its
own; doing it again changes nothing. With DATABASE_URL set it connects as the owner,
DATABASE_OWNER_URL, who needs SUPERUSER or BYPASSRLS, and makes the logins rounds_app
and rounds_stats; give them passwords with ALTER ROLE. The embedded database migrates
itself at every start, so there this command only checks.`,
		Example: "  DATABASE_OWNER_URL=postgres://owner@db/rounds DATABASE_URL=postgres://rounds_app@db/rounds rounds migrate",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return runMigrate(c.Context(), data, c.OutOrStdout())
		},
	}
	addDataFlag(c, &data)
	return c
}

func runMigrate(ctx context.Context, data string, out io.Writer) error {
	if owner := os.Getenv("DATABASE_OWNER_URL"); owner != "" {
		if err := migrations.Apply(ctx, owner); err != nil {
			return err
		}
	} else if os.Getenv("DATABASE_URL") != "" {
		return errors.New("rounds: migrate: the application's login may not change the schema; name the owner's in DATABASE_OWNER_URL")
	} else {
		database, err := ownDatabase(ctx, data)
		if err != nil {
			return err
		}
		defer database.close()
	}
	fmt.Fprintln(out, "The database has the schema of this release.")
	return nil
}
