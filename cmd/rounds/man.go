package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// newManCommand is for who makes packages.
func newManCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "man FOLDER",
		Short:   "Write the manual pages of all commands",
		Example: "  rounds man /usr/share/man/man1",
		Args:    cobra.ExactArgs(1),
		Hidden:  true,
		RunE: func(c *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil { // #nosec G301 -- pages are for everybody
				return fmt.Errorf("rounds: %w", err)
			}
			c.Root().DisableAutoGenTag = true // the same source makes the same pages
			if err := doc.GenManTree(c.Root(), &doc.GenManHeader{Section: "1", Source: "rounds", Manual: "Rounds"}, args[0]); err != nil {
				return fmt.Errorf("rounds: man: %w", err)
			}
			return nil
		},
	}
}
