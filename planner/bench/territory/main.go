// Territory measures how rounds are shared among workers, for docs/benchmarks.md:
//
//	territory [-time 10s | -iterations 300000] [-workers 13] [-alone | -stable] EXTRACT...
//
// It prints a row of a table for each way to share the households of an extract:
// planner/territory; k-means on the points; cells of H3 in the order of their indexes,
// as many as it takes to a worker; and, up to -free households, no territories at
// all: every day of every worker of the first plan may have any household, once without and
// once with a price on uneven work. An argument EXTRACT:WORKERS:TIME has its own. With
// -stable it prints how little another round changes instead. It is no part of the product.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/planner"
	"github.com/rounds-project/rounds/planner/network"
)

// town is an extract with what is asked of it.
type town struct {
	name    string
	workers int
	time    time.Duration
	// iterations bound the search instead of time when not 0.
	iterations int64
	request    planner.Request
}

func main() {
	bound := flag.Duration("time", 10*time.Second, "search for each plan")
	workers := flag.Int("workers", 13, "workers")
	free := flag.Int("free", 7000, "households up to which a plan without territories is made")
	alone := flag.Bool("alone", false, "planner/territory alone, without what it is compared with")
	iterations := flag.Int64("iterations", 0, "bound each plan's search by these instead of -time, so that it does not depend on the machine")
	stable := flag.Bool("stable", false, "how many households change worker or day when one in 20 is another, in place of the rest")
	flag.Parse()
	if *stable {
		fmt.Println("| extract | workers | others instead | planned | of those in both, with another worker or day |")
		fmt.Println("|---|---|---|---|---|")
	} else {
		fmt.Println("| extract | workers | shared by | planned | work, max / mean | bound | ratio | connected | travel a stop | wall | peak memory |")
		fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|")
	}
	for _, arg := range flag.Args() {
		t := town{workers: *workers, time: *bound, iterations: *iterations}
		if err := measure(context.Background(), &t, arg, *free, *alone, *stable); err != nil {
			fmt.Fprintf(os.Stderr, "territory: %s: %v\n", arg, err)
			os.Exit(1)
		}
	}
}

func measure(ctx context.Context, t *town, arg string, free int, alone, stable bool) error {
	if err := t.open(ctx, arg); err != nil {
		return err
	}
	if stable {
		return t.stability(ctx)
	}
	begun := time.Now()
	plan, err := planner.Propose(ctx, t.request)
	if err != nil {
		return err
	}
	wall := time.Since(begun)
	t.print("planner/territory", judge(t, &plan), wall)
	if alone {
		return nil
	}
	for _, rival := range []struct {
		name string
		deal func(t *town) ([]int, error)
	}{{"k-means", kMeans}, {"H3 cells", cells}} {
		begun := time.Now()
		of, err := rival.deal(t)
		if err != nil {
			return err
		}
		parts, err := t.planEach(ctx, of)
		if err != nil {
			return err
		}
		t.print(rival.name, judge(t, parts), time.Since(begun))
	}
	if len(t.request.Households) > free {
		return nil
	}
	for _, way := range []struct {
		name string
		even bool
	}{{"no territories", false}, {"no territories, even work", true}} {
		begun = time.Now()
		result, err := t.withoutTerritories(ctx, &plan, way.even)
		if err != nil {
			return err
		}
		t.print(way.name, result, time.Since(begun))
	}
	return nil
}

// open reads EXTRACT, EXTRACT:WORKERS or EXTRACT:WORKERS:TIME and keeps the
// households of the largest piece of the network, which all rivals can share.
func (t *town) open(ctx context.Context, arg string) (err error) {
	parts := strings.Split(arg, ":")
	if len(parts) > 1 {
		if t.workers, err = strconv.Atoi(parts[1]); err != nil {
			return err
		}
	}
	if len(parts) > 2 {
		if t.time, err = time.ParseDuration(parts[2]); err != nil {
			return err
		}
	}
	t.name, _, _ = strings.Cut(filepath.Base(parts[0]), ".")
	extract, err := osm.Read(ctx, parts[0], osm.Options{Households: true, Streets: true})
	if err != nil {
		return err
	}
	streets, err := network.Build(extract.Streets, network.Profile{Mode: network.Foot})
	if err != nil {
		return err
	}
	t.request = planner.Request{
		Round:   planner.Round{Name: t.name, From: "2027-03-01", Timezone: "UTC", Mode: "foot", Seed: 1, VisitS: 900},
		Network: streets, WorkerCount: t.workers, Time: t.time, Iterations: t.iterations,
	}
	for i, door := range streets.SnapHouseholds(extract.Households) {
		if door.Piece == 0 {
			t.request.Households = append(t.request.Households, extract.Households[i])
		}
	}
	return nil
}

func (t *town) print(name string, r result, wall time.Duration) {
	fmt.Printf("| %s | %d | %s | %d of %d | %.3f | %.3f | %.3f | %d of %d | %.0f s | %.0f s | %.0f MB |\n",
		t.name, t.workers, name, r.planned, len(t.request.Households), r.uneven, r.bound, r.uneven/max(1, r.bound),
		r.connected, r.territories, r.travel, wall.Seconds(), peakMB())
}
