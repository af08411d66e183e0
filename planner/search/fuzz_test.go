package search

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// source turns bytes into the numbers of a problem: small ones mostly, and now and then
// such as no problem should have.
type source struct{ data []byte }

func (s *source) next() byte {
	if len(s.data) == 0 {
		return 0
	}
	b := s.data[0]
	s.data = s.data[1:]
	return b
}

// below is 0..n-1.
func (s *source) below(n int) int { return int(s.next()) % n }

// odd values are tried where a byte says so.
var odd = []int64{-1, math.MinInt64, math.MaxInt64, vrp.Forever, vrp.Forever + 1, vrp.MaxPrice, vrp.MissingPrice, math.MaxInt32}

func (s *source) number() int64 {
	b := s.next()
	if b >= 248 {
		return odd[b-248]
	}
	return int64(b) << (s.next() % 8)
}

func (s *source) window() vrp.Window {
	open := s.number()
	return vrp.Window{Open: open, Close: open + s.number()}
}

// flag is true for one byte in n.
func (s *source) flag(n int) bool { return s.below(n) == 1 }

// list is numbers below n in order, or, seldom, any.
func (s *source) list(n int) (list []int32) {
	bits := s.next()
	if bits >= 248 {
		return []int32{int32(s.below(n+2)) - 1, int32(s.below(n+2)) - 1}
	}
	for i := range n {
		if bits>>i&1 != 0 {
			list = append(list, int32(i))
		}
	}
	return list
}

// problem is any problem that the bytes can spell.
func (s *source) problem() *vrp.Problem {
	stops, vehicles := s.below(9), 1+s.below(3)
	places := stops + 2
	p := &vrp.Problem{Costs: s.metric(places)}
	if s.flag(2) {
		p.Durations = s.metric(places)
	}
	for range vehicles {
		p.Vehicles = append(p.Vehicles, s.vehicle(places, stops))
	}
	for i := range stops {
		stop := vrp.Stop{Location: int32(i + 2), Demand: s.number(), Service: s.number(), Prize: s.number(), Skills: uint64(s.below(3))}
		for k := range s.below(3) {
			stop.Windows = append(stop.Windows, s.window())
			if k > 0 && s.next() < 248 {
				stop.Windows[1].Open += stop.Windows[0].Close + 1
				stop.Windows[1].Close += stop.Windows[0].Close + 1
			}
		}
		if s.flag(4) {
			stop.Only = s.list(vehicles)
		}
		p.Stops = append(p.Stops, stop)
	}
	for range s.below(3) {
		worker := vrp.Worker{Vehicles: s.list(vehicles)}
		if len(p.Workers) > 0 && s.next() < 248 {
			worker.Vehicles = nil // whom the first has not
		}
		for range s.below(3) {
			worker.Steps = append(worker.Steps, vrp.Step{Above: s.number(), Rate: s.number() / 100})
		}
		p.Workers = append(p.Workers, worker)
	}
	if s.flag(3) {
		p.Moved = vrp.Moved{Worker: s.number(), Vehicle: s.number()}
		p.Former = make([]int32, stops)
		for i := range p.Former {
			p.Former[i] = int32(s.below(vehicles+1) - 1)
		}
	}
	return p
}

func (s *source) metric(places int) vrp.Metric {
	if s.flag(2) {
		x, y := make([]float64, places), make([]float64, places)
		for i := range x {
			x[i], y[i] = float64(s.number()), float64(s.number())
		}
		m, _ := vrp.Planar(x, y, float64(s.below(20)), vrp.Rounding(s.below(4)))
		return m
	}
	cells := make([]int32, places*places)
	for k := range cells {
		cells[k] = int32(s.number())
	}
	m, _ := vrp.Dense(places, cells)
	return m
}

func (s *source) vehicle(places, stops int) vrp.Vehicle {
	v := vrp.Vehicle{
		Count: s.below(9), Start: int32(s.below(places)), End: int32(s.below(places+1) - 1), Capacity: s.number(),
		FixedCost: s.number(), Skills: uint64(s.below(4)), Pull: s.number(), Centre: int32(s.below(places)),
	}
	if s.flag(3) {
		v.Shift = s.window()
	}
	if s.flag(3) {
		v.MaxDuration = s.number()
	}
	if s.flag(3) {
		v.Break = vrp.Break{Length: s.number(), Window: s.window()}
	}
	if s.flag(4) {
		v.Count, v.Frozen = 1, s.list(stops)
	}
	return v
}

// FuzzSolve: whatever the problem, an error on one line, or a solution that the check
// finds feasible but for stops left out, at the cost that the search says.
func FuzzSolve(f *testing.F) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 11))
		data := make([]byte, 100+r.IntN(400))
		for k := range data {
			data[k] = byte(r.IntN(248))
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := (&source{data}).problem()
		s, stats, err := Solve(context.Background(), p, Params{Iterations: 256, Threads: 1})
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("says %q", err)
			}
			return
		}
		cost, err := vrp.Check(p, s)
		if cost != stats.Cost {
			t.Fatalf("counted %+v, checked %+v", stats.Cost, cost)
		}
		if err != nil && (cost.Missing == 0 || strings.Contains(err.Error(), "\n")) {
			t.Fatal(err)
		}
	})
}
