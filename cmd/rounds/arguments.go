package main

import (
	"cmp"
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// arguments takes at least so many arguments, and no more than most unless that is
// 0; the error shows how the command is called.
func arguments(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return usagef("something is missing; want: %s", c.UseLine())
		case most > 0 && len(args) > most:
			return usagef("%q is one argument too many; want: %s", args[most], c.UseLine())
		}
		return nil
	}
}

// flagError says what a flag takes, in the words of its --help.
func flagError(_ *cobra.Command, err error) error {
	var wrong *pflag.InvalidValueError
	if !errors.As(err, &wrong) {
		return usagef("%w", err)
	}
	kind := wrong.GetFlag().Value.Type()
	want := map[string]string{
		"int": "a whole number", "int64": "a whole number", "uint64": "a whole number, 0 or more",
		"duration": "a duration, such as 30s, 15m or 6h", "bool": "true or false",
	}[kind]
	return usagef("--%s %q; want %s", wrong.GetFlag().Name, wrong.GetValue(), cmp.Or(want, kind))
}
