package vrp

import (
	"bytes"
	"strings"
	"testing"
)

// tiny is an instance with two customers at (3, 4) and (6, 8.1), the depot at (0, 0).
func tiny(header ...string) string {
	return strings.Join(append([]string{"NAME : tiny"}, header...), "\n") + `
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8.1
DEMAND_SECTION
1 0
2 4
3 5
DEPOT_SECTION
1
-1
EOF
`
}

const solomon = `R101

VEHICLE
NUMBER     CAPACITY
  25         200

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      35         35          0          0       230          0
    1      41         49         10        161       171         10
    2      35         17          7         50        60         10
`

func read(t *testing.T, text string) *Instance {
	t.Helper()
	in, err := Read("tiny.vrp", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestRead_CVRPRoundsToTheNearest(t *testing.T) {
	in := read(t, tiny("TYPE : CVRP", "DIMENSION : 3", "EDGE_WEIGHT_TYPE : EUC_2D", "CAPACITY : 9"))
	p := &in.Problem
	if len(p.Stops) != 2 || p.Stops[1].Demand != 5 || p.Vehicles[0].Capacity != 9 || p.Timed() {
		t.Fatalf("%+v", p)
	}
	// 0-2-3-0 is 5 + 5.08 + 10.08, rounded 5 + 5 + 10.
	s := Solution{Routes: []Route{{Stops: []int32{0, 1}}}}
	if got := in.Value(s); got != 20 {
		t.Errorf("cost %v, want 20", got)
	}
	var out bytes.Buffer
	if err := in.WriteSolution(&out, s); err != nil || out.String() != "Route #1: 1 2\nCost 20\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
	back, stated, err := in.ReadSolution("tiny.sol", &out)
	if err != nil || stated != 20 || len(back.Routes) != 1 || len(back.Routes[0].Stops) != 2 || len(back.Unserved) != 0 {
		t.Errorf("%+v, %v, %v", back, stated, err)
	}
}

func TestRead_DistanceIsRealAndCountsService(t *testing.T) {
	both := Solution{Routes: []Route{{Stops: []int32{0, 1}}}}
	// 5 + sqrt(25.81) + sqrt(101.61) = 20.1605, and 20 of service.
	in := read(t, tiny("TYPE : CVRP", "DIMENSION : 3", "CAPACITY : 9", "DISTANCE : 40.17", "SERVICE_TIME : 10"))
	if got := in.FormatCost(both); got != "20.1605" {
		t.Errorf("length %s, want 20.1605", got)
	}
	if _, err := Check(&in.Problem, both); err != nil {
		t.Errorf("40.1605 of 40.17: %v", err)
	}
	in = read(t, tiny("TYPE : CVRP", "DIMENSION : 3", "CAPACITY : 9", "DISTANCE : 40.16", "SERVICE_TIME : 10"))
	if _, err := Check(&in.Problem, both); err == nil {
		t.Error("40.1605 of 40.16 is taken")
	}
}

func TestRead_TenthsAreTruncated(t *testing.T) {
	windows := "TIME_WINDOW_SECTION\n1 0 30\n2 0 20\n3 8.19 20\nDEPOT_SECTION"
	in := read(t, strings.Replace(tiny("TYPE : VRPTW", "DIMENSION : 3", "CAPACITY : 9", "VEHICLES : 1"), "DEPOT_SECTION", windows, 1))
	// 5.0 + 5.0 + 10.0: 5.08 and 10.08 are truncated.
	if got := in.FormatCost(Solution{Routes: []Route{{Stops: []int32{0, 1}}}}); got != "20.0" {
		t.Errorf("%s, want 20.0", got)
	}
	if w := in.Problem.Stops[1].Windows[0]; w != (Window{81, 200}) {
		t.Errorf("window %v", w)
	}
}

func TestRead_Prizes(t *testing.T) {
	text := strings.Replace(tiny("TYPE : PCVRPTW", "DIMENSION : 3", "CAPACITY : 9"), "DEPOT_SECTION", "PRIZE_SECTION\n1 0\n2 0\n3 1.5\nDEPOT_SECTION", 1)
	in := read(t, text)
	s := Solution{Routes: []Route{{Stops: []int32{0}}}, Unserved: []int32{1}}
	if cost, err := Check(&in.Problem, s); err != nil || cost.Travel != 100 || cost.Prizes != 15 {
		t.Errorf("%+v, %v", cost, err)
	}
	if _, err := Check(&in.Problem, Solution{Unserved: []int32{0, 1}}); err == nil {
		t.Error("a stop of prize 0 may be left out")
	}
}

func TestRead_RoutesHaveTheNumbersOfTheirVehicles(t *testing.T) {
	depots := "VEHICLES_DEPOT_SECTION\n1 1\n2 3\n3 1\nDEPOT_SECTION\n1\n3"
	in := read(t, strings.Replace(tiny("TYPE : MDVRPTW", "DIMENSION : 3", "CAPACITY : 9"), "DEPOT_SECTION\n1", depots, 1))
	if p := in.Problem; len(p.Stops) != 1 || len(p.Vehicles) != 2 || p.Vehicles[0].Count != 2 || p.Vehicles[1].Start != 2 {
		t.Fatalf("%+v", p)
	}
	var out bytes.Buffer
	if err := in.WriteSolution(&out, Solution{Routes: []Route{{Vehicle: 1, Stops: []int32{0}}}}); err != nil {
		t.Fatal(err)
	}
	// Twice sqrt(25.81), in thousandths.
	if got := out.String(); got != "Route #2: 1\nCost 10160\n" {
		t.Errorf("%q", got)
	}
	if s, _, err := in.ReadSolution("x", &out); err != nil || s.Routes[0].Vehicle != 1 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestRead_ExplicitWeights(t *testing.T) {
	for format, weights := range map[string]string{"LOWER_ROW": "7\n8 9", "FULL_MATRIX": "0 7 8\n7 0 9 8 9 0"} {
		in := read(t, "TYPE : CVRP\nDIMENSION : 3\nEDGE_WEIGHT_TYPE : EXPLICIT\nEDGE_WEIGHT_FORMAT : "+format+
			"\nCAPACITY : 9\nEDGE_WEIGHT_SECTION\n"+weights+"\nDEMAND_SECTION\n2 4\n3 5\nDEPOT_SECTION\n1\n-1\nEOF\n")
		if got := in.Value(Solution{Routes: []Route{{Stops: []int32{0, 1}}}}); got != 24 {
			t.Errorf("%s: %v, want 7 + 9 + 8", format, got)
		}
	}
}

func TestRead_Solomon(t *testing.T) {
	in := read(t, solomon)
	p := &in.Problem
	if p.Name != "R101" || len(p.Stops) != 2 || p.Vehicles[0].Count != 25 || p.Vehicles[0].Shift.Close != 2300 {
		t.Fatalf("%+v", p)
	}
	s := Solution{Routes: []Route{{Stops: []int32{1, 0}}}}
	if _, err := Check(p, s); err != nil {
		t.Error(err)
	}
	var out bytes.Buffer
	if err := in.WriteSolution(&out, s); err != nil || !strings.HasPrefix(out.String(), "Route #1: 2 1\nCost ") {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func TestRead_SaysWhereAndWhat(t *testing.T) {
	head := []string{"TYPE : CVRP", "DIMENSION : 3", "CAPACITY : 9"}
	good := tiny(head...)
	for want, text := range map[string]string{
		"the file is empty":                          "\n\n",
		`bad.vrp:2: DIMENSION "-4" is no number`:     "TYPE : CVRP\nDIMENSION : -4\n",
		`DIMENSION "99999999999" is no number`:       "DIMENSION : 99999999999\n",
		"bad.vrp:6: NODE_COORD_SECTION: node 9":      strings.Replace(good, "1 0 0", "9 0 0", 1),
		`NODE_COORD_SECTION: "NaN" of row 2`:         strings.Replace(good, "2 3 4", "2 NaN 4", 1),
		"NODE_COORD_SECTION: 2 values in a row of 3": strings.Replace(good, "2 3 4", "2 3", 1),
		"2 nodes have coordinates, DIMENSION says 3": strings.Replace(good, "3 6 8.1\n", "", 1),
		"DEMAND_SECTION: node 2: demand -4":          strings.Replace(good, "2 4\n", "2 -4\n", 1),
		"DEPOT_SECTION: depot 7 is no node":          strings.Replace(good, "DEPOT_SECTION\n1", "DEPOT_SECTION\n7", 1),
		"MAGIC_SECTION: this section is not":         strings.Replace(good, "DEPOT_SECTION", "MAGIC_SECTION", 1),
		`TYPE "TSP" is none of`:                      strings.Replace(good, "CVRP", "TSP", 1),
		`EDGE_WEIGHT_TYPE "GEO" is neither`:          tiny(append(head, "EDGE_WEIGHT_TYPE : GEO")...),
		"no vehicles":                                tiny("TYPE : VRPTW", "DIMENSION : 3", "VEHICLES : 0"),
		"beyond 2^31":                                strings.Replace(good, "3 6 8.1", "3 6e12 8.1", 1),
		"neither VRPLIB":                             "hello\nworld\n",
		"CUSTOMER: 3 values in a row of 7":           solomon + "3 4 5\n",
		"CUSTOMER: customer 7 comes after 3 rows":    solomon + "7 1 1 1 1 1 1\n",
	} {
		_, err := Read("bad.vrp", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want one line with %q", err, want)
		}
	}
}

func TestReadSolution_SaysWhereAndWhat(t *testing.T) {
	in := read(t, solomon)
	for want, text := range map[string]string{
		`bad.sol:1: solution: route 1: "7" is no customer`: "Route #1: 7\n",
		`bad.sol:2: solution: "Cost many" is no cost`:      "Route #1: 1\nCost many\n",
		`solution: route "x" has no number`:                "Route #x: 1\n",
	} {
		if _, _, err := in.ReadSolution("bad.sol", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
