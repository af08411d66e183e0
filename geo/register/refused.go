package register

import (
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
)

// addressResolution is the H3 resolution that tells two places with one street
// and number apart, in place of a town's name, which files spell in many ways:
// cells of about a kilometre.
const addressResolution = 8

// refusal is an HMAC of one of four kinds: of a building; of an address and its
// surroundings; of an address with its town or postcode, wherever it is, which is what
// a list of addresses says; and of the address of such a line without the town, which
// tells when it is worth asking in which town a place lies.
type refusal [32]byte

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

func (k *Keys) refuseAddressIn(normalWithTown string) refusal {
	return refusal(digest(k.refusal, "address in", normalWithTown))
}

func (k *Keys) refuseSomewhere(normal string) refusal {
	return refusal(digest(k.refusal, "somewhere", normal))
}

// refused is the set that every input drops.
type refused struct {
	keys *Keys
	set  map[refusal]struct{}
}

// holdInput makes refusals, places that somebody adds and other imports wait until the
// transaction ends.
func holdInput(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(importLock)); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	return nil
}

// loadRefused reads the set. Without [holdInput] it misses what comes after.
func loadRefused(ctx context.Context, tx pgx.Tx, keys *Keys) (*refused, error) {
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

// lacks says whether others know of a wish that r does not know of.
func (r *refused) lacks(others *refused) bool {
	for one := range others.set {
		if _, is := r.set[one]; !is {
			return true
		}
	}
	return false
}

// has says whether those at a place asked never to be visited. towns are the names of
// the areas around it, when they are known.
func (r *refused) has(place geo.Household, leaf geo.Cell, towns []string) (bool, error) {
	if len(r.set) == 0 {
		return false, nil
	}
	found, err := r.keys.refusalsOf(place, leaf, towns)
	for _, one := range found {
		if _, is := r.set[one]; is {
			return true, err
		}
	}
	return false, err
}

// refusalsOf are all by which a place may have refused.
func (k *Keys) refusalsOf(place geo.Household, leaf geo.Cell, towns []string) ([]refusal, error) {
	around, err := leaf.Parent(addressResolution)
	if err != nil {
		return nil, err
	}
	all := []refusal{k.refuseBuilding(place.ID)}
	for _, address := range normalAddresses(place.Address) {
		all = append(all, k.refuseAddress(address, around), k.refuseAddressIn(address))
	}
	for _, address := range formsIn(place.Address, towns) {
		all = append(all, k.refuseAddressIn(address))
	}
	return all, nil
}

// formsIn are the forms of an address with each of some towns.
func formsIn(a geo.Address, towns []string) []string {
	more := make([]string, 0, 2*len(towns))
	for _, town := range towns {
		more = append(more, town, a.Postcode+" "+town)
	}
	return addressForms(a, more...)
}

// mayHave says whether the answer of has may depend on the town.
func (r *refused) mayHave(a geo.Address) bool {
	for _, address := range addressForms(a, "") {
		if _, is := r.set[r.keys.refuseSomewhere(address)]; is {
			return true
		}
	}
	return false
}

// townsOfAreas has for every area the names, in both languages, of the towns and
// villages that it is or lies in. A county is one where it has no towns.
func townsOfAreas(ctx context.Context, tx pgx.Tx) (map[uuid.UUID][]string, error) {
	rows, err := tx.Query(ctx, `
		SELECT p.area_id, a.name, coalesce(a.name_zh, a.name)
		FROM rounds.areas a JOIN rounds.area_paths p ON p.ancestor_id = a.id
		WHERE a.level IN ('town', 'village') OR a.level = 'county' AND NOT EXISTS (
			SELECT FROM rounds.areas b WHERE b.parent_id = a.id AND b.level <> 'grid')`)
	if err != nil {
		return nil, fmt.Errorf("register: towns: %w", err)
	}
	towns := map[uuid.UUID][]string{}
	var area uuid.UUID
	var name, nameZH string
	_, err = pgx.ForEachRow(rows, []any{&area, &name, &nameZH}, func() error {
		towns[area] = append(towns[area], name)
		if nameZH != name {
			towns[area] = append(towns[area], nameZH)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("register: towns: %w", err)
	}
	return towns, nil
}
