// Package tiles serves the map: TileJSON and vector tiles of a closed list of
// layers, each for a closed list of roles.
//
// The base map and the layers of areas, hazards, routes and stops are drawn by
// PostGIS under row-level security, as the principal. The work layer is drawn from
// sums in memory (package heat), which follow the database: a visit takes 10
// microseconds of bookkeeping and drops just the tiles that show its cell.
// Territories are cells put together here.
//
// What may be seen is decided anew at each request; a cached tile is keyed by what
// it may show, never by who asked or by the query as it came.
package tiles
