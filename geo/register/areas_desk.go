package register

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
)

// Who brings areas to the desk draws below the areas that they hold, and not those
// themselves: where one of them ends is for who has the area above. A grid is in one piece
// and lies over no other, so that nobody picks the households of one.
const (
	// trimmedTo is how much of an outline is to lie in the area above; the rest, where two
	// surveys of one border differ, is cut off.
	trimmedTo = 0.95
	// onePiece is how much of a grid its largest piece has; mostOverlap how much of a grid
	// may lie over another one.
	onePiece    = 0.9
	mostOverlap = 0.01
)

// above are, in SQL, the areas that there will be, with their outlines.
const above = `(SELECT i.id, i.level, i.outline, i.row_number FROM incoming_areas i
	UNION ALL SELECT a.id, a.level, a.outline, NULL FROM rounds.areas a WHERE NOT EXISTS (SELECT FROM incoming_areas i WHERE i.id = a.id))`

// keepAreasWithin cuts outlines off where the area above ends, and complains about areas that
// are not below some areas.
func (in *intake) keepAreasWithin(ctx context.Context, areas []uuid.UUID) error {
	// An area without surface was complained about.
	err := in.run(ctx, "DELETE FROM incoming_areas WHERE ST_IsEmpty(outline) OR ST_Area(outline) = 0")
	if err != nil {
		return err
	}
	for _, level := range levels[1:] {
		_, err := in.Exec(ctx, `UPDATE incoming_areas i SET outline = t.outline, trimmed = true FROM (
				SELECT i.row_number, ST_Multi(ST_CollectionExtract(ST_Intersection(i.outline, p.outline), 3)) AS outline
				FROM incoming_areas i JOIN `+above+` p ON p.id = i.parent_id WHERE i.level::text = $1 AND NOT ST_Covers(p.outline, i.outline)
					AND NOT EXISTS (SELECT FROM rounds.areas a WHERE a.id = i.id AND (a.parent_id, a.outline) IS NOT DISTINCT FROM (i.parent_id, i.outline))) t
			WHERE t.row_number = i.row_number AND ST_Area(t.outline) >= $2 * ST_Area(i.outline)`, string(level), trimmedTo)
		if err != nil {
			return fmt.Errorf("register: areas within: %w", err)
		}
	}
	// Each query has to have the parameter, hence its cardinality.
	const changed = " FROM incoming_areas i LEFT JOIN rounds.areas a ON a.id = i.id WHERE (a.id IS NULL OR " + areasDiffer + ") AND "
	// Where an area lies now is nobody's fault who renames it.
	const redrawn = changed + "(a.parent_id, a.level, a.outline) IS DISTINCT FROM (i.parent_id, i.level, i.outline) AND cardinality($1::uuid[]) >= 0 AND "
	return in.refuseRows(ctx, areas, []beyond{
		{"SELECT i.row_number" + changed + "(a.id IS NULL OR a.parent_id IS NOT NULL) AND i.parent_id IS NULL AND cardinality($1::uuid[]) >= 0",
			"parent", "is missing; at the desk each area lies in one that is yours"},
		{"SELECT i.row_number" + changed + "EXISTS (SELECT FROM rounds.areas q WHERE q.id = i.parent_id AND NOT " + held("q.id") + ")",
			"parent", "is an area that is not yours; leave the row out, or ask who has that area"},
		{"SELECT i.row_number" + changed + "a.id IS NOT NULL AND (a.parent_id IS NULL OR NOT " + held("a.parent_id") + ")",
			"id", "is that of an area that who has the area above it changes; leave the row out"},
		{"SELECT i.row_number" + redrawn + "NOT i.trimmed AND EXISTS (SELECT FROM " + above + " p WHERE p.id = i.parent_id AND NOT ST_Covers(p.outline, i.outline))",
			"outline", "reaches beyond the area above it; draw it within, or look whether parent is the right one"},
		{"SELECT i.row_number" + redrawn + fmt.Sprintf("i.level = 'grid' AND (SELECT max(ST_Area(d.geom)) FROM ST_Dump(i.outline) d) < %g * ST_Area(i.outline)", onePiece),
			"outline", "is in several pieces; a grid is in one"},
		{"SELECT i.row_number" + redrawn + fmt.Sprintf(`i.level = 'grid' AND EXISTS (SELECT FROM `+above+` g
				WHERE g.level = 'grid' AND g.id <> i.id AND ST_Intersects(g.outline, i.outline)
					AND ST_Area(ST_Intersection(g.outline, i.outline)) > %g * least(ST_Area(g.outline), ST_Area(i.outline)))`, mostOverlap),
			"outline", "lies over another grid; bring the grids of the whole area, each under the id that it has here, or leave the row out"},
	})
}

// FoundArea is an area of a file, or of the register, as a preview shows it.
type FoundArea struct {
	// Row is that of the file; 0 for an area of the register.
	Row    int64     `json:"row"`
	Key    string    `json:"key"`
	Level  geo.Level `json:"level"`
	Name   string    `json:"name"`
	NameZH string    `json:"name_zh"`
	// Above is the name of the area that it lies in, "" for none.
	Above string `json:"above"`
	// Outline is GeoJSON, simplified for a map.
	Outline json.RawMessage `json:"outline"`
}

// FoundAreas are areas that are new (There is nil), changed, or not in a file (File is nil).
type FoundAreas struct {
	There *FoundArea `json:"there"`
	File  *FoundArea `json:"file"`
}

// mostAreas bounds what a preview lists of them.
const mostAreas = 500

// findAreas lists what an import would do; of areas that the file lacks those beside its own.
func (in *intake) findAreas(ctx context.Context, areas []uuid.UUID) error {
	const shown = `%[2]s AS row, %[1]s.source_key AS key, %[1]s.level::text AS level, %[1]s.name AS name, coalesce(%[1]s.name_zh, '') AS name_zh,
		coalesce((SELECT coalesce(p.name, q.name) FROM (SELECT %[1]s.parent_id AS id) w LEFT JOIN incoming_areas p ON p.id = w.id LEFT JOIN rounds.areas q ON q.id = w.id), '') AS above,
		ST_AsGeoJSON(ST_Multi(ST_SimplifyPreserveTopology(%[1]s.outline, 0.0001)), 5)::jsonb AS outline`
	file, there := "(SELECT to_jsonb(f) FROM (SELECT "+fmt.Sprintf(shown, "i", "i.row_number")+") f)", "(SELECT to_jsonb(f) FROM (SELECT "+fmt.Sprintf(shown, "a", "0")+") f)"
	found := &in.options.Desk.Found.Areas
	list := func(query string, arguments ...any) error {
		rows, err := in.Query(ctx, query, arguments...)
		if err != nil {
			return fmt.Errorf("register: preview: %w", err)
		}
		some, err := pgx.CollectRows(rows, pgx.RowToStructByPos[FoundAreas])
		if err != nil {
			return fmt.Errorf("register: preview: %w", err)
		}
		*found = append(*found, some...)
		return nil
	}
	err := list("SELECT CASE WHEN a.id IS NOT NULL THEN "+there+" END, "+file+` FROM incoming_areas i LEFT JOIN rounds.areas a ON a.id = i.id
		WHERE a.id IS NULL OR `+areasDiffer+" ORDER BY i.row_number LIMIT $1", mostAreas)
	if err != nil {
		return err
	}
	const gone = ` FROM rounds.areas a WHERE NOT EXISTS (SELECT FROM incoming_areas i WHERE i.id = a.id)
		AND EXISTS (SELECT FROM incoming_areas i WHERE i.parent_id = a.parent_id AND i.level = a.level) AND `
	if err := in.QueryRow(ctx, "SELECT count(*)"+gone+held("a.id"), areas).Scan(&in.report.Gone); err != nil {
		return fmt.Errorf("register: preview: %w", err)
	}
	return list("SELECT "+there+", NULL"+gone+held("a.id")+" ORDER BY a.name, a.id LIMIT $2", areas, mostAreas)
}

var areaColumns = []string{"parent_id", "level", "source_key", "name", "name_zh", "outline"}

// areaDigest is, in SQL, a digest of what a file decides about an area.
func areaDigest(table string) string {
	return "sha256(convert_to(ROW(" + columnsOf(table, areaColumns) + ")::text, 'UTF8'))"
}

// columnsOf are columns of a table in SQL.
func columnsOf(table string, columns []string) string {
	list := ""
	for i, column := range columns {
		if i > 0 {
			list += ", "
		}
		list += table + "." + column
	}
	return list
}

// rememberAreas stages what areas were before they are changed.
func (in *intake) rememberAreas(ctx context.Context) error {
	return in.run(ctx, `CREATE TEMP TABLE remembered_areas ON COMMIT DROP AS
		SELECT i.id AS area_id, `+areaDigest("i")+` AS made, `+columnsOf("a", areaColumns)+`
		FROM incoming_areas i LEFT JOIN rounds.areas a ON a.id = i.id WHERE a.id IS NULL OR `+areasDiffer)
}

// keepAreaChanges keeps that, so that the import can be undone.
func (in *intake) keepAreaChanges(ctx context.Context) error {
	_, err := in.Exec(ctx, "INSERT INTO rounds.import_area_changes (import_id, area_id, made, parent_id, level, source_key, name, name_zh, outline) SELECT $1, r.area_id, r.made, "+columnsOf("r", areaColumns)+" FROM remembered_areas r", in.id)
	if err != nil {
		return fmt.Errorf("register: changes of an import: %w", err)
	}
	return nil
}

// CanUndoAreas says whether an import of areas can be taken back by who holds some areas; see
// [DB.CanUndo].
func (db *DB) CanUndoAreas(ctx context.Context, id uuid.UUID, areas []uuid.UUID) error {
	return db.AsSnapshot(ctx, Service("import"), func(tx pgx.Tx) error { return canUndoAreas(ctx, tx, id, areas) })
}

func canUndoAreas(ctx context.Context, tx pgx.Tx, id uuid.UUID, areas []uuid.UUID) error {
	return undoable(ctx, tx, id, areas, `SELECT FROM rounds.import_area_changes c JOIN rounds.areas a ON a.id = c.area_id
		WHERE c.import_id = $2 AND NOT (`+held("a.parent_id")+` AND (c.source_key IS NULL OR `+held("c.parent_id")+`))`)
}

// UndoAreas takes an import of areas back as a whole: what it brought goes unless something
// hangs on it, what it changed is as before unless somebody changed it since. done is called
// at the end of the transaction; its error undoes nothing of the import.
func (db *DB) UndoAreas(ctx context.Context, keys *Keys, id uuid.UUID, areas []uuid.UUID, done func(ctx context.Context, tx pgx.Tx) error) (undone Undone, err error) {
	err = db.As(ctx, Service("import"), func(tx pgx.Tx) error {
		if err := holdInput(ctx, tx); err != nil {
			return err
		}
		if err := canUndoAreas(ctx, tx, id, areas); err != nil {
			return err
		}
		in := newIntake(tx, id, ImportOptions{Keys: keys}, &ImportReport{})
		if err := in.undoAreas(ctx, id, &undone); err != nil {
			return err
		}
		return done(ctx, tx)
	})
	return undone, err
}

func (in *intake) undoAreas(ctx context.Context, id uuid.UUID, undone *Undone) error {
	_, err := in.Exec(ctx, `CREATE TEMP TABLE area_fates ON COMMIT DROP AS
		SELECT c.*, CASE WHEN c.made <> `+areaDigest("a")+` THEN '`+fateChanged+`' WHEN c.source_key IS NOT NULL THEN '`+fatePutBack+`' ELSE '`+fateNeeded+`' END AS fate
		FROM rounds.import_area_changes c JOIN rounds.areas a ON a.id = c.area_id WHERE c.import_id = $1`, id)
	if err != nil {
		return fmt.Errorf("register: undo areas: %w", err)
	}
	err = in.run(ctx, `UPDATE rounds.areas a SET parent_id = f.parent_id, level = f.level, source_key = f.source_key, name = f.name, name_zh = f.name_zh, outline = f.outline
		FROM area_fates f WHERE a.id = f.area_id AND f.fate = '`+fatePutBack+`'`)
	if err != nil {
		return err
	}
	// From below: an area is needed while one lies in it.
	for _, level := range slices.Backward(levels) {
		_, err := in.Exec(ctx, `UPDATE area_fates f SET fate = '`+fateRemoved+`' FROM rounds.areas a
			WHERE a.id = f.area_id AND a.level::text = $1 AND f.fate = '`+fateNeeded+`' AND NOT rounds.is_area_needed(a.id)`, string(level))
		if err != nil {
			return fmt.Errorf("register: undo areas: %w", err)
		}
		err = in.run(ctx, "DELETE FROM rounds.areas a USING area_fates f WHERE a.id = f.area_id AND f.fate = '"+fateRemoved+"'")
		if err != nil {
			return err
		}
	}
	err = in.QueryRow(ctx, `SELECT count(*) FILTER (WHERE fate = $1), count(*) FILTER (WHERE fate = $2), count(*) FILTER (WHERE fate = $3),
		count(*) FILTER (WHERE fate = $4) FROM area_fates`, fateRemoved, fatePutBack, fateNeeded, fateChanged).
		Scan(&undone.Removed, &undone.PutBack, &undone.Needed, &undone.ChangedSince)
	if err != nil {
		return fmt.Errorf("register: undo areas: %w", err)
	}
	if err := in.run(ctx, "SELECT pg_notify('rounds_import', 'areas')"); err != nil {
		return err
	}
	if err := in.recount(ctx); err != nil {
		return err
	}
	if _, err := in.Exec(ctx, "DELETE FROM rounds.import_area_changes WHERE import_id = $1", id); err != nil {
		return fmt.Errorf("register: undo areas: %w", err)
	}
	return nil
}
