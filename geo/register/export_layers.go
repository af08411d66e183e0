package register

import (
	"fmt"
	"slices"
	"strings"
)

// ExportColumn is a field of what goes out. Kind is text, integer, boolean, date or
// time.
type ExportColumn struct {
	Name, Kind string
	// Pseudonym is set on ids: they leave as pseudonyms of this kind of thing, which
	// hold within one file.
	Pseudonym string

	// value is the field in SQL.
	value string
}

// ExportLayer is a layer that may go out, as a file or feature by feature.
type ExportLayer struct {
	Name string
	// Geometry is the type of all rows, "Geometry" for several.
	Geometry string
	// Roles may ask for it, besides the operator at the terminal.
	Roles   []string
	Columns []ExportColumn
	// Times are the columns that say when: a date, or the first and the last of many.
	Times []string

	// key tells the rows apart and never changes; keyed is its type, uuid or bigint.
	key, keyed string
	// cell is the row's leaf cell where it has one, shape its geometry on WGS 84.
	cell, shape string
	// from gives the rows, for @area and @plan, and order is that of a file.
	from, order string
	// ofPlan says that the rows are those of a published plan.
	ofPlan bool
}

// Allows says whether a principal's role may ask for the layer.
func (l ExportLayer) Allows(role string) bool {
	return role == operatorRole || slices.Contains(l.Roles, role)
}

const operatorRole = "service:operator"

// file gives the shape and then the columns, in the order of a file.
func (l ExportLayer) file() string {
	values := []string{l.shape}
	for _, column := range l.Columns {
		values = append(values, column.value)
	}
	return fmt.Sprintf("SELECT %s FROM %s ORDER BY %s", strings.Join(values, ", "), l.from, l.order)
}

// ofArea narrows a query to @area and the areas within it.
const ofArea = ` IN (SELECT area_id FROM rounds.area_paths WHERE ancestor_id = @area) OR @area::uuid IS NULL`

// ExportLayers are all that leaves, with its fields: never visits,
// attempts, outcomes, support wanted, disputes, parties, text, skills. Who may ask
// still gets what row-level security shows and no more.
var ExportLayers = []ExportLayer{
	{
		Name: "areas", Geometry: "MultiPolygon", Roles: []string{Supervisor, Analyst},
		Columns: []ExportColumn{
			{"id", "text", "area", "a.id::text"}, {"parent", "text", "area", "a.parent_id::text"}, {"level", "text", "", "a.level::text"},
			{"name", "text", "", "a.name::text"}, {"name_zh", "text", "", "a.name_zh::text"}, {"dwellings", "integer", "", "a.dwellings::bigint"},
		},
		key: "a.id", keyed: "uuid", shape: "ST_ForcePolygonCCW(a.outline)",
		from: `rounds.areas a
			WHERE (rounds.principal_role() = 'service:operator' OR a.id IN (SELECT rounds.granted_areas())) AND (a.id` + ofArea + `)`,
		order: "a.level, a.id",
	},
	{
		Name: "households", Geometry: "Point", Roles: []string{Supervisor},
		Columns: []ExportColumn{
			{"id", "text", "household", "h.id::text"}, {"area", "text", "", "a.name::text"}, {"street", "text", "", "h.street::text"},
			{"house_number", "text", "", "h.house_number::text"}, {"unit", "text", "", "h.unit::text"}, {"postcode", "text", "", "h.postcode::text"},
			{"place", "text", "", "h.place::text"}, {"doors", "integer", "", "h.doors::bigint"}, {"building", "text", "", "h.building::text"},
			{"window_opens", "time", "", "h.window_opens::text"}, {"window_closes", "time", "", "h.window_closes::text"},
		},
		key: "h.id", keyed: "uuid", cell: "h.cell", shape: "h.at",
		from:  `rounds.households h JOIN rounds.areas a ON a.id = h.area_id WHERE (h.area_id` + ofArea + `)`,
		order: "h.cell, h.id",
	},
	{
		Name: "routes", Geometry: "LineString", Roles: []string{Supervisor}, Times: []string{"date"},
		Columns: []ExportColumn{
			{"id", "text", "route", "r.id::text"}, {"code", "text", "", "w.code::text"}, {"date", "date", "", "r.day::text"},
			{"leave", "time", "", "r.leave_at::text"}, {"back", "time", "", "r.back_at::text"},
			{"stops", "integer", "", "(SELECT count(*) FROM rounds.stops s WHERE s.route_id = r.id)"},
			{"travel_s", "integer", "", "r.travel_s::bigint"}, {"service_s", "integer", "", "r.service_s::bigint"},
			{"wait_s", "integer", "", "r.wait_s::bigint"}, {"distance_m", "integer", "", "r.distance_m::bigint"},
		},
		key: "r.id", keyed: "uuid", shape: "r.line", ofPlan: true,
		from:  `rounds.routes r JOIN rounds.workers w ON w.id = r.worker_id WHERE r.plan_id = @plan AND (r.area_id` + ofArea + `)`,
		order: "r.day, w.code",
	},
	{
		Name: "stops", Geometry: "Point", Roles: []string{Supervisor}, Times: []string{"date"},
		Columns: []ExportColumn{
			{"route", "text", "route", "r.id::text"}, {"code", "text", "", "w.code::text"}, {"date", "date", "", "r.day::text"},
			{"seq", "integer", "", "s.seq::bigint"}, {"household", "text", "household", "h.id::text"}, {"street", "text", "", "h.street::text"},
			{"house_number", "text", "", "h.house_number::text"}, {"unit", "text", "", "h.unit::text"}, {"place", "text", "", "h.place::text"},
			{"doors", "integer", "", "s.doors::bigint"}, {"arrive", "time", "", "s.arrive_at::text"}, {"start", "time", "", "s.start_at::text"},
			{"depart", "time", "", "s.depart_at::text"}, {"travel_s", "integer", "", "s.travel_s::bigint"}, {"distance_m", "integer", "", "s.distance_m::bigint"},
		},
		// A plan has each household once.
		key: "s.household_id", keyed: "uuid", cell: "h.cell", shape: "h.at", ofPlan: true,
		from: `rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.workers w ON w.id = r.worker_id
				JOIN rounds.households h ON h.id = s.household_id
			WHERE s.plan_id = @plan AND (s.area_id` + ofArea + `)`,
		order: "r.day, w.code, s.seq",
	},
	{
		Name: "incidents", Geometry: "Point", Roles: []string{Supervisor, Analyst}, Times: []string{"reported_on", "closed_on"},
		Columns: []ExportColumn{
			{"id", "text", "incident", "i.id::text"}, {"kind", "text", "", "i.kind::text"}, {"matter", "text", "", "i.matter::text"},
			{"state", "text", "", "i.state::text"}, {"area", "text", "", "a.name::text"}, {"reported_on", "date", "", "i.reported_on::text"},
			{"due_on", "date", "", "i.due_on::text"}, {"closed_on", "date", "", "i.closed_on::text"},
		},
		key: "i.id", keyed: "uuid", cell: "i.cell", shape: "i.at",
		from:  `rounds.incidents i JOIN rounds.areas a ON a.id = i.area_id WHERE i.merged_into IS NULL AND (i.area_id` + ofArea + `)`,
		order: "i.reported_on, i.id",
	},
	{
		Name: "basemap", Geometry: "Geometry", Roles: []string{Worker, Supervisor, CaseHandler, Analyst, DPO, Administrator},
		Columns: []ExportColumn{
			{"class", "text", "", "b.class::text"}, {"kind", "text", "", "b.kind::text"}, {"name", "text", "", "b.name::text"},
			{"name_zh", "text", "", "b.name_zh::text"}, {"min_zoom", "integer", "", "b.min_zoom::bigint"},
		},
		key: "b.id", keyed: "bigint", shape: "ST_Transform(b.shape, 4326)",
		from: `rounds.basemap_features b
			WHERE @area::uuid IS NULL OR ST_Intersects(b.shape, (SELECT ST_Transform(outline, 3857) FROM rounds.areas WHERE id = @area))`,
		order: "b.id",
	},
}

// ExportLayerNamed finds a layer of the closed list.
func ExportLayerNamed(name string) (ExportLayer, bool) {
	i := slices.IndexFunc(ExportLayers, func(l ExportLayer) bool { return l.Name == name })
	if i < 0 {
		return ExportLayer{}, false
	}
	return ExportLayers[i], true
}
