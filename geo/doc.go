// Package geo holds the places that Rounds works with, and nothing about persons.
//
// A [Household] is a place to visit: a point, an address, a number of doors as
// letterboxes or bells show them. An [Area] is a drawn or imported polygon in a
// tree (county > town > village > grid). A [Cell] is an H3 hexagon, never drawn
// by hand.
//
// Conventions that hold in the whole repository:
//
//   - Coordinates are longitude, latitude in degrees on WGS 84, always in that
//     order, as [orb.Point] has them. h3-go takes latitude first; cell.go is the
//     only file that calls it.
//   - Lengths are metres, times [time.Duration] or whole seconds where a name
//     ends in _s or S.
//   - The leaf resolution of cells is [LeafResolution]; a coarser cell is always
//     reached through the parents of the leaf, never by indexing the point again:
//     for 6-7 % of places the two differ.
//
// Packages below geo bring places in and out (osm, gis) and keep them (register).
package geo
