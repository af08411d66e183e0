package vrp

import (
	"math"
	"strconv"
)

// arithmetic is how the numbers of a type of instance become integers, as the
// literature of each set counts.
type arithmetic struct {
	scale float64
	round Rounding
	// perUnit is what a solution file's cost counts as 1.
	perUnit float64
	// real: distances are not rounded; integers come as close as int32 lets them.
	real bool
}

func (f *vrplib) arithmetic(kind string) (arithmetic, error) {
	switch kind {
	case "CVRP":
		if _, limited := f.header["DISTANCE"]; limited && f.weights == nil {
			return f.realArithmetic()
		}
		return arithmetic{scale: 1, round: Nearest, perUnit: 1}, nil
	case "VRPTW":
		return arithmetic{scale: 10, round: Down, perUnit: 10}, nil
	case "PCVRPTW":
		return arithmetic{scale: 10, round: Down, perUnit: 1}, nil
	case "MDVRPTW":
		return arithmetic{scale: 1000, round: Nearest, perUnit: 1}, nil
	}
	return arithmetic{}, f.errorf("TYPE %q is none of CVRP, VRPTW, PCVRPTW, MDVRPTW", clip(kind))
}

// realArithmetic scales by the largest power of ten up to 10^5 that leaves coordinates
// and limit room in 30 bits.
func (f *vrplib) realArithmetic() (arithmetic, error) {
	most, err := f.number("DISTANCE", 0)
	if err != nil {
		return arithmetic{}, err
	}
	for i := range f.x {
		most = max(most, math.Abs(f.x[i]), math.Abs(f.y[i]))
	}
	scale := 1e5
	for scale > 1 && most*scale > 1<<30 {
		scale /= 10
	}
	return arithmetic{scale: scale, round: Nearest, perUnit: scale, real: true}, nil
}

// scaled is a time of the file in the problem's units.
func (a arithmetic) scaled(v float64) int64 {
	switch {
	case a.round == Down:
		return int64(math.Floor(v * a.scale))
	case a.real:
		return int64(math.Floor(v*a.scale + 0.1))
	default:
		return int64(math.RoundToEven(v * a.scale))
	}
}

// number is a header's value, or other when the file does not have it.
func (f *vrplib) number(key string, other float64) (float64, error) {
	text, ok := f.header[key]
	if !ok {
		return other, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || v < 0 || v > 1e11 {
		return 0, f.errorf("%s %q is no number from 0 to 1e11", key, clip(text))
	}
	return v, nil
}
