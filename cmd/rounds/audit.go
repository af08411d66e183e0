package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

func newAuditCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "audit",
		Short: "Check the log of who read what",
		Long: `Every read of personal data leaves a row in the audit log; each minute new rows are
sealed into a chain of digests, so that a row which is changed, removed or put in
afterwards is found. What is written stands in docs/audit.md.`,
		Example: "  rounds audit verify",
	}
	c.AddCommand(newAuditVerifyCommand())
	return c
}

type auditVerifyFlags struct {
	data, root string
	json       bool
}

func newAuditVerifyCommand() *cobra.Command {
	var flags auditVerifyFlags
	c := &cobra.Command{
		Use:   "verify",
		Short: "Compute every seal of the audit log again",
		Long: `Reads the whole log, hashes every row and every seal again, and fails at the first
that is not what was sealed. Who owns the database could make the whole chain anew:
note the root that this prints, or that the service logs, elsewhere, and give it
with --root later; it must then be in the chain.`,
		Example: "  rounds audit verify --root 5f2c...e1",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return runAuditVerify(c.Context(), flags, c.OutOrStdout())
		},
	}
	addDataFlag(c, &flags.data)
	c.Flags().StringVar(&flags.root, "root", "", "root that was noted earlier, 64 hexadecimal digits")
	c.Flags().BoolVar(&flags.json, "json", false, "print the result as JSON")
	return c
}

func runAuditVerify(ctx context.Context, flags auditVerifyFlags, out io.Writer) error {
	var noted []byte
	if flags.root != "" {
		var err error
		if noted, err = hex.DecodeString(flags.root); err != nil || len(noted) != 32 {
			return usagef("audit verify: --root wants the 64 hexadecimal digits that were noted")
		}
	}
	return withRegister(ctx, flags.data, func(db *register.DB) error {
		report, err := db.VerifyReads(ctx, noted)
		if err != nil {
			return err
		}
		if flags.json {
			return json.NewEncoder(out).Encode(report)
		}
		return printAuditReport(out, report)
	})
}

func printAuditReport(out io.Writer, report audit.Report) error {
	_, err := fmt.Fprintf(out, "The log is what was sealed: %d rows under %d seals.\n", report.Reads, report.Seals)
	if report.Expired > 0 {
		fmt.Fprintf(out, "Of %d seals the rows were kept for %d months and are gone.\n", report.Expired, audit.KeptMonths)
	}
	if report.Unsealed > 0 {
		fmt.Fprintf(out, "%d rows are newer than the last seal and could not be checked.\n", report.Unsealed)
	}
	if report.Noted > 0 {
		fmt.Fprintf(out, "The noted root is that of seal %d.\n", report.Noted)
	}
	if report.Root != "" {
		fmt.Fprintf(out, "Newest root, of %s: %s\n", report.SealedAt.UTC().Format(time.RFC3339), report.Root)
	}
	return err
}
