package router_test

import (
	"fmt"

	"github.com/rounds-project/rounds/planner/network"
	"github.com/rounds-project/rounds/planner/router"
)

func ExampleParse() {
	r, err := router.Parse("osrm=http://127.0.0.1:5000", network.Foot)
	fmt.Println(r, err)
	// Output: osrm at 127.0.0.1:5000 <nil>
}
