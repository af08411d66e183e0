package vrp

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
)

// Instance is a problem read from a benchmark file, with what it takes to speak of its
// solutions in the file's terms.
type Instance struct {
	Problem Problem
	// Type is the file's: CVRP, VRPTW, PCVRPTW or MDVRPTW.
	Type string

	// nodes are the numbers by which solution files name the stops.
	nodes []int32
	// numbers are the vehicles of each kind, as solution files number routes; nil when
	// any route may have any number.
	numbers [][]int
	// perUnit is how many units of Costs a solution file's cost counts as 1; real costs
	// are summed from coordinates instead.
	perUnit float64
	real    bool
}

// ReadFile reads the instance at path; see [Read].
func ReadFile(path string) (*Instance, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("vrp: %w", err)
	}
	defer f.Close()
	return Read(path, f)
}

// Read reads an instance in VRPLIB's or Solomon's format, told apart by their first
// line. Errors name the file, as name, the line and the section.
func Read(name string, r io.Reader) (*Instance, error) {
	l := newLines(name, r)
	for l.next() {
		if strings.Contains(l.text, ":") {
			return readVRPLIB(l)
		}
		return readSolomon(l)
	}
	if err := l.failure(); err != nil {
		return nil, err
	}
	return nil, l.errorf("the file is empty")
}

// Value of a solution as the file's field of research states it: real lengths, tenths
// or thousandths, with the prizes left behind.
func (in *Instance) Value(s Solution) float64 {
	if in.real {
		return in.length(s)
	}
	c := in.Problem.Cost(s)
	return float64(c.Travel+c.Fixed+c.Prizes) / in.perUnit
}

// length sums unrounded Euclidean distances.
func (in *Instance) length(s Solution) float64 {
	x, y := in.Problem.Costs.Coordinates()
	sum := 0.0
	for _, r := range s.Routes {
		if len(r.Stops) == 0 {
			continue
		}
		v := in.Problem.Vehicles[r.Vehicle]
		at := v.Start
		for _, i := range r.Stops {
			to := in.Problem.Stops[i].Location
			sum += math.Hypot(x[at]-x[to], y[at]-y[to])
			at = to
		}
		sum += math.Hypot(x[at]-x[v.End], y[at]-y[v.End])
	}
	return sum
}

// lines are the non-empty lines of a file, trimmed, and where they stand.
type lines struct {
	name    string
	scanner *bufio.Scanner
	number  int
	text    string
	section string
}

func newLines(name string, r io.Reader) *lines {
	l := &lines{name: name, scanner: bufio.NewScanner(r)}
	l.scanner.Buffer(nil, 1<<26)
	return l
}

func (l *lines) next() bool {
	for l.scanner.Scan() {
		l.number++
		l.text = strings.TrimSpace(strings.TrimPrefix(l.scanner.Text(), "\ufeff"))
		if l.text != "" {
			return true
		}
	}
	return false
}

// failure is what stopped next, other than the end of the file.
func (l *lines) failure() error {
	if err := l.scanner.Err(); err != nil {
		l.number++
		return l.errorf("%v", err)
	}
	return nil
}

func (l *lines) errorf(format string, args ...any) error {
	where := fmt.Sprintf("vrp: %s:%d: ", l.name, l.number)
	if l.section != "" {
		where += l.section + ": "
	}
	return fmt.Errorf(where+format, args...)
}
