package vrp

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzRead: whatever the bytes, a one-line error or an instance whose empty solution
// can be checked and written.
func FuzzRead(f *testing.F) {
	f.Add([]byte(tiny("TYPE : CVRP", "DIMENSION : 3", "CAPACITY : 9")))
	f.Add([]byte(tiny("TYPE : MDVRPTW", "DIMENSION : 3", "VEHICLES_MAX_DURATION : 9")))
	f.Add([]byte(solomon))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := Read("fuzz", bytes.NewReader(data))
		if err != nil {
			if in != nil || strings.Contains(err.Error(), "\n") {
				t.Fatalf("an instance, or several lines, with the error %q", err)
			}
			return
		}
		s := Solution{Unserved: sequence(len(in.Problem.Stops))}
		if cost, err := Check(&in.Problem, s); err != nil && cost.Missing == 0 {
			t.Fatal(err)
		}
		if err := in.WriteSolution(&bytes.Buffer{}, s); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzReadSolution: whatever the bytes, an error or a solution that can be checked.
func FuzzReadSolution(f *testing.F) {
	f.Add([]byte("Route #1: 2 1\nCost 12.5\n"))
	f.Add([]byte("route 7 : 1 1\ncost: 3"))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := Read("solomon", strings.NewReader(solomon))
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := in.ReadSolution("fuzz", bytes.NewReader(data))
		if err == nil {
			_, _ = Check(&in.Problem, s)
		}
	})
}

func sequence(n int) []int32 {
	s := make([]int32, n)
	for i := range s {
		s[i] = int32(i)
	}
	return s
}
