package tiles

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/elevation"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles/basemap"
	"github.com/rounds-project/rounds/tiles/heat"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// Layer is a layer of the closed list. Outcomes, attempts, disputes and support
// wanted are never one.
type Layer struct {
	Name string
	// Roles may ask for it; nil is everybody who is signed in.
	Roles []string
	// Parameters of the query that it knows.
	Parameters []string
	// MinZoom is the first zoom that has anything.
	MinZoom uint32
	// Vectors are the layers within a tile, with their fields; none when it is a picture.
	Vectors []basemap.VectorLayer

	caching string
	// scope names what the tile may show, so that equal scopes share cached tiles;
	// nil when the layer is drawn at each request.
	scope func(*Server, context.Context, *request) (string, error)
	draw  func(*Server, context.Context, *request) ([]byte, error)
}

// request is a tile as it was asked for.
type request struct {
	principal register.Principal
	tile      mvt.Tile
	round     uuid.UUID
	routes    register.RouteFilter
	release   uuid.UUID
	today     time.Time
	// work is what scope found out for draw.
	work *view
}

const (
	// live is for what changes at any moment: the browser asks each time, and is told
	// that nothing changed in a few bytes.
	live = "private, no-cache"
	// still is for the base map, which changes with an import.
	still = "private, max-age=600, stale-while-revalidate=86400"
	// published is for what never changes again.
	published = "private, max-age=86400, immutable"
)

// maxZoom is the largest zoom of TileJSON; a map enlarges its tiles beyond.
const maxZoom = 16

// Layers is the closed list.
var Layers = []Layer{
	{
		Name: "basemap", Vectors: basemap.Layers, caching: still,
		scope: (*Server).basemapScope, draw: (*Server).drawBasemap,
	},
	{Name: "heights", MinZoom: elevation.FirstZoom, caching: still, draw: (*Server).drawHeights},
	{
		Name: "areas", Roles: []string{register.Worker, register.Supervisor, register.CaseHandler, register.Analyst, register.DPO},
		caching: live, draw: (*Server).drawAreas,
		Vectors: []basemap.VectorLayer{{ID: "areas", Description: "Areas that were granted: grids from zoom 9, villages from 7", Fields: map[string]string{
			"id": "String", "level": "String", "name": "String", "name_zh": "String", "dwellings": "Number"}}},
	},
	{
		Name: "territories", Roles: []string{register.Supervisor}, Parameters: []string{"plan"},
		caching: live, draw: (*Server).drawTerritories,
		Vectors: []basemap.VectorLayer{{ID: "territories", Description: "What each worker has in a plan", Fields: map[string]string{
			"worker": "String", "code": "String", "name": "String", "stops": "Number", "minutes": "Number"}}},
	},
	{
		Name: "work", Roles: []string{register.Worker, register.Supervisor, register.Analyst}, Parameters: []string{"round"},
		MinZoom: heat.MinZoom, caching: live, scope: (*Server).workScope, draw: (*Server).drawWork,
		Vectors: []basemap.VectorLayer{{ID: "work", Description: "Work of a round, in cells for the grid's worker and own supervisor, in groups of at least 20 dwellings above", Fields: heat.Fields}},
	},
	{
		Name: "hazards", Roles: []string{register.Worker, register.Supervisor, register.CaseHandler, register.Analyst},
		caching: live, draw: (*Server).drawHazards,
		Vectors: []basemap.VectorLayer{{ID: "hazards", Description: "Open hazards and service requests; below zoom 13 those of a cell together: open, overdue, soon (today and the two days after)", Fields: map[string]string{
			"id": "String", "kind": "String", "matter": "String", "due": "String", "late": "Boolean", "open": "Number", "overdue": "Number", "soon": "Number"}}},
	},
	{
		Name: "releases", Roles: []string{register.Worker, register.Supervisor, register.CaseHandler, register.Analyst, register.DPO},
		Parameters: []string{"release"}, caching: published, scope: (*Server).releaseScope, draw: (*Server).drawRelease,
		Vectors: []basemap.VectorLayer{{ID: "releases", Description: "Published statistics: a release's value of each bin", Fields: releaseFields}},
	},
	{
		Name: "routes", Roles: []string{register.Worker, register.Supervisor}, Parameters: []string{"plan", "worker", "date"},
		caching: live, draw: (*Server).drawRoutes,
		Vectors: []basemap.VectorLayer{{ID: "routes", Description: "Walks of a plan", Fields: map[string]string{
			"id": "String", "worker": "String", "code": "String", "date": "String"}}},
	},
	{
		Name: "stops", Roles: []string{register.Worker, register.Supervisor}, Parameters: []string{"plan", "worker", "date"},
		caching: live, draw: (*Server).drawStops,
		Vectors: []basemap.VectorLayer{{ID: "stops", Description: "Stops of a worker or a day of a plan", Fields: map[string]string{
			"household": "String", "seq": "Number", "code": "String", "date": "String", "start": "String", "doors": "Number", "state": "String"}}},
	},
}

// roles are those of people.
var roles = []string{
	register.Worker, register.Supervisor, register.CaseHandler, register.Analyst, register.DPO, register.Administrator,
}

// layerNamed finds a layer of the closed list.
func layerNamed(name string) (Layer, bool) {
	i := slices.IndexFunc(Layers, func(l Layer) bool { return l.Name == name })
	if i < 0 {
		return Layer{}, false
	}
	return Layers[i], true
}

// Allows says whether a role may ask for the layer. A service may not: tiles are
// for people.
func (l Layer) Allows(role string) bool {
	if l.Roles == nil {
		return slices.Contains(roles, role)
	}
	return slices.Contains(l.Roles, role)
}

// Picture says whether its tiles are pictures, and no vectors.
func (l Layer) Picture() bool { return l.Vectors == nil }

// Suffix is what the addresses of its tiles end in.
func (l Layer) Suffix() string {
	if l.Picture() {
		return ".png"
	}
	return ".mvt"
}

func (s *Server) drawAreas(ctx context.Context, r *request) ([]byte, error) {
	return s.db.AreasTile(ctx, r.principal, register.MapTile(r.tile))
}

func (s *Server) drawHazards(ctx context.Context, r *request) ([]byte, error) {
	return s.db.HazardsTile(ctx, r.principal, register.MapTile(r.tile), r.today)
}

func (s *Server) drawRoutes(ctx context.Context, r *request) ([]byte, error) {
	return s.db.RoutesTile(ctx, r.principal, register.MapTile(r.tile), r.routes, r.today)
}

func (s *Server) drawStops(ctx context.Context, r *request) ([]byte, error) {
	return s.db.StopsTile(ctx, r.principal, register.MapTile(r.tile), r.routes, r.today)
}
