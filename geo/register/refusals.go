package register

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/rounds-project/rounds/geo"
)

// ErrNoHousehold says that the principal sees no such household.
var ErrNoHousehold = errors.New("register: no such household")

// importLock makes refusals wait for an import, which has read them already.
const importLock = 0x726f756e6401

// addressResolution is the H3 resolution that tells two places with one street
// and number apart, in place of a town's name, which files spell in many ways:
// cells of about a kilometre.
const addressResolution = 8

// refusal is the HMAC of an address and its surroundings, or of a building.
type refusal [32]byte

// Refuse takes a household out at the wish of those who live there: its row and
// all that hangs on it go, from open plans too, and what stays are HMACs that keep
// every later input from bringing it back. Who may see a household may do this, and a
// worker whom an earlier plan of an open round sent there; otherwise the error is
// [ErrNoHousehold].
func (db *DB) Refuse(ctx context.Context, principal Principal, keys *Keys, household uuid.UUID) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock_shared($1)", int64(importLock)); err != nil {
			return fmt.Errorf("register: refuse: %w", err)
		}
		rows, err := tx.Query(ctx, selectPlace("place_to_refuse($1)"), household)
		if err != nil {
			return fmt.Errorf("register: refuse: %w", err)
		}
		place, err := pgx.CollectExactlyOneRow(rows, scanHousehold)
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrNoHousehold
		}
		if err != nil {
			return fmt.Errorf("register: refuse: %w", err)
		}
		kept, err := keys.refusalsToKeep(place)
		if err != nil {
			return err
		}
		var done bool
		err = tx.QueryRow(ctx, "SELECT rounds.refuse_visits($1, $2)", household, kept).Scan(&done)
		if err != nil {
			return fmt.Errorf("register: refuse: %w", err)
		}
		if !done {
			return ErrNoHousehold
		}
		return nil
	})
}

// refusalsToKeep are those of the building and of the address in the cell around
// and in its neighbours: another source may put the point across a cell's edge.
func (k *Keys) refusalsToKeep(place Household) ([][]byte, error) {
	building := k.refuseBuilding(place.Household.ID)
	kept := [][]byte{building[:]}
	around, err := place.Cell.Parent(addressResolution)
	if err != nil {
		return nil, err
	}
	cells, err := around.Neighbours()
	if err != nil {
		return nil, err
	}
	for _, address := range normalAddresses(place.Address) {
		for _, cell := range append(cells, around) {
			r := k.refuseAddress(address, cell)
			kept = append(kept, r[:])
		}
	}
	return kept, nil
}

func (k *Keys) refuseBuilding(sourceKey string) refusal {
	return refusal(digest(k.refusal, "building", sourceKey))
}

func (k *Keys) refuseAddress(normal string, around geo.Cell) refusal {
	return refusal(digest(k.refusal, "address", normal, strconv.FormatUint(uint64(around), 16)))
}

// normalAddresses are the forms in which files may give an address: street, number
// and unit, with and without postcode and place. None without a digit, as a street
// is no place. Each is the words of it in alphabetical order, so that "12 High
// Street" is "High Street 12", and one line is the same as its parts.
func normalAddresses(a geo.Address) []string {
	address := words(a.Street + " " + a.Number + " " + a.Unit)
	if !slices.ContainsFunc(address, func(word string) bool { return unicode.IsDigit([]rune(word)[0]) }) {
		return nil
	}
	var forms []string
	for _, more := range []string{"", a.Postcode, a.Place, a.Postcode + " " + a.Place} {
		form := slices.Concat(address, words(more))
		slices.Sort(form)
		if line := strings.Join(form, " "); !slices.Contains(forms, line) {
			forms = append(forms, line)
		}
	}
	return forms
}

// words are the runs of letters and the runs of digits of a text, folded, without
// accents, which are marks of their own after NFKD.
func words(text string) []string {
	var all []string
	class := 0
	for _, r := range norm.NFKD.String(cases.Fold().String(text)) {
		before := class
		switch {
		case unicode.IsMark(r):
			continue
		case unicode.IsDigit(r):
			class = 1
		case unicode.IsLetter(r):
			class = 2
		default:
			class = 0
			continue
		}
		if class != before {
			all = append(all, "")
		}
		all[len(all)-1] += string(r)
	}
	return all
}

// refused is the set that an import drops.
type refused struct {
	keys *Keys
	set  map[refusal]struct{}
}

// loadRefused reads the set and, until the transaction ends, holds back refusals
// that it would miss.
func loadRefused(ctx context.Context, tx pgx.Tx, keys *Keys) (*refused, error) {
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(importLock)); err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	rows, err := tx.Query(ctx, "SELECT address_hmac FROM rounds.refusals")
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	r := &refused{keys: keys, set: map[refusal]struct{}{}}
	var hmac []byte
	_, err = pgx.ForEachRow(rows, []any{&hmac}, func() error {
		r.set[refusal(hmac)] = struct{}{}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	return r, nil
}

// has says whether those at a place asked never to be visited.
func (r *refused) has(place geo.Household, leaf geo.Cell) (bool, error) {
	if len(r.set) == 0 {
		return false, nil
	}
	if _, found := r.set[r.keys.refuseBuilding(place.ID)]; found {
		return true, nil
	}
	around, err := leaf.Parent(addressResolution)
	if err != nil {
		return false, err
	}
	for _, address := range normalAddresses(place.Address) {
		if _, found := r.set[r.keys.refuseAddress(address, around)]; found {
			return true, nil
		}
	}
	return false, nil
}
