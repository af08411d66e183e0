package register

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/text/unicode/norm"
)

// ledgerNames find areas and units by their names in either language.
type ledgerNames struct {
	parent       map[uuid.UUID]uuid.UUID
	areas, units map[string][]uuid.UUID
	// named are the names of an area, and place the area of a unit.
	named  map[uuid.UUID][2]string
	place  map[uuid.UUID]uuid.UUID
	closed map[uuid.UUID]bool // units
}

func foldName(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(name)), " "))
}

func loadLedgerNames(ctx context.Context, tx pgx.Tx) (*ledgerNames, error) {
	n := &ledgerNames{parent: map[uuid.UUID]uuid.UUID{}, areas: map[string][]uuid.UUID{}, units: map[string][]uuid.UUID{},
		named: map[uuid.UUID][2]string{}, place: map[uuid.UUID]uuid.UUID{}, closed: map[uuid.UUID]bool{}}
	var id, around uuid.UUID
	var name, nameZH string
	var closed bool
	index := func(by map[string][]uuid.UUID) (names [2]string) {
		names = [2]string{foldName(name), foldName(nameZH)}
		by[names[0]] = append(by[names[0]], id)
		if names[1] != names[0] {
			by[names[1]] = append(by[names[1]], id)
		}
		return names
	}
	rows, err := tx.Query(ctx, "SELECT id, coalesce(parent_id, id), name, coalesce(name_zh, name) FROM rounds.areas ORDER BY level, id")
	if err == nil {
		_, err = pgx.ForEachRow(rows, []any{&id, &around, &name, &nameZH}, func() error {
			n.named[id] = index(n.areas)
			if around != id {
				n.parent[id] = around
			}
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("register: names of areas: %w", err)
	}
	rows, err = tx.Query(ctx, "SELECT id, area_id, name, coalesce(name_zh, name), closed_on IS NOT NULL FROM rounds.units ORDER BY level, id")
	if err == nil {
		_, err = pgx.ForEachRow(rows, []any{&id, &around, &name, &nameZH, &closed}, func() error {
			index(n.units)
			n.place[id], n.closed[id] = around, closed
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("register: names of units: %w", err)
	}
	return n, nil
}

// covers says whether an area is another or around it.
func (n *ledgerNames) covers(around, area uuid.UUID) bool {
	for {
		if area == around {
			return true
		}
		parent, has := n.parent[area]
		if !has {
			return false
		}
		area = parent
	}
}

// find gives the area and the unit of a case by their names, either of which may be
// empty; nil is one that was not found or not named.
func (n *ledgerNames) find(area, unit string) (at, with *uuid.UUID, c *Complaint) {
	if area == "" && unit == "" {
		return nil, nil, &Complaint{Field: "area", Problem: "is empty, and so is unit; give one of them"}
	}
	if area != "" {
		if at, c = n.area(area); c != nil {
			return nil, nil, c
		}
	}
	if unit == "" {
		return at, nil, nil
	}
	var near []uuid.UUID
	for _, id := range n.units[foldName(unit)] {
		if at == nil || n.covers(n.place[id], *at) {
			near = append(near, id)
		}
	}
	switch {
	case len(near) == 0 && len(n.units[foldName(unit)]) > 0:
		return at, nil, &Complaint{Field: "unit", Problem: "is none for this area; look at both"}
	case len(near) == 0:
		return at, nil, &Complaint{Field: "unit", Problem: "is the name of no unit; found it at the desk first, or say which is meant with --word \"unit:WORD=NAME\""}
	case len(near) > 1:
		return at, nil, &Complaint{Field: "unit", Problem: "is the name of several units; give another name at the desk, or the area"}
	}
	if at == nil {
		place := n.place[near[0]]
		at = &place
	}
	return at, &near[0], nil
}

// area is the uppermost that has a name; the names of those around it may stand before
// it, with slashes between.
func (n *ledgerNames) area(text string) (*uuid.UUID, *Complaint) {
	path := strings.Split(text, "/")
	var found []uuid.UUID
	for _, id := range n.areas[foldName(path[len(path)-1])] {
		if n.lies(id, path[:len(path)-1]) {
			found = append(found, id)
		}
	}
	if len(found) == 0 {
		return nil, &Complaint{Field: "area", Problem: "is the name of no area; look at the spelling, or say which is meant with --word \"area:WORD=NAME\""}
	}
	for _, other := range found[1:] { // they come by level
		if !n.covers(found[0], other) {
			return nil, &Complaint{Field: "area", Problem: "is the name of several areas; put that of the town before it, as Town / Village"}
		}
	}
	return &found[0], nil
}

// lies says whether areas of these names, from the outermost, are around an area.
func (n *ledgerNames) lies(id uuid.UUID, around []string) bool {
	for i := len(around) - 1; i >= 0; i-- {
		name := foldName(around[i])
		for {
			parent, has := n.parent[id]
			if !has {
				return false
			}
			id = parent
			if names := n.named[id]; names[0] == name || names[1] == name {
				break
			}
		}
	}
	return true
}
