package search

// split cuts a tour into routes of least cost and price (Prins 2004: A simple and
// effective evolutionary algorithm for the vehicle routing problem), by the shortest way
// from cut to cut; loads beyond one and a half vehicles are not looked at.
type split struct {
	// cost of the best way to each cut, by the number of routes where that is bounded,
	// and the cut before it.
	cost [][]int64
	from [][]int32
}

// cut returns at most e.max routes, slices of tour; the last resort of a fleet that is
// too small is loads that are dear.
func (w *split) cut(e *education, tour []int32) [][]int32 {
	w.ready(1, len(tour))
	w.walk(e, tour, 0, 0)
	if routes := w.routes(tour, func(int) int { return 0 }); len(routes) <= int(e.max) {
		return routes
	}
	w.ready(int(e.max)+1, len(tour))
	for k := range int(e.max) {
		w.walk(e, tour, k, k+1)
	}
	layer := int(e.max)
	for k := range w.cost {
		if w.cost[k][len(tour)] < w.cost[layer][len(tour)] {
			layer = k
		}
	}
	return w.routes(tour, func(step int) int { return layer - step })
}

// ready makes so many layers in which only the first cut of the first is reached.
func (w *split) ready(layers, n int) {
	for len(w.cost) < layers {
		w.cost, w.from = append(w.cost, nil), append(w.from, nil)
	}
	w.cost, w.from = w.cost[:layers], w.from[:layers]
	for k := range w.cost {
		if cap(w.cost[k]) < n+1 {
			w.cost[k], w.from[k] = make([]int64, n+1), make([]int32, n+1)
		}
		w.cost[k], w.from[k] = w.cost[k][:n+1], w.from[k][:n+1]
		for i := range w.cost[k] {
			w.cost[k][i] = nowhere
		}
	}
	w.cost[0][0] = 0
}

// walk extends the ways of one layer by a route, into another or into itself.
func (w *split) walk(e *education, tour []int32, layer, into int) {
	depot := e.start(0)
	most := e.capacity + e.capacity/2
	if layer != into {
		// With a bound on routes any load may be needed.
		most = nowhere
	}
	for i := range tour {
		if w.cost[layer][i] >= nowhere {
			continue
		}
		load, way, time := int64(0), int64(0), int64(0)
		at := depot
		for j := i; j < len(tour) && (load <= most || j == i); j++ {
			stop := tour[j]
			leg := e.dist(at, stop)
			load, way, time = load+e.demand[stop], way+leg, time+leg+e.service[stop]
			home := e.dist(stop, depot)
			cost := w.cost[layer][i] + way + home + e.tooMuch(load) + e.tooLong(time+home)
			if cost < w.cost[into][j+1] {
				w.cost[into][j+1], w.from[into][j+1] = cost, int32(i)
			}
			at = stop
		}
	}
}

// routes follows the cuts back from the end; layer names the layer after some steps.
func (w *split) routes(tour []int32, layer func(step int) int) (routes [][]int32) {
	for to, step := len(tour), 0; to > 0; step++ {
		from := int(w.from[layer(step)][to])
		routes = append(routes, tour[from:to])
		to = from
	}
	return routes
}
