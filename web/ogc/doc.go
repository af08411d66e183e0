// Package ogc is OGC API Features under /ogc/: Part 1 (17-069r4) with GeoJSON, HTML and
// OpenAPI 3.0, Part 2 (18-058r1) with the coordinate systems of the place, and Part 3
// (19-079r2) with CQL2. It shows the layers of the closed list of exports to who has a
// token or is signed in, one page at a time; each read of personal data is in the audit log
// before its first byte, and counts in what a token's receiver may be sent in a day.
package ogc
