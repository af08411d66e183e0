package register

import (
	"container/heap"
	"slices"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// Sizes of grids and groups. A worker has 100-1,000 households; privacy asks that
// what others see is never about fewer than 20 dwellings.
const (
	gridDwellings = 220 // aimed at: grids of about 150-300
	leastPlaces   = 20  // of a grid and of a group
)

// block is a leaf cell with what stands in it: what grids and groups are made of.
type block struct {
	cell geo.Cell
	at   orb.Point
	// places are households; dwellings are their doors.
	places, dwellings int
	// beside are neighbouring blocks, which need not touch: the nearest across a
	// valley is one too, so that all blocks hang together.
	beside []step
}

// step is the way to a neighbour: its index, and how far it is.
type step struct {
	block  int
	metres float64
}

// cutGrids splits connected blocks into connected parts of about equally many
// dwellings and of at least [leastPlaces] places, and gives the part of each block.
// With fewer places than that in all, there is one part.
func cutGrids(blocks []block) []int {
	everything := make([]int, len(blocks))
	places, dwellings := 0, 0
	for i, b := range blocks {
		everything[i] = i
		places += b.places
		dwellings += b.dwellings
	}
	parts := min((dwellings+gridDwellings/2)/gridDwellings, places/(2*leastPlaces))
	c := newCutter(blocks)
	c.split(everything, max(1, parts))
	return c.part
}

// cutter splits by halves, growing one half from a far end.
type cutter struct {
	blocks []block
	part   []int
	parts  int
	// A block is a member, or was seen, when it bears the number of the round.
	member, seen []int
	round        int
}

func newCutter(blocks []block) *cutter {
	n := len(blocks)
	return &cutter{blocks: blocks, part: make([]int, n), member: make([]int, n), seen: make([]int, n)}
}

func (c *cutter) split(members []int, parts int) {
	if parts > 1 {
		first := parts / 2
		one, other := c.halve(members, float64(first)/float64(parts))
		if c.places(one) >= leastPlaces && c.places(other) >= leastPlaces {
			c.split(one, first)
			c.split(other, parts-first)
			return
		}
		// A cell is never cut, so a tower may outweigh its share.
		if parts > 2 {
			c.split(members, parts-1)
			return
		}
	}
	for _, i := range members {
		c.part[i] = c.parts
	}
	c.parts++
}

// halve gives two connected parts of which the first has about the share of the
// dwellings. It tries both ends and keeps the better balance.
func (c *cutter) halve(members []int, share float64) (one, other []int) {
	all := c.dwellings(members)
	want := share * float64(all)
	end := last(c.spread(members, members[0]))
	fromEnd := c.spread(members, end)
	best := -1.0
	for _, order := range [][]int{fromEnd, c.spread(members, last(fromEnd))} {
		grown, rest := c.grow(order, want)
		off := float64(c.dwellings(grown)) - want
		if off < 0 {
			off = -off
		}
		if best < 0 || off < best {
			best, one, other = off, grown, rest
		}
	}
	return one, other
}

// grow takes blocks in their order until they have the dwellings, and then those
// that this cut off from the rest.
func (c *cutter) grow(order []int, want float64) (grown, rest []int) {
	sum, n := 0.0, 0
	for n < len(order)-1 {
		next := float64(c.blocks[order[n]].dwellings)
		if sum+next/2 > want && n > 0 {
			break
		}
		sum += next
		n++
	}
	grown, rest = slices.Clone(order[:n]), order[n:]
	pieces := c.pieces(rest)
	largest := slices.MaxFunc(pieces, func(a, b []int) int { return c.dwellings(a) - c.dwellings(b) })
	for _, piece := range pieces {
		if piece[0] != largest[0] {
			grown = append(grown, piece...)
		}
	}
	return grown, largest
}

// spread orders the members by the length of the way from one of them (Dijkstra);
// every beginning of the order hangs together.
func (c *cutter) spread(members []int, from int) []int {
	c.begin(members)
	return c.reach(from)
}

// pieces are the connected pieces of the members.
func (c *cutter) pieces(members []int) [][]int {
	c.begin(members)
	var pieces [][]int
	for _, i := range members {
		if c.seen[i] != c.round {
			pieces = append(pieces, c.reach(i))
		}
	}
	return pieces
}

// begin starts a round in which only the members can be reached.
func (c *cutter) begin(members []int) {
	c.round++
	for _, i := range members {
		c.member[i] = c.round
	}
}

// reach are the members not seen yet to which ways lead from one, nearest first.
func (c *cutter) reach(from int) []int {
	var order []int
	queue := &frontier{{block: from}}
	for queue.Len() > 0 {
		next := heap.Pop(queue).(step)
		if c.seen[next.block] == c.round {
			continue
		}
		c.seen[next.block] = c.round
		order = append(order, next.block)
		for _, s := range c.blocks[next.block].beside {
			if c.member[s.block] == c.round && c.seen[s.block] != c.round {
				heap.Push(queue, step{block: s.block, metres: next.metres + s.metres})
			}
		}
	}
	return order
}

func (c *cutter) dwellings(members []int) int {
	sum := 0
	for _, i := range members {
		sum += c.blocks[i].dwellings
	}
	return sum
}

func (c *cutter) places(members []int) int {
	sum := 0
	for _, i := range members {
		sum += c.blocks[i].places
	}
	return sum
}

func last(order []int) int { return order[len(order)-1] }

// frontier is a heap by way, then by block, so that the cut is always the same.
type frontier []step

func (f frontier) Len() int { return len(f) }
func (f frontier) Less(i, j int) bool {
	if f[i].metres != f[j].metres {
		return f[i].metres < f[j].metres
	}
	return f[i].block < f[j].block
}
func (f frontier) Swap(i, j int) { f[i], f[j] = f[j], f[i] }
func (f *frontier) Push(x any)   { *f = append(*f, x.(step)) }
func (f *frontier) Pop() any {
	old := *f
	x := old[len(old)-1]
	*f = old[:len(old)-1]
	return x
}

// cutGroups joins whole blocks into groups of at least [leastPlaces] places: the
// smallest goes to its nearest again and again. Fewer places in all make no group:
// then every block's group is -1.
func cutGroups(blocks []block) []int {
	groups := make([]cluster, len(blocks))
	places := 0
	for i, b := range blocks {
		groups[i] = cluster{middle: b.at, places: b.places, members: []int{i}}
		places += b.places
	}
	of := make([]int, len(blocks))
	if places < leastPlaces {
		for i := range of {
			of[i] = -1
		}
		return of
	}
	for {
		smallest := 0
		for i, g := range groups {
			if g.places < groups[smallest].places {
				smallest = i
			}
		}
		if groups[smallest].places >= leastPlaces {
			break
		}
		small := groups[smallest]
		groups = slices.Delete(groups, smallest, smallest+1)
		nearest := 0
		for i, g := range groups {
			if geo.Metres(g.middle, small.middle) < geo.Metres(groups[nearest].middle, small.middle) {
				nearest = i
			}
		}
		groups[nearest].join(small)
	}
	for i, g := range groups {
		for _, member := range g.members {
			of[member] = i
		}
	}
	return of
}

// cluster is a group that grows.
type cluster struct {
	middle  orb.Point
	places  int
	members []int
}

func (c *cluster) join(other cluster) {
	share := float64(other.places) / float64(c.places+other.places)
	c.middle[0] += (other.middle[0] - c.middle[0]) * share
	c.middle[1] += (other.middle[1] - c.middle[1]) * share
	c.places += other.places
	c.members = append(c.members, other.members...)
}
