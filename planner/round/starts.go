package round

import (
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/planner/network"
)

// passes is how often the middles move; they hardly do after a few.
const passes = 20

// startsFor chooses where count workers of one area start who have no office: at
// the households nearest to the middles of as many clusters (k-means, seeded by
// k-means++ of Arthur and Vassilvitskii 2007), on the largest connected piece of
// the network. There are none when no household can be reached.
func startsFor(count int, doors []network.Access, seed int64) []orb.Point {
	doors = onLargestPiece(doors)
	if len(doors) == 0 {
		return nil
	}
	random := rand.New(rand.NewPCG(uint64(seed), uint64(count)))
	middles := spread(count, doors, random)
	for range passes {
		middles = move(middles, doors)
	}
	starts := make([]orb.Point, count)
	for k, middle := range middles {
		starts[k] = doors[nearestDoor(middle, doors)].Street
	}
	return starts
}

func onLargestPiece(doors []network.Access) []network.Access {
	counts := map[int32]int{}
	largest := int32(-1)
	for _, d := range doors {
		if !d.Reachable() {
			continue
		}
		counts[d.Piece]++
		if n := counts[d.Piece]; n > counts[largest] || n == counts[largest] && d.Piece < largest {
			largest = d.Piece
		}
	}
	var on []network.Access
	for _, d := range doors {
		if d.Reachable() && d.Piece == largest {
			on = append(on, d)
		}
	}
	return on
}

// spread picks first middles, each the likelier the farther it is from the others.
func spread(count int, doors []network.Access, random *rand.Rand) []orb.Point {
	middles := []orb.Point{doors[random.IntN(len(doors))].Street}
	away := make([]float64, len(doors))
	for len(middles) < count {
		sum := 0.0
		for i, d := range doors {
			_, away[i] = nearestMiddle(d.Street, middles)
			sum += away[i]
		}
		left, chosen := random.Float64()*sum, 0
		for i := range away {
			if left -= away[i]; left <= 0 {
				chosen = i
				break
			}
		}
		middles = append(middles, doors[chosen].Street)
	}
	return middles
}

// move puts each middle amid the doors that are nearest to it.
func move(middles []orb.Point, doors []network.Access) []orb.Point {
	sums, counts := make([]orb.Point, len(middles)), make([]float64, len(middles))
	for _, d := range doors {
		k, _ := nearestMiddle(d.Street, middles)
		sums[k][0] += d.Street[0]
		sums[k][1] += d.Street[1]
		counts[k]++
	}
	for k, n := range counts {
		if n == 0 {
			sums[k], n = middles[k], 1
		}
		sums[k] = orb.Point{sums[k][0] / n, sums[k][1] / n}
	}
	return sums
}

func nearestMiddle(at orb.Point, middles []orb.Point) (nearest int, square float64) {
	square = math.Inf(1)
	for k, m := range middles {
		if s := flatSquare(at, m); s < square {
			nearest, square = k, s
		}
	}
	return nearest, square
}

func nearestDoor(at orb.Point, doors []network.Access) (nearest int) {
	least := math.Inf(1)
	for i, d := range doors {
		if s := flatSquare(at, d.Street); s < least {
			nearest, least = i, s
		}
	}
	return nearest
}

// flatSquare compares distances within an area: squared degrees of latitude.
func flatSquare(a, b orb.Point) float64 {
	x := (a[0] - b[0]) * math.Cos(a[1]*math.Pi/180)
	y := a[1] - b[1]
	return x*x + y*y
}
