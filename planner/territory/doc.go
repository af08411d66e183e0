// Package territory splits households among workers so that everybody has the
// same work and every territory hangs together along the streets.
//
// The households of one connected piece of the network are the vertices of a
// [Graph] whose edges join neighbours along the streets. [Split] goes in three
// steps:
//
//  1. Seeds: recursive coordinate bisection of the weighted points (Berger, Bokhari,
//     "A partitioning strategy for nonuniform problems on multiprocessors", 1987)
//     gives each territory a middle where its share of the work lies.
//  2. Shape: an additively weighted Voronoi diagram on the graph, whose cells are
//     connected by construction (everything on the shortest path to a middle has
//     that middle). The weights are moved until the work is even and the middles
//     follow their cells, as in the capacity-constrained network Voronoi diagrams
//     of Yang, Shekhar, Kavouras, Qiu, Xu (ISPRS Int. J. Geo-Inf. 2015) and the
//     balanced power diagrams of Cohen-Addad, Klein, Young (SIGSPATIAL 2018).
//  3. Balance: what is left over flows between neighbouring territories along the
//     smallest flow that evens it out (Hu, Blake, "An optimal diffusion algorithm
//     for dynamic load balancing", 1999): border households change sides, with
//     whatever they would cut off, and no territory falls apart.
//
// Territories do not jump rivers or railways, because the graph does not.
package territory
