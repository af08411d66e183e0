package network

import (
	"testing"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/osm"
)

func TestSnapHouseholds_EnterAtTheirNumber(t *testing.T) {
	t.Parallel()
	streets := new(town).node('a', 0, 0).node('b', 200, 0).node('c', 0, 60).node('d', 200, 60).node('x', 0, 30).
		way("ab", "highway=residential name=High_Street").way("cd", "highway=residential name=Low_Street").way("axc", "highway=residential")
	streets.streets.Interpolations = []osm.Interpolation{{Street: "High Street", First: 1, Last: 21, Step: 2, Line: orb.LineString{place(0, 10), place(200, 10)}}}
	n := streets.build(t, Profile{})
	for _, c := range []struct {
		street, number string
		x, y           float64
	}{
		{"High Street", "11", 100, 0},
		{"HIGH STREET", "11a", 100, 0},
		{"High Street", "12", 60, 60},  // the even ones are elsewhere
		{"High Street", "99", 60, 60},  // beyond the line
		{"Other Street", "11", 60, 60}, // of another street
	} {
		h := geo.Household{ID: "1", At: place(60, 55), Address: geo.Address{Street: c.street, Number: c.number}}
		a := n.SnapHouseholds([]geo.Household{h})[0]
		if want := place(c.x, c.y); geo.Metres(a.Street, want) > 0.5 || a.Door != h.At {
			t.Errorf("%s %s is entered from %.0f,%.0f, want %v,%v", c.street, c.number, a.Street[0]/metre, a.Street[1]/metre, c.x, c.y)
		}
	}
}
