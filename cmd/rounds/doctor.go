package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo/register/doctor"
)

func newDoctorCommand() *cobra.Command {
	var data string
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Say what is wrong with this installation, and what to do",
		Long: `Looks at schema, extensions, durability, logins, rights and policies (compared with a
schema made afresh), closed lists, clocks, disk, key file, extracts, certificates and
backups. It changes nothing, and exits with 1 when something is wrong. What it cannot
see: somebody who reads the database as its superuser leaves no row anywhere. With
DATABASE_URL it connects as the owner, DATABASE_OWNER_URL.`,
		Example: "  rounds doctor\n  rounds doctor --json | jq -r '.[].findings[].do'",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return runDoctor(c.Context(), data, asJSON, c.OutOrStdout())
		},
	}
	addDataFlag(c, &data)
	c.Flags().BoolVar(&asJSON, "json", false, "print what was found as JSON")
	return c
}

func runDoctor(ctx context.Context, data string, asJSON bool, out io.Writer) error {
	database, err := openDatabase(ctx, data)
	if err != nil {
		return err
	}
	defer database.close()
	if err := database.needOwner("doctor"); err != nil {
		return err
	}
	results, err := doctor.Examine(ctx, doctor.Patient{OwnerURL: database.ownerURL, DataFolder: database.folder, Embedded: database.isEmbedded()})
	if err != nil {
		return err
	}
	if asJSON {
		err = json.NewEncoder(out).Encode(results)
	} else {
		printDoctor(out, results)
	}
	wrong := 0
	for _, result := range results {
		wrong += len(result.Findings)
	}
	if err == nil && wrong > 0 {
		err = fmt.Errorf("rounds: doctor: %d to mend", wrong)
	}
	return err
}

func printDoctor(out io.Writer, results []doctor.Result) {
	for _, result := range results {
		if len(result.Findings) == 0 {
			fmt.Fprintf(out, "ok     %s\n", result.Check)
		}
		for _, finding := range result.Findings {
			fmt.Fprintf(out, "WRONG  %s: %s\n       -> %s\n", finding.Check, finding.Says, finding.Do)
		}
	}
}
