package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// roleNames are the roles of the closed list, as messages write them.
func roleNames() string { return strings.Join(geo.ClosedLists().Codes("roles"), ", ") }

func newUserCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "user",
		Short: "Add, invite, list, recover and revoke the accounts of people who use Rounds",
		Long: `Keeps accounts at the terminal of the installation. A role holds for a purpose, in an area
and in those within it, and ends by itself after 12 months at most (3 for an analyst or a
case handler). What is given here was given by one person alone, the installer, and stands
on the public page; at the desk an administrator proposes and another person confirms.`,
		Example: "  rounds user invite mina --name 'Mina Ortiz' --role supervisor --area Ordino\n  rounds user list",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usagef("user: say what: add, invite, list, recover or revoke")
		},
	}
	c.AddCommand(newUserAddCommand(), newUserInviteCommand(), newUserListCommand(), newUserRecoverCommand(), newUserRevokeCommand())
	return c
}

// userFlags are the flags of rounds user add, as typed.
type userFlags struct {
	login, name, role, code, shift, until, language, data string
	areas, purposes                                       []string
	passwordStdin, asJSON                                 bool
}

func newUserAddCommand() *cobra.Command {
	var flags userFlags
	c := &cobra.Command{
		Use:   "add LOGIN",
		Short: "Add an account with a role in an area",
		Long: `Adds an account and prints a password made for it, once; the person changes nothing but
signs in. --password-stdin takes one from standard input instead. Roles: worker (walks; is
also put on the list that rounds plan for), supervisor (the desk), case_handler (matters of
an area), analyst (numbers of areas), dpo (the data-protection officer; no other role),
administrator (accounts, no records; no area).`,
		Example: `  rounds user add mina --name 'Mina Ortiz' --role supervisor --area Ordino
  rounds user add w01 --name 'Joan Pla' --role worker --area Ordino --shift 08:30-14:30
  pass rounds/root | rounds user add root --name 'Office' --role administrator --password-stdin`,
		Args: arguments(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			flags.login = args[0]
			return runUserAdd(c.Context(), flags, c.InOrStdin(), c.OutOrStdout())
		},
	}
	flags.add(c)
	c.Flags().BoolVar(&flags.passwordStdin, "password-stdin", false, "read the password from standard input")
	return c
}

// add gives a command the flags of an account with its role.
func (f *userFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.name, "name", "", "name that lists and routes show")
	flags.StringVar(&f.role, "role", "", roleNames())
	flags.StringArrayVar(&f.areas, "area", nil, "area of the role, by name or id; again for more")
	flags.StringArrayVar(&f.purposes, "purpose", nil, "purpose of the role, such as fire_safety; again for more (default: all of the closed list)")
	flags.StringVar(&f.until, "until", "", "last day of the role, as 2027-06-30 (default: as long as it may last)")
	flags.StringVar(&f.code, "code", "", "code of a worker in plans (default: the login)")
	flags.StringVar(&f.shift, "shift", "6h", "shift of a worker: 6h, from 08:30, or 09:00-15:00")
	flags.StringVar(&f.language, "language", "en", "language of the pages: en or zh-Hans")
	addDataFlag(c, &f.data)
	c.Flags().BoolVar(&f.asJSON, "json", false, "print the result as JSON")
}

func runUserAdd(ctx context.Context, flags userFlags, in io.Reader, out io.Writer) error {
	ends, shift, err := flags.check(time.Now())
	if err != nil {
		return err
	}
	password, err := flags.password(in)
	if err != nil {
		return err
	}
	hash, err := access.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	return withRegister(ctx, flags.data, func(db *register.DB) error {
		a, err := flags.appointment(ctx, db, ends, shift)
		if err != nil {
			return err
		}
		a.Account.PasswordHash = hash
		if err := db.Appoint(ctx, operator, a); err != nil {
			return appointError(err, flags)
		}
		if flags.asJSON {
			return json.NewEncoder(out).Encode(addedUser{flags.login, flags.role, ends.Format(time.DateOnly), flags.shown(password)})
		}
		fmt.Fprintf(out, "%s is %s until %s.\n", flags.login, flags.role, ends.Format(time.DateOnly))
		if !flags.passwordStdin {
			fmt.Fprintf(out, "Password, shown only now: %s\n", password)
		}
		return nil
	})
}

// addedUser is what was added; the password is the one that was made.
type addedUser struct {
	Login    string `json:"login"`
	Role     string `json:"role"`
	Until    string `json:"until"`
	Password string `json:"password,omitempty"`
}

// shown is a password that was made, and nothing of one that was given.
func (f *userFlags) shown(password string) string {
	if f.passwordStdin {
		return ""
	}
	return password
}

// check refuses a wrong command line before a database is started; it gives the
// end of the role and the shift.
func (f *userFlags) check(now time.Time) (ends time.Time, shift geo.Window, err error) {
	lists := geo.ClosedLists()
	_, known := lists.Find("roles", f.role)
	unknown := slices.IndexFunc(f.purposes, func(code string) bool { _, known := lists.Find("purposes", code); return !known })
	switch {
	case !known:
		return ends, shift, usagef("--role %q is none of %s", f.role, roleNames())
	case unknown >= 0:
		return ends, shift, usagef("--purpose %q is none of %s", f.purposes[unknown], strings.Join(lists.Codes("purposes"), ", "))
	case len(f.purposes) > 0 && !register.HasPurpose(f.role):
		return ends, shift, usagef("--purpose: the role %s has none", f.role)
	case f.name == "":
		return ends, shift, usagef("--name is missing: give the name that lists show")
	case f.role == register.Administrator && len(f.areas) > 0:
		return ends, shift, usagef("--area: an administrator keeps accounts and has no area")
	case f.role != register.Administrator && len(f.areas) == 0:
		return ends, shift, usagef("--area is missing: name the area of the role; `rounds import osm` brings areas in, `rounds export areas` lists them")
	case f.language != "en" && f.language != "zh-Hans":
		return ends, shift, usagef("--language %q is none of en, zh-Hans", f.language)
	}
	if shift, err = parseShift(f.shift); err != nil {
		return ends, shift, err
	}
	latest := now.AddDate(0, register.MostMonths(f.role), 0)
	if f.until == "" {
		return latest, shift, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, f.until, time.Local)
	ends = day.AddDate(0, 0, 1)
	if err != nil || !ends.After(now) || ends.After(latest) {
		return ends, shift, usagef("--until %q: want a day from today to %s, as 2027-06-30", f.until, latest.AddDate(0, 0, -1).Format(time.DateOnly))
	}
	return ends, shift, nil
}

// password is the one of standard input, or a new one of 100 random bits.
func (f *userFlags) password(in io.Reader) (string, error) {
	if !f.passwordStdin {
		text := rand.Text()[:20]
		return strings.ToLower(strings.Join([]string{text[:5], text[5:10], text[10:15], text[15:]}, "-")), nil
	}
	line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("rounds: --password-stdin: %w", err)
	}
	line = strings.TrimRight(line, "\r\n")
	if err := access.CheckNewPassword(f.login, line); err != nil {
		return "", usagef("--password-stdin: %v", err)
	}
	return line, nil
}

func (f *userFlags) appointment(ctx context.Context, db *register.DB, ends time.Time, shift geo.Window) (register.Appointment, error) {
	id := uuid.New()
	a := register.Appointment{Account: register.Account{ID: id, Login: f.login, Name: f.name, Language: f.language}}
	grant := register.Grant{AccountID: id, Role: f.role, StartsAt: time.Now().Add(-time.Minute), EndsAt: ends.Add(-time.Minute)}
	if f.role == register.Administrator {
		a.Grants = grant.ForPurposes()
	}
	for _, name := range f.areas {
		area, err := areaNamed(ctx, db, name)
		if err != nil {
			return a, err
		}
		grant.AreaID = &area
		a.Grants = append(a.Grants, grant.ForPurposes(f.purposes...)...)
	}
	if f.role == register.Worker {
		code := f.code
		if code == "" {
			code = f.login
		}
		a.Worker = &register.FieldWorker{
			ID: uuid.New(), AccountID: &id, AreaID: *a.Grants[0].AreaID, Code: code, Name: f.name,
			ShiftStart: geo.Clock(shift.Opens), ShiftEnd: geo.Clock(shift.Closes),
		}
	}
	return a, nil
}

// appointError names the flag and what to do.
func appointError(err error, flags userFlags) error {
	switch {
	case errors.Is(err, register.ErrLoginTaken):
		return fmt.Errorf("rounds: the login %s is taken; choose another, also when its account was revoked", flags.login)
	case errors.Is(err, register.ErrCodeTaken):
		return fmt.Errorf("rounds: --code: another worker has this code; choose another")
	case errors.Is(err, register.ErrLoginForm), errors.Is(err, register.ErrNameForm), errors.Is(err, register.ErrCodeForm):
		return usageError{err}
	}
	return err
}

func newUserRevokeCommand() *cobra.Command {
	var data string
	var asJSON bool
	c := &cobra.Command{
		Use:     "revoke LOGIN",
		Short:   "End an account: its next request is refused",
		Example: "  rounds user revoke mina",
		Args:    arguments(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			return withRegister(c.Context(), data, func(db *register.DB) error {
				account, err := accountNamed(c.Context(), db, args[0])
				if err != nil {
					return err
				}
				if err := db.DisableAccount(c.Context(), operator, account.ID); err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(c.OutOrStdout()).Encode(map[string]any{"login": args[0], "revoked": true})
				}
				fmt.Fprintf(c.OutOrStdout(), "%s can no longer sign in.\n", args[0])
				return nil
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	addDataFlag(c, &data)
	return c
}

// accountNamed is the account of a login; the error says what to do.
func accountNamed(ctx context.Context, db *register.DB, login string) (register.Account, error) {
	account, err := db.AccountByLogin(ctx, login)
	if errors.Is(err, register.ErrNoAccount) {
		return account, fmt.Errorf("rounds: there is no account %s; `rounds user list` shows all", login)
	}
	return account, err
}
