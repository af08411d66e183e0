package search

// tuning is what of the search depends on the kind of problem.
type tuning struct {
	// longString is the longest string of a ruin as a share of the mean route, if that is more
	// than shortest; no string is longer than longest.
	longString, shortest, longest float64
	// hot and cold are the temperatures at both ends of the search, in mean legs between stops.
	hot, cold float64
	// waiting is how many stops left out earlier are tried again in an iteration.
	waiting int
	// opens is one over how often an iteration sets out with one more vehicle; 0: never.
	opens int
}

// usual is as published (Christiaens, Vanden Berghe 2020), but for the temperatures.
var usual = tuning{shortest: 10, longest: 10, hot: 1.5, cold: 0.015, waiting: 20}

// enduring is for long routes bound by windows, clustered for those among clusters: there
// strings of ten are small change, what holds stops in their places are the legs between
// clusters, and below 0.06 legs nothing moves.
var (
	enduring  = tuning{shortest: 10, longest: 10, hot: usual.hot, cold: usual.cold, waiting: 6}
	clustered = tuning{longString: 0.7, shortest: 10, longest: 25, hot: 5, cold: 0.06, waiting: 6, opens: 32}
)

// Stops that fill a vehicle above which routes are long, and the share of stops with windows
// from which those rule; unevenness of legs that tells of clusters.
const (
	longRoute   = 20
	windowShare = 0.5
	inClusters  = 1.4
)

// tune tells the tuning for the model's stops and vehicles, and the unevenness of legs.
func (m *model) tune(unevenness float64) tuning {
	bound, demand := 0, int64(0)
	for i, windows := range m.windows {
		demand += m.demand[i]
		if len(windows) > 0 {
			bound++
		}
	}
	capacity := int64(0)
	for k := range m.kinds {
		capacity = max(capacity, m.kinds[k].capacity)
	}
	if demand == 0 || float64(bound) < windowShare*float64(m.n) || capacity >= demand ||
		float64(capacity)*float64(m.n) < longRoute*float64(demand) {
		return usual
	}
	if unevenness > inClusters {
		return clustered
	}
	return enduring
}

// What an iteration that opens a route takes out, and by how many temperatures more it may
// cost: routes are lost in the heat of the beginning, and no stop alone ever pays for a
// vehicle again.
const (
	openRemoved   = 40
	openString    = 30
	openTolerance = 15
)

// opening reports whether an iteration shall open a route.
func (w *wreck) opening() bool {
	s := w.s
	if s.m.tuning.opens == 0 || w.rng.below(s.m.tuning.opens) != 0 {
		return false
	}
	for _, left := range s.spare {
		if left > 0 {
			return true
		}
	}
	return false
}
