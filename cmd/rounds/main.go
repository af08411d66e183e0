// Command rounds plans and records household visits. `rounds --help` lists what it
// can do.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitFailure = 1
	exitUsage   = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run executes a command line and gives the exit code: 1 when the work failed, 2
// when the command line was wrong. What went wrong is one line on stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRootCommand()
	started := false
	root.PersistentPreRun = func(*cobra.Command, []string) { started = true }
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	command, err := root.ExecuteContextC(ctx)
	var wrong usageError
	switch {
	case err == nil:
		return 0
	case !started || errors.As(err, &wrong):
		fmt.Fprintf(stderr, "%s (see %s --help)\n", oneLine(err), command.CommandPath())
		return exitUsage
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(stderr, "rounds: stopped; nothing half-done was left behind")
	default:
		fmt.Fprintln(stderr, oneLine(err))
	}
	return exitFailure
}

// usageError is a wrong command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, values ...any) error {
	return usageError{fmt.Errorf("rounds: "+format, values...)}
}

// oneLine is the error as one line.
func oneLine(err error) string {
	return strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "rounds",
		Short: "Plan and record household visits on real streets",
		Long: `Rounds turns an area into household visits that happen: it draws fair territories,
walks every household once per round in the best order on the real street network,
and hands everything to GIS. Map data (c) OpenStreetMap contributors, ODbL 1.0.`,
		Example: "  rounds plan andorra-latest.osm.bz2 --workers 13 --shift 6h --visit 15m --out plan",
		Version: version(),
		// Errors are printed by run, in one line.
		SilenceErrors: true, SilenceUsage: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newPlanCommand(), newImportCommand(), newMigrateCommand(), newUserCommand(), newSolveCommand(), newMatrixCommand(), newRouteCommand(), newExportCommand(),
		newServeCommand(), newWorkerCommand(), newAuditCommand(), newDemoCommand(), newBackupCommand(), newRestoreCommand(), newDoctorCommand(), newManCommand())
	return root
}

// release is set by the build of a package.
var release string

// version is the package's, the module's, or the commit that was built.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return "development"
}
