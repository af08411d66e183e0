package search

import (
	"slices"

	"github.com/rounds-project/rounds/planner/vrp"
)

// denseRows is up to how many rows a table is kept dense: 64 MB of int32.
const denseRows = 4000

// table is a metric between the rows of a model; from or to the place "nowhere",
// where open routes end, everything is 0.
type table struct {
	cells     []int32
	stride    int
	symmetric bool
	metric    *vrp.Metric
	rows      []int32
	turned    bool
}

func newTable(metric *vrp.Metric, rows []int32) table {
	t := table{metric: metric, rows: rows, stride: len(rows), symmetric: true}
	x, _ := metric.Coordinates()
	if len(rows) > denseRows {
		t.symmetric = x != nil
		return t
	}
	t.cells = make([]int32, len(rows)*len(rows))
	if x != nil {
		t.mirror()
		return t
	}
	for i := range rows {
		for j := range rows {
			t.cells[i*t.stride+j] = int32(t.compute(int32(i), int32(j)))
		}
	}
	t.symmetric = t.mirrored()
	return t
}

// mirror computes one half of a table that coordinates make symmetric.
func (t *table) mirror() {
	for i := range t.rows {
		row := t.cells[i*t.stride : (i+1)*t.stride]
		for j := range i {
			value := int32(t.compute(int32(i), int32(j)))
			row[j], t.cells[j*t.stride+i] = value, value
		}
	}
}

func (t *table) mirrored() bool {
	for i := range t.rows {
		for j := range i {
			if t.cells[i*t.stride+j] != t.cells[j*t.stride+i] {
				return false
			}
		}
	}
	return true
}

// direct reports whether no way is shorter by another place, but for rounding, and the
// same both ways: by coordinates, or in a thousand ways drawn at random.
func (t *table) direct() bool {
	if !t.symmetric {
		return false
	}
	if x, _ := t.metric.Coordinates(); x != nil {
		return !slices.Contains(t.rows, vrp.Open)
	}
	rng := random{1}
	for range 1000 {
		a, b, c := int32(rng.below(t.stride)), int32(rng.below(t.stride)), int32(rng.below(t.stride))
		if t.at(a, c) > t.at(a, b)+t.at(b, c)+rounding {
			return false
		}
	}
	return true
}

// rounding is by how much three rounded distances may seem to break the triangle.
const rounding = 2

// at is the value from row i to row j.
func (t *table) at(i, j int32) int64 {
	if t.cells != nil {
		return int64(t.cells[int(i)*t.stride+int(j)])
	}
	return t.compute(i, j)
}

// row is the values from row i to all others, nil where they are not kept.
func (t *table) row(i int32) []int32 {
	if t.cells == nil {
		return nil
	}
	return t.cells[int(i)*t.stride : (int(i)+1)*t.stride]
}

// turn is the table of the ways back: its value from i to j is t's from j to i. Reading
// it along a row is faster than reading t along a column.
func (t *table) turn() table {
	if t.symmetric {
		return *t
	}
	back := *t
	back.turned = !t.turned
	if t.cells != nil {
		back.cells = make([]int32, len(t.cells))
		for i := range t.rows {
			for j := range t.rows {
				back.cells[j*t.stride+i] = t.cells[i*t.stride+j]
			}
		}
	}
	return back
}

func (t *table) compute(i, j int32) int64 {
	if t.turned {
		i, j = j, i
	}
	from, to := t.rows[i], t.rows[j]
	if from == vrp.Open || to == vrp.Open {
		return 0
	}
	return int64(t.metric.At(from, to))
}
