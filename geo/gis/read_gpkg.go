package gis

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
	"modernc.org/sqlite/vfs"
)

// geoPackage reads the one table of features of a GeoPackage. The file is opened as one
// that nobody may change, functions of its schema are not trusted, and a view, which
// could compute for ever, is no table.
type geoPackage struct {
	db      *sql.DB
	rows    *sql.Rows
	columns []string
	values  []any
	shape   int
	// lying is what is no file of its own, as SQLite reads it.
	lying *vfs.FS
}

func openGPKG(in Input, size int64, r *Records) (err error) {
	g := &geoPackage{}
	r.source = g
	address := url.URL{Scheme: "file", Opaque: lyingName, RawQuery: "mode=ro&immutable=1&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)&_pragma=query_only(1)"}
	if file, is := in.(*os.File); is {
		address.Opaque = url.PathEscape(file.Name())
	} else {
		var name string
		if name, g.lying, err = vfs.New(lying{in, size}); err != nil {
			return wrap(err)
		}
		address.RawQuery += "&vfs=" + name
	}
	if g.db, err = sql.Open("sqlite", address.String()); err != nil {
		return wrap(err)
	}
	g.db.SetMaxOpenConns(1)
	if err := g.bound(r.wanted.MostBytes); err != nil {
		return errGPKG
	}
	table, column, err := g.find(r)
	if err != nil {
		return err
	}
	return g.query(r, table, column)
}

var errGPKG = ends("the GeoPackage cannot be read: it is damaged, or none; write it again")

// bound keeps SQLite from making values larger than a row may be.
func (g *geoPackage) bound(most int) error {
	connection, err := g.db.Conn(context.Background())
	if err != nil {
		return err
	}
	defer connection.Close()
	_, err = sqlite.Limit(connection, sqlite3.SQLITE_LIMIT_LENGTH, most)
	return err
}

// find looks up the one table with features, its column of shapes and its system.
func (g *geoPackage) find(r *Records) (table, column string, err error) {
	// A view in place of the catalogue could compute for ever too.
	var views int
	err = g.db.QueryRow(`SELECT count(*) FROM pragma_table_list WHERE type <> 'table' AND lower(name) IN ('gpkg_contents', 'gpkg_geometry_columns', 'gpkg_spatial_ref_sys')`).Scan(&views)
	if err != nil || views > 0 {
		return "", "", errGPKG
	}
	rows, err := g.db.Query(`
		SELECT c.table_name, g.column_name, coalesce(s.organization, ''), coalesce(s.organization_coordsys_id, 0), coalesce(s.definition, '')
		FROM gpkg_contents c JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
			JOIN pragma_table_list m ON m.name = c.table_name AND m.type = 'table'
			LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
		WHERE c.data_type = 'features' LIMIT 100`)
	if err != nil {
		return "", "", errGPKG
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		var organization, definition string
		var number int64
		if err := rows.Scan(&table, &column, &organization, &number, &definition); err != nil {
			return "", "", errGPKG
		}
		r.System = systemOf(organization, number, definition)
	}
	switch {
	case rows.Err() != nil:
		return "", "", errGPKG
	case n == 0:
		return "", "", ends("the GeoPackage holds no table of features")
	case n > 1:
		return "", "", ends("the GeoPackage holds %d layers; export the one to import to a file of its own", n)
	}
	return table, column, nil
}

// systemOf names a coordinate system by its number, or describes it.
func systemOf(organization string, number int64, definition string) string {
	switch {
	case strings.EqualFold(organization, "EPSG") && number == 4326, strings.EqualFold(organization, "OGC"), number == 0 && definition == "":
		return ""
	case strings.EqualFold(organization, "EPSG"):
		return fmt.Sprintf("EPSG:%d", number)
	case strings.EqualFold(organization, "NONE"):
		return ""
	}
	return definition
}

// query selects the shape and the columns that are wanted, and no other.
func (g *geoPackage) query(r *Records, table, shape string) error {
	names, err := g.db.Query("SELECT name FROM pragma_table_info(?)", table)
	if err != nil {
		return errGPKG
	}
	defer names.Close()
	selected := []string{quoteName(shape)}
	g.columns = []string{""}
	for names.Next() {
		var name string
		if err := names.Scan(&name); err != nil {
			return errGPKG
		}
		if name == shape {
			continue
		}
		r.known = append(r.known, name)
		if r.wants(name) {
			g.columns = append(g.columns, name)
			selected = append(selected, quoteName(name))
		}
	}
	if names.Err() != nil {
		return errGPKG
	}
	names.Close()
	if g.rows, err = g.db.Query("SELECT " + strings.Join(selected, ", ") + " FROM " + quoteName(table)); err != nil {
		return errGPKG
	}
	g.values = make([]any, len(g.columns))
	return nil
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func (g *geoPackage) next(r *Records) error {
	if !g.rows.Next() {
		if g.rows.Err() != nil {
			return ends("the GeoPackage is damaged after row %d, or a shape is too large; write it again", r.record.number-1)
		}
		return io.EOF
	}
	targets := make([]any, len(g.values))
	for i := range g.values {
		g.values[i] = nil
		targets[i] = &g.values[i]
	}
	if err := g.rows.Scan(targets...); err != nil {
		return errGPKG
	}
	for i, name := range g.columns {
		if i == 0 || g.values[i] == nil {
			continue
		}
		text, err := asText(g.values[i])
		if err != nil {
			return &RowError{Field: r.wanted.Names[foldName(name)], Problem: "is neither a text nor a number"}
		}
		if err := r.put(name, text); err != nil {
			return err
		}
	}
	blob, is := g.values[0].([]byte)
	if !is {
		return nil
	}
	body, err := gpkgBody(blob)
	if err != nil || body == nil {
		return err
	}
	r.record.Shape, err = readWKB(body)
	return err
}

// gpkgBody is the WKB of a blob, without its head; nil of an empty one.
func gpkgBody(blob []byte) ([]byte, error) {
	sizes := [8]int{0, 32, 48, 48, 64}
	if len(blob) < 8 || blob[0] != 'G' || blob[1] != 'P' {
		return nil, &RowError{Field: "geometry", Problem: "is no shape of a GeoPackage"}
	}
	const empty = 1 << 4
	head := 8 + sizes[blob[3]>>1&7]
	if blob[3]&empty != 0 {
		return nil, nil
	}
	if len(blob) < head {
		return nil, &RowError{Field: "geometry", Problem: "is no shape of a GeoPackage"}
	}
	return blob[head:], nil
}

func (g *geoPackage) close() error {
	var err error
	if g.rows != nil {
		g.rows.Close()
	}
	if g.db != nil {
		err = g.db.Close()
	}
	if g.lying != nil {
		err = errors.Join(err, g.lying.Close())
	}
	return wrap(err)
}
