// Package planner turns households and workers into routes: territories first,
// then for each worker the days, each walked in the best order on the network.
package planner
