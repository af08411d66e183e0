package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/web/notice"
)

// mailVariable holds the password for the mail server, where no file does.
const mailVariable = "ROUNDS_SMTP_PASSWORD" // #nosec G101 -- the name of the variable

// mailFlags say who takes messages for mailboxes.
type mailFlags struct{ server, from, user, passwordFile string }

func (f *mailFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.server, "smtp", "", "mail server for digests and notices, as smtps://mail.example.org or smtp://mail.example.org:587")
	flags.StringVar(&f.from, "smtp-from", "", "sender of these messages, as rounds@example.org")
	flags.StringVar(&f.user, "smtp-user", "", "what the mail server calls this installation, when it asks")
	flags.StringVar(&f.passwordFile, "smtp-password-file", "", "file with the password for it; or the password itself in $"+mailVariable)
}

// check reads what the flags say: nil when there is no mail server.
func (f *mailFlags) check() (*notice.MailServer, error) {
	if f.server == "" {
		if f.from != "" || f.user != "" || f.passwordFile != "" {
			return nil, usagef("--smtp is missing: name the mail server")
		}
		return nil, nil
	}
	if f.from == "" {
		return nil, usagef("--smtp-from is missing: name the sender")
	}
	server, err := notice.ParseMailServer(f.server, f.from)
	if err != nil {
		return nil, usagef("--smtp: %w", err)
	}
	server.User, server.Password = f.user, os.Getenv(mailVariable)
	if f.passwordFile != "" {
		text, err := os.ReadFile(f.passwordFile)
		if err != nil {
			return nil, fmt.Errorf("rounds: --smtp-password-file: %w", err)
		}
		server.Password = strings.TrimSpace(string(text))
	}
	if server.User != "" && server.Password == "" {
		return nil, usagef("the password for %s is missing: name its file with --smtp-password-file, or set %s", server.User, mailVariable)
	}
	return server, nil
}
