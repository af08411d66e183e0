package network

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// Step is a part of a leg that one walks without being told anything new.
type Step struct {
	// Kind is street, path, steps, square, ferry, crossing (of a wide street) or
	// off_road.
	Kind string `json:"kind"`
	// Turn is what one does at its beginning: depart, straight, slight_left, left,
	// sharp_left, slight_right, right, sharp_right, back or, at the door, arrive.
	Turn string `json:"turn"`
	// Name of the way, "" when it has none.
	Name string `json:"name,omitempty"`
	// Metres and Seconds of the steps of a leg add up to those of the leg.
	Metres  int `json:"metres"`
	Seconds int `json:"seconds"`
	// Text says it in words.
	Text Text `json:"text"`
}

// Text is a sentence in English and in Simplified Chinese.
type Text struct {
	EN string `json:"en"`
	ZH string `json:"zh"`
}

// WorthSaying is the stretch in metres between street and door below which the
// door is simply there.
const WorthSaying = 10

// Directions are the steps of a leg, from door to door; the last one arrives.
func (n *Network) Directions(leg Leg) []Step {
	d := directions{n: n, leg: &leg}
	if leg.from.Door != leg.to.Door {
		d.depart()
		for i := range leg.ways {
			d.walk(i)
		}
	}
	d.arrive()
	steps := make([]Step, len(d.moves))
	for i := range d.moves {
		steps[i] = d.moves[i].step()
	}
	return steps
}

// move is a step in the making.
type move struct {
	kind kind
	turn turn
	name streetName
	// slope is 1 up stairs, -1 down, 0 where unknown.
	slope int
	// heading is the bearing at its beginning, in degrees.
	heading         float64
	metres, seconds int
}

// directions is a leg being told.
type directions struct {
	n     *Network
	leg   *Leg
	moves []move
	// spent is the cost of the leg so far, told what the moves hold of it.
	spent, told cost
	// last is the way walked before, heading where one looks at its end.
	last    traversal
	heading float64
	onWay   bool
}

// depart leads from the door to the street.
func (d *directions) depart() {
	from := &d.leg.from
	d.spent = from.toDoor()
	if from.OffRoad >= WorthSaying {
		d.heading = bearing(from.Entrance, from.Street)
		d.begin(move{kind: offTrack, turn: departing, heading: bearing(from.Door, from.Street)})
	}
	if from.crossing > 0 {
		d.cross(d.n.edges[from.edge].name)
	}
}

// cross leads over a wide street, or over more of the one that is being crossed.
func (d *directions) cross(street int32) {
	name := d.n.names[street]
	if last := len(d.moves) - 1; last >= 0 && d.moves[last].kind == crossing && d.moves[last].name == name {
		d.account()
		return
	}
	d.begin(move{kind: crossing, turn: straight, name: name})
}

// walk takes the i-th way of the leg: a move of its own, or more of the one
// before.
func (d *directions) walk(i int) {
	t := d.leg.ways[i]
	e := &d.n.edges[t.edge()]
	d.spent += d.n.partOf(d.leg, i)
	if e.kind == crossing {
		d.cross(e.name)
		d.last = t
		return
	}
	line := d.n.appendWay(nil, d.leg, i)
	if geo.Length(line) < 1 {
		// Nobody is told of a step; it counts with what follows.
		d.last = t
		return
	}
	first, last := headings(line)
	next := move{kind: e.kind, turn: departing, name: d.n.names[e.name], slope: e.slope(t.dir()), heading: first}
	angle := turned(d.heading, first)
	if d.onWay || len(d.moves) > 0 && d.moves[0].kind == offTrack {
		next.turn = turnOf(angle)
	}
	if d.onWay && d.goesOn(&next, angle) {
		d.account()
	} else {
		d.begin(next)
	}
	d.last, d.heading, d.onWay = t, last, true
}

// goesOn tells whether one walks on without a word: the same way, and no turn
// where there is a choice.
func (d *directions) goesOn(next *move, angle float64) bool {
	now := &d.moves[len(d.moves)-1]
	if next.kind != now.kind || next.name != now.name || next.slope != now.slope {
		return false
	}
	junction := d.n.edges[d.last.edge()].to(d.last.dir())
	limit := 35.0
	if next.name.local != "" {
		limit = 60
	}
	return d.n.degree[junction] < 3 || math.Abs(angle) <= limit
}

// arrive leads to the door, or tells on which side it is.
func (d *directions) arrive() {
	to := &d.leg.to
	end := move{turn: arriving}
	if d.onWay {
		end.kind = d.n.edges[d.last.edge()].kind
	}
	if d.leg.from.Door != to.Door {
		angle := turned(d.heading, bearing(to.Street, to.Entrance))
		if to.crossing > 0 {
			d.cross(d.n.edges[to.edge].name)
		}
		d.spent += to.toDoor()
		if len(d.moves) == 0 {
			d.begin(move{kind: offTrack, turn: departing})
		}
		switch {
		case to.OffRoad >= WorthSaying:
			d.begin(move{kind: offTrack, turn: turnOf(angle)})
			end.kind = offTrack
		case to.OffRoad >= 1 && angle > 30 && angle < 150:
			end.turn = arrivingRight
		case to.OffRoad >= 1 && angle < -30 && angle > -150:
			end.turn = arrivingLeft
		}
		d.account()
	}
	d.moves = append(d.moves, end)
}

// begin adds a move and gives it what has been spent since the last one.
func (d *directions) begin(m move) {
	d.moves = append(d.moves, m)
	d.account()
}

// account adds to the last move what has been spent and not told. Rounding the
// sums, not the parts, lets the moves add up to the leg.
func (d *directions) account() {
	if len(d.moves) == 0 {
		return
	}
	m := &d.moves[len(d.moves)-1]
	m.metres += int(d.spent.metres() - d.told.metres())
	m.seconds += int(d.spent.seconds() - d.told.seconds())
	d.told = d.spent
}

// slope of stairs in a direction.
func (e *edge) slope(dir int) int {
	slope := 0
	switch {
	case e.is(climbs):
		slope = 1
	case e.is(falls):
		slope = -1
	}
	if dir == 1 {
		return -slope
	}
	return slope
}

// partOf is the cost of the i-th way of a leg.
func (n *Network) partOf(leg *Leg, i int) cost {
	t, last := leg.ways[i], len(leg.ways)-1
	switch {
	case last == 0:
		c, _ := n.direct(&leg.from, &leg.to)
		return c - leg.from.toDoor() - leg.to.toDoor()
	case i == 0:
		return n.partial(&leg.from, t.dir(), false)
	case i == last:
		return n.partial(&leg.to, t.dir(), true)
	}
	return n.edges[t.edge()].traverse(t.dir())
}

// headings are the bearings at the beginning and the end of a line, each over
// some metres so that a kink at a corner does not count.
func headings(line orb.LineString) (first, last float64) {
	back := make(orb.LineString, len(line))
	for i := range line {
		back[len(line)-1-i] = line[i]
	}
	return bearing(line[0], ahead(line)), bearing(ahead(back), line[len(line)-1])
}

// turned is the angle from one bearing to another, in -180..180, right positive.
func turned(from, to float64) float64 {
	return math.Mod(to-from+540, 360) - 180
}
