package router

import (
	"context"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/planner/network"
)

// Doors answers for doors of the network in the process, as planner.Walks.
type Doors struct{ Router *Router }

// Matrix is [Router.Matrix]; threads are the server's own affair.
func (d Doors) Matrix(ctx context.Context, from, to []network.Access, _ int) (seconds, metres []int32, err error) {
	return d.Router.Matrix(ctx, doors(from), doors(to))
}

func doors(accesses []network.Access) []orb.Point {
	points := make([]orb.Point, len(accesses))
	for i := range accesses {
		points[i] = accesses[i].Door
	}
	return points
}

// Leg is [Router.Walk].
func (d Doors) Leg(ctx context.Context, from, to network.Access) (network.Leg, error) {
	w, err := d.Router.Walk(ctx, from.Door, to.Door)
	return network.Leg{Seconds: w.Seconds, Metres: w.Metres, FerryMetres: w.FerryMetres, Line: w.Line, OffRoad: w.OffRoad}, err
}
