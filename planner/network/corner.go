package network

import (
	"math"
	"strings"
	"unicode"
)

// A house at a corner is entered from both streets: from the second when it is not
// much farther, and lies to the side of the first rather than behind it or behind the
// house.
const (
	cornerFarther = 15.0 // metres
	cornerMost    = 40.0
	cornerLeast   = 60.0 // degrees
	cornerWidest  = 120.0
)

// roundTheCorner is the nearest place on another street, when the house stands at a
// corner. Who has the address of the first street enters there.
func (s *snapper) roundTheCorner(first candidate) (candidate, bool) {
	n := s.n
	street := n.edges[first.edge].name
	if s.street != "" && plainName(n.names[street].local) == s.street {
		return candidate{}, false
	}
	s.look(min(cornerMost, first.distance+cornerFarther))
	best := candidate{distance: math.Inf(1)}
	for _, c := range s.candidates {
		if c.distance >= best.distance || n.edges[c.edge].name == street || n.pieceOf[c.edge] != n.pieceOf[first.edge] {
			continue
		}
		angle := math.Abs(turned(math.Atan2(first.x, first.y)*180/math.Pi, math.Atan2(c.x, c.y)*180/math.Pi))
		if angle >= cornerLeast && angle <= cornerWidest && !s.barred(c) {
			best = c
		}
	}
	return best, !math.IsInf(best.distance, 1)
}

// plainName is a street's name without case, blanks and the like, so that "Main St."
// is "main st".
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}
