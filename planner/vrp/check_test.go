package vrp

import (
	"strings"
	"testing"
)

// street is stops at 10, 20, 30 on a line, one vehicle at 0 that moves 1 in 1.
func street() *Problem {
	costs, _ := Planar([]float64{0, 10, 20, 30}, make([]float64, 4), 1, Nearest)
	return &Problem{
		Costs:    costs,
		Stops:    []Stop{{Location: 1, Demand: 1, Service: 5}, {Location: 2, Demand: 2, Service: 5}, {Location: 3, Demand: 3, Service: 5}},
		Vehicles: []Vehicle{{Count: 2, Capacity: 9, FixedCost: 7}},
	}
}

func all() Solution { return Solution{Routes: []Route{{Stops: []int32{0, 1, 2}}}} }

func TestCheck_CountsTheCost(t *testing.T) {
	p := street()
	p.Stops[1].Prize = 4
	cost, err := Check(p, Solution{Routes: []Route{{Stops: []int32{2}}, {Stops: []int32{0}}}, Unserved: []int32{1}})
	if want := (Cost{Travel: 80, Fixed: 14, Prizes: 4}); err != nil || cost != want {
		t.Errorf("%+v, %v, want %+v", cost, err, want)
	}
	p.Vehicles[0].End = Open
	if cost, _ := Check(p, all()); cost.Travel != 30 {
		t.Errorf("an open route of %d, want 30", cost.Travel)
	}
}

func TestCheck_SaysWhatIsWrong(t *testing.T) {
	for want, change := range map[string]func(*Problem, *Solution){
		"load 6 above the capacity 5":           func(p *Problem, _ *Solution) { p.Vehicles[0].Capacity = 5 },
		"stop 1 appears twice":                  func(_ *Problem, s *Solution) { s.Routes[0].Stops = []int32{0, 1, 1, 2} },
		"there is no stop 5":                    func(_ *Problem, s *Solution) { s.Routes[0].Stops = []int32{5} },
		"there is no vehicle 3":                 func(_ *Problem, s *Solution) { s.Routes[0].Vehicle = 3 },
		"stop 2 is neither served":              func(_ *Problem, s *Solution) { s.Routes[0].Stops = []int32{0, 1} },
		"1 required stops are not":              func(_ *Problem, s *Solution) { s.Routes[0].Stops, s.Unserved = []int32{0, 1}, []int32{2} },
		"stop 2 is reached at 40, after":        func(p *Problem, _ *Solution) { p.Stops[2].Windows = []Window{{0, 39}} },
		"back at 75, the shift ends at 74":      func(p *Problem, _ *Solution) { p.Vehicles[0].Shift = Window{0, 74} },
		"takes 75, the limit is 74":             func(p *Problem, _ *Solution) { p.Vehicles[0].MaxDuration = 74 },
		"needs skills 0x2 that vehicle 0":       func(p *Problem, _ *Solution) { p.Stops[0].Skills = 2 },
		"1 routes of vehicle 0, which counts 0": func(p *Problem, _ *Solution) { p.Vehicles[0].Count = 0 },
		"takes 90, the limit is 80":             waits,
	} {
		p, s := street(), all()
		change(p, &s)
		if _, err := Check(p, s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// waits: between the first stop, open until 20, and the last, open from 65, 15 pass
// idle whenever the vehicle leaves.
func waits(p *Problem, _ *Solution) {
	p.Stops[0].Windows = []Window{{0, 20}}
	p.Stops[2].Windows = []Window{{65, 70}}
	p.Vehicles[0].MaxDuration = 80
}

func TestTimetable_LeavesAsLateAsItCan(t *testing.T) {
	p := street()
	p.Stops[0].Windows = []Window{{5, 8}, {50, 60}}
	got, late := p.Timetable(all().Routes[0])
	// 10 is too late for the first window; leaving at 40 meets the second as it opens.
	if late >= 0 || got.Leave != 40 || got.Begin[0] != 50 || got.Begin[2] != 80 || got.Back != 115 {
		t.Errorf("%+v, late %d", got, late)
	}
}
