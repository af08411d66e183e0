// Package release makes the published statistics: numbers per area that tell where
// help is due and about no household anything.
//
// There is one partition of the installation a year into bins of at least K dwellings
// ([Cut]), made from numbers of dwellings alone. A [Release] has one value per bin, for
// one measure and one closed period, and never changes. Every other number, of a parent,
// of a drawn area or of all, is a sum of those values over whole bins ([Release.Sum]),
// never counted again: whatever two answers somebody takes from each other, what is
// left is whole bins.
//
// A value is withheld below [Fewest] households, is said as "90 % or more" where nearly
// everybody is in it, and is else rounded at random to [Base] by a key that lies outside
// the database: the same households give the same value, however often one asks (cell
// key method, Fraser and Wooton 2005).
package release
