// Package keyarea finds key areas: whole bins of a partition, in order of what the service owes
// there. Nothing about people is known here, and nothing is predicted; an area is first
// because of one figure, which is told with it.
//
// Live figures of a bin are sums over whole groups of dwellings, each of which counts in
// one bin: the one with most of its leaf cells. Bins are not made of groups, so a bin that
// was counted by its cells, less the groups that lie wholly in it, would be the figure of a
// part of a group, down to a single dwelling. Counted by groups, whatever somebody adds up
// and takes away of figures of bins, groups and areas stays a sum of whole groups, which
// have 20 dwellings or more each and are on the map of the work anyway.
package keyarea
