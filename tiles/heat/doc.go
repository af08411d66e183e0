// Package heat sums the work of a round per H3 cell and per group of dwellings, in
// memory, and draws it.
//
// The measures are a closed list: to visit, finished, late, minutes (and the number
// of dwellings that they are of). The grid's worker and own supervisor see cells;
// everybody above sees groups of at least 20 dwellings, made of whole leaf cells
// of one grid and frozen. Nobody sees both of one area, so the one cannot be taken
// from the other. A coarser cell is the sum of its leaves in the areas that the
// viewer may see: nothing of any other area is in it.
package heat
