package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo/register"
)

// user is an account as the list shows it.
type user struct {
	Login   string     `json:"login"`
	Name    string     `json:"name"`
	Revoked bool       `json:"revoked"`
	Roles   []userRole `json:"roles"`
}

type userRole struct {
	Role     string   `json:"role"`
	Area     string   `json:"area,omitempty"`
	Until    string   `json:"until"`
	Purposes []string `json:"purposes"`
}

func newUserListCommand() *cobra.Command {
	var data string
	var asJSON bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the accounts with their roles",
		Example: "  rounds user list --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withRegister(c.Context(), data, func(db *register.DB) error {
				users, err := listUsers(c.Context(), db)
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(c.OutOrStdout()).Encode(users)
				}
				return printUsers(c.OutOrStdout(), users)
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the list as JSON")
	addDataFlag(c, &data)
	return c
}

func listUsers(ctx context.Context, db *register.DB) ([]user, error) {
	accounts, err := db.Accounts(ctx, operator, "", 0)
	if err != nil {
		return nil, err
	}
	grants, err := db.Grants(ctx, operator, uuid.Nil)
	if err != nil {
		return nil, err
	}
	areas, err := db.Areas(ctx, operator, register.AreaFilter{})
	if err != nil {
		return nil, err
	}
	names := map[uuid.UUID]string{}
	for _, area := range areas {
		names[area.ID] = area.Name
	}
	roles := map[uuid.UUID][]userRole{}
	for _, g := range grants {
		role := userRole{Role: g.Role, Until: g.EndsAt.Local().Format(time.DateOnly), Purposes: []string{}}
		if g.AreaID != nil {
			role.Area = names[*g.AreaID]
		}
		of := roles[g.AccountID]
		i := slices.IndexFunc(of, func(r userRole) bool { return r.Role == role.Role && r.Area == role.Area && r.Until == role.Until })
		if i < 0 {
			i, of = len(of), append(of, role)
		}
		if g.Purpose != "" {
			of[i].Purposes = append(of[i].Purposes, g.Purpose)
		}
		roles[g.AccountID] = of
	}
	users := []user{}
	for _, a := range accounts {
		users = append(users, user{Login: a.Login, Name: a.Name, Revoked: a.Disabled, Roles: slices.Concat([]userRole{}, roles[a.ID])})
	}
	return users, nil
}

func printUsers(out io.Writer, users []user) error {
	if len(users) == 0 {
		_, err := fmt.Fprintln(out, "There are no accounts yet; `rounds user add` makes the first.")
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "LOGIN\tNAME\tROLE\tAREA\tUNTIL\tPURPOSES")
	for _, u := range users {
		if u.Revoked {
			u.Roles = []userRole{{Role: "revoked"}}
		} else if len(u.Roles) == 0 {
			u.Roles = []userRole{{Role: "none"}}
		}
		for _, role := range u.Roles {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", u.Login, u.Name, role.Role, role.Area, role.Until, strings.Join(role.Purposes, " "))
		}
	}
	return table.Flush()
}
