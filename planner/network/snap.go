package network

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// What a candidate costs beyond its distance, in metres. A way on the other side
// of water, a railway or a wall is taken when nothing else is near; a way of a
// small piece, when the main network is farther than anybody may go off-road.
const (
	acrossBarrier = 150
	onSmallPiece  = MaxOffRoad
	atEntrance    = -15
	// onItsStreet is a way with the name of the address.
	onItsStreet = -40
	bestBonus   = atEntrance + onItsStreet
)

// smallPiece is the length in metres below which a piece is rather a gap in the
// map than an island with people on it.
const smallPiece = 2000

// Snap finds for each point the place of the network that one enters from it:
// the nearest way at most [MaxOffRoad] away, but rather one of a large piece, not
// across a barrier, and at an entrance. Bridges, tunnels and ferries have no
// doors. A point with no such way is not [Access.Reachable].
func (n *Network) Snap(points []orb.Point) []Access {
	return n.snapEach(len(points), func(s *snapper, i int) Access {
		a, _ := s.snap(points[i])
		return a
	})
}

// SnapHouseholds is [Network.Snap] for households: where the extract has entrances
// of the building, one enters by them; else at the place that its number has along the
// street, where numbers are interpolated; and rather from the street of the address.
func (n *Network) SnapHouseholds(households []geo.Household) []Access {
	return n.snapEach(len(households), func(s *snapper, i int) Access { return s.snapHousehold(&households[i]) })
}

func (n *Network) snapEach(count int, snap func(s *snapper, i int) Access) []Access {
	found := make([]Access, count)
	inParallel(runtime.GOMAXPROCS(0), count, 256, func() func(first, end int) {
		s := snapper{n: n}
		return func(first, end int) {
			for i := first; i < end; i++ {
				found[i] = snap(&s, i)
			}
		}
	})
	return found
}

// inParallel deals chunks of 0 to count to threads; each thread asks once for
// its own worker.
func inParallel(threads, count, chunk int, worker func() func(first, end int)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(threads, (count+chunk-1)/chunk) {
		group.Go(func() {
			work := worker()
			for {
				end := int(next.Add(int64(chunk)))
				first := end - chunk
				if first >= count {
					return
				}
				work(first, min(end, count))
			}
		})
	}
	group.Wait()
}

// snapper looks around one point at a time.
type snapper struct {
	n *Network
	// at is the point, scale metres a unit of longitude and latitude there.
	at         point
	door       orb.Point
	lon, lat   float64
	candidates []candidate
	// street is the name of the street of the address, as [sameStreet] compares it.
	street string
	// chosen are the accesses of several entrances with their prices.
	chosen []priced
}

type priced struct {
	access Access
	price  float64
}

// candidate is the nearest place of one run.
type candidate struct {
	edge, segment int32
	// share is how far along the segment.
	share    float64
	x, y     float64
	distance float64
}

// snapHousehold tries the entrances first, all of which the door then has; the
// stretch to the door leads through the one taken.
func (s *snapper) snapHousehold(h *geo.Household) Access {
	s.street = plainName(h.Address.Street)
	defer func() { s.street = "" }()
	s.chosen = s.chosen[:0]
	entrances := s.n.entrances[h.ID]
	if len(entrances) == 0 {
		if at, found := s.n.numbers.place(h); found {
			entrances = []orb.Point{at}
		}
	}
	for _, entrance := range entrances {
		a, p := s.snap(entrance)
		inside := geo.Metres(entrance, h.At)
		if a.Reachable() && a.OffRoad+inside <= MaxOffRoad {
			a = a.at(0)
			a.Entrance, a.Door, a.OffRoad = entrance, h.At, a.OffRoad+inside
			s.chosen = append(s.chosen, priced{a, p + inside})
		}
	}
	if len(s.chosen) == 0 {
		a, _ := s.snap(h.At)
		return a
	}
	slices.SortStableFunc(s.chosen, func(a, b priced) int { return cmp.Compare(a.price, b.price) })
	best := s.chosen[0].access
	s.addOtherSide(&best)
	for i := range s.chosen[1:] {
		// An entrance on the same stretch is no other way in.
		if other := &s.chosen[i+1].access; other.Piece == best.Piece && other.edge != best.edge {
			best.add(other)
		}
	}
	return best
}

// snap also gives the price of what it found.
func (s *snapper) snap(door orb.Point) (Access, float64) {
	if !(math.Abs(door[0]) <= 180 && math.Abs(door[1]) <= 90) {
		return nowhere(door), math.Inf(1)
	}
	const degree = math.Pi / 180 * geo.EarthRadius
	s.door, s.at = door, pointOf(door)
	s.lat = degree / unit
	s.lon = s.lat * math.Cos(door[1]*math.Pi/180)
	best, price := candidate{}, math.Inf(1)
	for radius := 31.25; radius <= MaxOffRoad; radius *= 2 {
		s.look(radius)
		for _, c := range s.candidates {
			if c.distance+bestBonus >= price {
				continue
			}
			if p := s.price(c); p < price || p == price && c.edge < best.edge {
				best, price = c, p
			}
		}
		if price <= radius+bestBonus {
			break
		}
	}
	if math.IsInf(price, 1) {
		return nowhere(door), price
	}
	a := s.access(best)
	s.addOtherSide(&a)
	if c, found := s.roundTheCorner(best); found {
		other := s.access(c)
		a.add(&other)
	}
	return a, price
}

// addOtherSide adds the place on the other side of a two-sided street, for who
// crosses it right at the door.
func (s *snapper) addOtherSide(a *Access) {
	e := &s.n.edges[a.edge]
	if e.crossing == 0 {
		return
	}
	over := a.at(0)
	over.crossing = e.crossing
	over.edge++
	if e.is(far) {
		over.edge -= 2
	}
	// Both sides have the same line, each its own copy of the points.
	over.segment += s.n.edges[over.edge].shape - e.shape
	a.add(&over)
}

// look lists the candidates within a radius in metres.
func (s *snapper) look(radius float64) {
	s.candidates = s.candidates[:0]
	dx, dy := radius/s.lon, radius/s.lat
	s.n.index.near(around(s.at, dx, dy), func(r run) {
		best := candidate{distance: math.Inf(1)}
		for i := r.first; i < r.last; i++ {
			x, y, share := s.nearest(s.n.shape[i], s.n.shape[i+1])
			if d := math.Hypot(x, y); d < best.distance {
				best = candidate{r.line, i, share, x, y, d}
			}
		}
		if best.distance <= radius {
			s.candidates = append(s.candidates, best)
		}
	})
}

// around is a box that stays on the map.
func around(p point, dx, dy float64) box {
	clamp := func(v, limit float64) int32 { return int32(max(-limit, min(limit, v))) }
	const lon, lat = 180 * unit, 90 * unit
	return box{
		clamp(float64(p.lon)-dx, lon), clamp(float64(p.lat)-dy, lat),
		clamp(float64(p.lon)+dx+1, lon), clamp(float64(p.lat)+dy+1, lat),
	}
}

// nearest is the point of a segment nearest to the door, in metres from it, and
// how far along it lies.
func (s *snapper) nearest(a, b point) (x, y, share float64) {
	ax, ay := s.local(a)
	bx, by := s.local(b)
	dx, dy := bx-ax, by-ay
	if length := dx*dx + dy*dy; length > 0 {
		share = max(0, min(1, -(ax*dx+ay*dy)/length))
	}
	return ax + share*dx, ay + share*dy, share
}

func (s *snapper) local(p point) (x, y float64) {
	return (float64(p.lon) - float64(s.at.lon)) * s.lon, (float64(p.lat) - float64(s.at.lat)) * s.lat
}

func (s *snapper) price(c candidate) float64 {
	price := c.distance
	if s.n.pieces[s.n.pieceOf[c.edge]].small(s.n.pieces[0]) {
		price += onSmallPiece
	}
	if s.atEntrance(c) {
		price += atEntrance
	}
	if s.street != "" && plainName(s.n.names[s.n.edges[c.edge].name].local) == s.street {
		price += onItsStreet
	}
	if s.barred(c) {
		price += acrossBarrier
	}
	return price
}

// small pieces are short, and short beside the main one.
func (p Piece) small(main Piece) bool { return p.Metres < smallPiece && p.Metres < main.Metres }

// atEntrance tells a way that ends at an entrance, at that end.
func (s *snapper) atEntrance(c candidate) bool {
	e := &s.n.edges[c.edge]
	return e.is(entranceTail) && c.segment == e.shape && c.share == 0 ||
		e.is(entranceHead) && c.segment == s.n.edges[c.edge+1].shape-2 && c.share == 1
}

// barred tells whether a barrier lies between the door and the candidate.
func (s *snapper) barred(c candidate) bool {
	// What stands at the edge of the way itself does not part it from the door.
	const almost = 0.98
	x, y := c.x*almost, c.y*almost
	to := point{s.at.lon + int32(x/s.lon), s.at.lat + int32(y/s.lat)}
	barred := false
	points := s.n.walls.points
	s.n.walls.near(box{min(s.at.lon, to.lon), min(s.at.lat, to.lat), max(s.at.lon, to.lon), max(s.at.lat, to.lat)}, func(r run) {
		for i := r.first; i < r.last && !barred; i++ {
			ax, ay := s.local(points[i])
			bx, by := s.local(points[i+1])
			barred = crosses(orb.Point{}, orb.Point{x, y}, orb.Point{ax, ay}, orb.Point{bx, by})
		}
	})
	return barred
}

// access measures the chosen candidate.
func (s *snapper) access(c candidate) Access {
	n := s.n
	e := &n.edges[c.edge]
	a, b := n.shape[c.segment].orb(), n.shape[c.segment+1].orb()
	street := orb.Point{a[0] + c.share*(b[0]-a[0]), a[1] + c.share*(b[1]-a[1])}
	metres := lineMetres(n.shape[e.shape:c.segment+1]) + geo.Metres(a, street)
	at := spot{edge: c.edge, segment: c.segment, offset: min(e.length, uint32(math.Round(metres*100)))}
	if e.crossing > 0 && s.onTheRight(c) {
		at.edge++
		at.segment += n.edges[at.edge].shape - e.shape
	}
	return Access{Door: s.door, Entrance: s.door, Street: street, OffRoad: geo.Metres(s.door, street), Piece: n.pieceOf[at.edge], spot: at}
}

// onTheRight tells whether the door lies to the right of the way.
func (s *snapper) onTheRight(c candidate) bool {
	ax, ay := s.local(s.n.shape[c.segment])
	bx, by := s.local(s.n.shape[c.segment+1])
	return (bx-ax)*(0-ay)-(by-ay)*(0-ax) < 0
}
