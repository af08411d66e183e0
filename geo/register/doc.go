// Package register keeps places in PostGIS: areas, households, groups of
// dwellings, incidents, the base map, and the accounts that may look at them.
//
// There is one way to a query: [DB.As], which sets who is asking for one
// transaction, so that row-level security decides which rows there are. A test
// refuses pools and connections anywhere else.
//
// A file holds one noun with the SQL of its methods. Imports (of an OpenStreetMap
// extract, of areas, households and incidents) go through a staging table that
// ends with the transaction: all of a file is taken, or nothing.
package register
