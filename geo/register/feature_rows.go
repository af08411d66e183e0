package register

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// Given are the rows of a layer that is computed: they are filtered, transformed and
// paged by the database like any other's, and kept nowhere.
type Given struct {
	// keys tell the rows apart and stay; a uuid leaves as a pseudonym.
	keys   []string
	shapes [][]byte
	// values are by column.
	values [][]any
}

// Add adds a row, its values in order of the layer's columns.
func (g *Given) Add(key string, shape orb.Geometry, values []any) error {
	binary, err := marshalGeometry(shape)
	if err != nil {
		return fmt.Errorf("register: geometry: %w", err)
	}
	g.keys, g.shapes = append(g.keys, key), append(g.shapes, binary)
	if g.values == nil {
		g.values = make([][]any, len(values))
	}
	for i, value := range values {
		g.values[i] = append(g.values[i], value)
	}
	return nil
}

// GivenLayer is a layer whose rows are computed.
func GivenLayer(name, geometry string, roles, times []string, columns []ExportColumn) ExportLayer {
	layer := ExportLayer{
		Name: name, Geometry: geometry, Roles: roles, Times: times,
		key: `r."_key" COLLATE "C"`, keyed: "text", shape: `ST_GeomFromEWKB(r."_shape")`,
	}
	arrays, names := []string{"@keys::text[]", "@shapes::bytea[]"}, []string{`"_key"`, `"_shape"`}
	for i, column := range columns {
		kind := map[string]string{"integer": "bigint", "boolean": "boolean"}[column.Kind]
		if kind == "" {
			kind = "text"
		}
		field := pgx.Identifier{column.Name}.Sanitize()
		arrays, names = append(arrays, fmt.Sprintf("@column%d::%s[]", i, kind)), append(names, field)
		column.value = "r." + field
		layer.Columns = append(layer.Columns, column)
	}
	layer.from = fmt.Sprintf("unnest(%s) AS r (%s)", strings.Join(arrays, ", "), strings.Join(names, ", "))
	return layer
}

// arguments are the rows as the layer's query takes them.
func (g *Given) arguments(layer ExportLayer) pgx.NamedArgs {
	named := pgx.NamedArgs{"keys": g.keys, "shapes": g.shapes}
	for i, column := range layer.Columns {
		var values []any
		if g.values != nil {
			values = g.values[i]
		}
		name := fmt.Sprintf("column%d", i)
		switch column.Kind {
		case "integer":
			named[name] = typed[int64](values)
		case "boolean":
			named[name] = typed[bool](values)
		default:
			named[name] = typed[string](values)
		}
	}
	return named
}

func typed[T any](values []any) []*T {
	all := make([]*T, len(values))
	for i, value := range values {
		if value, ok := value.(T); ok {
			all[i] = &value
		}
	}
	return all
}

// nameOf is how a feature of a key leaves.
func (l ExportLayer) nameOf(names Pseudonyms, key string) string {
	id, err := uuid.Parse(key)
	if l.keyed == "bigint" || err != nil {
		return key
	}
	return names.of(l.thing(), id)
}
