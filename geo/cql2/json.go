package cql2

import (
	"bytes"
	"encoding/json"
	"strings"
)

// ParseJSON reads a filter in CQL2-JSON. The error is an [Error].
func ParseJSON(in []byte) (Expression, error) {
	if len(in) > MostBytes {
		return nil, wrong("the filter is too long")
	}
	d := &decoder{}
	e, err := d.expression(in)
	if err != nil {
		return nil, err
	}
	return e, nil
}

func wrong(problem string) *Error { return &Error{-1, problem} }

type decoder struct{ budget }

// object is any of the objects of CQL2-JSON.
type object struct {
	Op        *string           `json:"op"`
	Args      []json.RawMessage `json:"args"`
	Property  *string           `json:"property"`
	Date      *string           `json:"date"`
	Timestamp *string           `json:"timestamp"`
	Type      *string           `json:"type"`
	BBox      []float64         `json:"bbox"`
}

// read gives the object of a message; nil when it is something else.
func (d *decoder) read(in json.RawMessage) (*object, error) {
	if trimmed := bytes.TrimLeft(in, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return nil, nil
	}
	var o object
	if err := json.Unmarshal(in, &o); err != nil {
		return nil, wrong("this is no JSON of CQL2: " + err.Error())
	}
	return &o, nil
}

func (d *decoder) expression(in json.RawMessage) (Expression, error) {
	if err := d.enter(-1); err != nil {
		return nil, err
	}
	defer d.leave()
	var truth bool
	if json.Unmarshal(in, &truth) == nil && !bytes.Equal(bytes.TrimSpace(in), []byte("null")) {
		return Bool(truth), nil
	}
	o, err := d.read(in)
	switch {
	case err != nil:
		return nil, err
	case o != nil && o.Property != nil:
		return Property(*o.Property), nil
	case o == nil || o.Op == nil:
		return nil, wrong(`want an object with "op" and "args"`)
	}
	return d.operation(strings.ToLower(*o.Op), o.Args)
}

func (d *decoder) operation(op string, args []json.RawMessage) (Expression, error) {
	need := func(n int) error {
		if len(args) != n {
			return wrong("wrong number of args of " + op)
		}
		return nil
	}
	switch {
	case op == "and" || op == "or":
		terms, err := d.terms(op, args)
		if op == "or" {
			return Or(terms), err
		}
		return And(terms), err
	case op == "not":
		if err := need(1); err != nil {
			return nil, err
		}
		e, err := d.expression(args[0])
		return Not{e}, err
	case Relations[op]:
		if err := need(2); err != nil {
			return nil, err
		}
		left, err := d.geometry(args[0])
		if err != nil {
			return nil, err
		}
		right, err := d.geometry(args[1])
		return Spatial{op, left, right}, err
	case op == "in":
		if err := need(2); err != nil {
			return nil, err
		}
		var items []json.RawMessage
		if err := json.Unmarshal(args[1], &items); err != nil || len(items) == 0 {
			return nil, wrong("in wants a list with something in it")
		}
		values, err := d.scalars(append([]json.RawMessage{args[0]}, items...))
		if err != nil {
			return nil, err
		}
		return In{values[0], values[1:]}, nil
	}
	sizes := map[string]int{"=": 2, "<>": 2, "<": 2, ">": 2, "<=": 2, ">=": 2, "like": 2, "between": 3, "isnull": 1}
	size, known := sizes[op]
	if !known {
		return nil, wrong("there is no operator " + op + " here")
	}
	if err := need(size); err != nil {
		return nil, err
	}
	values, err := d.scalars(args)
	if err != nil {
		return nil, err
	}
	switch op {
	case "like":
		return Like{values[0], values[1]}, nil
	case "between":
		return Between{values[0], values[1], values[2]}, nil
	case "isnull":
		property, ok := values[0].(Property)
		if !ok {
			return nil, wrong("isNull is asked of a property")
		}
		return IsNull{property}, nil
	}
	return Comparison{op, values[0], values[1]}, nil
}

func (d *decoder) terms(op string, args []json.RawMessage) (terms []Expression, err error) {
	if len(args) < 2 {
		return nil, wrong(op + " wants two args or more")
	}
	for _, arg := range args {
		e, err := d.expression(arg)
		if err != nil {
			return nil, err
		}
		terms = append(terms, e)
	}
	return terms, nil
}

func (d *decoder) scalars(args []json.RawMessage) (values []Scalar, err error) {
	for _, arg := range args {
		value, err := d.scalar(arg)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

func (d *decoder) scalar(in json.RawMessage) (Scalar, error) {
	if err := d.enter(-1); err != nil {
		return nil, err
	}
	defer d.leave()
	o, err := d.read(in)
	switch {
	case err != nil:
		return nil, err
	case o == nil:
		return literal(in)
	case o.Property != nil:
		return Property(*o.Property), nil
	case o.Date != nil:
		return dateOf(-1, *o.Date)
	case o.Timestamp != nil:
		return timestampOf(-1, *o.Timestamp)
	case o.Op != nil && strings.EqualFold(*o.Op, "casei") && len(o.Args) == 1:
		value, err := d.scalar(o.Args[0])
		return Casei{value}, err
	}
	return nil, wrong(`want a value, or an object with "property", "date" or "timestamp"`)
}

func literal(in json.RawMessage) (Scalar, error) {
	var value any
	if err := json.Unmarshal(in, &value); err != nil {
		return nil, wrong("this is no JSON: " + err.Error())
	}
	switch value := value.(type) {
	case string:
		if strings.ContainsRune(value, 0) {
			return nil, wrong("a text has no zero byte")
		}
		return Text(value), nil
	case float64:
		return Number(value), nil
	case bool:
		return Bool(value), nil
	}
	return nil, wrong("want a text, a number, true or false")
}

func (d *decoder) geometry(in json.RawMessage) (Geometry, error) {
	o, err := d.read(in)
	switch {
	case err != nil:
		return nil, err
	case o == nil:
	case o.Property != nil:
		return Property(*o.Property), nil
	case o.Type != nil:
		shape, err := d.shape(in)
		return Shape{shape}, err
	case o.BBox != nil:
		return box(-1, o.BBox)
	}
	return nil, wrong(`want a geometry of GeoJSON, an object with "bbox" or with "property"`)
}
