package network

import (
	"container/heap"
	"context"
	"flag"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	paulmach "github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/osm"
)

// oracle is Dijkstra's algorithm over edges, with the rules spelled out: turns
// are looked up at each junction, and private ways are walked only in a first and
// a last phase.
type oracle struct {
	n       *Network
	leaving map[int32][]traversal
	cost    []cost
}

// The phases of a leg.
const (
	inFirstPocket = iota
	onStreet
	inLastPocket
	phases
)

func newOracle(n *Network) *oracle {
	o := &oracle{n: n, leaving: map[int32][]traversal{}, cost: make([]cost, 2*phases*n.Edges())}
	for i := range n.Edges() {
		for dir := range 2 {
			v := n.edges[i].to(1 - dir)
			o.leaving[v] = append(o.leaving[v], traverse(int32(i), dir))
		}
	}
	return o
}

type oracleQueue []queued

func (q oracleQueue) Len() int           { return len(q) }
func (q oracleQueue) Less(i, j int) bool { return q[i].cost < q[j].cost }
func (q oracleQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *oracleQueue) Push(x any)        { *q = append(*q, x.(queued)) }
func (q *oracleQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// next is the phase in which a traversal may follow another, false for never.
func (o *oracle) next(t traversal, phase int, then traversal) (int, bool) {
	v := o.n.edges[t.edge()].to(t.dir())
	toPrivate := o.n.edges[then.edge()].is(private)
	if !toPrivate {
		if copy, restricted := o.n.turns.arrives[t]; restricted {
			i := slices.IndexFunc(o.n.turns.forks[v], func(f fork) bool { return f.vertex == copy })
			if !slices.Contains(o.n.turns.forks[v][i].allowed, then) {
				return 0, false
			}
		}
	}
	switch {
	case !toPrivate:
		return onStreet, phase != inLastPocket
	case o.n.yards.public[v]:
		return inLastPocket, phase != inLastPocket
	case phase == onStreet:
		return inLastPocket, true
	}
	return phase, true
}

// tree finds the costs of everything from one access.
func (o *oracle) tree(a *Access) {
	for i := range o.cost {
		o.cost[i] = never
	}
	var q oracleQueue
	reach := func(t traversal, phase int, c cost) {
		state := int32(t)*phases + int32(phase)
		if c < o.cost[state] {
			o.cost[state] = c
			heap.Push(&q, queued{c, state})
		}
	}
	for place := range a.places() {
		one := a.at(place)
		phase := onStreet
		if o.n.edges[one.edge].is(private) {
			phase = inFirstPocket
		}
		for dir := range 2 {
			if c := o.n.partial(&one, dir, false); c < never {
				reach(traverse(one.edge, dir), phase, one.toDoor()+c)
			}
		}
	}
	for q.Len() > 0 {
		top := heap.Pop(&q).(queued)
		if top.cost > o.cost[top.at] {
			continue
		}
		t, phase := traversal(top.at/phases), int(top.at%phases)
		for _, then := range o.leaving[o.n.edges[t.edge()].to(t.dir())] {
			c := o.n.edges[then.edge()].traverse(then.dir())
			if next, allowed := o.next(t, phase, then); allowed && c < never {
				reach(then, next, top.cost+c)
			}
		}
	}
}

// to is the cost from the access of the tree.
func (o *oracle) to(a, b *Access) cost {
	best := never
	for i := range b.places() {
		to := b.at(i)
		for j := range a.places() {
			from := a.at(j)
			best = min(best, o.toPlace(&from, &to))
		}
	}
	return best
}

// toPlace is to by one place of each.
func (o *oracle) toPlace(a, b *Access) cost {
	best, _ := o.n.direct(a, b)
	for dir := range 2 {
		last := traverse(b.edge, dir)
		rest := o.n.partial(b, dir, true)
		if rest >= never {
			continue
		}
		for _, out := range o.leaving[o.n.edges[b.edge].to(1-dir)] {
			t := out ^ 1
			for phase := range phases {
				if _, allowed := o.next(t, phase, last); allowed {
					best = min(best, o.cost[int(t)*phases+phase]+rest+b.toDoor())
				}
			}
		}
	}
	return min(best, never)
}

// moreExtracts is a folder of extracts that `make test-network` puts beside those of
// the Go module.
var moreExtracts = flag.String("extracts", "", "folder of extracts to test on, beside Andorra; Delaware then too")

// testdata is the folder of the Go module that reads extracts, which has some.
func testdata() (string, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/paulmach/osm").Output()
	return filepath.Join(strings.TrimSpace(string(dir)), "testdata"), err
}

// andorra is read once for all tests.
var andorra = sync.OnceValues(func() (*osm.Extract, error) {
	dir, err := testdata()
	if err != nil {
		return nil, err
	}
	return osm.Read(context.Background(), filepath.Join(dir, "andorra-latest.osm.bz2"), osm.Options{Streets: true, Households: true})
})

// onExtracts runs a test for each extract and mode, several at a time.
func onExtracts(t *testing.T, test func(t *testing.T, n *Network, extract *osm.Extract)) {
	t.Helper()
	dir, err := testdata()
	if err != nil {
		t.Fatal(err)
	}
	files := []string{filepath.Join(dir, "andorra-latest.osm.bz2")}
	if *moreExtracts != "" {
		more, err := filepath.Glob(filepath.Join(*moreExtracts, "*.osm.*"))
		if err != nil || len(more) == 0 {
			t.Fatalf("no extracts in %s: %v", *moreExtracts, err)
		}
		files = append(append(files, filepath.Join(dir, "delaware-latest.osm.pbf")), more...)
	}
	for _, file := range files {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			extract, err := andorra()
			if name != "andorra-latest" {
				extract, err = osm.Read(t.Context(), file, osm.Options{Streets: true, Households: true})
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, mode := range modes {
				t.Run(string(mode), func(t *testing.T) {
					n, err := Build(extract.Streets, Profile{Mode: mode})
					if err != nil {
						t.Fatal(err)
					}
					test(t, n, extract)
				})
			}
		})
	}
}

func andorraNetwork(tb testing.TB, p Profile) (*Network, *osm.Extract) {
	tb.Helper()
	extract, err := andorra()
	if err != nil {
		tb.Fatal(err)
	}
	n, err := Build(extract.Streets, p)
	if err != nil {
		tb.Fatal(err)
	}
	return n, extract
}

// scatter is count doors: households, places strewn around the nodes, and some
// on private ways.
func scatter(n *Network, extract *osm.Extract, count int, seed uint64) []Access {
	random := rand.New(rand.NewPCG(seed, 1))
	var found []Access
	var yards []int32
	for i := range int32(n.Edges()) {
		if n.edges[i].is(private) {
			yards = append(yards, i)
		}
	}
	for len(found) < count {
		p := extract.Households[random.IntN(len(extract.Households))].At
		switch random.IntN(10) {
		case 0, 1, 2, 3:
			p = extract.Streets.Nodes.AtIndex(random.IntN(extract.Streets.Nodes.Len()))
			p = orb.Point{p[0] + (random.Float64()-0.5)*0.002, p[1] + (random.Float64()-0.5)*0.002}
		case 4:
			if len(yards) == 0 {
				continue
			}
			line := n.line(yards[random.IntN(len(yards))])
			a, b := line[0].orb(), line[1].orb()
			p = orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}
		}
		if a := n.Snap([]orb.Point{p})[0]; a.Reachable() {
			found = append(found, a)
		}
	}
	return found
}

var modes = []Mode{Foot, Bike, Car}

func TestQueries_EqualDijkstra(t *testing.T) {
	t.Parallel()
	onExtracts(t, func(t *testing.T, n *Network, extract *osm.Extract) {
		from, to := scatter(n, extract, 100, 1), scatter(n, extract, 100, 2)
		seconds, metres, err := n.Matrix(t.Context(), from, to, 2)
		if err != nil {
			t.Fatal(err)
		}
		o, s := newOracle(n), newSearch(n)
		reached, private := 0, 0
		for i := range from {
			o.tree(&from[i])
			for j := range to {
				want := o.to(&from[i], &to[j])
				if got := min(never, s.best(&from[i], &to[j])); got != want {
					t.Fatalf("%d to %d: %d ms %d cm, Dijkstra %d ms %d cm", i, j, got.ms(), got.cm(), want.ms(), want.cm())
				}
				if k := i*len(to) + j; seconds[k] != want.seconds() || metres[k] != want.metres() {
					t.Fatalf("matrix %d to %d: %d s %d m, Dijkstra %d s %d m", i, j, seconds[k], metres[k], want.seconds(), want.metres())
				}
				if want < never {
					reached++
					if n.yards.of[from[i].edge] != missing {
						private++
					}
				}
			}
		}
		if reached < 5000 {
			t.Errorf("only %d of 10000 pairs are joined, %d from private ways", reached, private)
		}
		t.Logf("%d pairs joined, %d from private ways, %d edges", reached, private, n.Edges())
	})
}

func TestPath_LineIsAsLongAsItSays(t *testing.T) {
	t.Parallel()
	onExtracts(t, func(t *testing.T, n *Network, extract *osm.Extract) {
		doors := scatter(n, extract, 120, 3)
		seconds, metres, err := n.Matrix(t.Context(), doors, doors, 1)
		if err != nil {
			t.Fatal(err)
		}
		for i, from := range doors {
			for j, to := range doors {
				leg, ok := n.Path(from, to)
				k := i*len(doors) + j
				if !ok {
					if seconds[k] != Unreachable {
						t.Fatalf("%d to %d: no path, matrix %d s", i, j, seconds[k])
					}
					continue
				}
				if leg.Seconds != int(seconds[k]) || leg.Metres != int(metres[k]) {
					t.Fatalf("%d to %d: path %d s %d m, matrix %d s %d m", i, j, leg.Seconds, leg.Metres, seconds[k], metres[k])
				}
				length := geo.Length(leg.Line)
				if slack := 1 + 0.01*length; length < float64(leg.Metres)-slack || length > float64(leg.Metres)+slack {
					t.Fatalf("%d to %d: the line is %.1f m, it says %d", i, j, length, leg.Metres)
				}
				if leg.Line[0] != from.Door || leg.Line[len(leg.Line)-1] != to.Door {
					t.Fatalf("%d to %d: the line does not lead from door to door", i, j)
				}
				if crow := geo.Metres(from.Door, to.Door); float64(leg.Metres) < crow-1 {
					t.Fatalf("%d to %d: %d m is shorter than the crow flies, %.0f m", i, j, leg.Metres, crow)
				}
			}
		}
	})
}

// twoStreets tells a house at a corner: a visit may come in from one street and leave
// by the other, so that a walk over it may be shorter than one past it.
func twoStreets(n *Network, a *Access) bool {
	for i := 1; i < a.places(); i++ {
		if one := a.at(i); one.crossing == 0 {
			return true
		}
	}
	return false
}

func TestMatrix_OnFootIsSymmetricAndKeepsTheTriangleInequality(t *testing.T) {
	t.Parallel()
	onExtracts(t, func(t *testing.T, n *Network, extract *osm.Extract) {
		if n.profile.Mode != Foot {
			return
		}
		// Uphill takes longer than downhill; on the level it must not.
		level := extract.Streets
		level.NodeTags = map[paulmach.NodeID]paulmach.Tags{}
		for id, tags := range extract.Streets.NodeTags {
			level.NodeTags[id] = slices.DeleteFunc(slices.Clone(tags), func(tag paulmach.Tag) bool { return tag.Key == "ele" })
		}
		level.Ways = slices.Clone(level.Ways)
		for i := range level.Ways {
			level.Ways[i].Tags = slices.DeleteFunc(slices.Clone(level.Ways[i].Tags), func(tag paulmach.Tag) bool { return tag.Key == "incline" })
		}
		n, err := Build(level, n.profile)
		if err != nil {
			t.Fatal(err)
		}
		doors := scatter(n, extract, 200, 4)
		seconds, _, err := n.Matrix(t.Context(), doors, doors, 2)
		if err != nil {
			t.Fatal(err)
		}
		wantMetric(t, n, doors, seconds)
	})
}

// wantMetric fails unless times are symmetric and, but for private ways and houses at
// corners, keep the triangle inequality.
func wantMetric(t *testing.T, n *Network, doors []Access, seconds []int32) {
	t.Helper()
	size := len(doors)
	over := make([]bool, size)
	for k := range doors {
		over[k] = n.yards.of[doors[k].edge] == missing && !twoStreets(n, &doors[k])
	}
	for i := range size {
		for j := range size {
			if seconds[i*size+j] != seconds[j*size+i] {
				t.Fatalf("%d to %d takes %d s, back %d s", i, j, seconds[i*size+j], seconds[j*size+i])
			}
			for k := range size {
				a, b, whole := int64(seconds[i*size+k]), int64(seconds[k*size+j]), int64(seconds[i*size+j])
				if over[k] && whole > a+b+1 {
					t.Fatalf("%d to %d takes %d s, over %d %d + %d", i, j, whole, k, a, b)
				}
			}
		}
	}
}

func TestNearest_EqualsTheSortedMatrix(t *testing.T) {
	t.Parallel()
	for _, mode := range modes {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			n, extract := andorraNetwork(t, Profile{Mode: mode})
			doors := append(scatter(n, extract, 250, 5), nowhere(orb.Point{}))
			const k = 12
			nearest, err := n.Nearest(t.Context(), doors, k)
			if err != nil {
				t.Fatal(err)
			}
			s := newSearch(n)
			for i := range doors[:len(doors)-1] {
				var all []near
				for j := range doors[:len(doors)-1] {
					if c := s.best(&doors[i], &doors[j]); i != j && c < never {
						all = append(all, near{c, int32(j)})
					}
				}
				slices.SortFunc(all, func(a, b near) int {
					if a.before(b) {
						return -1
					}
					return 1
				})
				targets, seconds := nearest.Of(i)
				if len(targets) != min(k, len(all)) {
					t.Fatalf("%d has %d neighbours, want %d", i, len(targets), min(k, len(all)))
				}
				for r := range targets {
					if targets[r] != all[r].target || seconds[r] != all[r].cost.seconds() {
						t.Fatalf("neighbour %d of %d is %d (%d s), want %d (%d s)", r, i, targets[r], seconds[r], all[r].target, all[r].cost.seconds())
					}
				}
			}
			if targets, _ := nearest.Of(len(doors) - 1); len(targets) != 0 {
				t.Errorf("a door off the network has neighbours %v", targets)
			}
		})
	}
}
