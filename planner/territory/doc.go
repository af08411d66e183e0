// Package territory splits households among workers so that everybody has the
// same work and every territory hangs together along the streets.
//
// The households of one connected piece of the network are the vertices of a
// [Graph] whose edges join neighbours along the streets. Territories do not jump
// rivers or railways, because the graph does not. [Split] goes in three steps:
//
//  1. Cut: the whole is parted in two, and either part again, until there are as
//     many as workers. A cut takes an edge of a spanning tree, so that either side is
//     connected by construction: of all edges of a few trees, the shortest and
//     random ones, the one that leaves each side the work of a whole number of
//     workers and little inertia around its middle. It is the move of recombination
//     (DeFord, Duchin, Solomon, "Recombination: A family of Markov chains for
//     redistricting", Harvard Data Science Review 3.1, 2021) in the recursion of
//     Berger, Bokhari ("A partitioning strategy for nonuniform problems on
//     multiprocessors", 1987).
//  2. Balance: what is left over flows between neighbouring territories along the
//     smallest flow that evens it out (Hu, Blake, "An optimal diffusion algorithm for
//     dynamic load balancing", 1999). The border of two territories is drawn anew by
//     another cut of a spanning tree of both, which also makes them compact. Streets
//     in valleys and suburbs are nearly trees, where such flows get stuck: there up
//     to eight neighbouring territories are cut anew together, as in step 1.
//  3. Middles: the 1-median of each territory by local search is where its worker
//     starts who starts nowhere else.
//
// Where days are too short to reach everybody from even territories, the division begins
// with cells around places that reach most (Church, ReVelle, "The maximal covering
// location problem", 1974), and a place out of reach costs more than uneven work.
//
// [Redraw] and [Adjust] follow what the work really is, as routes have shown; Adjust
// moves nothing but places at the borders, with whatever they would cut off. [Offers] are
// such moves one by one, and [Recombine] draws some territories anew: a planner tries them
// when routes say that the work is not even, and keeps those that help.
package territory
