package register

// What asks the tables for a tile, for a test of how the database answers.
var (
	StopsQuery   = stopsQuery
	HazardsQuery = hazardsQuery
	RoutesQuery  = routesQuery
	AreasQuery   = areasQuery
)

// With adds the tile's own arguments to others.
var With = MapTile.with
