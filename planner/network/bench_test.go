package network

import (
	"testing"

	"github.com/paulmach/orb"
)

// doorsOfAndorra are its households on the network.
func doorsOfAndorra(b *testing.B) (*Network, []Access) {
	n, extract := andorraNetwork(b, Profile{})
	points := make([]orb.Point, len(extract.Households))
	for i := range points {
		points[i] = extract.Households[i].At
	}
	return n, n.Snap(points)
}

func BenchmarkBuild(b *testing.B) {
	extract, err := andorra()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Build(extract.Streets, Profile{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSnap(b *testing.B) {
	n, doors := doorsOfAndorra(b)
	points := make([]orb.Point, len(doors))
	for i := range doors {
		points[i] = doors[i].Door
	}
	for b.Loop() {
		n.Snap(points)
	}
}

func BenchmarkMatrix(b *testing.B) {
	n, doors := doorsOfAndorra(b)
	for b.Loop() {
		if _, _, err := n.Matrix(b.Context(), doors, doors, 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNearest(b *testing.B) {
	n, doors := doorsOfAndorra(b)
	for b.Loop() {
		if _, err := n.Nearest(b.Context(), doors, 50); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPath(b *testing.B) {
	n, doors := doorsOfAndorra(b)
	i := 0
	for b.Loop() {
		n.Path(doors[i*7919%len(doors)], doors[i*104729%len(doors)])
		i++
	}
}
