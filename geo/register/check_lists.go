package register

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
)

// unkept are the lists that pages show and no row has.
var unkept = []string{"dangers"}

// CheckLists refuses a database whose closed lists are not those of this release,
// entry for entry: an installation adds and renames none. Matters are a table, every
// other list is a type.
func (db *DB) CheckLists(ctx context.Context) error {
	return db.AsSnapshot(ctx, Principal{}, func(tx pgx.Tx) error {
		types, err := digestsOf(ctx, tx, `
			SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
			WHERE t.typnamespace = 'rounds'::regnamespace GROUP BY t.oid`)
		if err != nil {
			return err
		}
		matters, err := digestsOf(ctx, tx, `
			SELECT coalesce(array_agg(code || ' ' || kind || ' ' || due_days || ' ' || branch ORDER BY code COLLATE "C"), '{}') FROM rounds.matters`)
		if err != nil {
			return err
		}
		for name, terms := range geo.ClosedLists() {
			if slices.Contains(unkept, name) {
				continue
			}
			there, shipped := types, listDigest(codesOf(terms))
			if name == "matters" {
				there, shipped = matters, listDigest(mattersOf(terms))
			}
			if !slices.Contains(there, shipped) {
				return fmt.Errorf("register: the list %q of the database is not the one of this release; restore the database from a backup, or use the release that made it", name)
			}
		}
		return nil
	})
}

// digestsOf gives a digest for each row, which is a list.
func digestsOf(ctx context.Context, tx pgx.Tx, query string) ([][32]byte, error) {
	rows, err := tx.Query(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("register: closed lists: %w", err)
	}
	lists, err := pgx.CollectRows(rows, pgx.RowTo[[]string])
	if err != nil {
		return nil, fmt.Errorf("register: closed lists: %w", err)
	}
	digests := make([][32]byte, len(lists))
	for i, list := range lists {
		digests[i] = listDigest(list)
	}
	return digests, nil
}

func listDigest(entries []string) [32]byte { return sha256.Sum256([]byte(strings.Join(entries, "\n"))) }

func codesOf(terms []geo.Term) []string {
	codes := make([]string, len(terms))
	for i, term := range terms {
		codes[i] = term.Code
	}
	return codes
}

// mattersOf are matters with what the database keeps of them, in order of their codes.
func mattersOf(terms []geo.Term) []string {
	matters := make([]string, len(terms))
	for i, term := range terms {
		matters[i] = fmt.Sprintf("%s %s %d %s", term.Code, term.Kind, *term.DueDays, term.Branch)
	}
	slices.Sort(matters)
	return matters
}
