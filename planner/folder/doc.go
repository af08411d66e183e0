// Package folder writes the folder of `rounds plan`: plan.json, routes.geojson,
// stops.csv, unplanned.csv, gpx/WORKER-DATE.gpx and map.html, a page that needs no
// network. It appears whole or not at all.
package folder
