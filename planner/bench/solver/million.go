package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"syscall"
	"time"

	"github.com/rounds-project/rounds/planner/search"
	"github.com/rounds-project/rounds/planner/vrp"
)

// million searches a made-up problem and prints how far under the savings start it
// comes, how far under it a solution could come at most, and the most memory the process
// held.
func million(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("million", flag.ContinueOnError)
	stops := flags.Int("stops", 1_000_000, "how many")
	length := flags.Int("length", 40, "stops on a route that is full")
	bound := flags.Duration("time", 10*time.Minute, "wall clock of all of it, the construction included")
	threads := flags.Int("threads", 2, "threads")
	cpu := flags.Duration("cpu", 0, "processor time instead, with one thread: for measuring on a busy machine")
	if err := flags.Parse(args); err != nil {
		return err
	}
	p, err := strew(*stops, *length, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		return err
	}
	params := search.Params{Time: *bound, Threads: *threads, Seed: 1}
	if *cpu > 0 {
		params.Time, params.Clock = *cpu, processor
	}
	s, stats, err := search.Solve(ctx, p, params)
	if err != nil {
		return err
	}
	worked := processor()
	cost, err := vrp.Check(p, s)
	if err != nil {
		return err
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	fmt.Printf("stops=%d routes=%d cost=%d savings=%d under=%.2f%% atmost=%.2f%% seconds=%.1f processor=%.1f iterations=%d GB=%.2f\n",
		*stops, len(s.Routes), cost.Objective(), stats.Start, 100*(1-float64(cost.Objective())/float64(stats.Start)), 100*(1-radial(p)/float64(stats.Start)),
		stats.Elapsed.Seconds(), worked.Seconds(), stats.Iterations, float64(usage.Maxrss)/(1<<20))
	return nil
}

// radial is what no solution costs less than, but for rounding: each stop bears its
// share of a vehicle's way out to it and back (Haimovich, Rinnooy Kan 1985: Bounds and
// heuristics for capacitated routing problems).
func radial(p *vrp.Problem) (sum float64) {
	v := &p.Vehicles[0]
	for i := range p.Stops {
		s := &p.Stops[i]
		sum += 2 * float64(p.Costs.At(v.Start, s.Location)) * float64(s.Demand) / float64(v.Capacity)
	}
	return sum
}

// strew makes a problem by the rules of the X set (Uchoa et al. 2017): half the stops
// anywhere on the square, the others around seeds with a chance that falls off
// exponentially with the distance; the depot in the middle; demands 1 to 100. The square
// grows with the number of stops, and so does the number of seeds: density is that of
// the instances.
func strew(stops, length int, r *rand.Rand) (*vrp.Problem, error) {
	side := 1000 * math.Sqrt(float64(stops)/1000)
	x, y := make([]float64, stops+1), make([]float64, stops+1)
	x[0], y[0] = math.Round(side/2), math.Round(side/2)
	const reach = 40 // of the distance from a seed, as in the X set
	seeds := max(stops/200, 1)
	for i := 1; i <= stops; i++ {
		x[i], y[i] = math.Floor(r.Float64()*side), math.Floor(r.Float64()*side)
		if i <= seeds || i%2 == 0 {
			continue
		}
		// The distance of a point of the plane whose chance falls off like exp(-d/40).
		seed := 1 + r.IntN(seeds)
		for {
			distance := -reach * math.Log(r.Float64()*r.Float64())
			sin, cos := math.Sincos(2 * math.Pi * r.Float64())
			x[i], y[i] = math.Round(x[seed]+distance*cos), math.Round(y[seed]+distance*sin)
			if x[i] >= 0 && x[i] <= side && y[i] >= 0 && y[i] <= side {
				break
			}
		}
	}
	p := &vrp.Problem{Name: fmt.Sprint("strewn-", stops), Stops: make([]vrp.Stop, stops)}
	total := int64(0)
	for i := range p.Stops {
		p.Stops[i] = vrp.Stop{Location: int32(i + 1), Demand: 1 + r.Int64N(100)}
		total += p.Stops[i].Demand
	}
	p.Vehicles = []vrp.Vehicle{{Count: stops, Capacity: total * int64(length) / int64(stops)}}
	var err error
	p.Costs, err = vrp.Planar(x, y, 1, vrp.Nearest)
	return p, err
}
