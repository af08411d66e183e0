package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/inbox"
)

// mapping is what the flags say about columns and words of a ledger.
func (f importFlags) mapping() (m inbox.Mapping, err error) {
	for _, column := range f.columns {
		if err := m.Set(column, false); err != nil {
			return m, err
		}
	}
	for _, word := range f.words {
		if err := m.Set(word, true); err != nil {
			return m, err
		}
	}
	return m, nil
}

// ledger imports the cases of a file, and writes the copy with what is wrong.
func (j *importJob) ledger(ctx context.Context, file *os.File) (report register.ImportReport, err error) {
	if j.corrected == "" {
		return j.db.ImportLedger(ctx, inbox.Ledger(ctx, file, j.mapping, &j.left), j.options)
	}
	// A file that is there may be the ledger itself.
	copied, err := os.OpenFile(j.corrected, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return report, fmt.Errorf("rounds: import: corrected copy: %w", err)
	}
	defer func() { err = errors.Join(err, copied.Close()) }()
	corrected, err := inbox.NewCorrected(copied)
	if err != nil {
		return report, err
	}
	j.options.Corrected = corrected.Row
	report, err = j.db.ImportLedger(ctx, inbox.Ledger(ctx, file, j.mapping, &j.left), j.options)
	return report, errors.Join(err, corrected.Close())
}

// ledgerWords say what became of a ledger beside its counts.
func (r importResult) ledgerWords() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Columns read: %s.\n", strings.Join(r.ColumnsRead, ", "))
	if r.Old > 0 {
		fmt.Fprintf(&b, "%s over for more than 12 months %s left out, as cases are not kept longer.\n", counted(r.Old, "case"), plural(r.Old, "was", "were"))
	}
	if !r.DryRun {
		fmt.Fprintf(&b, "To take it back: rounds import undo %s\n", r.ID)
	}
	return b.String()
}

func newImportUndo() *cobra.Command {
	var data string
	var workedOn, asJSON bool
	c := &cobra.Command{
		Use: "undo [ID]", Short: "Undo an import of a ledger, or list those that can be undone",
		Long: `Takes all cases of an import of a ledger away again, with their steps. When somebody worked on
some of them since, say that they go too with --worked-on. Their numbers are not given again.`,
		Example: "  rounds import undo\n  rounds import undo 6f1c0f2e-0b52-4f0e-9c57-0d6a3a3f5f11",
		Args:    arguments(0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			return runUndo(c.Context(), data, args, workedOn, asJSON, c.OutOrStdout())
		},
	}
	c.Flags().BoolVar(&workedOn, "worked-on", false, "also when somebody worked on cases of it since")
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	addDataFlag(c, &data)
	return c
}

func runUndo(ctx context.Context, data string, args []string, workedOn, asJSON bool, out io.Writer) error {
	var id uuid.UUID
	if len(args) > 0 {
		var err error
		if id, err = uuid.Parse(args[0]); err != nil {
			return usagef("import: undo: %q is no id; see: rounds import undo", args[0])
		}
	}
	database, err := openDatabase(ctx, data)
	if err != nil {
		return err
	}
	defer database.close()
	db, err := register.Open(ctx, database.appURL)
	if err != nil {
		return err
	}
	defer db.Close()
	if len(args) == 0 {
		return listLedgerImports(ctx, db, asJSON, out)
	}
	cases, err := db.UndoLedger(ctx, id, workedOn)
	if errors.Is(err, register.ErrWorkedOn) {
		return fmt.Errorf("rounds: import: undo: %w; --worked-on takes them all the same", err)
	}
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(out).Encode(map[string]int{"cases": cases})
	}
	_, err = fmt.Fprintf(out, "%s %s gone again.\n", counted(cases, "case"), plural(cases, "is", "are"))
	return err
}

func listLedgerImports(ctx context.Context, db *register.DB, asJSON bool, out io.Writer) error {
	imports, err := db.LedgerImports(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(out).Encode(imports)
	}
	if len(imports) == 0 {
		_, err := fmt.Fprintln(out, "There is no import of a ledger to be undone.")
		return err
	}
	for _, i := range imports {
		if _, err := fmt.Fprintf(out, "%s  %s  %s\n", i.ID, i.ImportedAt.Local().Format("2006-01-02 15:04"), counted(i.Cases, "case")); err != nil {
			return err
		}
	}
	return nil
}
