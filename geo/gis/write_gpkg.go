package gis

import (
	"database/sql"
	"encoding/binary"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	_ "modernc.org/sqlite" // the driver
)

// gpkgWriter writes OGC GeoPackage 1.3 with a spatial index; the manifest is the
// layer's metadata.
type gpkgWriter struct {
	db     *sql.DB
	tx     *sql.Tx
	insert *batch
	items  []indexItem
	layer  Layer
	about  Manifest
	bound  orb.Bound
}

const gpkgTables = `
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
	organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
	('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined cartesian coordinate reference system'),
	('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
	('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]', 'longitude and latitude in degrees on WGS 84');
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
	last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
	srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
	z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
	CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name), CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
	CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
	mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
	timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
	CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id), CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
`

// gpkgStyles is the table in which QGIS looks for the styles of layers.
const gpkgStyles = `CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
	f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
	description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))`

// Triggers of the spatial index, as annex F.3 of the standard (1.3) has them; t
// stands for the table.
const gpkgTriggers = `
CREATE TRIGGER rtree_t_geom_insert AFTER INSERT ON "t" WHEN (new."geom" NOT NULL AND NOT ST_IsEmpty(NEW."geom"))
BEGIN INSERT OR REPLACE INTO "rtree_t_geom" VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER rtree_t_geom_update1 AFTER UPDATE OF "geom" ON "t" WHEN OLD."fid" = NEW."fid" AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom"))
BEGIN INSERT OR REPLACE INTO "rtree_t_geom" VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER rtree_t_geom_update2 AFTER UPDATE OF "geom" ON "t" WHEN OLD."fid" = NEW."fid" AND (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom"))
BEGIN DELETE FROM "rtree_t_geom" WHERE id = OLD."fid"; END;
CREATE TRIGGER rtree_t_geom_update3 AFTER UPDATE ON "t" WHEN OLD."fid" != NEW."fid" AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom"))
BEGIN DELETE FROM "rtree_t_geom" WHERE id = OLD."fid"; INSERT OR REPLACE INTO "rtree_t_geom" VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER rtree_t_geom_update4 AFTER UPDATE ON "t" WHEN OLD."fid" != NEW."fid" AND (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom"))
BEGIN DELETE FROM "rtree_t_geom" WHERE id IN (OLD."fid", NEW."fid"); END;
CREATE TRIGGER rtree_t_geom_delete AFTER DELETE ON "t" WHEN old."geom" NOT NULL
BEGIN DELETE FROM "rtree_t_geom" WHERE id = OLD."fid"; END;
`

var gpkgTypes = map[Kind]string{Text: "TEXT", Integer: "INTEGER", Boolean: "BOOLEAN", Date: "DATE", Time: "TEXT"}

func createGPKG(file *os.File, layer Layer, about Manifest) (Writer, error) {
	address := url.URL{Scheme: "file", Opaque: url.PathEscape(file.Name())}
	if err := file.Close(); err != nil {
		return nil, wrap(err)
	}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, wrap(err)
	}
	db.SetMaxOpenConns(1) // settings are a connection's own
	w := &gpkgWriter{db: db, layer: layer, about: about, items: make([]indexItem, 0, max(about.Rows, 0))}
	if err := w.begin(); err != nil {
		db.Close()
		return nil, wrap(err)
	}
	return w, nil
}

// begin makes the tables and prepares to insert.
func (w *gpkgWriter) begin() error {
	columns, marks := "", ""
	for _, column := range w.layer.Columns {
		columns += fmt.Sprintf(", %q %s", column.Name, gpkgTypes[column.Kind])
		marks += ", ?"
	}
	name := w.layer.Name
	statements := gpkgTables + fmt.Sprintf(`
CREATE TABLE %q (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom %s%s);
CREATE VIRTUAL TABLE "rtree_%s_geom" USING rtree(id, minx, maxx, miny, maxy);`,
		name, strings.ToUpper(w.layer.Geometry), columns, name)
	if _, err := w.db.Exec(statements); err != nil {
		return err
	}
	var err error
	if w.tx, err = w.db.Begin(); err != nil {
		return err
	}
	w.insert, err = newBatch(w.tx, fmt.Sprintf("INSERT INTO %q VALUES ", name), "(NULL, ?"+marks+")")
	return err
}

func (w *gpkgWriter) Write(shape orb.Geometry, values []any) error {
	blob, err := gpkgBlob(shape)
	if err != nil {
		return err
	}
	bound := shape.Bound()
	if len(w.items) == 0 {
		w.bound = bound
	}
	w.bound = w.bound.Union(bound)
	w.items = append(w.items, indexItem{bound: bound, offset: int64(len(w.items) + 1)})
	w.insert.values = append(w.insert.values, blob)
	return wrap(w.insert.add(values...))
}

// batch inserts rows some at a time: a call of the driver costs more than a row.
type batch struct {
	tx        *sql.Tx
	head, row string
	full      *sql.Stmt
	values    []any
	rows      int
}

const batchRows = 50

func newBatch(tx *sql.Tx, head, row string) (b *batch, err error) {
	b = &batch{tx: tx, head: head, row: row}
	b.full, err = tx.Prepare(b.statement(batchRows))
	return b, err
}

func (b *batch) statement(rows int) string {
	return b.head + strings.TrimSuffix(strings.Repeat(b.row+",", rows), ",")
}

func (b *batch) add(values ...any) error {
	b.values = append(b.values, values...)
	if b.rows++; b.rows < batchRows {
		return nil
	}
	_, err := b.full.Exec(b.values...)
	b.values, b.rows = b.values[:0], 0
	return err
}

// end inserts the rest.
func (b *batch) end() error {
	if b.rows == 0 {
		return nil
	}
	_, err := b.tx.Exec(b.statement(b.rows), b.values...)
	return err
}

// gpkgBlob is the standard's binary: a header with the bound, then WKB. A point has no
// bound, and is written at once, as most files are of points.
func gpkgBlob(shape orb.Geometry) ([]byte, error) {
	const littleEndian, withBound = 1, 1 << 1
	const point, pointBytes = 1, 8 + 1 + 4 + 16
	if p, is := shape.(orb.Point); is {
		blob := append(make([]byte, 0, pointBytes), 'G', 'P', 0, littleEndian)
		blob = binary.LittleEndian.AppendUint32(blob, 4326)
		blob = binary.LittleEndian.AppendUint32(append(blob, littleEndian), point)
		return appendFloats(blob, p[0], p[1]), nil
	}
	body, err := wkb.Marshal(shape, binary.LittleEndian)
	if err != nil {
		return nil, wrap(err)
	}
	head := binary.LittleEndian.AppendUint32([]byte{'G', 'P', 0, littleEndian | withBound}, 4326)
	b := shape.Bound()
	return append(appendFloats(head, b.Min[0], b.Max[0], b.Min[1], b.Max[1]), body...), nil
}

func (w *gpkgWriter) Close() error {
	err := w.finish()
	if closed := w.db.Close(); err == nil {
		err = closed
	}
	return wrap(err)
}

// gpkgStep is a statement with its arguments.
type gpkgStep struct {
	statement string
	arguments []any
}

// finish fills in the catalogue, once it is known what the file holds.
func (w *gpkgWriter) finish() error {
	if err := w.insert.end(); err != nil {
		return err
	}
	if err := writeRTree(w.tx, w.layer.Name, w.items, w.bound); err != nil {
		return err
	}
	manifest, err := toJSON(w.about)
	if err != nil {
		return err
	}
	name := w.layer.Name
	changed := w.about.Created.UTC().Format("2006-01-02T15:04:05.000Z")
	west, south, east, north := any(w.bound.Min[0]), any(w.bound.Min[1]), any(w.bound.Max[0]), any(w.bound.Max[1])
	if len(w.items) == 0 {
		west, south, east, north = nil, nil, nil, nil
	}
	const rtree, metadata = "http://www.geopackage.org/spec130/#extension_rtree", "http://www.geopackage.org/spec130/#extension_metadata"
	steps := []gpkgStep{
		{"INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, 4326)",
			[]any{name, name, w.about.Attribution + ", " + w.about.Licence, changed, west, south, east, north}},
		{"INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, 4326, 0, 0)", []any{name, strings.ToUpper(w.layer.Geometry)}},
		{"INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', ?, 'write-only')", []any{name, rtree}},
		{"INSERT INTO gpkg_extensions VALUES ('gpkg_metadata', NULL, 'gpkg_metadata', ?, 'read-write')", []any{metadata}},
		{"INSERT INTO gpkg_extensions VALUES ('gpkg_metadata_reference', NULL, 'gpkg_metadata', ?, 'read-write')", []any{metadata}},
		{"INSERT INTO gpkg_metadata VALUES (1, 'dataset', 'https://www.rfc-editor.org/rfc/rfc8259', 'application/json', ?)", []any{string(manifest)}},
		{"INSERT INTO gpkg_metadata_reference VALUES ('table', ?, NULL, NULL, ?, 1, NULL)", []any{name, changed}},
		{strings.NewReplacer(`"t"`, `"`+name+`"`, "rtree_t_", "rtree_"+name+"_").Replace(gpkgTriggers), nil},
	}
	if style := w.layer.Style; style != nil {
		steps = append(steps,
			gpkgStep{gpkgStyles, nil},
			gpkgStep{"INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', ?)", []any{changed}},
			gpkgStep{"INSERT INTO layer_styles VALUES (NULL, '', '', ?, 'geom', ?, ?, ?, 1, ?, '', NULL, ?)",
				[]any{name, name, style.QML(w.layer.Geometry), style.SLD(name, w.layer.Geometry), "as at the desk", changed}})
	}
	for _, step := range steps {
		if _, err := w.tx.Exec(step.statement, step.arguments...); err != nil {
			return err
		}
	}
	return w.tx.Commit()
}
