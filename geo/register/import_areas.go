package register

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// ImportAreas takes drawn areas: new ones are added, known ones (by their id)
// brought up to date. A parent is in the file or in the register. Rows count from
// FirstRow in the order given. The error is a [*RefusedError] when an area cannot be
// taken; then none is.
func (db *DB) ImportAreas(ctx context.Context, areas []geo.Area, options ImportOptions) (ImportReport, error) {
	report := ImportReport{Kind: "areas", DryRun: options.DryRun}
	err := db.importing(ctx, &report, options, func(in *intake) error {
		if len(areas) == 0 {
			return &RefusedError{Total: 1, Complaints: []Complaint{{Field: "file", Problem: "holds no areas; nothing was imported"}}}
		}
		if !in.looks() {
			if _, err := in.hold(ctx); err != nil {
				return err
			}
		}
		if err := in.areas(ctx, areas); err != nil {
			return err
		}
		report.Counts.Added, report.Counts.Changed, report.Counts.Unchanged = report.Areas.Added, report.Areas.Changed, report.Areas.Unchanged
		if in.looks() {
			return nil
		}
		return in.recount(ctx)
	})
	return report, err
}

var levels = []geo.Level{geo.County, geo.Town, geo.Village, geo.Grid}

// areas checks, stages and merges areas.
func (in *intake) areas(ctx context.Context, areas []geo.Area) error {
	if err := in.stageAreas(ctx, areas); err != nil {
		return err
	}
	if err := in.checkAreas(ctx); err != nil {
		return err
	}
	if in.options.Desk != nil {
		if err := in.keepAreasWithin(ctx, in.options.Desk.Areas); err != nil {
			return err
		}
	}
	if err := in.complaints.err(); err != nil {
		return err
	}
	if err := in.countAreas(ctx); err != nil {
		return err
	}
	if in.looks() {
		return in.findAreas(ctx, in.options.Desk.Areas)
	}
	if in.options.Desk != nil {
		if err := in.rememberAreas(ctx); err != nil {
			return err
		}
	}
	return in.mergeAreas(ctx)
}

func (in *intake) stageAreas(ctx context.Context, areas []geo.Area) error {
	err := in.run(ctx, `CREATE TEMP TABLE incoming_areas (row_number bigint, id uuid, parent_id uuid, level rounds.area_level,
		source_key text, name text, name_zh text, outline public.geometry(MultiPolygon, 4326), trimmed boolean NOT NULL DEFAULT false) ON COMMIT DROP`)
	if err != nil {
		return err
	}
	seen := map[string]int64{}
	var rows [][]any
	for i, area := range areas {
		row := max(in.options.FirstRow, 1) + int64(i)
		complaint := checkArea(area)
		if wrong, told := in.options.Wrong[row]; told {
			complaint = &wrong
		}
		if first, double := seen[area.ID]; double && complaint == nil {
			complaint = &Complaint{Field: "id", Problem: fmt.Sprintf("is that of row %d too; give each area an id of its own", first)}
		}
		if complaint != nil {
			in.complain(row, *complaint)
			continue
		}
		seen[area.ID] = row
		var parent any
		if area.ParentID != "" {
			parent = in.options.Keys.ID("area", area.ParentID)
		}
		rows = append(rows, []any{row, in.options.Keys.ID("area", area.ID), parent, string(area.Level), area.ID,
			area.Name, text(area.NameZH), area.Outline})
	}
	columns := []string{"row_number", "id", "parent_id", "level", "source_key", "name", "name_zh", "outline"}
	if _, err := in.CopyFrom(ctx, pgx.Identifier{"incoming_areas"}, columns, pgx.CopyFromRows(rows)); err != nil {
		return fmt.Errorf("register: stage areas: %w", err)
	}
	return nil
}

func checkArea(area geo.Area) *Complaint {
	switch {
	case area.ID == "":
		return &Complaint{Field: "id", Problem: "is empty; give each area an id"}
	case area.Name == "":
		return &Complaint{Field: "name", Problem: "is empty; give each area a name"}
	case !slices.Contains(levels, area.Level):
		return &Complaint{Field: "level", Problem: "is none of county, town, village, grid"}
	case area.ParentID == area.ID:
		return &Complaint{Field: "parent", Problem: "is the area itself"}
	case len(area.Outline) == 0:
		return &Complaint{Field: "outline", Problem: "is empty; want a polygon"}
	}
	// Grids add a number to the id and the name.
	for _, c := range []*Complaint{checkID(area.ID, 56), checkAddress("name", area.Name, 110), checkAddress("name_zh", area.NameZH, 110)} {
		if c != nil {
			return c
		}
	}
	for _, polygon := range area.Outline {
		for _, ring := range polygon {
			if c := checkRing(ring); c != nil {
				return c
			}
		}
	}
	return nil
}

func checkRing(ring orb.Ring) *Complaint {
	if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
		return &Complaint{Field: "outline", Problem: "has a ring that is not closed or has fewer than four points"}
	}
	for _, point := range ring {
		if c := checkPoint(point); c != nil {
			return c
		}
	}
	return nil
}

// checkAreas mends outlines where that is possible, and complains about areas
// without surface and about parents that are missing or not above.
func (in *intake) checkAreas(ctx context.Context) error {
	err := in.run(ctx, `UPDATE incoming_areas SET outline = ST_Multi(ST_CollectionExtract(ST_MakeValid(outline), 3)) WHERE NOT ST_IsValid(outline)`,
		`ANALYZE incoming_areas`)
	if err != nil {
		return err
	}
	rows, err := in.Query(ctx, `
		SELECT row_number, field, problem FROM (
			SELECT row_number, 'outline' AS field, 'has no surface; want a polygon with an area' AS problem
			FROM incoming_areas WHERE ST_IsEmpty(outline) OR ST_Area(outline) = 0
			UNION ALL
			SELECT i.row_number, 'parent', CASE WHEN coalesce(p.level, q.level) IS NULL
				THEN 'is neither in the file nor in the register; import it too'
				ELSE 'is not of a higher level; want county over town over village over grid' END
			FROM incoming_areas i LEFT JOIN incoming_areas p ON p.id = i.parent_id LEFT JOIN rounds.areas q ON q.id = i.parent_id
			WHERE i.parent_id IS NOT NULL AND (coalesce(p.level, q.level) < i.level) IS NOT TRUE
			UNION ALL
			SELECT row_number, 'parent', 'is missing; a grid lies in an area of a higher level'
			FROM incoming_areas WHERE level = 'grid' AND parent_id IS NULL
		) c ORDER BY row_number, field`)
	if err != nil {
		return fmt.Errorf("register: check areas: %w", err)
	}
	var row int64
	var complaint Complaint
	_, err = pgx.ForEachRow(rows, []any{&row, &complaint.Field, &complaint.Problem}, func() error {
		in.complain(row, complaint)
		return nil
	})
	if err != nil {
		return fmt.Errorf("register: check areas: %w", err)
	}
	return nil
}

const areasDiffer = `(a.parent_id, a.level, a.name, a.name_zh, a.outline) IS DISTINCT FROM (i.parent_id, i.level, i.name, i.name_zh, i.outline)`

// countAreas counts what mergeAreas is going to do.
func (in *intake) countAreas(ctx context.Context) error {
	counts := &in.report.Areas
	err := in.QueryRow(ctx, `
		SELECT count(*) FILTER (WHERE a.id IS NULL), count(*) FILTER (WHERE a.id IS NOT NULL AND `+areasDiffer+`),
			count(*) FILTER (WHERE a.id IS NOT NULL AND NOT (`+areasDiffer+`))
		FROM incoming_areas i LEFT JOIN rounds.areas a ON a.id = i.id`).Scan(&counts.Added, &counts.Changed, &counts.Unchanged)
	if err != nil {
		return fmt.Errorf("register: count areas: %w", err)
	}
	return nil
}

// mergeAreas adds and changes areas. Areas that a file no longer has stay: rounds,
// workers and grants hang on them.
func (in *intake) mergeAreas(ctx context.Context) error {
	return in.run(ctx, `INSERT INTO rounds.areas (id, parent_id, level, source_key, name, name_zh, outline)
		SELECT i.id, i.parent_id, i.level, i.source_key, i.name, i.name_zh, i.outline
		FROM incoming_areas i LEFT JOIN rounds.areas a ON a.id = i.id WHERE a.id IS NULL OR `+areasDiffer+`
		ON CONFLICT (id) DO UPDATE SET parent_id = excluded.parent_id, level = excluded.level, name = excluded.name,
			name_zh = excluded.name_zh, outline = excluded.outline`)
}
