package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

func newUserInviteCommand() *cobra.Command {
	var flags userFlags
	var link linkFlags
	c := &cobra.Command{
		Use:   "invite LOGIN",
		Short: "Invite somebody by a link, shown as a QR code too",
		Long: `Adds an account with a role as "rounds user add" does, and prints a link, once, instead of a
password: whoever opens it within 72 hours chooses a password or passkey. Without --role it
is a new link for an account that nobody has used yet.`,
		Example: `  rounds user invite mina --name 'Mina Ortiz' --role supervisor --area Ordino --url https://rounds.example.org
  rounds user invite mina --url https://rounds.example.org`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			flags.login = args[0]
			return runUserInvite(c.Context(), flags, link, c.OutOrStdout())
		},
	}
	flags.add(c)
	link.add(c)
	return c
}

func newUserRecoverCommand() *cobra.Command {
	var link linkFlags
	var data string
	var asJSON bool
	c := &cobra.Command{
		Use:   "recover LOGIN",
		Short: "Let somebody in again who lost every way to sign in",
		Long: `Prints a link, once. Whoever opens it within 72 hours chooses a new password or passkey; all
ways of signing in there were are gone then, and the roles of the account sleep until an
administrator, who is somebody else, wakes them.`,
		Example: "  rounds user recover mina --url https://rounds.example.org",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			origin, err := link.origin()
			if err != nil {
				return err
			}
			return withRegister(c.Context(), data, func(db *register.DB) error {
				return sendLink(c.Context(), db, args[0], register.Recovery, origin, asJSON, c.OutOrStdout())
			})
		},
	}
	link.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	addDataFlag(c, &data)
	return c
}

// linkFlags say where the installation is reached.
type linkFlags struct{ url string }

func (f *linkFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.url, "url", "", "where people reach the installation (default $ROUNDS_URL, or http://127.0.0.1:8080)")
}

// origin is the address that links begin with.
func (f *linkFlags) origin() (string, error) {
	address := f.url
	if address == "" {
		address = os.Getenv("ROUNDS_URL")
	}
	if address == "" {
		return "http://127.0.0.1:8080", nil
	}
	return parseOrigin("--url", address)
}

func runUserInvite(ctx context.Context, flags userFlags, link linkFlags, out io.Writer) error {
	origin, err := link.origin()
	if err != nil {
		return err
	}
	if flags.role == "" && flags.name == "" {
		return withRegister(ctx, flags.data, func(db *register.DB) error {
			return sendLink(ctx, db, flags.login, register.Invitation, origin, flags.asJSON, out)
		})
	}
	ends, shift, err := flags.check(time.Now())
	if err != nil {
		return err
	}
	return withRegister(ctx, flags.data, func(db *register.DB) error {
		a, err := flags.appointment(ctx, db, ends, shift)
		if err != nil {
			return err
		}
		if err := db.Appoint(ctx, operator, a); err != nil {
			return appointError(err, flags)
		}
		return sendLink(ctx, db, flags.login, register.Invitation, origin, flags.asJSON, out)
	})
}

// sentUser is a link as programs read it.
type sentUser struct {
	Login   string `json:"login"`
	Kind    string `json:"kind"`
	URL     string `json:"url"`
	Expires string `json:"expires"`
}

func sendLink(ctx context.Context, db *register.DB, login, kind, origin string, asJSON bool, out io.Writer) error {
	account, err := accountNamed(ctx, db, login)
	if err != nil {
		return err
	}
	sent, err := access.Send(origin, func(hash [32]byte) (register.Link, error) {
		return db.IssueLink(ctx, operator, account.ID, kind, hash)
	})
	switch {
	case errors.Is(err, register.ErrJoined):
		return fmt.Errorf("rounds: %s has joined already; when the password is lost: rounds user recover %s", login, login)
	case errors.Is(err, register.ErrNoAccount):
		return fmt.Errorf("rounds: the account %s was revoked; add another", login)
	case err != nil:
		return err
	}
	if asJSON {
		return json.NewEncoder(out).Encode(sentUser{login, sent.Kind, sent.URL, sent.ExpiresAt.UTC().Format(time.RFC3339)})
	}
	return printLink(out, login, sent)
}

func printLink(out io.Writer, login string, sent access.SentLink) error {
	if file, is := out.(*os.File); is && term.IsTerminal(int(file.Fd())) {
		code, err := access.QRLines(sent.URL)
		if err != nil {
			return err
		}
		fmt.Fprint(out, code)
	}
	what := "The invitation of " + login + "."
	if sent.Kind == register.Recovery {
		what = "The recovery of " + login + "; afterwards an administrator wakes the roles."
	}
	_, err := fmt.Fprintf(out, "%s\nWorks once, until %s, and is shown only now:\n%s\n", what, sent.ExpiresAt.Local().Format("2006-01-02 15:04"), sent.URL)
	return err
}
