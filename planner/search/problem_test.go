package search

import (
	"math/rand/v2"

	"github.com/rounds-project/rounds/planner/vrp"
)

// randomProblem has every kind of constraint, each with some chance.
func randomProblem(r *rand.Rand, n int) *vrp.Problem {
	places := n + 3
	x, y := make([]float64, places), make([]float64, places)
	for i := range x {
		x[i], y[i] = float64(r.IntN(100)), float64(r.IntN(100))
	}
	p := &vrp.Problem{}
	p.Costs, _ = vrp.Planar(x, y, 10, vrp.Nearest)
	if r.IntN(2) == 0 {
		cells := make([]int32, places*places)
		for k := range cells {
			cells[k] = int32(r.IntN(1000))
		}
		p.Durations, _ = vrp.Dense(places, cells)
	}
	for v := range 1 + r.IntN(3) {
		w := vrp.Vehicle{Count: 1 + r.IntN(n), Start: int32(r.IntN(3)), End: int32(r.IntN(3))}
		if r.IntN(3) == 0 {
			w.End = vrp.Open
		}
		if r.IntN(3) > 0 {
			w.Capacity = int64(10 + r.IntN(60))
		}
		if r.IntN(3) == 0 {
			w.Shift = vrp.Window{Open: int64(r.IntN(500)), Close: int64(3000 + r.IntN(3000))}
		}
		if r.IntN(3) == 0 {
			w.MaxDuration = int64(2000 + r.IntN(3000))
		}
		if r.IntN(2) == 0 {
			w.FixedCost = int64(r.IntN(500))
		}
		w.Skills = uint64(v + 1)
		p.Vehicles = append(p.Vehicles, w)
	}
	windows, prizes, skills := r.IntN(2) == 0, r.IntN(3) == 0, r.IntN(4) == 0
	for i := range n {
		s := vrp.Stop{Location: int32(3 + i), Demand: int64(r.IntN(12)), Service: int64(r.IntN(100))}
		if windows {
			open := int64(r.IntN(2000))
			s.Windows = []vrp.Window{{Open: open, Close: open + int64(r.IntN(1500))}}
			if r.IntN(3) == 0 {
				open = s.Windows[0].Close + 1 + int64(r.IntN(1000))
				s.Windows = append(s.Windows, vrp.Window{Open: open, Close: open + int64(r.IntN(1000))})
			}
		}
		if prizes {
			s.Prize = int64(r.IntN(800))
		}
		if skills {
			s.Skills = uint64(r.IntN(4))
		}
		p.Stops = append(p.Stops, s)
	}
	for _, add := range []func(*rand.Rand, *vrp.Problem){addOnly, addBreaks, addWorkers, addPulls, addFormer, addFrozen} {
		if r.IntN(3) == 0 {
			add(r, p)
		}
	}
	return p
}

// addOnly ties some stops to some vehicles.
func addOnly(r *rand.Rand, p *vrp.Problem) {
	for i := range p.Stops {
		for v := range p.Vehicles {
			if r.IntN(3) == 0 {
				p.Stops[i].Only = append(p.Stops[i].Only, int32(v))
			}
		}
	}
}

func addBreaks(r *rand.Rand, p *vrp.Problem) {
	for v := range p.Vehicles {
		if r.IntN(4) > 0 {
			open := int64(r.IntN(2500))
			p.Vehicles[v].Break = vrp.Break{Length: int64(1 + r.IntN(400)), Window: vrp.Window{Open: open, Close: open + int64(r.IntN(1500))}}
		}
	}
}

// addWorkers gives the vehicles to two workers, or to none.
func addWorkers(r *rand.Rand, p *vrp.Problem) {
	p.Workers = make([]vrp.Worker, 2)
	for v := range p.Vehicles {
		if w := r.IntN(3); w < 2 {
			p.Workers[w].Vehicles = append(p.Workers[w].Vehicles, int32(v))
		}
	}
	for w := range p.Workers {
		for range r.IntN(3) {
			p.Workers[w].Steps = append(p.Workers[w].Steps, vrp.Step{Above: int64(r.IntN(4000)), Rate: int64(r.IntN(4))})
		}
	}
}

func addPulls(r *rand.Rand, p *vrp.Problem) {
	for v := range p.Vehicles {
		p.Vehicles[v].Pull, p.Vehicles[v].Centre = int64(r.IntN(1500)), int32(r.IntN(p.Costs.Len()))
	}
}

func addFormer(r *rand.Rand, p *vrp.Problem) {
	p.Moved = vrp.Moved{Worker: int64(r.IntN(900)), Vehicle: int64(r.IntN(300))}
	for range p.Stops {
		p.Former = append(p.Former, int32(r.IntN(len(p.Vehicles)+1)-1))
	}
}

// addFrozen freezes the beginning of one or two routes, if that can be driven.
func addFrozen(r *rand.Rand, p *vrp.Problem) {
	order := r.Perm(len(p.Stops))
	for range 1 + r.IntN(2) {
		v := &p.Vehicles[r.IntN(len(p.Vehicles))]
		before := *v
		v.Count, v.Frozen = 1, nil
		for range min(1+r.IntN(2), len(order)) {
			v.Frozen = append(v.Frozen, int32(order[0]))
			order = order[1:]
		}
		if p.Validate() != nil {
			*v = before
		}
	}
}
