package vrp

import (
	"math"
	"strconv"
	"strings"
)

// readSolomon reads Solomon's format (VRPTW) from the line that l stands on, its name:
// a VEHICLE part with number and capacity, then CUSTOMER rows of number, x, y, demand,
// ready time, due date and service time, the depot first as number 0.
func readSolomon(l *lines) (*Instance, error) {
	name := l.text
	l.section = "VEHICLE"
	fleet, err := l.fleet()
	if err != nil {
		return nil, err
	}
	l.section = "CUSTOMER"
	f := &vrplib{lines: l, header: map[string]string{"NAME": name, "TYPE": "VRPTW"}, columns: map[string][]float64{}}
	f.header["VEHICLES"], f.header["CAPACITY"] = fleet[0], fleet[1]
	for l.next() {
		if c := l.text[0]; c < '0' || c > '9' {
			continue // the headings
		}
		if err := f.customer(); err != nil {
			return nil, err
		}
	}
	if err := l.failure(); err != nil {
		return nil, err
	}
	if f.dimension == 0 {
		return nil, l.errorf("no rows")
	}
	in, err := f.instance()
	if err != nil {
		return nil, err
	}
	return in, nil
}

// fleet finds the number of vehicles and their capacity.
func (l *lines) fleet() ([]string, error) {
	for l.next() {
		if c := l.text[0]; c < '0' || c > '9' {
			continue
		}
		fields := strings.Fields(l.text)
		if len(fields) != 2 {
			return nil, l.errorf("%q is not the number of vehicles and their capacity", clip(l.text))
		}
		return fields, nil
	}
	if err := l.failure(); err != nil {
		return nil, err
	}
	return nil, l.errorf("not found: neither VRPLIB (KEY : VALUE first) nor Solomon's format")
}

func (f *vrplib) customer() error {
	fields := strings.Fields(f.text)
	if len(fields) != 7 {
		return f.errorf("%d values in a row of 7: %q", len(fields), clip(f.text))
	}
	var values [7]float64
	for k, field := range fields {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil || math.IsNaN(v) || math.Abs(v) > 1e15 {
			return f.errorf("%q is no number", clip(field))
		}
		values[k] = v
	}
	if values[0] != float64(f.dimension) {
		return f.errorf("customer %v comes after %d rows", values[0], f.dimension)
	}
	if f.dimension == MaxLocations {
		return f.errorf("more than %d rows", MaxLocations)
	}
	f.dimension++
	f.x, f.y = append(f.x, values[1]), append(f.y, values[2])
	f.columns[demands] = append(f.columns[demands], values[3])
	f.opens, f.closes = append(f.opens, values[4]), append(f.closes, values[5])
	f.columns[services] = append(f.columns[services], values[6])
	return nil
}
