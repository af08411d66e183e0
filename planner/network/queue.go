package network

// queue is a heap of vertices by cost, four children a node. A vertex may be in
// it more than once: whoever takes it out compares with the cost it has by then.
type queue []queued

type queued struct {
	cost cost
	at   int32
}

func (q *queue) push(c cost, at int32) {
	h := append(*q, queued{})
	i := len(h) - 1
	for i > 0 {
		up := (i - 1) / 4
		if h[up].cost <= c {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = queued{c, at}
	*q = h
}

func (q *queue) pop() queued {
	h := *q
	top, last := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	*q = h
	if len(h) == 0 {
		return top
	}
	i := 0
	for {
		least := 4*i + 1
		if least >= len(h) {
			break
		}
		for child := least + 1; child < min(4*i+5, len(h)); child++ {
			if h[child].cost < h[least].cost {
				least = child
			}
		}
		if last.cost <= h[least].cost {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = last
	return top
}

// indexedQueue is a binary heap of all vertices by importance, ties by number,
// whose keys can be set anew.
type indexedQueue struct {
	heap []int32
	// place of a vertex in the heap.
	place []int32
	key   []int64
}

func newIndexedQueue(vertices int32) indexedQueue {
	return indexedQueue{make([]int32, 0, vertices), make([]int32, vertices), make([]int64, vertices)}
}

func (q *indexedQueue) empty() bool { return len(q.heap) == 0 }

func (q *indexedQueue) before(v, w int32) bool {
	return q.key[v] < q.key[w] || q.key[v] == q.key[w] && v < w
}

func (q *indexedQueue) push(key int64, v int32) {
	q.key[v] = key
	q.heap = append(q.heap, v)
	q.rise(int32(len(q.heap) - 1))
}

// set changes the key of a vertex that is in the queue.
func (q *indexedQueue) set(key int64, v int32) {
	before := q.key[v]
	q.key[v] = key
	if key < before {
		q.rise(q.place[v])
	} else {
		q.sink(q.place[v])
	}
}

func (q *indexedQueue) pop() int32 {
	top, last := q.heap[0], q.heap[len(q.heap)-1]
	q.heap = q.heap[:len(q.heap)-1]
	if len(q.heap) > 0 {
		q.heap[0] = last
		q.sink(0)
	}
	return top
}

func (q *indexedQueue) rise(i int32) {
	v := q.heap[i]
	for i > 0 && q.before(v, q.heap[(i-1)/2]) {
		q.heap[i] = q.heap[(i-1)/2]
		q.place[q.heap[i]] = i
		i = (i - 1) / 2
	}
	q.heap[i], q.place[v] = v, i
}

func (q *indexedQueue) sink(i int32) {
	v := q.heap[i]
	for {
		child := 2*i + 1
		if child >= int32(len(q.heap)) {
			break
		}
		if child+1 < int32(len(q.heap)) && q.before(q.heap[child+1], q.heap[child]) {
			child++
		}
		if q.before(v, q.heap[child]) {
			break
		}
		q.heap[i] = q.heap[child]
		q.place[q.heap[i]] = i
		i = child
	}
	q.heap[i], q.place[v] = v, i
}
