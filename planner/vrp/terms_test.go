package vrp

import (
	"errors"
	"strings"
	"testing"
)

// One worker has both vehicles, whose work is 75 and 25: 0-10-20-30-0 is 60 long, with
// three services of 5; 0-10-0 is 20, with one.
func TestCost_PricesWorkAboveTheSteps(t *testing.T) {
	p := street()
	p.Stops = append(p.Stops, Stop{Location: 1, Service: 5})
	p.Vehicles = append(p.Vehicles, Vehicle{Count: 1})
	s := Solution{Routes: []Route{{Stops: []int32{0, 1, 2}}, {Vehicle: 1, Stops: []int32{3}}}}
	p.Workers = []Worker{{Vehicles: []int32{0, 1}, Steps: []Step{{Above: 60, Rate: 1}, {Above: 90, Rate: 2}}}}
	if cost, err := Check(p, s); err != nil || cost.Uneven != 40+2*10 {
		t.Errorf("%+v, %v: 100 of work, 40 above 60 at 1 and 10 above 90 at 2", cost, err)
	}
	p.Workers = []Worker{{Vehicles: []int32{1}, Steps: []Step{{Above: 20, Rate: 3}}}}
	if cost, _ := Check(p, s); cost.Uneven != 15 {
		t.Errorf("%+v: the second alone is 5 above 20 at 3", cost)
	}
}

func TestCost_PricesSpreadAndChanges(t *testing.T) {
	p := street()
	p.Vehicles = append(p.Vehicles, Vehicle{Count: 1}, Vehicle{Count: 1})
	p.Vehicles[0].Pull, p.Vehicles[0].Centre = 500, 2
	p.Workers = []Worker{{Vehicles: []int32{0, 1}}, {Vehicles: []int32{2}}}
	p.Moved = Moved{Worker: 70, Vehicle: 9}
	for _, c := range []struct {
		former []int32
		want   int64
	}{{[]int32{0, 0, 0}, 0}, {[]int32{1, 0, 0}, 9}, {[]int32{2, 1, Nobody}, 79}} {
		p.Former = c.former
		cost, err := Check(p, all())
		// 10 and 30 lie 10 from 20: half of that each.
		if err != nil || cost.Spread != 10 || cost.Changes != c.want {
			t.Errorf("formerly %v: %+v, %v, want changes of %d", c.former, cost, err, c.want)
		}
	}
}

func TestCheck_KeepsBreaksFrozenStopsAndTies(t *testing.T) {
	for want, change := range map[string]func(*Problem){
		// At 20 the vehicle arrives at 25; the service there is over at 30.
		"no time for the break of 9 that begins within 31-32": func(p *Problem) {
			p.Vehicles[0].Break, p.Stops[2].Windows = Break{9, Window{31, 32}}, []Window{{0, 48}}
		},
		"stop 1 may be on vehicles [1], not on 0": func(p *Problem) {
			p.Vehicles = append(p.Vehicles, Vehicle{})
			p.Stops[1].Only = []int32{1}
		},
		"no route of vehicle 0 begins with its frozen stops [1 0]": func(p *Problem) {
			p.Vehicles[0].Count, p.Vehicles[0].Frozen = 1, []int32{1, 0}
		},
	} {
		p := street()
		change(p)
		if _, err := Check(p, all()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestTimetable_PutsTheBreakWhereItCostsNothing(t *testing.T) {
	p := street()
	p.Stops[2].Windows = []Window{{60, 70}}
	p.Vehicles[0].Break = Break{12, Window{25, 50}}
	// Without a break: 10, 25 and, leaving at 20 rather than 0, 60. With one on the way
	// to the last stop one leaves at 8.
	got, late := p.Timetable(all().Routes[0])
	if late >= 0 || got.Leave != 8 || got.Back != 95 {
		t.Errorf("%+v, late %d: want to leave at 8 and be back at 95", got, late)
	}
	for name, b := range map[string]Break{
		"had at home before": {5, Window{0, 1}}, "at home after": {50, Window{90, 95}},
	} {
		p.Vehicles[0].Break = b
		if got, late := p.Timetable(all().Routes[0]); late >= 0 || got.Pause >= 0 || got.Back-got.Leave != 75 {
			t.Errorf("%s: %+v, late %d", name, got, late)
		}
	}
}

func TestTimetable_WaitsForTheBreakOnTheWay(t *testing.T) {
	p := street()
	p.Vehicles[0].Shift, p.Vehicles[0].Break = Window{0, 90}, Break{10, Window{30, 32}}
	// The second stop is done at 30: the break is over at 40, or at the third stop, 10
	// farther, at 50; had before the second stop, where one arrives at 25, one would wait.
	got, late := p.Timetable(all().Routes[0])
	if late >= 0 || got.Pause != 2 || got.Arrive[2] != 50 || got.Back != 85 {
		t.Errorf("%+v, late %d: want the pause on the way to the third stop", got, late)
	}
}

func TestValidate_RefusesNonsenseOfWorkersAndRoutes(t *testing.T) {
	for want, change := range map[string]func(*Problem){
		"worker 1: vehicle 0 does not exist or has": func(p *Problem) { p.Workers = []Worker{{Vehicles: []int32{0}}, {Vehicles: []int32{0}}} },
		"worker 0: vehicle 9 does not exist":        func(p *Problem) { p.Workers = []Worker{{Vehicles: []int32{9}}} },
		"worker 0: step":                            func(p *Problem) { p.Workers = []Worker{{Steps: []Step{{Rate: -1}}}} },
		"worker 0: rates add up to 1200":            func(p *Problem) { p.Workers = []Worker{{Steps: []Step{{Rate: 600}, {Rate: 600}}}} },
		"a former vehicle of 1 stops, there are 3":  func(p *Problem) { p.Former = []int32{0} },
		"stop 2: former vehicle 5":                  func(p *Problem) { p.Former = []int32{0, Nobody, 5} },
		"prices of changes":                         func(p *Problem) { p.Former, p.Moved = []int32{0, 0, 0}, Moved{Worker: -1} },
		"stop 1: only [0 0]":                        func(p *Problem) { p.Stops[1].Only = []int32{0, 0} },
		"stop 1: only [3]":                          func(p *Problem) { p.Stops[1].Only = []int32{3} },
		"vehicle 0: break of -1":                    func(p *Problem) { p.Vehicles[0].Break.Length = -1 },
		"vehicle 0: break 9-2":                      func(p *Problem) { p.Vehicles[0].Break = Break{1, Window{9, 2}} },
		"vehicle 0: pull -3":                        func(p *Problem) { p.Vehicles[0].Pull = -3 },
		"vehicle 0: centre 8":                       func(p *Problem) { p.Vehicles[0].Pull, p.Vehicles[0].Centre = 1, 8 },
		"vehicle 0: frozen stops are of one route":  func(p *Problem) { p.Vehicles[0].Frozen = []int32{0} },
		"vehicle 0: frozen stops: there is no stop": func(p *Problem) { p.Vehicles[0].Count, p.Vehicles[0].Frozen = 1, []int32{7} },
		"vehicle 0: frozen stops: stop 0 appears":   func(p *Problem) { p.Vehicles[0].Count, p.Vehicles[0].Frozen = 1, []int32{0, 0} },
		"vehicle 0: frozen stops: takes 25":         func(p *Problem) { p.Vehicles[0] = Vehicle{Count: 1, MaxDuration: 20, Frozen: []int32{0}} },
	} {
		p := street()
		change(p)
		if err := p.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	p := street()
	p.Vehicles[0].Count = 0
	if err := p.Validate(); !errors.Is(err, ErrNoVehicles) {
		t.Errorf("%v is not ErrNoVehicles", err)
	}
}
