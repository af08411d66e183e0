// Package gis reads and writes the files of GIS and spreadsheets. Readers stream,
// bound what one record may take, and say what is wrong in one line that names the
// row, the field and what to do.
package gis
