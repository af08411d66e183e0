package cql2

import (
	"strings"

	"github.com/paulmach/orb"
)

func (p *parser) spatial(relation string) (Expression, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	left, err := p.geometry()
	if err != nil {
		return nil, err
	}
	if err := p.expect(","); err != nil {
		return nil, err
	}
	right, err := p.geometry()
	if err != nil {
		return nil, err
	}
	return Spatial{relation, left, right}, p.expect(")")
}

func (p *parser) geometry() (Geometry, error) {
	now := p.now
	if now.kind != word && now.kind != quoted {
		return nil, p.wrong("want a geometry or a property")
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if now.kind == quoted || !p.now.sign("(") && !p.now.is("Z") {
		return Property(now.value), nil
	}
	if now.is("BBOX") {
		numbers, err := p.numbers()
		if err != nil {
			return nil, err
		}
		return box(now.at, numbers)
	}
	shape, err := p.shape(now)
	return Shape{shape}, err
}

// numbers reads a list of numbers in parentheses.
func (p *parser) numbers() (numbers []float64, err error) {
	err = p.several(func() error {
		n, err := p.number()
		numbers = append(numbers, n)
		return err
	})
	return numbers, err
}

// several reads items with commas between them, in parentheses.
func (p *parser) several(item func() error) error {
	if err := p.enter(p.now.at); err != nil {
		return err
	}
	defer p.leave()
	if err := p.expect("("); err != nil {
		return err
	}
	for more := true; more; {
		err := item()
		if err != nil {
			return err
		}
		if more, err = p.take(","); err != nil {
			return err
		}
	}
	return p.expect(")")
}

// shape reads a geometry of well-known text after its keyword.
func (p *parser) shape(keyword token) (orb.Geometry, error) {
	if p.now.is("Z") {
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	switch strings.ToUpper(keyword.value) {
	case "POINT":
		points, err := p.points()
		if err == nil && len(points) != 1 {
			err = &Error{keyword.at, "a POINT has one position"}
		}
		if err != nil {
			return nil, err
		}
		return points[0], nil
	case "LINESTRING":
		points, err := p.points()
		return orb.LineString(points), err
	case "POLYGON":
		return p.polygon()
	case "MULTIPOINT":
		points, err := p.multiPoint()
		return points, err
	case "MULTILINESTRING":
		var lines orb.MultiLineString
		err := p.several(func() error {
			points, err := p.points()
			lines = append(lines, points)
			return err
		})
		return lines, err
	case "MULTIPOLYGON":
		var polygons orb.MultiPolygon
		err := p.several(func() error {
			polygon, err := p.polygon()
			polygons = append(polygons, polygon)
			return err
		})
		return polygons, err
	case "GEOMETRYCOLLECTION":
		var members orb.Collection
		err := p.several(func() error {
			name := p.now
			if err := p.advance(); err != nil {
				return err
			}
			member, err := p.shape(name)
			members = append(members, member)
			return err
		})
		return members, err
	}
	return nil, &Error{keyword.at, "there is no such geometry; want POINT, LINESTRING, POLYGON, a MULTI of these, GEOMETRYCOLLECTION or BBOX"}
}

func (p *parser) polygon() (polygon orb.Polygon, err error) {
	at := p.now.at
	err = p.several(func() error {
		points, err := p.points()
		polygon = append(polygon, points)
		return err
	})
	if err != nil {
		return nil, err
	}
	return polygon, checkRings(at, polygon)
}

// checkRings refuses what PostGIS would not take for a polygon.
func checkRings(at int, polygon orb.Polygon) error {
	for _, ring := range polygon {
		if len(ring) < 4 || !ring.Closed() {
			return &Error{at, "a ring has four positions at least, the last of them the first"}
		}
	}
	return nil
}

// points reads positions with commas between them, in parentheses.
func (p *parser) points() (points []orb.Point, err error) {
	err = p.several(func() error {
		point, err := p.position()
		points = append(points, point)
		return err
	})
	return points, err
}

// multiPoint reads positions, each in parentheses of its own or not.
func (p *parser) multiPoint() (points orb.MultiPoint, err error) {
	err = p.several(func() error {
		own, err := p.take("(")
		if err != nil {
			return err
		}
		point, err := p.position()
		if err != nil {
			return err
		}
		points = append(points, point)
		if own {
			return p.expect(")")
		}
		return nil
	})
	return points, err
}

// position reads two numbers; a third, the height, is not looked at.
func (p *parser) position() (point orb.Point, err error) {
	if err := p.enter(p.now.at); err != nil {
		return point, err
	}
	defer p.leave()
	for axis := range 2 {
		if point[axis], err = p.number(); err != nil {
			return point, err
		}
	}
	if p.now.kind == number || p.now.sign("-") || p.now.sign("+") {
		_, err = p.number()
	}
	return point, err
}
