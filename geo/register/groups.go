package register

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// grouping is a grid with cells that no group has yet.
type grouping struct {
	grid   uuid.UUID
	blocks []block
}

// groups makes the groups of dwellings of the grids that the import touched.
// Groups are frozen: a new cell goes to the nearest group of its grid, and only
// a grid without groups is cut.
func (in *intake) groups(ctx context.Context) error {
	loose, err := in.looseCells(ctx)
	if err != nil {
		return err
	}
	known, err := in.knownGroups(ctx)
	if err != nil {
		return err
	}
	var groups, cells [][]any
	for _, g := range loose {
		if there := known[g.grid]; len(there) > 0 {
			for _, b := range g.blocks {
				cells = append(cells, []any{int64(b.cell), g.grid, nearestGroup(there, b.at)})
			}
			continue
		}
		made, of := in.newGroups(g)
		groups = append(groups, made...)
		cells = append(cells, of...)
	}
	in.report.Groups = len(groups)
	return in.saveGroups(ctx, groups, cells)
}

func (in *intake) looseCells(ctx context.Context) ([]grouping, error) {
	grids, err := in.gridIDs(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := in.Query(ctx, `
		SELECT h.area_id, h.cell, count(*), sum(h.doors)
		FROM rounds.households h
		WHERE h.area_id = ANY ($1) AND NOT EXISTS (
			SELECT FROM rounds.dwelling_group_cells g WHERE g.cell = h.cell AND g.area_id = h.area_id)
		GROUP BY h.area_id, h.cell ORDER BY h.area_id, h.cell`, grids)
	if err != nil {
		return nil, fmt.Errorf("register: groups: %w", err)
	}
	var loose []grouping
	var grid uuid.UUID
	var cell int64
	var places, dwellings int
	_, err = pgx.ForEachRow(rows, []any{&grid, &cell, &places, &dwellings}, func() error {
		if len(loose) == 0 || loose[len(loose)-1].grid != grid {
			loose = append(loose, grouping{grid: grid})
		}
		at, err := geo.Cell(cell).Centre()
		g := &loose[len(loose)-1]
		g.blocks = append(g.blocks, block{cell: geo.Cell(cell), at: at, places: places, dwellings: dwellings})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: groups: %w", err)
	}
	return loose, nil
}

// placedGroup is a cell of a group that there is.
type placedGroup struct {
	id uuid.UUID
	at orb.Point
}

func (in *intake) knownGroups(ctx context.Context) (map[uuid.UUID][]placedGroup, error) {
	rows, err := in.Query(ctx, "SELECT area_id, group_id, cell FROM rounds.dwelling_group_cells ORDER BY cell")
	if err != nil {
		return nil, fmt.Errorf("register: groups: %w", err)
	}
	known := map[uuid.UUID][]placedGroup{}
	var grid, group uuid.UUID
	var cell int64
	_, err = pgx.ForEachRow(rows, []any{&grid, &group, &cell}, func() error {
		at, err := geo.Cell(cell).Centre()
		known[grid] = append(known[grid], placedGroup{id: group, at: at})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: groups: %w", err)
	}
	return known, nil
}

func nearestGroup(groups []placedGroup, at orb.Point) uuid.UUID {
	nearest := slices.MinFunc(groups, func(a, b placedGroup) int {
		if geo.Metres(a.at, at) < geo.Metres(b.at, at) {
			return -1
		}
		return 1
	})
	return nearest.id
}

// newGroups cuts a grid. A group is named by its first cell.
func (in *intake) newGroups(g grouping) (groups, cells [][]any) {
	of := cutGroups(g.blocks)
	ids := map[int]uuid.UUID{}
	dwellings := map[int]int{}
	for i, b := range g.blocks {
		if of[i] < 0 {
			return nil, nil
		}
		if _, named := ids[of[i]]; !named {
			ids[of[i]] = in.options.Keys.ID("group", g.grid.String()+"/"+b.cell.String())
		}
		dwellings[of[i]] += b.dwellings
		cells = append(cells, []any{int64(b.cell), g.grid, ids[of[i]]})
	}
	for n, id := range ids {
		groups = append(groups, []any{id, g.grid, dwellings[n]})
	}
	return groups, cells
}

func (in *intake) saveGroups(ctx context.Context, groups, cells [][]any) error {
	err := in.run(ctx, `CREATE TEMP TABLE new_groups (id uuid, area_id uuid, dwellings integer) ON COMMIT DROP`,
		`CREATE TEMP TABLE new_group_cells (cell bigint, area_id uuid, group_id uuid) ON COMMIT DROP`)
	if err != nil {
		return err
	}
	if _, err := in.CopyFrom(ctx, pgx.Identifier{"new_groups"}, []string{"id", "area_id", "dwellings"}, pgx.CopyFromRows(groups)); err != nil {
		return fmt.Errorf("register: groups: %w", err)
	}
	if _, err := in.CopyFrom(ctx, pgx.Identifier{"new_group_cells"}, []string{"cell", "area_id", "group_id"}, pgx.CopyFromRows(cells)); err != nil {
		return fmt.Errorf("register: groups: %w", err)
	}
	return in.run(ctx, `INSERT INTO rounds.dwelling_groups (id, area_id, dwellings) SELECT id, area_id, dwellings FROM new_groups`,
		`INSERT INTO rounds.dwelling_group_cells (cell, area_id, group_id) SELECT cell, area_id, group_id FROM new_group_cells`)
}

// recount brings the numbers of dwellings of areas and groups up to date.
func (in *intake) recount(ctx context.Context) error {
	return in.run(ctx, `CREATE TEMP TABLE counted ON COMMIT DROP AS
			SELECT area_id, cell, sum(doors)::integer AS dwellings FROM rounds.households GROUP BY area_id, cell`,
		`ANALYZE counted`,
		`UPDATE rounds.areas a SET dwellings = coalesce(n.dwellings, 0)
		FROM rounds.areas b LEFT JOIN (
			SELECT p.ancestor_id, sum(c.dwellings)::integer AS dwellings
			FROM counted c JOIN rounds.area_paths p ON p.area_id = c.area_id GROUP BY p.ancestor_id) n ON n.ancestor_id = b.id
		WHERE b.id = a.id AND a.dwellings <> coalesce(n.dwellings, 0)`,
		`UPDATE rounds.dwelling_groups g SET dwellings = coalesce(n.dwellings, 0)
		FROM rounds.dwelling_groups b LEFT JOIN (
			SELECT s.group_id, sum(c.dwellings)::integer AS dwellings
			FROM counted c JOIN rounds.dwelling_group_cells s ON s.cell = c.cell AND s.area_id = c.area_id GROUP BY s.group_id) n ON n.group_id = b.id
		WHERE b.id = g.id AND g.dwellings <> coalesce(n.dwellings, 0)`)
}
