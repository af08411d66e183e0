package search

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/rounds-project/rounds/planner/vrp"
)

func TestSolve_RefusesNonsense(t *testing.T) {
	t.Parallel()
	good := lineState(t, 3).m.problem
	for want, c := range map[string]struct {
		params Params
		change func(*vrp.Problem)
	}{
		"time -1s is negative": {Params{Time: -time.Second}, nil},
		"-5 iterations":        {Params{Iterations: -5}, nil},
		"-1 threads":           {Params{Threads: -1}, nil},
		"no vehicles":          {Params{}, func(p *vrp.Problem) { p.Vehicles = nil }},
		"vehicle 0: count -2":  {Params{}, func(p *vrp.Problem) { p.Vehicles = []vrp.Vehicle{{Count: -2}} }},
		"stop 1: location 9":   {Params{}, func(p *vrp.Problem) { p.Stops = []vrp.Stop{{}, {Location: 9}} }},
		"stop 0: window 9-2":   {Params{}, func(p *vrp.Problem) { p.Stops = []vrp.Stop{{Windows: []vrp.Window{{Open: 9, Close: 2}}}} }},
		"stop 0: demand -1":    {Params{}, func(p *vrp.Problem) { p.Stops = []vrp.Stop{{Demand: -1}} }},
		"no costs":             {Params{}, func(p *vrp.Problem) { p.Costs = vrp.Metric{} }},
	} {
		p := *good
		if c.change != nil {
			c.change(&p)
		}
		_, _, err := Solve(context.Background(), &p, c.params)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := vrp.Planar([]float64{0, math.NaN()}, []float64{0, 0}, 1, vrp.Nearest); err == nil {
		t.Error("NaN is taken as a coordinate")
	}
	if !errors.Is((&vrp.Problem{Costs: good.Costs}).Validate(), vrp.ErrNoVehicles) {
		t.Error("no vehicles is not ErrNoVehicles")
	}
}

func TestSolve_LeavesOutWhatNobodyCanServe(t *testing.T) {
	t.Parallel()
	p := lineState(t, 4).m.problem
	p.Vehicles = []vrp.Vehicle{{Count: 2, Shift: vrp.Window{Open: 100, Close: 400}, Capacity: 3, Skills: 1}}
	p.Stops[0].Service = 1000                              // longer than the shift
	p.Stops[1].Windows = []vrp.Window{{Open: 0, Close: 5}} // before the shift
	p.Stops[2].Skills = 2                                  // that nobody has
	s, stats, err := Solve(context.Background(), p, Params{Iterations: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Unserved) != 3 || stats.Cost.Missing != 3 || len(s.Routes) != 1 {
		t.Errorf("%+v, want only stop 3 served", s)
	}
}

func TestSolve_NothingToDo(t *testing.T) {
	t.Parallel()
	p := lineState(t, 2).m.problem
	p.Stops = nil
	s, _, err := Solve(context.Background(), p, Params{Iterations: 1000})
	if err != nil || len(s.Routes)+len(s.Unserved) != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}
