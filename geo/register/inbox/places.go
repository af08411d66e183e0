package inbox

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// places reads the rows of a file that have a point each.
type places[T any] struct {
	columns []column
	// mapping has, for names of columns in small letters, those that they are read by; nil
	// goes by the names of the columns.
	mapping  map[string]string
	required []string
	// addressed are columns that stand in for a point, which is then [geo.Nowhere].
	addressed []string
	left      *Left
	systems   Systems
	turn      Transform
	// read makes a value of a row.
	read func(record) (T, error)
	// put gives a value its point.
	put  func(*T, orb.Point)
	keep func(number int64, value T, complaint *register.Complaint) error
	// held are rows whose points are to be turned at once.
	held []heldRow[T]
}

type heldRow[T any] struct {
	number    int64
	value     T
	at        orb.Point
	complaint *register.Complaint
}

// turns says whether the row has a point.
func (r heldRow[T]) turns() bool { return r.complaint == nil && r.at != geo.Nowhere }

// mostHeld rows are held back at a time.
const mostHeld = 5000

func (p *places[T]) each(ctx context.Context, in gis.Input) error {
	looks, err := gis.Sniff(in)
	if err != nil {
		return err
	}
	if p.turn, err = p.systems.of(""); err != nil {
		return err
	}
	switch looks {
	case gis.LooksFeatures:
		err = p.features(ctx, in)
	case gis.LooksRecords:
		err = p.records(ctx, in)
	default:
		err = p.table(ctx, in)
	}
	if err != nil {
		return err
	}
	return p.flush(ctx)
}

// turnFrom takes the points for what the file says they are.
func (p *places[T]) turnFrom(system string) (err error) {
	p.left.System = system
	p.turn, err = p.systems.of(system)
	return err
}

// records reads the formats of GIS, and workbooks, whose points are in columns.
func (p *places[T]) records(ctx context.Context, in gis.Input) error {
	r, err := records(in, p.left, p.names(), p.withoutPoint(), 0)
	if err != nil {
		return err
	}
	defer r.Close()
	if r.Plain {
		if err := p.checkPoint(func(column string) bool { return len(r.Missing([]string{column})) == 0 }); err != nil {
			return err
		}
	}
	if err := p.turnFrom(r.System); err != nil {
		return err
	}
	for {
		record, err := r.Next()
		p.left.Columns = r.Dropped()
		if err == io.EOF {
			return nil
		}
		if gis.Ends(err) != nil {
			return fatal(err)
		}
		var at orb.Point
		if err == nil {
			at, err = p.pointOf(record, r.Plain)
		}
		if err != nil {
			err = p.complain(ctx, record.Number(), record, err)
		} else {
			err = p.take(ctx, record.Number(), record, at)
		}
		if err != nil {
			return err
		}
	}
}

// names has the English name for each name of a column that is read.
func (p *places[T]) names() map[string]string {
	if p.mapping == nil {
		return names(p.columns)
	}
	return maps.Clone(p.mapping)
}

// withoutPoint are the columns that a file must have beside those of a point.
func (p *places[T]) withoutPoint() []string {
	return slices.DeleteFunc(slices.Clone(p.required), func(column string) bool { return column == "lon" || column == "lat" })
}

// checkPoint refuses a table in which neither columns say where a place is.
func (p *places[T]) checkPoint(has func(column string) bool) error {
	if has("lon") && has("lat") || slices.ContainsFunc(p.addressed, has) {
		return nil
	}
	missing := slices.DeleteFunc([]string{"lon", "lat"}, has)
	return fatal(&gis.RowError{Row: 1, Field: strings.Join(missing, ", "), Problem: "is missing; the first row names the columns: " + strings.Join(p.required, ",")})
}

// inColumns is the point of a row of a table.
func (p *places[T]) inColumns(row record) (orb.Point, error) {
	lon, err := row.Text("lon")
	if err != nil {
		return orb.Point{}, err
	}
	lat, err := row.Text("lat")
	if err != nil {
		return orb.Point{}, err
	}
	for _, column := range p.addressed {
		if text, err := row.Text(column); err != nil || lon == "" && lat == "" && text != "" {
			return geo.Nowhere, err
		}
	}
	return degrees(row)
}

// pointOf is where a row lies: its shape, or two of its columns.
func (p *places[T]) pointOf(record *gis.Record, plain bool) (orb.Point, error) {
	if plain {
		return p.inColumns(record)
	}
	switch shape := record.Shape.(type) {
	case orb.Point:
		return shape, nil
	case orb.MultiPoint:
		if len(shape) == 1 {
			return shape[0], nil
		}
	}
	return orb.Point{}, record.Wrong("geometry", "is no Point; want the point of the door or the middle of the building")
}

func (p *places[T]) features(ctx context.Context, in gis.Input) error {
	others := others{}
	known := p.names()
	for name, english := range known {
		if english == "lon" || english == "lat" {
			delete(known, name) // a feature has its geometry in place of them
		}
	}
	err := gis.EachPoint(in, known, p.turnFrom, func(f *gis.Point, wrong *gis.RowError) error {
		for _, name := range f.Others() {
			others.add(name)
		}
		if wrong != nil {
			return p.complain(ctx, f.Number(), f, wrong)
		}
		return p.take(ctx, f.Number(), f, f.At)
	})
	p.left.Columns = len(others)
	return fatal(err)
}

func (p *places[T]) table(ctx context.Context, in gis.Input) error {
	t, err := table(in, p.left, p.names(), p.withoutPoint())
	if err != nil {
		return err
	}
	if err := p.checkPoint(t.Has); err != nil {
		return err
	}
	for {
		more, err := t.Next()
		if err != nil {
			return fatal(err)
		}
		if !more {
			return nil
		}
		at, err := p.inColumns(t)
		if err != nil {
			err = p.complain(ctx, t.Number(), t, err)
		} else {
			err = p.take(ctx, t.Number(), t, at)
		}
		if err != nil {
			return err
		}
	}
}

// take reads a row and hands it over, or holds it back.
func (p *places[T]) take(ctx context.Context, number int64, from record, at orb.Point) error {
	value, err := p.read(from)
	if err != nil {
		return p.complain(ctx, number, from, err)
	}
	p.put(&value, at)
	return p.hold(ctx, heldRow[T]{number: number, value: value, at: at})
}

// complain hands over what is wrong with a row, in its order among the others, with what
// could be read of it; other errors end the reading.
func (p *places[T]) complain(ctx context.Context, number int64, from record, err error) error {
	c := complaint(err)
	if c == nil {
		return err
	}
	value, _ := p.read(from) // its first fault is told already
	return p.hold(ctx, heldRow[T]{number: number, value: value, complaint: c})
}

// hold hands a row over, at once when there is no point to turn.
func (p *places[T]) hold(ctx context.Context, row heldRow[T]) error {
	if p.turn == nil {
		return p.keep(row.number, row.value, row.complaint)
	}
	p.held = append(p.held, row)
	if len(p.held) < mostHeld {
		return nil
	}
	return p.flush(ctx)
}

// flush hands over what is held back; to be called at the end.
func (p *places[T]) flush(ctx context.Context) error {
	var points []orb.Point
	for _, row := range p.held {
		if row.turns() {
			points = append(points, row.at)
		}
	}
	if len(points) > 0 {
		if err := p.turn(ctx, points); err != nil {
			return err
		}
	}
	for _, row := range p.held {
		if row.turns() {
			p.put(&row.value, points[0])
			points = points[1:]
		}
		if err := p.keep(row.number, row.value, row.complaint); err != nil {
			return err
		}
	}
	p.held = p.held[:0]
	return nil
}
