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

// stageCells stages the leaf cells of the file with their hexagons.
func (in *intake) stageCells(ctx context.Context, cells map[geo.Cell]struct{}) error {
	err := in.run(ctx, `CREATE TEMP TABLE incoming_cells (cell bigint, hexagon public.geometry(Polygon, 4326), area_id uuid) ON COMMIT DROP`,
		`CREATE TEMP TABLE incoming_points (row_number bigint PRIMARY KEY, area_id uuid) ON COMMIT DROP`)
	if err != nil {
		return err
	}
	rows := make([][]any, 0, len(cells))
	for cell := range cells {
		ring, err := cell.Boundary()
		if err != nil {
			return err
		}
		rows = append(rows, []any{int64(cell), orb.Polygon{ring}})
	}
	if _, err := in.CopyFrom(ctx, pgx.Identifier{"incoming_cells"}, []string{"cell", "hexagon"}, pgx.CopyFromRows(rows)); err != nil {
		return fmt.Errorf("register: stage cells: %w", err)
	}
	return in.run(ctx, "ALTER TABLE incoming_cells ADD PRIMARY KEY (cell)", "ANALYZE incoming_cells")
}

// locate finds the grid of each staged row, cutting grids in areas that have none,
// and complains about rows outside every area.
func (in *intake) locate(ctx context.Context) error {
	in.options.progress("locate", 0, 0)
	if err := in.copyAreas(ctx); err != nil {
		return err
	}
	if err := in.assign(ctx); err != nil {
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
	}
	if err := in.assignNearest(ctx); err != nil {
		return err
	}
	return in.refuseOutside(ctx)
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
		`INSERT INTO incoming_points (row_number, area_id)
		SELECT DISTINCT ON (i.row_number) i.row_number, a.id
		FROM incoming i JOIN incoming_cells c ON c.cell = i.cell AND c.area_id IS NULL
			JOIN known_areas a ON a.level = 'grid' AND public.ST_Covers(a.outline, i.at)
		ORDER BY i.row_number, a.id
		ON CONFLICT DO NOTHING`)
}

// assignNearest takes stray points to the nearest grid: those within the area of
// that grid, and those on a hair-line between outlines, about a metre wide.
func (in *intake) assignNearest(ctx context.Context) error {
	return in.run(ctx, `
		INSERT INTO incoming_points (row_number, area_id)
		SELECT DISTINCT ON (i.row_number) i.row_number, g.id
		FROM (`+unlocated+`) i JOIN known_areas a ON a.level <> 'grid' AND public.ST_DWithin(a.outline, i.at, 0.00001)
			JOIN known_areas g ON g.level = 'grid' AND g.parent_id = a.id
		ORDER BY i.row_number, public.ST_Distance(g.outline, i.at), a.size, g.id`)
}

const unlocated = `SELECT i.* FROM ` + located + ` WHERE c.cell IS NULL AND p.row_number IS NULL`

// refuseOutside complains about rows in no area, and guesses why.
func (in *intake) refuseOutside(ctx context.Context) error {
	rows, err := in.Query(ctx, `
		SELECT i.row_number, EXISTS (
			SELECT FROM known_areas a WHERE public.ST_Covers(a.outline, public.ST_FlipCoordinates(i.at))), i.all_rows
		FROM (SELECT o.*, count(*) OVER () AS all_rows FROM (`+unlocated+`) o ORDER BY row_number LIMIT $1) i
		ORDER BY i.row_number`, mostComplaints)
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
