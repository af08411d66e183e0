package register

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// field is an area without grids, or several small ones joined, that is to be cut.
type field struct {
	// parent becomes the parent of the grids; areas are what is cut, parent first.
	parent uuid.UUID
	areas  []uuid.UUID
	blocks []block
}

func (f *field) places() int {
	sum := 0
	for _, b := range f.blocks {
		sum += b.places
	}
	return sum
}

func (f *field) middle() orb.Point {
	var sum orb.Point
	for _, b := range f.blocks {
		sum[0] += b.at[0] / float64(len(f.blocks))
		sum[1] += b.at[1] / float64(len(f.blocks))
	}
	return sum
}

// cutGrids cuts grids in the areas that hold staged rows and have none, and says
// whether there were any.
func (in *intake) cutGrids(ctx context.Context) (bool, error) {
	fields, err := in.fields(ctx)
	if err != nil || len(fields) == 0 {
		return false, err
	}
	if in.looks() {
		// New grids are there until the look is over, and an import would wait for them.
		if err := holdInput(ctx, in.Tx); err != nil {
			return false, err
		}
	}
	err = in.run(ctx, `CREATE TEMP TABLE new_grids (id uuid, parent_id uuid, source_key text, name text, name_zh text,
		outline public.geometry) ON COMMIT DROP`,
		`CREATE TEMP TABLE new_grid_cells (cell bigint, area_id uuid, places integer) ON COMMIT DROP`)
	if err != nil {
		return false, err
	}
	for i, f := range joinSmall(fields) {
		in.options.progress("cut", i, len(fields))
		if err := in.cutField(ctx, f); err != nil {
			return false, err
		}
	}
	tag, err := in.Exec(ctx, `
		INSERT INTO rounds.areas (id, parent_id, level, source_key, name, name_zh, outline)
		SELECT id, parent_id, 'grid', source_key, name, name_zh, outline FROM new_grids`)
	if err != nil {
		return false, fmt.Errorf("register: cut grids: %w", err)
	}
	in.report.Grids = int(tag.RowsAffected())
	// A cell all of whose rows went into one cut is wholly in the grid it became.
	return true, in.run(ctx, `ANALYZE new_grid_cells`,
		`UPDATE incoming_cells c SET area_id = n.area_id
		FROM new_grid_cells n JOIN (SELECT cell, count(*) AS places FROM incoming GROUP BY cell) i USING (cell)
		WHERE n.cell = c.cell AND n.places = i.places AND c.area_id IS NULL`,
		`ANALYZE incoming_cells`)
}

// fields are the smallest areas around the rows that no grid holds, with their
// blocks. A few stray rows in an area that has grids make no new one.
func (in *intake) fields(ctx context.Context) ([]*field, error) {
	rows, err := in.Query(ctx, `
		WITH whole AS (
			-- cells that no border crosses, whose rows need no look of their own
			SELECT c.cell, (array_agg(k.id ORDER BY k.size, k.id))[1] AS id
			FROM incoming_cells c JOIN known_areas k ON k.level <> 'grid' AND public.ST_Intersects(k.outline, c.hexagon)
			WHERE c.area_id IS NULL
			GROUP BY c.cell HAVING bool_and(public.ST_Covers(k.outline, c.hexagon)))
		SELECT a.id, i.cell, count(*), sum(i.doors)
		FROM strays i LEFT JOIN whole w ON w.cell = i.cell CROSS JOIN LATERAL (
			SELECT w.id WHERE w.id IS NOT NULL
			UNION ALL (
				SELECT k.id FROM known_areas k
				WHERE w.id IS NULL AND k.level <> 'grid' AND public.ST_Covers(k.outline, i.at)
				ORDER BY k.size, k.id LIMIT 1)) a
		GROUP BY a.id, i.cell ORDER BY a.id, i.cell`)
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	var fields []*field
	var area uuid.UUID
	var cell int64
	var places, dwellings int
	_, err = pgx.ForEachRow(rows, []any{&area, &cell, &places, &dwellings}, func() error {
		if len(fields) == 0 || fields[len(fields)-1].parent != area {
			fields = append(fields, &field{parent: area, areas: []uuid.UUID{area}})
		}
		at, err := geo.Cell(cell).Centre()
		f := fields[len(fields)-1]
		f.blocks = append(f.blocks, block{cell: geo.Cell(cell), at: at, places: places, dwellings: dwellings})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	rows, err = in.Query(ctx, "SELECT DISTINCT parent_id FROM known_areas WHERE level = 'grid'")
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	cut, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	return slices.DeleteFunc(fields, func(f *field) bool {
		return f.places() < leastPlaces && slices.Contains(cut, f.parent)
	}), nil
}

// joinSmall joins areas of fewer than [leastPlaces] places to the nearest other.
func joinSmall(fields []*field) []*field {
	for len(fields) > 1 {
		small := slices.IndexFunc(fields, func(f *field) bool { return f.places() < leastPlaces })
		if small < 0 {
			break
		}
		f := fields[small]
		fields = slices.Delete(fields, small, small+1)
		nearest := slices.MinFunc(fields, func(a, b *field) int {
			return cmp.Compare(geo.Metres(a.middle(), f.middle()), geo.Metres(b.middle(), f.middle()))
		})
		nearest.areas = append(nearest.areas, f.areas...)
		nearest.blocks = append(nearest.blocks, f.blocks...)
	}
	return fields
}

// cutField cuts a field and stages its grids.
func (in *intake) cutField(ctx context.Context, f *field) error {
	f.mergeCells()
	if err := in.link(ctx, f.blocks); err != nil {
		return err
	}
	part := cutGrids(f.blocks)
	order := numbered(f.blocks, part)
	if err := in.stageParts(ctx, f, part); err != nil {
		return err
	}
	var key, name, nameZH string
	var taken int
	// A town and the village in it may have one name; their grids are numbered on.
	err := in.QueryRow(ctx, `
		SELECT source_key, name, coalesce(name_zh, ''), (
			SELECT count(*) FROM (
				SELECT parent_id FROM rounds.areas WHERE level = 'grid' UNION ALL SELECT parent_id FROM new_grids) g
			JOIN rounds.areas p ON p.id = g.parent_id WHERE p.name = a.name)
		FROM rounds.areas a WHERE id = $1`, f.parent).Scan(&key, &name, &nameZH, &taken)
	if err != nil {
		return fmt.Errorf("register: cut: %w", err)
	}
	if nameZH != "" {
		nameZH += " "
	}
	batch := &pgx.Batch{}
	grids := make([]uuid.UUID, len(order))
	for i, p := range order {
		number := taken + i + 1
		gridKey := fmt.Sprintf("%s/%d", key, number)
		grids[p] = in.options.Keys.ID("area", gridKey)
		batch.Queue(`INSERT INTO new_grids SELECT $1, $2, $3, $4 || ' ' || $7, nullif($5, '') || $7, outline FROM part_outlines WHERE part = $6`,
			grids[p], f.parent, gridKey, name, nameZH, p, fmt.Sprint(number))
	}
	if err := in.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("register: cut: %w", err)
	}
	cells := make([][]any, len(f.blocks))
	for i, b := range f.blocks {
		cells[i] = []any{int64(b.cell), grids[part[i]], b.places}
	}
	if _, err := in.CopyFrom(ctx, pgx.Identifier{"new_grid_cells"}, []string{"cell", "area_id", "places"}, pgx.CopyFromRows(cells)); err != nil {
		return fmt.Errorf("register: cut: %w", err)
	}
	return nil
}

// mergeCells makes one block of the parts of a cell on both sides of a border
// that joining has taken away.
func (f *field) mergeCells() {
	slices.SortStableFunc(f.blocks, func(a, b block) int { return cmp.Compare(a.cell, b.cell) })
	merged := f.blocks[:0]
	for _, b := range f.blocks {
		if n := len(merged); n > 0 && merged[n-1].cell == b.cell {
			merged[n-1].places += b.places
			merged[n-1].dwellings += b.dwellings
			continue
		}
		merged = append(merged, b)
	}
	f.blocks = merged
}

// numbered are the parts from north to south, and from west to east among those
// about as far north.
func numbered(blocks []block, part []int) []int {
	type middle struct {
		part     int
		lat, lon float64
		n        int
	}
	var parts []middle
	for i, b := range blocks {
		for len(parts) <= part[i] {
			parts = append(parts, middle{part: len(parts)})
		}
		m := &parts[part[i]]
		m.lat, m.lon, m.n = m.lat+b.at.Lat(), m.lon+b.at.Lon(), m.n+1
	}
	slices.SortFunc(parts, func(a, b middle) int {
		// Rows of a hundredth of a degree, about a kilometre.
		row := func(m middle) float64 { return -math.Round(m.lat / float64(m.n) * 100) }
		return cmp.Or(cmp.Compare(row(a), row(b)), cmp.Compare(a.lon/float64(a.n), b.lon/float64(b.n)))
	})
	order := make([]int, len(parts))
	for i, m := range parts {
		order[i] = m.part
	}
	return order
}

// link makes blocks neighbours whose regions (Voronoi) touch, so that a connected
// part has an outline in one piece, and all blocks hang together.
func (in *intake) link(ctx context.Context, blocks []block) error {
	if len(blocks) < 2 {
		return nil
	}
	// One degree of longitude is shorter than one of latitude.
	squeeze := math.Cos(blocks[0].at.Lat() * math.Pi / 180)
	points := make(orb.MultiPoint, len(blocks))
	index := make(map[orb.Point]int, len(blocks))
	for i, b := range blocks {
		points[i] = orb.Point{b.at.Lon() * squeeze, b.at.Lat()}
		index[points[i]] = i
	}
	rows, err := in.Query(ctx, `
		SELECT ST_X(ST_StartPoint(e.geom)), ST_Y(ST_StartPoint(e.geom)), ST_X(ST_EndPoint(e.geom)), ST_Y(ST_EndPoint(e.geom))
		FROM ST_Dump(ST_DelaunayTriangles($1, 0, 1)) e`, points)
	if err != nil {
		return fmt.Errorf("register: link cells: %w", err)
	}
	union := newForest(len(blocks))
	var a, b orb.Point
	_, err = pgx.ForEachRow(rows, []any{&a[0], &a[1], &b[0], &b[1]}, func() error {
		i, found := index[a]
		j, alsoFound := index[b]
		if found && alsoFound {
			connect(blocks, i, j)
			union.join(i, j)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("register: link cells: %w", err)
	}
	// Cells in one straight line have no triangles.
	order := make([]int, len(blocks))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(points[i][0], points[j][0]), cmp.Compare(points[i][1], points[j][1]))
	})
	for n := 1; n < len(order); n++ {
		if union.join(order[n-1], order[n]) {
			connect(blocks, order[n-1], order[n])
		}
	}
	return nil
}

func connect(blocks []block, i, j int) {
	metres := geo.Metres(blocks[i].at, blocks[j].at)
	blocks[i].beside = append(blocks[i].beside, step{j, metres})
	blocks[j].beside = append(blocks[j].beside, step{i, metres})
}

// forest finds out what hangs together (union-find).
type forest []int

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = i
	}
	return f
}

func (f forest) root(i int) int {
	for f[i] != i {
		f[i] = f[f[i]]
		i = f[i]
	}
	return i
}

// join says whether the two were apart.
func (f forest) join(i, j int) bool {
	i, j = f.root(i), f.root(j)
	f[i] = j
	return i != j
}

// stageParts makes the outline of each part of a field: its hexagons whole, and of
// the land between what lies nearest to them.
func (in *intake) stageParts(ctx context.Context, f *field, part []int) error {
	err := in.run(ctx, `DROP TABLE IF EXISTS part_cells, part_regions, part_outlines, part_field`,
		`CREATE TEMP TABLE part_cells (part integer, hexagon public.geometry, centre public.geometry) ON COMMIT DROP`)
	if err != nil {
		return err
	}
	rows := make([][]any, len(f.blocks))
	for i, b := range f.blocks {
		ring, err := b.cell.Boundary()
		if err != nil {
			return err
		}
		rows[i] = []any{part[i], orb.Polygon{ring}, b.at}
	}
	if _, err := in.CopyFrom(ctx, pgx.Identifier{"part_cells"}, []string{"part", "hexagon", "centre"}, pgx.CopyFromRows(rows)); err != nil {
		return fmt.Errorf("register: cut: %w", err)
	}
	areas := "'" + quoted(f.areas) + "'::uuid[]"
	// The field is its areas without the areas and grids within them.
	_, err = in.Exec(ctx, `
		CREATE TEMP TABLE part_field ON COMMIT DROP AS
		SELECT coalesce(ST_Difference(ST_Union(a.outline), (
			SELECT ST_Union(k.outline) FROM known_areas k WHERE k.parent_id = ANY (`+areas+`) AND k.id <> ALL (`+areas+`))),
			ST_Union(a.outline)) AS shape
		FROM known_areas a WHERE a.id = ANY (`+areas+`)`)
	if err != nil {
		return fmt.Errorf("register: cut: %w", err)
	}
	if slices.Max(part) == 0 {
		return in.run(ctx, `CREATE TEMP TABLE part_outlines ON COMMIT DROP AS
			SELECT 0 AS part, ST_Multi(ST_CollectionExtract(shape, 3)) AS outline FROM part_field`)
	}
	return in.run(ctx, `CREATE INDEX ON part_cells USING gist (hexagon)`, `CREATE INDEX ON part_cells USING gist (centre)`, `ANALYZE part_cells`,
		`CREATE TEMP TABLE part_regions ON COMMIT DROP AS
		SELECT c.part, ST_Union(v.region) AS region FROM (
			SELECT ST_Transform((ST_Dump(ST_VoronoiPolygons(
				(SELECT ST_Collect(ST_Transform(centre, 3857)) FROM part_cells), 0,
				(SELECT ST_Expand(ST_Transform(ST_SetSRID(ST_Extent(shape)::geometry, 4326), 3857), 1000) FROM part_field)))).geom, 4326) AS region
		) v JOIN part_cells c ON ST_Covers(v.region, c.centre) GROUP BY c.part`,
		`CREATE TEMP TABLE part_outlines ON COMMIT DROP AS
		SELECT r.part, ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_Intersection(ST_Union(ST_Difference(r.region, coalesce((
				SELECT ST_Union(o.hexagon) FROM part_cells o WHERE o.part <> r.part AND ST_Intersects(o.hexagon, r.region)),
				'SRID=4326;POLYGON EMPTY')), h.hexagons), (SELECT shape FROM part_field))), 3)) AS outline
		FROM part_regions r JOIN (SELECT part, ST_Union(hexagon) AS hexagons FROM part_cells GROUP BY part) h USING (part)`)
}

// quoted is an array literal of identifiers, which need no escaping.
func quoted(ids []uuid.UUID) string {
	literal := "{"
	for i, id := range ids {
		if i > 0 {
			literal += ","
		}
		literal += id.String()
	}
	return literal + "}"
}
