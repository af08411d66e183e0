package export

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/tiles/heat"
)

// cellsLayer is the work of a round: leaf cells for the grid's own supervisor, and
// for everybody above groups of at least 20 dwellings, which have no cell.
var cellsLayer = gis.Layer{Name: "cells", Geometry: "MultiPolygon", Columns: []gis.Column{
	{Name: "cell", Kind: gis.Text}, {Name: "area", Kind: gis.Text}, {Name: "dwellings", Kind: gis.Integer},
	{Name: "to_visit", Kind: gis.Integer}, {Name: "finished", Kind: gis.Integer}, {Name: "late", Kind: gis.Integer},
	{Name: "minutes", Kind: gis.Integer},
}}

var cellsRoles = []string{register.Supervisor, register.Analyst}

// patch is a cell or a group, with its work.
type patch struct {
	cell  geo.Cell // 0 for a group
	group uuid.UUID
	area  uuid.UUID
	cells []geo.Cell
	work  register.Work
}

// eachCell gives the rows of the layer as [register.DB.ExportRows] does. A round has
// few enough cells to be held.
func eachCell(ctx context.Context, db *register.DB, principal register.Principal, filter register.ExportFilter,
	begin func(rows int64) error, each func(shape orb.Geometry, values []any) error) error {
	if principal != operator && !slices.Contains(cellsRoles, principal.Role) {
		return register.ErrExportRefused
	}
	reach, err := db.Reach(ctx, principal, filter.Round, filter.Today)
	if err != nil {
		return err
	}
	names, err := db.AreasWithin(ctx, principal, filter.Area)
	if err != nil {
		return err
	}
	patches, err := patchesOf(ctx, db, principal, reach.Round, filter, names)
	if err != nil {
		return err
	}
	if err := begin(int64(len(patches))); err != nil {
		return err
	}
	for _, p := range patches {
		shape, err := heat.Union(p.cells)
		if err != nil {
			return err
		}
		if err := each(shape, p.values(names)); err != nil {
			return err
		}
	}
	return nil
}

// patchesOf sums the work of a round as the principal may see it, in the areas that
// have names.
func patchesOf(ctx context.Context, db *register.DB, principal register.Principal, round uuid.UUID,
	filter register.ExportFilter, names map[uuid.UUID]string) ([]patch, error) {
	sight, err := tiles.SightOf(ctx, db, principal)
	if err != nil {
		return nil, err
	}
	grouped, err := db.GroupsOf(ctx, register.Service("tiles"), round)
	if err != nil {
		return nil, err
	}
	work, err := db.WorkOf(ctx, register.Service("tiles"), round, filter.Today, nil)
	if err != nil {
		return nil, err
	}
	groups := map[uuid.UUID]*patch{}
	home := map[heat.Leaf]*patch{}
	for _, c := range grouped {
		if groups[c.Group] == nil {
			groups[c.Group] = &patch{group: c.Group, area: c.Area}
		}
		g := groups[c.Group]
		g.cells = append(g.cells, c.Cell)
		home[heat.Leaf{Area: c.Area, Cell: c.Cell}] = g
	}
	var patches []patch
	for _, w := range work {
		_, named := names[w.Area]
		switch detail := sight[w.Area]; {
		case !named || detail == heat.None:
		case detail == heat.Cells:
			patches = append(patches, patch{cell: w.Cell, area: w.Area, cells: []geo.Cell{w.Cell}, work: w})
		default:
			if g := home[heat.Leaf{Area: w.Area, Cell: w.Cell}]; g != nil {
				g.add(w)
			}
		}
	}
	for _, g := range groups {
		if g.work.Dwellings > 0 {
			patches = append(patches, *g)
		}
	}
	slices.SortFunc(patches, func(p, q patch) int {
		return cmp.Or(bytes.Compare(p.area[:], q.area[:]), cmp.Compare(p.cell, q.cell), bytes.Compare(p.group[:], q.group[:]))
	})
	return patches, nil
}

func (p *patch) add(w register.Work) {
	p.work.ToVisit += w.ToVisit
	p.work.Finished += w.Finished
	p.work.Late += w.Late
	p.work.Seconds += w.Seconds
	p.work.Dwellings += w.Dwellings
}

func (p *patch) values(names map[uuid.UUID]string) []any {
	var cell any
	if p.cell != 0 {
		cell = p.cell.String()
	}
	w := p.work
	return []any{cell, names[p.area], int64(w.Dwellings), int64(w.ToVisit), int64(w.Finished), int64(w.Late), (w.Seconds + 59) / 60}
}
