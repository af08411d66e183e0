package register

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
)

// RefusalRows gives the addresses of a file one by one, as [HouseholdRows] does
// households.
type RefusalRows func(keep func(row int64, address geo.Address, complaint *Complaint) error) error

// ImportRefusals takes addresses whose residents asked earlier never to be visited:
// each is dropped from now on when input is read, and a household that has it goes with
// all that hangs on it, as by [DB.Refuse]. That a file came in is recorded nowhere: its
// digest or its length would be the only trace of a wish. The error is a [*RefusedError]
// when a row cannot be taken; then nothing is.
func (db *DB) ImportRefusals(ctx context.Context, rows RefusalRows, options ImportOptions) (ImportReport, error) {
	report := ImportReport{Kind: "refusals", DryRun: options.DryRun}
	err := db.As(ctx, Service("import"), func(tx pgx.Tx) error {
		in := newIntake(tx, uuid.Nil, options, &report)
		found, err := in.wishes(rows)
		if err != nil {
			return err
		}
		if err := holdInput(ctx, tx); err != nil {
			return err
		}
		if err := in.refusals(ctx, found); err != nil {
			return err
		}
		if options.DryRun {
			return errDryRun
		}
		return nil
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return report, err
}

// wish is a row of a file of refusals.
type wish struct {
	row int64
	// town is the name that has to be known, in normal form; "" with a postcode.
	town string
	// here says that a household has the address.
	here bool
}

// wishes are the rows of a file, by the refusals that they make.
type wishes struct {
	all []*wish
	by  map[refusal]*wish
}

func (in *intake) refusals(ctx context.Context, found wishes) error {
	towns, err := townsOfAreas(ctx, in.Tx)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, names := range towns {
		for _, name := range names {
			known[normalTown(name)] = true
		}
	}
	var gone []Household
	err = in.eachHousehold(ctx, func(place Household) error {
		known[normalTown(place.Address.Place)] = true
		of, err := in.options.Keys.refusalsOf(place.Household, place.Cell, towns[place.AreaID])
		for _, one := range of {
			if w := found.by[one]; w != nil {
				w.here = true
				gone = append(gone, place)
				break
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, w := range found.all {
		if !w.here && w.town != "" && !known[w.town] {
			in.complain(w.row, Complaint{Field: "place", Problem: "is the name of no town or village here, nor in the address of any household; write it as an area is named, or add the postcode; areas are imported first"})
		}
	}
	if err := in.complaints.err(); err != nil {
		return err
	}
	return in.keepWishes(ctx, found, gone)
}

// wishes reads the file.
func (in *intake) wishes(rows RefusalRows) (wishes, error) {
	found := wishes{by: map[refusal]*wish{}}
	err := rows(func(row int64, address geo.Address, complaint *Complaint) error {
		address = trimmed(geo.Household{Address: address}).Address
		if complaint == nil {
			complaint = checkWish(address)
		}
		if complaint != nil {
			in.complain(row, *complaint)
			return nil
		}
		w := &wish{row: row}
		if address.Postcode == "" {
			w.town = normalTown(address.Place)
		}
		found.all = append(found.all, w)
		for _, one := range in.options.Keys.refusalsByAddress(address) {
			found.by[one] = w
		}
		return nil
	})
	switch {
	case err != nil:
		return found, in.unread(err)
	case len(found.all) == 0 && in.complaints.total == 0:
		return found, &RefusedError{Total: 1, Complaints: []Complaint{{Field: "file", Problem: "holds no addresses; nothing was imported"}}}
	}
	return found, nil
}

// checkWish is nil, or the first complaint about an address.
func checkWish(a geo.Address) *Complaint {
	if c := checkAddressParts(a); c != nil {
		return c
	}
	switch {
	case a.Street == "":
		return &Complaint{Field: "street", Problem: "is empty; give the address"}
	case len(normalAddresses(a)) == 0:
		return &Complaint{Field: "house_number", Problem: "is empty and the street has no number in it; a whole street cannot refuse, give each address"}
	case a.Place == "" && a.Postcode == "":
		return &Complaint{Field: "place", Problem: "is empty, and so is postcode; give one, as other towns may have this street and number too"}
	}
	return nil
}

// refusalsByAddress are those of an address with its town or postcode. A line of text
// may have the town in it already.
func (k *Keys) refusalsByAddress(a geo.Address) []refusal {
	lines := []geo.Address{a}
	if short := without(words(a.Street), words(a.Postcode+" "+a.Place)); a.Number == "" {
		lines = append(lines, geo.Address{Street: strings.Join(short, " "), Unit: a.Unit, Postcode: a.Postcode, Place: a.Place})
	}
	var more []string
	for _, town := range []string{a.Postcode, a.Place, a.Postcode + " " + a.Place} {
		if strings.TrimSpace(town) != "" {
			more = append(more, town)
		}
	}
	var all []refusal
	for _, line := range lines {
		for _, address := range addressForms(line, more...) {
			all = append(all, k.refuseAddressIn(address))
		}
		for _, address := range addressForms(line, "") {
			all = append(all, k.refuseSomewhere(address))
		}
	}
	return all
}

// without leaves out of all, once each, the words that are in others.
func without(all, others []string) (rest []string) {
	others = slices.Clone(others)
	for _, word := range all {
		if i := slices.Index(others, word); i >= 0 {
			others = slices.Delete(others, i, i+1)
			continue
		}
		rest = append(rest, word)
	}
	return rest
}

func normalTown(name string) string {
	parts := words(name)
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// eachHousehold hands over all that there are.
func (in *intake) eachHousehold(ctx context.Context, do func(Household) error) error {
	rows, err := in.Query(ctx, selectHouseholds)
	if err != nil {
		return fmt.Errorf("register: households: %w", err)
	}
	defer rows.Close()
	for n := 1; rows.Next(); n++ {
		place, err := scanHousehold(rows)
		if err != nil {
			return fmt.Errorf("register: households: %w", err)
		}
		if err := do(place); err != nil {
			return err
		}
		if n%5000 == 0 {
			in.options.progress("compare", n, 0)
		}
	}
	return rows.Err()
}

func (in *intake) keepWishes(ctx context.Context, found wishes, gone []Household) error {
	kept := make([][]byte, 0, len(found.by))
	for one := range found.by {
		kept = append(kept, one[:])
	}
	// Sorted, so that the order of rows in the table is none of the file's.
	slices.SortFunc(kept, bytes.Compare)
	if _, err := in.Exec(ctx, "INSERT INTO rounds.refusals (address_hmac) SELECT unnest($1::bytea[]) ON CONFLICT DO NOTHING", kept); err != nil {
		return fmt.Errorf("register: refusals: %w", err)
	}
	for _, place := range gone {
		if err := takeOut(ctx, in.Tx, in.options.Keys, place); err != nil {
			return err
		}
	}
	in.report.Addresses = len(found.all)
	for _, w := range found.all {
		if !w.here {
			in.report.NotHere = append(in.report.NotHere, w.row)
		}
	}
	return nil
}
