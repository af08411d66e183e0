package search

import "slices"

// nearest keeps the few closest of all that is offered, in a heap whose root is the
// farthest kept.
type nearest struct {
	heap  []near
	width int
}

type near struct {
	distance float64
	row      int32
}

func (a near) beyond(b near) bool {
	return a.distance > b.distance || a.distance == b.distance && a.row > b.row
}

func newNearest(width int) nearest {
	return nearest{heap: make([]near, 0, width), width: width}
}

func (n *nearest) reset() { n.heap = n.heap[:0] }

func (n *nearest) offer(distance float64, row int32) {
	item := near{distance, row}
	if len(n.heap) < n.width {
		n.heap = append(n.heap, item)
		n.up(len(n.heap) - 1)
		return
	}
	if n.width > 0 && n.heap[0].beyond(item) {
		n.heap[0] = item
		n.down()
	}
}

func (n *nearest) up(k int) {
	for k > 0 {
		parent := (k - 1) / 2
		if !n.heap[k].beyond(n.heap[parent]) {
			return
		}
		n.heap[k], n.heap[parent] = n.heap[parent], n.heap[k]
		k = parent
	}
}

func (n *nearest) down() {
	for k := 0; ; {
		child := 2*k + 1
		if child >= len(n.heap) {
			return
		}
		if child+1 < len(n.heap) && n.heap[child+1].beyond(n.heap[child]) {
			child++
		}
		if !n.heap[child].beyond(n.heap[k]) {
			return
		}
		n.heap[k], n.heap[child] = n.heap[child], n.heap[k]
		k = child
	}
}

// sorted writes the rows kept, nearest first, and empties the heap's order.
func (n *nearest) sorted(rows []int32) {
	slices.SortFunc(n.heap, func(a, b near) int {
		if b.beyond(a) {
			return -1
		}
		return 1
	})
	for k, item := range n.heap {
		rows[k] = item.row
	}
}

func (n *nearest) full() bool { return len(n.heap) == n.width }
