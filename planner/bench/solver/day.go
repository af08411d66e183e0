package main

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/planner/network"
	"github.com/rounds-project/rounds/planner/search"
	"github.com/rounds-project/rounds/planner/vrp"
)

// day is one day of a real place: every household once, on foot, in shifts from two
// starts. Locations are the starts, then the households; the walks between them lie
// beside it, rows of int32 seconds.
type day struct {
	Starts     int   `json:"starts"`
	Households int   `json:"households"`
	Visit      int64 `json:"visit_s"`
	// Shift is from when to when a worker may be out; Workers how many each start has.
	Shift   [2]int64 `json:"shift_s"`
	Workers int      `json:"workers_per_start"`
	// Windows are when the visit of each household may begin.
	Windows [][2]int64 `json:"windows_s"`
}

const (
	walksFile, dayFile = "walks.bin", "day.json"
	// One household in five can be met in two hours of the six alone.
	rareWindow, windowSeconds  = 5, 7200
	shiftSeconds, visitSeconds = 6 * 3600, 900
	// farthest is how long a walk from the nearer start may take, so that everybody can be met.
	farthest = 3600
	// spare is how many workers there are for one whose day visits alone would fill.
	spare = 2
)

// makeDay writes a day with a number of an extract's households, drawn by chance from its
// largest piece of streets.
func makeDay(ctx context.Context, args []string) error {
	if len(args) != 3 {
		return errors.New("want EXTRACT HOUSEHOLDS FOLDER")
	}
	count, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	extract, err := osm.Read(ctx, args[0], osm.Options{Streets: true, Households: true})
	if err != nil {
		return err
	}
	n, err := network.Build(extract.Streets, network.Profile{Mode: network.Foot})
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(uint64(count), 1)) // #nosec G404 -- the same day each time
	doors := largest(n.SnapHouseholds(extract.Households), random)
	starts := quarters(doors)
	if doors, err = within(ctx, n, starts, doors); err != nil {
		return err
	}
	if len(doors) < count {
		return fmt.Errorf("%s has %d households within %d s of a start", args[0], len(doors), farthest)
	}
	doors = doors[:count]
	d := day{
		Starts: 2, Households: count, Visit: visitSeconds, Shift: [2]int64{0, shiftSeconds},
		Workers: spare * (count*visitSeconds + shiftSeconds - 1) / shiftSeconds / 2, Windows: make([][2]int64, count),
	}
	for i := range d.Windows {
		d.Windows[i] = d.Shift
		if random.IntN(rareWindow) == 0 {
			opens := windowSeconds * random.Int64N(shiftSeconds/windowSeconds)
			d.Windows[i] = [2]int64{opens, opens + windowSeconds}
		}
	}
	at := append(starts, doors...)
	seconds, _, err := n.Matrix(ctx, at, at, 0)
	if err != nil {
		return err
	}
	return d.write(args[2], seconds)
}

// largest are the doors on the piece of streets that has most of them, shuffled.
func largest(doors []network.Access, random *rand.Rand) []network.Access {
	count := map[int32]int{}
	most := int32(0)
	for _, door := range doors {
		if door.Reachable() {
			if count[door.Piece]++; count[door.Piece] > count[most] {
				most = door.Piece
			}
		}
	}
	doors = slices.DeleteFunc(doors, func(door network.Access) bool { return !door.Reachable() || door.Piece != most })
	random.Shuffle(len(doors), func(i, j int) { doors[i], doors[j] = doors[j], doors[i] })
	return doors
}

// quarters are the streets before the doors a quarter from the west and from the east.
func quarters(doors []network.Access) []network.Access {
	byLongitude := slices.SortedFunc(slices.Values(doors), func(a, b network.Access) int { return cmp.Compare(a.Street[0], b.Street[0]) })
	return []network.Access{byLongitude[len(doors)/4].AtStreet(), byLongitude[3*len(doors)/4].AtStreet()}
}

// within are the doors that are not too far from the starts.
func within(ctx context.Context, n *network.Network, starts, doors []network.Access) ([]network.Access, error) {
	seconds, _, err := n.Matrix(ctx, starts, doors, 0)
	if err != nil {
		return nil, err
	}
	var near []network.Access
	for i, door := range doors {
		if min(seconds[i], seconds[len(doors)+i]) <= farthest {
			near = append(near, door)
		}
	}
	return near, nil
}

func (d *day) write(folder string, seconds []int32) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	raw := make([]byte, 0, 4*len(seconds))
	for _, s := range seconds {
		raw = binary.LittleEndian.AppendUint32(raw, uint32(s))
	}
	return errors.Join(os.WriteFile(filepath.Join(folder, dayFile), text, 0o644), os.WriteFile(filepath.Join(folder, walksFile), raw, 0o644))
}

// solveDay searches for routes of a day that walk least, for so many processor seconds of
// one thread, and prints them: for each its start and its households, numbered from 0.
func solveDay(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return errors.New("want FOLDER SECONDS")
	}
	seconds, err := strconv.ParseFloat(args[1], 64)
	if err != nil {
		return err
	}
	p, err := readDay(args[0])
	if err != nil {
		return err
	}
	s, _, err := search.Solve(ctx, p, search.Params{Time: time.Duration(seconds * float64(time.Second)), Clock: processor, Threads: 1, Seed: 1})
	if err != nil {
		return err
	}
	if _, err := vrp.Check(p, s); err != nil {
		return err
	}
	type route struct {
		Start      int32   `json:"start"`
		Households []int32 `json:"households"`
	}
	routes := make([]route, 0, len(s.Routes))
	for _, r := range s.Routes {
		routes = append(routes, route{r.Vehicle, r.Stops})
	}
	return json.NewEncoder(os.Stdout).Encode(routes)
}

func readDay(folder string) (*vrp.Problem, error) {
	text, err := os.ReadFile(filepath.Join(folder, dayFile))
	if err != nil {
		return nil, err
	}
	var d day
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(filepath.Join(folder, walksFile))
	if err != nil {
		return nil, err
	}
	cells := make([]int32, len(raw)/4)
	for i := range cells {
		cells[i] = int32(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	p := &vrp.Problem{Name: filepath.Base(folder), Stops: make([]vrp.Stop, d.Households)}
	if p.Costs, err = vrp.Dense(d.Starts+d.Households, cells); err != nil {
		return nil, err
	}
	for i := range p.Stops {
		p.Stops[i] = vrp.Stop{Location: int32(d.Starts + i), Service: d.Visit, Windows: []vrp.Window{{Open: d.Windows[i][0], Close: d.Windows[i][1]}}}
	}
	for start := range int32(d.Starts) {
		p.Vehicles = append(p.Vehicles, vrp.Vehicle{Count: d.Workers, Start: start, End: start, Shift: vrp.Window{Open: d.Shift[0], Close: d.Shift[1]}})
	}
	return p, p.Validate()
}
