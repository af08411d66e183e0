package register

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/cql2"
)

// GeometryProperty is how filters call the geometry of a feature.
const GeometryProperty = "geometry"

// FilterError says what is wrong with a filter.
type FilterError struct{ Problem string }

func (e *FilterError) Error() string { return "register: filter: " + e.Problem }

func wrongFilter(format string, arguments ...any) error {
	return &FilterError{fmt.Sprintf(format, arguments...)}
}

// System is a coordinate system as clients know it.
type System struct {
	// EPSG is its number in that registry.
	EPSG int
	// NorthFirst says that its first axis points north. To PostGIS x is first always.
	NorthFirst bool
	// Degrees says that it has angles, not lengths.
	Degrees bool
}

// CRS84 is longitude and latitude, in this order.
var CRS84 = System{EPSG: WGS84, Degrees: true}

// ErrBox says that a box ends before it begins.
var ErrBox = errors.New("register: the box ends before it begins")

// Box is the shape of a bounding box in the system, its axes in the system's order. One
// that lies over the antimeridian ends in the west of where it begins.
func (s System) Box(box cql2.Box) (orb.Geometry, error) {
	east, north := 0, 1
	if s.NorthFirst {
		east, north = 1, 0
	}
	low, high := orb.Point{box[0], box[1]}, orb.Point{box[2], box[3]}
	over := low[east] > high[east]
	if low[north] > high[north] || over && !s.Degrees {
		return nil, ErrBox
	}
	if !over {
		return orb.Bound{Min: low, Max: high}.ToPolygon(), nil
	}
	edge := func(p orb.Point, at float64) orb.Point { p[east] = at; return p }
	return orb.MultiPolygon{
		orb.Bound{Min: low, Max: edge(high, 180)}.ToPolygon(), orb.Bound{Min: edge(low, -180), Max: high}.ToPolygon(),
	}, nil
}

// worldEdge is how far each axis of a system of degrees goes.
func (s System) worldEdge() orb.Point {
	if s.NorthFirst {
		return orb.Point{90, 180}
	}
	return orb.Point{180, 90}
}

// Clamp is a box of degrees without what lies beyond the world.
func (s System) Clamp(box cql2.Box) cql2.Box {
	edge := s.worldEdge()
	for i := range box {
		box[i] = max(-edge[i%2], min(edge[i%2], box[i]))
	}
	return box
}

// onEarth says whether a shape of degrees lies on the earth, its axes in the system's order.
func (s System) onEarth(shape orb.Geometry) bool {
	bound, edge := shape.Bound(), s.worldEdge()
	return bound.IsEmpty() || bound.Min[0] >= -edge[0] && bound.Min[1] >= -edge[1] && bound.Max[0] <= edge[0] && bound.Max[1] <= edge[1]
}

// Condition is a filter whose geometries are in a coordinate system.
type Condition struct {
	Of cql2.Expression
	In System
}

// translator makes SQL of filters on the rows f of a layer: names come from the layer
// alone, values are parameters, never text.
type translator struct {
	layer     ExportLayer
	names     Pseudonyms
	in        System
	arguments pgx.NamedArgs
}

// where is all conditions in SQL.
func (t *translator) where(conditions []Condition) (string, error) {
	parts := []string{"true"}
	for _, c := range conditions {
		t.in = c.In
		part, err := t.expression(c.Of)
		if err != nil {
			return "", err
		}
		parts = append(parts, part)
		if near := t.near(c.Of); near != "" {
			parts = append(parts, near)
		}
	}
	return strings.Join(parts, " AND "), nil
}

// mostCells is how many leaf cells may lead to what lies in a box.
const mostCells = 5000

// near has the leaf cells of what a row's shape has to meet, as row-level security
// leaves spatial indexes unused; "" where they do not help.
func (t *translator) near(e cql2.Expression) string {
	s, ok := e.(cql2.Spatial)
	if !ok || t.layer.cell == "" || s.Left != cql2.Geometry(cql2.Property(GeometryProperty)) || (s.Relation != "s_intersects" && s.Relation != "s_within") {
		return ""
	}
	if t.in.EPSG != WGS84 {
		return ""
	}
	shape, err := t.given(s.Right)
	if shape == nil || err != nil {
		return ""
	}
	bound := shape.Bound()
	if bound.Max[0]-bound.Min[0] > 0.2 || bound.Max[1]-bound.Min[1] > 0.2 {
		return ""
	}
	leaves, err := geo.LeavesOver(bound)
	if err != nil || len(leaves) > mostCells {
		return ""
	}
	return `f."_cell" = ANY (` + t.argument(cellKeys(leaves)) + ")"
}

// argument is the name of a new parameter.
func (t *translator) argument(value any) string {
	name := fmt.Sprintf("f%d", len(t.arguments))
	t.arguments[name] = value
	return "@" + name
}

func (t *translator) expression(e cql2.Expression) (string, error) {
	switch e := e.(type) {
	case cql2.And:
		return t.all(e, " AND ")
	case cql2.Or:
		return t.all(e, " OR ")
	case cql2.Not:
		of, err := t.expression(e.Of)
		return "(NOT " + of + ")", err
	case cql2.Bool:
		return t.argument(bool(e)) + "::boolean", nil
	case cql2.Property:
		value, err := t.scalar(e)
		if err == nil && value.kind != "boolean" {
			err = wrongFilter("%q is neither true nor false", string(e))
		}
		return value.sql, err
	case cql2.IsNull:
		if e.Of == GeometryProperty {
			return "false", nil // each has one
		}
		value, err := t.scalar(e.Of)
		return "(" + value.sql + " IS NULL)", err
	case cql2.Comparison:
		return t.comparison(e)
	case cql2.Like:
		return t.like(e)
	case cql2.Between:
		return t.expression(cql2.And{cql2.Comparison{Operator: ">=", Left: e.Value, Right: e.Least}, cql2.Comparison{Operator: "<=", Left: e.Value, Right: e.Most}})
	case cql2.In:
		var any cql2.Or
		for _, value := range e.List {
			any = append(any, cql2.Comparison{Operator: "=", Left: e.Value, Right: value})
		}
		return t.expression(any)
	case cql2.Spatial:
		return t.spatial(e)
	}
	return "", wrongFilter("a filter has no %T here", e)
}

func (t *translator) all(terms []cql2.Expression, between string) (string, error) {
	parts := make([]string, len(terms))
	for i, term := range terms {
		var err error
		if parts[i], err = t.expression(term); err != nil {
			return "", err
		}
	}
	return "(" + strings.Join(parts, between) + ")", nil
}

// value is a scalar in SQL. kind is text, number, boolean, date, timestamp, time or
// pseudonym; literal is what a text of the filter says.
type value struct {
	sql, kind string
	literal   *string
	// of is the kind of thing that a pseudonym stands for.
	of string
}

func (t *translator) scalar(s cql2.Scalar) (value, error) {
	switch s := s.(type) {
	case cql2.Property:
		return t.property(string(s))
	case cql2.Text:
		text := string(s)
		return value{sql: t.argument(text) + "::text", kind: "text", literal: &text}, nil
	case cql2.Number:
		return value{sql: t.argument(float64(s)) + "::float8", kind: "number"}, nil
	case cql2.Bool:
		return value{sql: t.argument(bool(s)) + "::boolean", kind: "boolean"}, nil
	case cql2.Date:
		return value{sql: t.argument(time.Time(s).Format(time.DateOnly)) + "::text", kind: "date"}, nil
	case cql2.Timestamp:
		return value{sql: t.argument(time.Time(s)) + "::timestamptz", kind: "timestamp"}, nil
	case cql2.Casei:
		of, err := t.scalar(s.Of)
		if err == nil && of.kind != "text" {
			err = wrongFilter("CASEI takes a text")
		}
		return value{sql: "lower(" + of.sql + ")", kind: "text"}, err
	}
	return value{}, wrongFilter("a filter has no %T here", s)
}

func (t *translator) property(name string) (value, error) {
	for _, column := range t.layer.Columns {
		if column.Name != name {
			continue
		}
		sql := "f." + pgx.Identifier{name}.Sanitize()
		switch {
		case column.Pseudonym != "":
			return value{sql: sql, kind: "pseudonym", of: column.Pseudonym}, nil
		case column.Kind == "integer":
			return value{sql: sql + "::float8", kind: "number"}, nil
		}
		return value{sql: sql, kind: column.Kind}, nil
	}
	if name == GeometryProperty {
		return value{}, wrongFilter("a geometry is asked for by S_INTERSECTS and its like")
	}
	return value{}, wrongFilter("there is no property %q; see the queryables of the collection", name)
}

func (t *translator) comparison(c cql2.Comparison) (string, error) {
	left, err := t.scalar(c.Left)
	if err != nil {
		return "", err
	}
	right, err := t.scalar(c.Right)
	if err != nil {
		return "", err
	}
	if left, err = t.fit(left, right); err != nil {
		return "", err
	}
	if right, err = t.fit(right, left); err != nil {
		return "", err
	}
	if left.kind == "date" && right.kind == "timestamp" {
		left = momentOf(left)
	}
	if left.kind == "timestamp" && right.kind == "date" {
		right = momentOf(right)
	}
	if left.kind != right.kind {
		return "", wrongFilter("a %s is compared with a %s", left.kind, right.kind)
	}
	if left.kind == "pseudonym" && c.Operator != "=" && c.Operator != "<>" {
		return "", wrongFilter("ids are pseudonyms, which are compared by = and <> alone")
	}
	return fmt.Sprintf("(%s %s %s)", left.sql, c.Operator, right.sql), nil
}

// fit gives a text of the filter the kind of what it is compared with.
func (t *translator) fit(v, with value) (value, error) {
	if v.literal == nil {
		return v, nil
	}
	switch with.kind {
	case "pseudonym":
		id, known := t.names.thing(with.of, *v.literal)
		if !known {
			id = uuid.Nil // is nothing's
		}
		return value{sql: t.argument(id.String()) + "::text", kind: "pseudonym", of: with.of}, nil
	case "date":
		day, err := time.Parse(time.DateOnly, *v.literal)
		if err != nil {
			return v, wrongFilter("%q is no date; it has the form 2027-03-01", *v.literal)
		}
		return t.scalar(cql2.Date(day))
	case "time":
		return value{sql: v.sql, kind: "time"}, nil
	}
	return v, nil
}

// momentOf is the beginning of a day.
func momentOf(day value) value {
	return value{sql: "(" + day.sql + "::date::timestamp AT TIME ZONE 'UTC')", kind: "timestamp"}
}

func (t *translator) like(l cql2.Like) (string, error) {
	of, err := t.scalar(l.Value)
	if err != nil {
		return "", err
	}
	pattern, err := t.scalar(l.Pattern)
	if err != nil {
		return "", err
	}
	if of.kind != "text" || pattern.kind != "text" {
		return "", wrongFilter("LIKE compares texts")
	}
	// An escape at the end stands for itself; PostgreSQL would not have it.
	return fmt.Sprintf(`(%s LIKE regexp_replace(%s, '^((\\.|[^\\])*)\\$', '\1\\\\'))`, of.sql, pattern.sql), nil
}

// relations are the functions of PostGIS that a filter may call.
var relations = map[string]string{
	"s_intersects": "ST_Intersects", "s_equals": "ST_Equals", "s_disjoint": "ST_Disjoint", "s_touches": "ST_Touches",
	"s_within": "ST_Within", "s_overlaps": "ST_Overlaps", "s_crosses": "ST_Crosses", "s_contains": "ST_Contains",
}

func (t *translator) spatial(s cql2.Spatial) (string, error) {
	function, known := relations[s.Relation]
	if !known {
		return "", wrongFilter("there is no function %s", s.Relation)
	}
	left, err := t.geometry(s.Left)
	if err != nil {
		return "", err
	}
	right, err := t.geometry(s.Right)
	return fmt.Sprintf("%s(%s, %s)", function, left, right), err
}

func (t *translator) geometry(g cql2.Geometry) (string, error) {
	switch g := g.(type) {
	case cql2.Property:
		if g != GeometryProperty {
			return "", wrongFilter("there is no geometry %q; it is called %q", string(g), GeometryProperty)
		}
		return `f."_shape"`, nil
	}
	given, err := t.given(g)
	if err != nil {
		return "", err
	}
	shape := t.argument(given) + "::geometry"
	if t.in.EPSG == WGS84 {
		return shape, nil
	}
	return fmt.Sprintf("ST_Transform(ST_SetSRID(%s, %s::integer), %d)", shape, t.argument(t.in.EPSG), WGS84), nil
}

// given is a shape of the filter with x before y, as PostGIS has it; nil for a property.
func (t *translator) given(g cql2.Geometry) (shape orb.Geometry, err error) {
	switch g := g.(type) {
	case cql2.Shape:
		shape = g.Geometry
	case cql2.Box:
		if shape, err = t.in.Box(g); err != nil {
			return nil, wrongFilter("the box ends before it begins; its axes are in the order of its coordinate system")
		}
	default:
		return nil, nil
	}
	if t.in.Degrees && !t.in.onEarth(shape) {
		return nil, wrongFilter("a position lies beyond 180 degrees of longitude or 90 of latitude; its axes are in the order of its coordinate system")
	}
	if t.in.NorthFirst {
		shape = turned(shape)
	}
	return shape, nil
}

// turned is a shape with its axes exchanged.
func turned(shape orb.Geometry) orb.Geometry {
	turn := func(points []orb.Point) []orb.Point {
		other := make([]orb.Point, len(points))
		for i, p := range points {
			other[i] = orb.Point{p[1], p[0]}
		}
		return other
	}
	switch shape := shape.(type) {
	case orb.Point:
		return orb.Point{shape[1], shape[0]}
	case orb.MultiPoint:
		return orb.MultiPoint(turn(shape))
	case orb.LineString:
		return orb.LineString(turn(shape))
	case orb.MultiLineString:
		other := make(orb.MultiLineString, len(shape))
		for i, line := range shape {
			other[i] = turn(line)
		}
		return other
	case orb.Polygon:
		other := make(orb.Polygon, len(shape))
		for i, ring := range shape {
			other[i] = turn(ring)
		}
		return other
	case orb.MultiPolygon:
		other := make(orb.MultiPolygon, len(shape))
		for i, polygon := range shape {
			other[i] = turned(polygon).(orb.Polygon)
		}
		return other
	case orb.Collection:
		other := make(orb.Collection, len(shape))
		for i, member := range shape {
			other[i] = turned(member)
		}
		return other
	}
	return shape
}
