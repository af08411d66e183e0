package vrp

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteSolution writes s in CVRPLIB's format: a line "Route #k: nodes" for each route
// and a last line "Cost C". Where vehicles are numbered, k is the vehicle's number.
func (in *Instance) WriteSolution(w io.Writer, s Solution) error {
	out := bufio.NewWriter(w)
	used := make([]int, len(in.numbers))
	number := 0
	for _, r := range s.Routes {
		if len(r.Stops) == 0 {
			continue
		}
		number++
		if in.numbers != nil {
			if used[r.Vehicle] == len(in.numbers[r.Vehicle]) {
				return fmt.Errorf("vrp: more than %d routes of vehicle %d", used[r.Vehicle], r.Vehicle)
			}
			number = in.numbers[r.Vehicle][used[r.Vehicle]]
			used[r.Vehicle]++
		}
		fmt.Fprintf(out, "Route #%d:", number)
		for _, i := range r.Stops {
			fmt.Fprintf(out, " %d", in.nodes[i])
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "Cost %s\n", in.FormatCost(s))
	return out.Flush()
}

// FormatCost is the value of s with the decimals its type is given in.
func (in *Instance) FormatCost(s Solution) string {
	switch {
	case in.real:
		return strconv.FormatFloat(in.Value(s), 'f', 4, 64)
	case in.perUnit > 1:
		return strconv.FormatFloat(in.Value(s), 'f', 1, 64)
	default:
		return strconv.FormatFloat(in.Value(s), 'f', 0, 64)
	}
}

// ReadSolution reads a solution of the instance in CVRPLIB's format; stops it does not
// name are unserved. stated is the cost of the file's own Cost line, or -1. Whether
// the solution is any good is for [Check] to say.
func (in *Instance) ReadSolution(name string, r io.Reader) (s Solution, stated float64, err error) {
	l := newLines(name, r)
	l.section = "solution"
	stops := make(map[int]int32, len(in.nodes))
	for i, node := range in.nodes {
		stops[int(node)] = int32(i)
	}
	served := make([]bool, len(in.nodes))
	stated = -1
	for l.next() {
		head, rest, _ := strings.Cut(l.text, ":")
		words := strings.Fields(strings.ReplaceAll(strings.ToLower(head), "#", " "))
		switch {
		case len(words) == 2 && words[0] == "route":
			route, err := in.route(l, words[1], rest, stops)
			if err != nil {
				return s, stated, err
			}
			for _, i := range route.Stops {
				served[i] = true
			}
			if len(route.Stops) > 0 {
				s.Routes = append(s.Routes, route)
			}
		case len(words) > 0 && words[0] == "cost":
			value := strings.Trim(l.text[len("cost"):], ": \t")
			if stated, err = strconv.ParseFloat(value, 64); err != nil {
				return s, stated, l.errorf("%q is no cost", clip(l.text))
			}
		}
	}
	for i, ok := range served {
		if !ok {
			s.Unserved = append(s.Unserved, int32(i))
		}
	}
	return s, stated, l.failure()
}

func (in *Instance) route(l *lines, number, rest string, stops map[int]int32) (Route, error) {
	k, err := strconv.Atoi(number)
	if err != nil {
		return Route{}, l.errorf("route %q has no number", clip(number))
	}
	var r Route
	if in.numbers != nil {
		if r.Vehicle = in.vehicleOf(k); r.Vehicle < 0 {
			return r, l.errorf("route %d: the instance has no vehicle of that number", k)
		}
	}
	for _, field := range strings.Fields(rest) {
		node, err := strconv.Atoi(field)
		stop, ok := stops[node]
		if err != nil || !ok {
			return r, l.errorf("route %d: %q is no customer", k, clip(field))
		}
		r.Stops = append(r.Stops, stop)
	}
	return r, nil
}

// vehicleOf finds the kind of the vehicle that the file numbers k, or -1.
func (in *Instance) vehicleOf(k int) int32 {
	for v, numbers := range in.numbers {
		for _, number := range numbers {
			if number == k {
				return int32(v)
			}
		}
	}
	return -1
}
