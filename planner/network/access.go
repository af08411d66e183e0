package network

import (
	"math"

	"github.com/paulmach/orb"
)

// Access is where a door meets the network. The zero value is not one: ask
// [Access.Reachable].
type Access struct {
	// Door is the point that was snapped, Street the point of the way that one
	// reaches from it, Entrance the one between them, which is Door itself where
	// no other is known.
	Door, Entrance, Street orb.Point
	// OffRoad is the stretch from Door to Street in metres, at most MaxOffRoad.
	OffRoad float64
	// Piece is the index in [Network.Pieces], -1 when there is no way nearby.
	Piece int32

	edge int32
	// segment is the place of Street on the edge, offset the centimetres there
	// from the tail.
	segment int32
	offset  uint32
}

// Reachable tells whether the door is on the network.
func (a Access) Reachable() bool { return a.Piece >= 0 }

// AtStreet is the same place without the stretch to the door.
func (a Access) AtStreet() Access {
	a.Door, a.Entrance, a.OffRoad = a.Street, a.Street, 0
	return a
}

// toDoor is the cost between street and door: walking pace, longer by offRoad.
func (a *Access) toDoor() cost {
	ms := a.OffRoad / walking * offRoad * 1000
	return costOf(uint32(math.Round(ms)), uint32(math.Round(a.OffRoad*100)))
}

// nowhere is the access of a door off the network.
func nowhere(door orb.Point) Access {
	return Access{Door: door, Entrance: door, Street: door, Piece: -1, edge: missing}
}
