package register

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// Where a point lies is decided by the outline of a grid. Outlines follow leaf
// cells, so most cells lie in one grid and their points need no look of their own.

// cellsAtOnce bounds how many cells are in memory at a time: a file may have as many
// as it has rows.
const cellsAtOnce = 2000

// stageCells stages the leaf cells of the staged rows with their hexagons.
func (in *intake) stageCells(ctx context.Context) error {
	err := in.run(ctx, `CREATE TEMP TABLE incoming_cells (cell bigint, hexagon public.geometry(Polygon, 4326), area_id uuid) ON COMMIT DROP`,
		`CREATE TEMP TABLE incoming_points (row_number bigint PRIMARY KEY, area_id uuid) ON COMMIT DROP`,
		`CREATE TEMP TABLE distinct_cells ON COMMIT DROP AS SELECT DISTINCT cell FROM incoming`,
		`ALTER TABLE distinct_cells ADD PRIMARY KEY (cell)`)
	if err != nil {
		return err
	}
	// Neighbours one after the other are mostly of one grid, whose outline PostGIS
	// then has at hand.
	for last := int64(-1); ; {
		rows, err := in.Query(ctx, "SELECT cell FROM distinct_cells WHERE cell > $1 ORDER BY cell LIMIT $2", last, cellsAtOnce)
		if err != nil {
			return fmt.Errorf("register: stage cells: %w", err)
		}
		cells, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return fmt.Errorf("register: stage cells: %w", err)
		}
		if len(cells) == 0 {
			break
		}
		last = cells[len(cells)-1]
		_, err = in.CopyFrom(ctx, pgx.Identifier{"incoming_cells"}, []string{"cell", "hexagon"}, pgx.CopyFromSlice(len(cells), func(i int) ([]any, error) {
			ring, err := geo.Cell(cells[i]).Boundary()
			return []any{cells[i], orb.Polygon{ring}}, err
		}))
		if err != nil {
			return fmt.Errorf("register: stage cells: %w", err)
		}
	}
	return in.run(ctx, "DROP TABLE distinct_cells", "ALTER TABLE incoming_cells ADD PRIMARY KEY (cell)", "ANALYZE incoming_cells")
}

// locate finds the grid of each staged row, cutting grids in areas that have none,
// and complains about rows outside every area.
func (in *intake) locate(ctx context.Context) error {
	in.options.progress("locate", 0, 0)
	if err := in.copyAreas(ctx); err != nil {
		return err
	}
	if err := in.dropSuspects(ctx); err != nil {
		return err
	}
	if err := in.assign(ctx); err != nil {
		return err
	}
	if err := in.place(ctx); err != nil {
		return err
	}
	return in.run(ctx, `CREATE TEMP TABLE located ON COMMIT DROP AS
			SELECT i.*, coalesce(c.area_id, p.area_id) AS area_id FROM `+assigned,
		`ANALYZE located`)
}

// place finds a grid for the rows that no grid holds, or complains about them.
func (in *intake) place(ctx context.Context) error {
	if none, err := in.findStrays(ctx); none || err != nil {
		return err
	}
	cut, err := in.cutGrids(ctx)
	if err != nil {
		return err
	}
	if cut {
		if err := in.copyAreas(ctx); err != nil {
			return err
		}
		if err := in.assign(ctx); err != nil {
			return err
		}
		if none, err := in.findStrays(ctx); none || err != nil {
			return err
		}
	}
	if err := in.assignNearest(ctx); err != nil {
		return err
	}
	if none, err := in.findStrays(ctx); none || err != nil {
		return err
	}
	return in.refuseOutside(ctx)
}

// assigned joins each staged row to its grid, be it that of its cell or its own.
const assigned = `incoming i LEFT JOIN incoming_cells c ON c.cell = i.cell AND c.area_id IS NOT NULL
	LEFT JOIN incoming_points p ON p.row_number = i.row_number`

// findStrays stages the rows that have no grid yet, and says whether there are none.
func (in *intake) findStrays(ctx context.Context) (none bool, err error) {
	if err := in.run(ctx, "DROP TABLE IF EXISTS strays"); err != nil {
		return false, err
	}
	tag, err := in.Exec(ctx, `CREATE TEMP TABLE strays ON COMMIT DROP AS
		SELECT i.row_number, i.cell, i.doors, i.at FROM `+assigned+` WHERE c.cell IS NULL AND p.row_number IS NULL`)
	if err != nil {
		return false, fmt.Errorf("register: strays: %w", err)
	}
	return tag.RowsAffected() == 0, in.run(ctx, "ANALYZE strays")
}

// copyAreas copies the outlines to a table without row-level security, which
// would keep the spatial index from being used.
func (in *intake) copyAreas(ctx context.Context) error {
	return in.run(ctx, `DROP TABLE IF EXISTS known_areas`,
		`CREATE TEMP TABLE known_areas ON COMMIT DROP AS
			SELECT id, parent_id, level, outline, public.ST_Area(outline) AS size FROM rounds.areas`,
		`CREATE INDEX ON known_areas USING gist (outline)`,
		`ANALYZE known_areas`)
}

// assign gives cells that lie wholly in a grid their grid, and points of other
// cells theirs.
func (in *intake) assign(ctx context.Context) error {
	return in.run(ctx, `
		UPDATE incoming_cells c SET area_id = a.id FROM known_areas a
		WHERE c.area_id IS NULL AND a.level = 'grid' AND public.ST_Covers(a.outline, c.hexagon)`,
		`ANALYZE incoming_cells`,
		`INSERT INTO incoming_points (row_number, area_id)
		SELECT DISTINCT ON (i.row_number) i.row_number, a.id
		FROM incoming i JOIN incoming_cells c ON c.cell = i.cell AND c.area_id IS NULL
			JOIN known_areas a ON a.level = 'grid' AND public.ST_Covers(a.outline, i.at)
		ORDER BY i.row_number, a.id
		ON CONFLICT DO NOTHING`,
		`ANALYZE incoming_points`)
}

// assignNearest takes stray points to the nearest grid: those within the area of
// that grid, and those on a hair-line between outlines, about a metre wide.
func (in *intake) assignNearest(ctx context.Context) error {
	return in.run(ctx, `
		INSERT INTO incoming_points (row_number, area_id)
		SELECT DISTINCT ON (i.row_number) i.row_number, g.id
		FROM strays i JOIN known_areas a ON a.level <> 'grid' AND public.ST_DWithin(a.outline, i.at, 0.00001)
			JOIN known_areas g ON g.level = 'grid' AND g.parent_id = a.id
		ORDER BY i.row_number, public.ST_Distance(g.outline, i.at), a.size, g.id`)
}

// refuseOutside complains about rows in no area, and guesses why.
func (in *intake) refuseOutside(ctx context.Context) error {
	rows, err := in.Query(ctx, `
		SELECT i.row_number, EXISTS (
			SELECT FROM known_areas a WHERE public.ST_Covers(a.outline, public.ST_FlipCoordinates(i.at))), i.all_rows
		FROM (SELECT *, count(*) OVER () AS all_rows FROM strays ORDER BY row_number LIMIT $1) i
		ORDER BY i.row_number`, in.most)
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	var row int64
	var swapped bool
	var all, told int
	_, err = pgx.ForEachRow(rows, []any{&row, &swapped, &all}, func() error {
		told++
		problem := "lies outside every area; import the area first, or name the coordinate system with --crs"
		if swapped {
			problem = "lies outside every area, and inside with lon and lat swapped; swap the two columns"
		}
		in.complain(row, Complaint{Field: "lon, lat", Problem: problem})
		return nil
	})
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	in.complaints.total += all - told
	return nil
}
