package ogc

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rounds-project/rounds/geo/cql2"
	"github.com/rounds-project/rounds/geo/register"
)

// How many features there are on a page.
const (
	usualLimit = 1000
	mostLimit  = 10_000
	htmlLimit  = 100
)

// patience is how long the database may work at a filter: a client that waits longer
// asks again, and holds a connection twice.
const patience = time.Minute

// countPatience is how long it may count: who waits for a page of many millions gets it,
// without numberMatched.
const countPatience = 20 * time.Second

// parameters of items, besides the properties of the layer.
var parameters = []string{"bbox", "bbox-crs", "datetime", "limit", "crs", "filter", "filter-lang", "filter-crs", "cursor"}

// itemsQuery is what the parameters ask for.
func (a *asked) itemsQuery(layer register.ExportLayer) (query register.FeatureQuery, out system, err error) {
	names := slices.Clone(parameters)
	for _, column := range layer.Columns {
		names = append(names, column.Name)
	}
	if err := a.only(names...); err != nil {
		return query, out, err
	}
	given := a.r.URL.Query()
	query = register.FeatureQuery{Names: a.Keys.Pseudonyms(a.who.id, a.Today()), Today: a.Today(), Patience: patience, Count: true, CountPatience: countPatience}
	if query.Limit, err = limitOf(given, a.form, a.who.mostFeatures()); err != nil {
		return query, out, err
	}
	p, err := a.place()
	if err != nil {
		return query, out, err
	}
	if out, err = p.named(given, "crs"); err != nil {
		return query, out, err
	}
	query.Out = out.System
	for _, read := range []func(url.Values, register.ExportLayer, place) ([]register.Condition, error){boxOf, timeOf, propertiesOf, filterOf} {
		conditions, err := read(given, layer, p)
		if err != nil {
			return query, out, err
		}
		query.Conditions = append(query.Conditions, conditions...)
	}
	return query, out, nil
}

// named is the coordinate system that a parameter names; CRS84 without it.
func (p place) named(given url.Values, parameter string) (system, error) {
	uri := given.Get(parameter)
	if !given.Has(parameter) {
		uri = crs84
	}
	return systemNamed(parameter, uri, p.systems)
}

func limitOf(given url.Values, f form, most int) (int, error) {
	if !given.Has("limit") {
		if f == asHTML {
			return htmlLimit, nil
		}
		return min(usualLimit, most), nil
	}
	limit, err := strconv.Atoi(given.Get("limit"))
	if err != nil || limit < 1 {
		return 0, invalid("limit", fmt.Sprintf("limit is 1 to %d", most))
	}
	return min(limit, most), nil
}

func boxOf(given url.Values, _ register.ExportLayer, p place) ([]register.Condition, error) {
	if !given.Has("bbox") {
		if given.Has("bbox-crs") {
			return nil, invalid("bbox-crs", "There is no bbox.")
		}
		return nil, nil
	}
	in, err := p.named(given, "bbox-crs")
	if err != nil {
		return nil, err
	}
	parts := strings.Split(given.Get("bbox"), ",")
	if len(parts) != 4 && len(parts) != 6 {
		return nil, invalid("bbox", "bbox has four numbers, or six with heights")
	}
	numbers := make([]float64, len(parts))
	for i, part := range parts {
		n, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
			return nil, invalid("bbox", fmt.Sprintf("%q is no number", part))
		}
		numbers[i] = n
	}
	if len(numbers) == 6 {
		numbers = []float64{numbers[0], numbers[1], numbers[3], numbers[4]}
	}
	corners := cql2.Box(numbers)
	if in.Degrees { // a map that shows more than the world asks for all of it
		corners = in.System.Clamp(corners)
	}
	if _, err := in.System.Box(corners); err != nil {
		return nil, invalid("bbox", "The box ends before it begins.")
	}
	box := cql2.Spatial{Relation: "s_intersects", Left: cql2.Property(register.GeometryProperty), Right: corners}
	return []register.Condition{{Of: box, In: in.System}}, nil
}

// timeOf is what datetime asks for: features whose time meets the interval. Layers
// without times are there always.
func timeOf(given url.Values, layer register.ExportLayer, _ place) ([]register.Condition, error) {
	if !given.Has("datetime") {
		return nil, nil
	}
	text := given.Get("datetime")
	first, last, isInterval := strings.Cut(text, "/")
	if !isInterval {
		last = first
	}
	from, err := dayOf(first, isInterval)
	if err != nil {
		return nil, err
	}
	to, err := dayOf(last, isInterval)
	if err != nil {
		return nil, err
	}
	if from != nil && to != nil && to.Before(*from) {
		return nil, invalid("datetime", "The interval ends before it begins.")
	}
	if len(layer.Times) == 0 {
		return nil, nil
	}
	begins, ends := cql2.Property(layer.Times[0]), cql2.Property(layer.Times[len(layer.Times)-1])
	var conditions []register.Condition
	if to != nil {
		conditions = append(conditions, register.Condition{Of: cql2.Comparison{Operator: "<=", Left: begins, Right: cql2.Date(*to)}})
	}
	if from != nil {
		after := cql2.Expression(cql2.Comparison{Operator: ">=", Left: ends, Right: cql2.Date(*from)})
		if begins != ends { // it goes on
			after = cql2.Or{cql2.IsNull{Of: ends}, after}
		}
		conditions = append(conditions, register.Condition{Of: after})
	}
	return conditions, nil
}

// dayOf is the day of a moment or date; nil for an open end.
func dayOf(text string, mayBeOpen bool) (*time.Time, error) {
	if mayBeOpen && (text == "" || text == "..") {
		return nil, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano} {
		if moment, err := time.Parse(layout, text); err == nil {
			return &moment, nil
		}
	}
	return nil, invalid("datetime", "datetime is a day as 2027-03-01, a moment as 2027-03-01T08:00:00Z, or an interval of these as a/b, a/.. or ../b")
}

// propertiesOf are the parameters that are properties.
func propertiesOf(given url.Values, layer register.ExportLayer, _ place) (conditions []register.Condition, err error) {
	for _, column := range layer.Columns {
		if !given.Has(column.Name) {
			continue
		}
		text := given.Get(column.Name)
		var value cql2.Scalar = cql2.Text(text)
		switch column.Kind {
		case "integer":
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return nil, invalid(column.Name, "This property is a whole number.")
			}
			value = cql2.Number(n)
		case "boolean":
			truth, err := strconv.ParseBool(text)
			if err != nil {
				return nil, invalid(column.Name, "This property is true or false.")
			}
			value = cql2.Bool(truth)
		case "date":
			if _, err := time.Parse(time.DateOnly, text); err != nil {
				return nil, invalid(column.Name, "This property is a date as 2027-03-01.")
			}
		case "time":
			if _, err := time.Parse(time.TimeOnly, text); err != nil {
				return nil, invalid(column.Name, "This property is a time of day as 08:30:00.")
			}
		}
		conditions = append(conditions, register.Condition{Of: cql2.Comparison{Operator: "=", Left: cql2.Property(column.Name), Right: value}})
	}
	return conditions, nil
}

func filterOf(given url.Values, _ register.ExportLayer, p place) ([]register.Condition, error) {
	if !given.Has("filter") {
		for _, name := range []string{"filter-lang", "filter-crs"} {
			if given.Has(name) {
				return nil, invalid(name, "There is no filter.")
			}
		}
		return nil, nil
	}
	in, err := p.named(given, "filter-crs")
	if err != nil {
		return nil, err
	}
	var of cql2.Expression
	switch language := given.Get("filter-lang"); language {
	case "", "cql2-text":
		of, err = cql2.ParseText(given.Get("filter"))
	case "cql2-json":
		of, err = cql2.ParseJSON([]byte(given.Get("filter")))
	default:
		return nil, invalid("filter-lang", "filter-lang is cql2-text or cql2-json")
	}
	if err != nil {
		return nil, invalid("filter", strings.TrimPrefix(err.Error(), "cql2: "))
	}
	return []register.Condition{{Of: of, In: in.System}}, nil
}
