package heat

import (
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// Group is a group of dwellings: whole leaf cells of one area.
type Group struct {
	ID    uuid.UUID
	Area  uuid.UUID
	Cells []geo.Cell
}

// Names are what an area is called.
type Names struct{ Name, NameZH string }

// Board holds the sums of one round. Reading at once from several goroutines is
// safe, changing is not.
type Board struct {
	leaves map[Leaf]Sums
	areas  map[uuid.UUID]*area
	shapes map[geo.Cell]*place
	names  map[uuid.UUID]Names
}

// area is what a board holds of one area.
type area struct {
	id uuid.UUID
	// quarters are the cells that are drawn, by their coarsest parent: a tile looks at few.
	quarters map[geo.Cell]*quarter
	// groups are in order of their ids; whole is all of them together.
	groups  []*node
	groupOf map[geo.Cell]*node
	whole   *node
	// sums are those of all leaves of the area, in groups or not.
	sums  Sums
	bound orb.Bound
}

// quarter holds the cells of each resolution within one of the coarsest.
type quarter struct {
	cells map[int]map[geo.Cell]*node
	bound orb.Bound
}

// node is a place of an area with its sums.
type node struct {
	*place
	sums Sums
	// group is what it is called when it is one.
	group uuid.UUID
}

// place is where a feature lies, in world coordinates.
type place struct {
	id    uint64
	shape orb.MultiPolygon
	bound orb.Bound
}

// NewBoard makes a board without sums, with the groups of its areas.
func NewBoard(groups []Group, names map[uuid.UUID]Names) (*Board, error) {
	b := &Board{leaves: map[Leaf]Sums{}, areas: map[uuid.UUID]*area{}, shapes: map[geo.Cell]*place{}, names: names}
	groups = slices.Clone(groups)
	slices.SortFunc(groups, func(g, h Group) int { return slices.Compare(g.ID[:], h.ID[:]) })
	all := map[uuid.UUID][]geo.Cell{}
	for _, g := range groups {
		if err := b.area(g.Area).add(g); err != nil {
			return nil, err
		}
		all[g.Area] = append(all[g.Area], g.Cells...)
	}
	for id, cells := range all {
		whole, err := union(id, cells)
		if err != nil {
			return nil, err
		}
		b.areas[id].whole = whole
	}
	return b, nil
}

func (b *Board) area(id uuid.UUID) *area {
	a := b.areas[id]
	if a == nil {
		a = &area{id: id, quarters: map[geo.Cell]*quarter{}, groupOf: map[geo.Cell]*node{}}
		b.areas[id] = a
	}
	return a
}

func (a *area) add(g Group) error {
	n, err := union(g.ID, g.Cells)
	if err != nil {
		return err
	}
	n.group = g.ID
	a.groups = append(a.groups, n)
	a.reach(n.bound)
	for _, cell := range g.Cells {
		a.groupOf[cell] = n
	}
	return nil
}

// reach enlarges the bound of everything that the area draws.
func (a *area) reach(bound orb.Bound) { a.bound = reaching(a.bound, bound) }

// reaching is a bound that has another in it too; the zero value has nothing.
func reaching(bound, too orb.Bound) orb.Bound {
	if bound == (orb.Bound{}) {
		return too
	}
	return bound.Union(too)
}

// union is a node of cells put together.
func union(id uuid.UUID, cells []geo.Cell) (*node, error) {
	shape, err := Outline(cells)
	if err != nil {
		return nil, err
	}
	return &node{place: &place{id: mvt.ID(id), shape: shape, bound: shape.Bound()}}, nil
}

// Groups calls yield for each group of dwellings with its area and its sums.
func (b *Board) Groups(yield func(group, area uuid.UUID, sums Sums)) {
	for id, a := range b.areas {
		for _, n := range a.groups {
			yield(n.group, id, n.sums)
		}
	}
}

// Areas are the sums of each area that has any.
func (b *Board) Areas() map[uuid.UUID]Sums {
	all := make(map[uuid.UUID]Sums, len(b.areas))
	for id, a := range b.areas {
		if a.sums != (Sums{}) {
			all[id] = a.sums
		}
	}
	return all
}

// Load sets the sums of all leaves and returns those that changed. Leaves that are
// not named are gone.
func (b *Board) Load(sums map[Leaf]Sums) ([]Leaf, error) {
	all := maps.Clone(sums)
	for leaf := range b.leaves {
		if _, stays := sums[leaf]; !stays {
			all[leaf] = Sums{}
		}
	}
	return b.Set(all)
}

// Set sets the sums of some leaves, and with them those of every coarser cell and
// group that they are part of, and returns the leaves that changed. The zero value
// takes a leaf away.
func (b *Board) Set(sums map[Leaf]Sums) ([]Leaf, error) {
	var changed []Leaf
	for leaf, now := range sums {
		if b.leaves[leaf] == now {
			continue
		}
		if err := b.set(leaf, now); err != nil {
			return changed, err
		}
		changed = append(changed, leaf)
	}
	return changed, nil
}

func (b *Board) set(leaf Leaf, sums Sums) error {
	difference := sums.minus(b.leaves[leaf])
	a := b.area(leaf.Area)
	around, err := leaf.Cell.Parent(coarsest)
	if err != nil {
		return err
	}
	in := a.quarters[around]
	if in == nil {
		in = &quarter{cells: map[int]map[geo.Cell]*node{}}
		a.quarters[around] = in
	}
	for resolution := coarsest; resolution <= geo.LeafResolution; resolution++ {
		cell, err := leaf.Cell.Parent(resolution)
		if err != nil {
			return err
		}
		n, err := b.node(a, in, cell)
		if err != nil {
			return err
		}
		if n.sums = n.sums.plus(difference); n.sums == (Sums{}) {
			delete(in.cells[resolution], cell)
		}
	}
	if group := a.groupOf[leaf.Cell]; group != nil {
		group.sums = group.sums.plus(difference)
		a.whole.sums = a.whole.sums.plus(difference)
	}
	a.sums = a.sums.plus(difference)
	b.leaves[leaf] = sums
	if sums == (Sums{}) {
		delete(b.leaves, leaf)
	}
	return nil
}

func (b *Board) node(a *area, in *quarter, cell geo.Cell) (*node, error) {
	resolution := cell.Resolution()
	if n := in.cells[resolution][cell]; n != nil {
		return n, nil
	}
	p, err := b.place(cell)
	if err != nil {
		return nil, err
	}
	if in.cells[resolution] == nil {
		in.cells[resolution] = map[geo.Cell]*node{}
	}
	n := &node{place: p}
	in.cells[resolution][cell] = n
	in.bound = reaching(in.bound, p.bound)
	a.reach(p.bound)
	return n, nil
}

// place is where a cell lies; areas share it.
func (b *Board) place(cell geo.Cell) (*place, error) {
	if p := b.shapes[cell]; p != nil {
		return p, nil
	}
	shape, err := Outline([]geo.Cell{cell})
	if err != nil {
		return nil, err
	}
	// Base cell and ten digits of an index: 37 bits, which name a cell of these
	// resolutions. The whole index is too large for a number in JavaScript.
	p := &place{id: uint64(cell) >> 15 & (1<<37 - 1), shape: shape, bound: shape.Bound()}
	b.shapes[cell] = p
	return p, nil
}
