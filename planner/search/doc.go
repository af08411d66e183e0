// Package search finds good solutions of the problems of package vrp: a savings
// start, then iterations of ruin (SISR), recreate and local search under simulated
// annealing, on parts of the problem side by side where it is large. Solutions are
// feasible at every moment; stops that fit nowhere stay out at their price.
//
// A file is one term of the literature. docs/decisions/solver.md says why these.
package search
