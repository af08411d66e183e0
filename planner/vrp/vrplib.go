package vrp

import (
	"math"
	"strconv"
	"strings"
)

// vrplib is a file of VRPLIB's dialects (CVRPLIB, and PyVRP's for windows, depots and
// prizes) as it stands, before it becomes a problem.
type vrplib struct {
	*lines
	header    map[string]string
	dimension int
	x, y      []float64
	columns   map[string][]float64
	opens     []float64
	closes    []float64
	weights   []int32
	depots    []int
	depotOf   []int
}

const (
	coordinates = "NODE_COORD_SECTION"
	demands     = "DEMAND_SECTION"
	services    = "SERVICE_TIME_SECTION"
	prizes      = "PRIZE_SECTION"
	timeWindows = "TIME_WINDOW_SECTION"
	edgeWeights = "EDGE_WEIGHT_SECTION"
	depotList   = "DEPOT_SECTION"
	depotPlaces = "VEHICLES_DEPOT_SECTION"
)

// maxExplicit is the most nodes of a file with a table of weights.
const maxExplicit = 20_000

// readVRPLIB reads from the line that l stands on.
func readVRPLIB(l *lines) (*Instance, error) {
	f := &vrplib{lines: l, header: map[string]string{}, columns: map[string][]float64{}}
	for more := true; more && l.text != "EOF"; more = l.next() {
		if err := f.line(); err != nil {
			return nil, err
		}
	}
	if err := l.failure(); err != nil {
		return nil, err
	}
	l.section = ""
	return f.instance()
}

func (f *vrplib) line() error {
	if key, value, ok := strings.Cut(f.text, ":"); ok {
		f.section = ""
		key = strings.TrimSpace(key)
		f.header[key] = strings.Trim(strings.TrimSpace(value), `"`)
		if key == "DIMENSION" {
			return f.readDimension()
		}
		return nil
	}
	if strings.HasSuffix(f.text, "_SECTION") {
		f.section = f.text
		return f.begin()
	}
	if f.section == "" {
		return f.errorf("%q is neither KEY : VALUE nor a section", clip(f.text))
	}
	return f.row(strings.Fields(f.text))
}

func (f *vrplib) readDimension() error {
	n, err := strconv.Atoi(f.header["DIMENSION"])
	if err != nil || n < 1 || n > MaxLocations {
		return f.errorf("DIMENSION %q is no number from 1 to %d: cut what is larger into areas", clip(f.header["DIMENSION"]), MaxLocations)
	}
	f.dimension = n
	return nil
}

// begin checks that a section may stand here.
func (f *vrplib) begin() error {
	switch f.section {
	case coordinates, demands, services, prizes, timeWindows, edgeWeights, depotList, depotPlaces:
	default:
		return f.errorf("this section is not supported")
	}
	if f.dimension == 0 {
		return f.errorf("DIMENSION must come before the sections")
	}
	if f.section == edgeWeights && f.dimension > maxExplicit {
		return f.errorf("tables of weights are read up to DIMENSION %d, not %d: use coordinates", maxExplicit, f.dimension)
	}
	return nil
}

// row takes in one line of the current section.
func (f *vrplib) row(fields []string) error {
	if f.section == edgeWeights {
		return f.weightRow(fields)
	}
	want := map[string]int{coordinates: 3, timeWindows: 3, depotList: 1}[f.section]
	if want == 0 {
		want = 2
	}
	if len(fields) != want {
		return f.errorf("%d values in a row of %d: %q", len(fields), want, clip(f.text))
	}
	number, err := strconv.Atoi(fields[0])
	if err != nil {
		return f.errorf("%q is no number of a node or vehicle", clip(fields[0]))
	}
	values := [2]float64{}
	for k, field := range fields[1:] {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil || math.IsNaN(v) || math.Abs(v) > 1e15 {
			return f.errorf("%q of row %d is no number", clip(field), number)
		}
		values[k] = v
	}
	return f.take(number, values)
}

func (f *vrplib) take(number int, values [2]float64) error {
	switch f.section {
	case depotList:
		if number == -1 {
			return nil
		}
		if number < 1 || number > f.dimension {
			return f.errorf("depot %d is no node: numbers run from 1 to %d", number, f.dimension)
		}
		f.depots = append(f.depots, number)
		return nil
	case depotPlaces:
		if number != len(f.depotOf)+1 || number > MaxLocations {
			return f.errorf("vehicle %d comes after vehicle %d", number, len(f.depotOf))
		}
		f.depotOf = append(f.depotOf, int(values[0]))
		return nil
	case coordinates:
		if number != len(f.x)+1 {
			return f.errorf("node %d comes after node %d", number, len(f.x))
		}
		return f.store(number, values, &f.x, &f.y)
	case timeWindows:
		return f.store(number, values, &f.opens, &f.closes)
	default:
		column := f.columns[f.section]
		err := f.store(number, values, &column, nil)
		f.columns[f.section] = column
		return err
	}
}

// maxGap is how many nodes in a row a section may pass over (depots, as a rule).
const maxGap = 1000

// store puts the values of a node into their columns; nodes passed over are 0.
func (f *vrplib) store(number int, values [2]float64, first, second *[]float64) error {
	if number < 1 || number > f.dimension {
		return f.errorf("there is no node %d: numbers run from 1 to %d", number, f.dimension)
	}
	if number <= len(*first) || number > len(*first)+maxGap {
		return f.errorf("node %d comes after node %d: numbers must ascend", number, len(*first))
	}
	for k, column := range []*[]float64{first, second} {
		if column == nil {
			continue
		}
		for len(*column) < number-1 {
			*column = append(*column, 0)
		}
		*column = append(*column, values[k])
	}
	return nil
}

func (f *vrplib) weightRow(fields []string) error {
	for _, field := range fields {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil || v != math.Trunc(v) || v < 0 || v > math.MaxInt32 {
			return f.errorf("weight %q is no whole number from 0 to %d", clip(field), math.MaxInt32)
		}
		if len(f.weights) == f.dimension*f.dimension {
			return f.errorf("more weights than DIMENSION %d allows", f.dimension)
		}
		f.weights = append(f.weights, int32(v))
	}
	return nil
}

// clip keeps what is quoted of a file short.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "..."
	}
	return s
}
