package network

import (
	"math"

	"github.com/paulmach/orb"
)

// Access is where a door meets the network: at one place, or at a few of which a
// leg takes the one with the shortest walk. The zero value is not one: ask
// [Access.Reachable].
type Access struct {
	// Door is the point that was snapped, Street the nearest place of a way that one
	// reaches from it, Entrance the point between them, which is Door itself where
	// no other is known.
	Door, Entrance, Street orb.Point
	// OffRoad is the stretch from Door to Street in metres, at most MaxOffRoad.
	OffRoad float64
	// Piece is the index in [Network.Pieces], -1 when there is no way nearby.
	Piece int32

	spot
	// others are further places, of the same piece.
	others [mostOthers]otherPlace
	more   uint8
}

// mostOthers is how many places a door may have beyond the nearest: the other side
// of a two-sided street, and a way round the corner or another entrance.
const mostOthers = 2

// spot is a place on an edge.
type spot struct {
	edge int32
	// segment is the place on the edge, offset the centimetres there from the tail.
	segment int32
	offset  uint32
	// crossing is the seconds it takes to get there over the street.
	crossing uint8
}

type otherPlace struct {
	spot
	entrance, street point
	offRoad          float32
}

// places is the number of places at which the door meets the network.
func (a *Access) places() int { return int(a.more) + 1 }

// at is the access by one of its places alone.
func (a *Access) at(i int) Access {
	one := *a
	one.more, one.others = 0, [mostOthers]otherPlace{}
	if i > 0 {
		o := &a.others[i-1]
		one.spot, one.Street, one.OffRoad = o.spot, o.street.orb(), float64(o.offRoad)
		if pointOf(a.Door) != o.entrance {
			one.Entrance = o.entrance.orb()
		} else {
			one.Entrance = a.Door
		}
	}
	return one
}

// add adds a place when there is room for it.
func (a *Access) add(b *Access) {
	if int(a.more) == mostOthers {
		return
	}
	a.others[a.more] = otherPlace{b.spot, pointOf(b.Entrance), pointOf(b.Street), float32(b.OffRoad)}
	a.more++
}

// Reachable tells whether the door is on the network.
func (a Access) Reachable() bool { return a.Piece >= 0 }

// AtStreet is the same place without the stretch to the door.
func (a Access) AtStreet() Access {
	one := a.at(0)
	one.Door, one.Entrance, one.OffRoad = one.Street, one.Street, 0
	return one
}

// toDoor is the cost between street and door by the nearest place: walking pace,
// longer by offRoad, and the street to cross.
func (a *Access) toDoor() cost {
	ms := 1000 * (OffRoadSeconds(a.OffRoad) + float64(a.crossing))
	return costOf(uint32(math.Round(ms)), uint32(math.Round(a.OffRoad*100)))
}

// nowhere is the access of a door off the network.
func nowhere(door orb.Point) Access {
	return Access{Door: door, Entrance: door, Street: door, Piece: -1, spot: spot{edge: missing}}
}
