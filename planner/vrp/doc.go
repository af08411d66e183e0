// Package vrp states vehicle routing problems and judges answers to them: what a
// problem is, what a solution costs, whether it is feasible, and the file formats
// of the literature. It does not search; [github.com/rounds-project/rounds/planner/search]
// does. Arithmetic is in integers throughout, in the units of the problem.
package vrp
