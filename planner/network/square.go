package network

import "github.com/paulmach/orb"

// squareEntries is the most ways into a square that are joined with each other;
// a larger one is walked along its outline.
const squareEntries = 40

// cross adds straight edges over the squares (area=yes) between the places where
// other ways enter, when the straight line stays inside.
func (b *builder) cross() {
	if b.profile.Mode == Car {
		return
	}
	for i := range b.ways[:len(b.ways)-1] {
		c := &b.ways[i]
		refs := b.refs[c.first:b.ways[i+1].first]
		if c.way.Tags.Find("area") != "yes" || len(refs) < 4 || refs[0] != refs[len(refs)-1] || refs[0] == missing {
			continue
		}
		b.crossSquare(c, refs[:len(refs)-1])
	}
}

func (b *builder) crossSquare(c *chosen, corners []int32) {
	ring := make(orb.Ring, 0, len(corners))
	var entries []int
	for i, ref := range corners {
		if ref == missing {
			return
		}
		ring = append(ring, b.streets.Nodes.AtIndex(int(ref)))
		// The first corner is used three times by the outline itself.
		if b.uses[ref] >= 2 && (i > 0 || b.uses[ref] > 4) {
			entries = append(entries, i)
		}
	}
	if len(entries) > squareEntries {
		return
	}
	c.passage.kind = square
	for i, from := range entries {
		for _, to := range entries[i+1:] {
			if insideSquare(ring, from, to) {
				b.addEdge(c, []int32{corners[from], corners[to]}, 0)
			}
		}
	}
}

// insideSquare tells whether the straight line between two corners runs inside
// the ring (which does not repeat its first point) and is not one of its sides.
func insideSquare(ring orb.Ring, from, to int) bool {
	n := len(ring)
	if (from+1)%n == to || (to+1)%n == from {
		return false
	}
	a, b := ring[from], ring[to]
	for i := range ring {
		j := (i + 1) % n
		if i == from || i == to || j == from || j == to {
			continue
		}
		if crosses(a, b, ring[i], ring[j]) {
			return false
		}
	}
	return insideRing(ring, orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2})
}

// crosses tells whether two segments meet.
func crosses(a, b, c, d orb.Point) bool {
	return side(a, b, c)*side(a, b, d) <= 0 && side(c, d, a)*side(c, d, b) <= 0
}

func side(a, b, p orb.Point) float64 {
	v := (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0])
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// insideRing counts the sides that a ray from p to the east crosses.
func insideRing(ring orb.Ring, p orb.Point) bool {
	inside := false
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			inside = !inside
		}
	}
	return inside
}
