package vrp_test

import (
	"fmt"
	"strings"

	"github.com/rounds-project/rounds/planner/vrp"
)

func ExampleCheck() {
	in, err := vrp.Read("three.vrp", strings.NewReader(`TYPE : CVRP
DIMENSION : 3
CAPACITY : 3
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8
DEMAND_SECTION
2 2
3 2
DEPOT_SECTION
1
-1
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = vrp.Check(&in.Problem, vrp.Solution{Routes: []vrp.Route{{Stops: []int32{0, 1}}}})
	fmt.Println(err)
	cost, err := vrp.Check(&in.Problem, vrp.Solution{Routes: []vrp.Route{{Stops: []int32{0}}, {Stops: []int32{1}}}})
	fmt.Println(cost.Travel, err)
	// Output:
	// vrp: route 1: load 4 above the capacity 3
	// 30 <nil>
}
