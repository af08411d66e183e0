package vrp

// MaxRate is the most that a unit of work, or of the way to a centre, may cost.
const MaxRate = 1000

// Worker is who drives several vehicles, a worker's days: their work adds up, and the
// more there is of it above what is fair, the dearer it becomes.
type Worker struct {
	// Vehicles are indexes of Problem.Vehicles.
	Vehicles []int32
	// Steps make a convex price: each of them counts, by itself.
	Steps []Step
}

// Step prices each unit of work above a bound, in the unit of Durations.
type Step struct{ Above, Rate int64 }

// Price of so much work; beyond [Forever] it rises no more, so that sums stay in int64.
func (w *Worker) Price(work int64) (price int64) {
	for _, s := range w.Steps {
		price += s.Rate * min(max(0, work-s.Above), Forever)
	}
	return price
}

// Moved prices a stop that another vehicle serves than in the former plan.
type Moved struct {
	// Worker is for a vehicle of another worker, or, where either has none, any
	// other; Vehicle is for another vehicle of the same worker: another day.
	Worker, Vehicle int64
}

// WorkerOf is the worker of each vehicle, -1 for one without; nil without workers.
func (p *Problem) WorkerOf() []int32 {
	if len(p.Workers) == 0 {
		return nil
	}
	of := make([]int32, len(p.Vehicles))
	for v := range of {
		of[v] = -1
	}
	for w := range p.Workers {
		for _, v := range p.Workers[w].Vehicles {
			of[v] = int32(w)
		}
	}
	return of
}
