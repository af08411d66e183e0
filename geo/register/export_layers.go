package register

import "slices"

// ExportColumn is a field of a file that goes out. Kind is text, integer, boolean,
// date or time.
type ExportColumn struct {
	Name, Kind string
	// Pseudonym is set on ids: they leave as pseudonyms of this kind of thing, which
	// hold within one file.
	Pseudonym string
}

// ExportLayer is a layer that may go out.
type ExportLayer struct {
	Name string
	// Geometry is the type of all rows, "Geometry" for several.
	Geometry string
	// Roles may ask for it, besides the operator at the terminal.
	Roles   []string
	Columns []ExportColumn

	// query gives the shape and then the columns, for @area and @plan.
	query string
	// ofPlan says that the rows are those of a published plan.
	ofPlan bool
}

// Allows says whether a principal's role may ask for the layer.
func (l ExportLayer) Allows(role string) bool {
	return role == operatorRole || slices.Contains(l.Roles, role)
}

const operatorRole = "service:operator"

// ofArea narrows a query to @area and the areas within it.
const ofArea = ` IN (SELECT area_id FROM rounds.area_paths WHERE ancestor_id = @area) OR @area::uuid IS NULL`

// ExportLayers are all that a file may hold, with its fields: never visits,
// attempts, outcomes, support wanted, disputes, parties, text, skills. Who may ask
// still gets what row-level security shows and no more.
var ExportLayers = []ExportLayer{
	{
		Name: "areas", Geometry: "MultiPolygon", Roles: []string{Supervisor, Analyst},
		Columns: []ExportColumn{
			{"id", "text", "area"}, {"parent", "text", "area"}, {"level", "text", ""}, {"name", "text", ""}, {"name_zh", "text", ""},
			{"dwellings", "integer", ""},
		},
		query: `SELECT ST_ForcePolygonCCW(a.outline), a.id::text, a.parent_id::text, a.level::text, a.name::text, a.name_zh::text, a.dwellings::bigint
			FROM rounds.areas a
			WHERE (rounds.principal_role() = 'service:operator' OR a.id IN (SELECT rounds.granted_areas())) AND (a.id` + ofArea + `)
			ORDER BY a.level, a.id`,
	},
	{
		Name: "households", Geometry: "Point", Roles: []string{Supervisor},
		Columns: []ExportColumn{
			{"id", "text", "household"}, {"area", "text", ""}, {"street", "text", ""}, {"house_number", "text", ""}, {"unit", "text", ""},
			{"postcode", "text", ""}, {"place", "text", ""}, {"doors", "integer", ""}, {"building", "text", ""},
			{"window_opens", "time", ""}, {"window_closes", "time", ""},
		},
		query: `SELECT h.at, h.id::text, a.name::text, h.street::text, h.house_number::text, h.unit::text, h.postcode::text, h.place::text,
				h.doors::bigint, h.building::text, h.window_opens::text, h.window_closes::text
			FROM rounds.households h JOIN rounds.areas a ON a.id = h.area_id
			WHERE (h.area_id` + ofArea + `)
			ORDER BY h.cell, h.id`,
	},
	{
		Name: "routes", Geometry: "LineString", Roles: []string{Supervisor}, ofPlan: true,
		Columns: []ExportColumn{
			{"id", "text", "route"}, {"code", "text", ""}, {"date", "date", ""}, {"leave", "time", ""}, {"back", "time", ""},
			{"stops", "integer", ""}, {"travel_s", "integer", ""}, {"service_s", "integer", ""}, {"wait_s", "integer", ""}, {"distance_m", "integer", ""},
		},
		query: `SELECT r.line, r.id::text, w.code::text, r.day::text, r.leave_at::text, r.back_at::text,
				(SELECT count(*) FROM rounds.stops s WHERE s.route_id = r.id), r.travel_s::bigint, r.service_s::bigint, r.wait_s::bigint, r.distance_m::bigint
			FROM rounds.routes r JOIN rounds.workers w ON w.id = r.worker_id
			WHERE r.plan_id = @plan AND (r.area_id` + ofArea + `)
			ORDER BY r.day, w.code`,
	},
	{
		Name: "stops", Geometry: "Point", Roles: []string{Supervisor}, ofPlan: true,
		Columns: []ExportColumn{
			{"route", "text", "route"}, {"code", "text", ""}, {"date", "date", ""}, {"seq", "integer", ""}, {"household", "text", "household"},
			{"street", "text", ""}, {"house_number", "text", ""}, {"unit", "text", ""}, {"place", "text", ""}, {"doors", "integer", ""},
			{"arrive", "time", ""}, {"start", "time", ""}, {"depart", "time", ""}, {"travel_s", "integer", ""}, {"distance_m", "integer", ""},
		},
		query: `SELECT h.at, r.id::text, w.code::text, r.day::text, s.seq::bigint, h.id::text, h.street::text, h.house_number::text, h.unit::text,
				h.place::text, s.doors::bigint, s.arrive_at::text, s.start_at::text, s.depart_at::text, s.travel_s::bigint, s.distance_m::bigint
			FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.workers w ON w.id = r.worker_id
				JOIN rounds.households h ON h.id = s.household_id
			WHERE s.plan_id = @plan AND (s.area_id` + ofArea + `)
			ORDER BY r.day, w.code, s.seq`,
	},
	{
		Name: "incidents", Geometry: "Point", Roles: []string{Supervisor, Analyst},
		Columns: []ExportColumn{
			{"id", "text", "incident"}, {"kind", "text", ""}, {"matter", "text", ""}, {"state", "text", ""}, {"area", "text", ""},
			{"reported_on", "date", ""}, {"due_on", "date", ""}, {"closed_on", "date", ""},
		},
		query: `SELECT i.at, i.id::text, i.kind::text, i.matter::text, i.state::text, a.name::text, i.reported_on::text, i.due_on::text, i.closed_on::text
			FROM rounds.incidents i JOIN rounds.areas a ON a.id = i.area_id
			WHERE (i.area_id` + ofArea + `)
			ORDER BY i.reported_on, i.id`,
	},
	{
		Name: "basemap", Geometry: "Geometry", Roles: []string{Worker, Supervisor, CaseHandler, Analyst, DPO, Administrator},
		Columns: []ExportColumn{
			{"class", "text", ""}, {"kind", "text", ""}, {"name", "text", ""}, {"name_zh", "text", ""}, {"min_zoom", "integer", ""},
		},
		query: `WITH reach AS (SELECT coalesce((SELECT ST_Transform(outline, 3857) FROM rounds.areas WHERE id = @area), ST_TileEnvelope(0, 0, 0)) AS shape)
			SELECT ST_Transform(b.shape, 4326), b.class::text, b.kind::text, b.name::text, b.name_zh::text, b.min_zoom::bigint
			FROM reach, rounds.basemap_within(reach.shape, 30) b
			WHERE @area::uuid IS NULL OR ST_Intersects(b.shape, reach.shape)
			ORDER BY b.id`,
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
