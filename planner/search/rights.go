package search

import (
	"bytes"
	"slices"
)

// rights say which kinds of vehicles may serve which stops: those with the skills, of
// those that the stop names if it names any. Stops with the same wishes are a class.
type rights struct {
	class []int32
	// may is by class and kind; nil when everything is allowed.
	may   []bool
	kinds int
	// many is by class how many kinds.
	many []int32
}

func newRights(m *model) rights {
	r := rights{kinds: len(m.kinds)}
	free := true
	for _, i := range m.stops {
		free = free && m.problem.Stops[i].Skills == 0 && len(m.problem.Stops[i].Only) == 0
	}
	if free {
		return r
	}
	r.class = make([]int32, m.n)
	known := map[string]int32{}
	may := make([]bool, len(m.kinds))
	key := make([]byte, len(m.kinds))
	for i, stop := range m.stops {
		s := &m.problem.Stops[stop]
		for k := range m.kinds {
			may[k] = m.kinds[k].carries(s.Skills) && named(s.Only, m.kinds[k].vehicle)
			key[k] = 0
			if may[k] {
				key[k] = 1
			}
		}
		class, ok := known[string(key)]
		if !ok {
			class = int32(len(known))
			known[string(key)] = class
			r.may = append(r.may, may...)
			r.many = append(r.many, int32(bytes.Count(key, []byte{1})))
		}
		r.class[i] = class
	}
	return r
}

// named reports whether a list of vehicles names v, or any by naming none.
func named(only []int32, v int32) bool { return len(only) == 0 || slices.Contains(only, v) }

// choice is how many kinds may serve stop i.
func (r *rights) choice(i int32) int { return int(r.many[r.class[i]]) }

// allow reports whether vehicles of kind k may serve stop i.
func (r *rights) allow(k *kind, i int32) bool {
	return r.may == nil || r.may[int(r.class[i])*r.kinds+int(k.index)]
}
