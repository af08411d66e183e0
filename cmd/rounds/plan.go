package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/planner"
	"github.com/rounds-project/rounds/planner/folder"
	"github.com/rounds-project/rounds/planner/router"
)

// fewest is how many households a plan needs: with fewer, it would be a list of
// picked doors.
const fewest = 20

// planFlags are the flags of rounds plan, as typed.
type planFlags struct {
	streetFlags
	workers, shift, pause, from, timezone, name, households, previous, out string
	visit, time                                                            time.Duration
	days, threads                                                          int
	json                                                                   bool
	seed, iterations                                                       int64
}

func newPlanCommand() *cobra.Command {
	var flags planFlags
	c := &cobra.Command{
		Use:   "plan INPUT...",
		Short: "Plan who visits which household when, from an OpenStreetMap extract",
		Long: `Plan a round without a database. INPUT is an OpenStreetMap extract (.osm.pbf, .osm.bz2,
.osm.gz, .osm), or several that overlap or touch; it gives the streets and, unless
--households names a file, the households. Written are plan.json, routes.geojson,
stops.csv, unplanned.csv, gpx/WORKER-DATE.gpx and map.html, a page that needs no network.

A workers file is a CSV: id,name,start_lon,start_lat,end_lon,end_lat,shift_start,shift_end[,skills][,days_off][,break];
without an end the route ends at its last stop. A households file is a CSV or GeoJSON:
id,lon,lat[,address][,doors][,window_start,window_end]. docs/plan.md explains what comes out.`,
		Example: `  rounds plan andorra-latest.osm.bz2 --workers 13 --shift 6h --visit 15m --out plan
  rounds plan town.osm.pbf --households doors.csv --workers team.csv --from 2027-03-01 --days 20 --out plan`,
		Args: arguments(1, 0),
		RunE: func(c *cobra.Command, inputs []string) error {
			if err := flags.check(c); err != nil {
				return err
			}
			return plan(c.Context(), c.OutOrStdout(), newProgress(c.ErrOrStderr()), inputs, flags)
		},
	}
	f := c.Flags()
	f.StringVar(&flags.workers, "workers", "", "how many workers, or a CSV file of them")
	f.StringVar(&flags.shift, "shift", "6h", "shift of a day: how long from 08:30, or 09:00-15:00 (a workers file has its own)")
	f.StringVar(&flags.pause, "break", "", "break of each day, as 30m (begun in the middle third of the shift) or 30m@11:30-13:00")
	f.DurationVar(&flags.visit, "visit", 15*time.Minute, "how long a visit takes for each door")
	f.StringVar(&flags.from, "from", "", "first day, as 2027-03-01 (default tomorrow)")
	f.IntVar(&flags.days, "days", 0, "calendar days from the first (default as many as it takes)")
	flags.addTravel(c)
	f.Int64Var(&flags.seed, "seed", 1, "seed of the search; with --iterations it repeats a plan")
	f.DurationVar(&flags.time, "time", 30*time.Second, "wall clock of the search, after reading")
	f.Int64Var(&flags.iterations, "iterations", 0, "bound the search by its work, not by --time")
	f.StringVar(&flags.households, "households", "", "CSV or GeoJSON file of households")
	f.StringVar(&flags.previous, "previous", "", "plan.json of the last round, to keep its workers at the same doors on the same days")
	f.StringVar(&flags.timezone, "timezone", "", "time zone of the round, as Europe/Andorra (default the system's)")
	f.StringVar(&flags.name, "name", "", "name of the round (default the first input's)")
	f.IntVar(&flags.threads, "threads", 0, "searches side by side (default one for each core)")
	f.StringVar(&flags.out, "out", "", "folder to write; an earlier plan there is replaced")
	f.BoolVar(&flags.json, "json", false, "print the totals as JSON")
	return c
}

// plan reads, proposes, writes and says what came out.
func plan(ctx context.Context, out io.Writer, p *progress, inputs []string, flags planFlags) error {
	defer p.end()
	request, err := flags.request(inputs)
	if err != nil {
		return err
	}
	if err := folder.Check(flags.out); err != nil {
		return err
	}
	if flags.previous != "" {
		if err := stayClose(flags.previous, &request); err != nil {
			return err
		}
	}
	in, err := readInputs(ctx, p, inputs, flags, &request)
	if err != nil {
		return err
	}
	doors := flags.households == ""
	if request.Network, err = flags.network(ctx, p, inputs, doors, func() (osm.Streets, error) { return in.streets, nil }); err != nil {
		return err
	}
	if server, err := flags.server(); err != nil {
		return err
	} else if server != nil {
		request.Walks = router.Doors{Router: server}
	}
	in.streets = osm.Streets{} // the network has what it needs
	request.Progress = func(at planner.Progress) { p.tell(stages[at.Stage], int64(at.Done), int64(at.Total)) }
	proposed, err := planner.Propose(ctx, request)
	if err != nil {
		return err
	}
	if err := proposed.Hopeless(); err != nil {
		return err
	}
	p.tell("writing", 0, 1)
	if err := folder.Write(flags.out, &proposed, in.background); err != nil {
		return err
	}
	p.end()
	if !flags.json {
		tellKept(out, &proposed, request.Former)
	}
	return summarise(out, &proposed, flags)
}

// stages are the planner's stages in words.
var stages = map[planner.Stage]string{
	planner.Snapping: "finding the doors", planner.Territories: "drawing territories",
	planner.Routing: "ordering the visits", planner.Drawing: "drawing the walks",
}

// extracts are what the input files gave.
type extracts struct {
	streets    osm.Streets
	background []osm.Feature
}

// readInputs reads the file of households when one is named, and the extracts. What
// takes a moment goes first: a wrong row is told before a country is read.
func readInputs(ctx context.Context, p *progress, inputs []string, flags planFlags, request *planner.Request) (in extracts, err error) {
	if flags.households != "" {
		p.tell("reading "+flags.households, 0, 0)
		if err := readHouseholds(flags.households, request); err != nil {
			return in, err
		}
	}
	reading := "reading " + strings.Join(inputs, ", ")
	p.tell(reading, 0, 0)
	extract, err := osm.ReadAll(ctx, inputs, osm.Options{
		Households: flags.households == "", Streets: true,
		Feature:  func(f osm.Feature) error { in.background = append(in.background, f); return nil },
		Progress: func(done, total int64) { p.tell(reading, done, total) },
	})
	if err != nil {
		return in, err
	}
	if len(extract.Streets.Ways) == 0 {
		return in, errors.New("rounds: the input has no ways with a highway tag to walk on; name an extract with streets")
	}
	in.streets = extract.Streets
	if flags.households == "" {
		request.Households = extract.Households
		return in, enough(request)
	}
	if gis.Swapped(request.Households, extract.Bounds) {
		return in, fmt.Errorf("%s: lon and lat are swapped in every row: lon is east-west, lat north-south; change the names of the columns", flags.households)
	}
	return in, nil
}

// enough refuses a plan for picked doors. Rows that repeat a household do not count.
func enough(request *planner.Request) error {
	if n := len(request.Households); n < fewest {
		return usagef("the input has %d households; a round takes %d at least, so that nobody is picked out: take a larger area", n, fewest)
	}
	return nil
}

// readHouseholds reads the file of places to visit, and takes rows out that repeat
// another.
func readHouseholds(path string, request *planner.Request) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("rounds: --households: %w", err)
	}
	defer file.Close()
	rows, err := gis.ReadHouseholds(file, acceptable)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	request.Households, request.Duplicates = planner.Duplicates(rows)
	return enough(request)
}

// acceptable refuses what the register would refuse: numbers of people, above all.
func acceptable(h geo.Household) error {
	complaint := register.CheckHousehold(h)
	if complaint == nil {
		return nil
	}
	if complaint.Field == "street" {
		complaint.Field = "address" // which the file has on one line
	}
	return complaint
}

// summarise says in words what the plan holds, or prints its totals as JSON.
func summarise(out io.Writer, plan *planner.Plan, flags planFlags) error {
	t := plan.Totals
	if flags.json {
		return json.NewEncoder(out).Encode(struct {
			planner.Totals
			Households int                    `json:"households"`
			Why        map[planner.Reason]int `json:"unplanned_why"`
			Explained  planner.Explanation    `json:"explained"`
			Out        string                 `json:"out"`
		}{t, plan.Households, reasons(plan), plan.Explanation, flags.out})
	}
	fmt.Fprintf(out, "%d households: %d planned, %d not\n", plan.Households, t.Planned, t.Unplanned)
	for _, r := range planner.Reasons {
		if n := reasons(plan)[r]; n > 0 {
			fmt.Fprintf(out, "  %d %s\n", n, reasonWords[r])
		}
	}
	tellNeeds(out, plan)
	fmt.Fprintf(out, "%s for %s in %s from %s\n", counted(t.Routes, "route"), counted(len(plan.Workers), "worker"), counted(plan.Round.Days, "day"), plan.Round.From)
	fmt.Fprintf(out, "work of a worker: %s to %s\n", hours(t.WorkloadMinS), hours(t.WorkloadMaxS))
	if t.Planned > 0 {
		fmt.Fprintf(out, "travel for each stop: %d s, %d m\n", t.TravelS/t.Planned, t.DistanceM/t.Planned)
	}
	if e := plan.Explanation; e.Days > 0 {
		fmt.Fprintf(out, "cost %d s: %d s of walks, %s out at %d s each\n", e.CostS, e.TravelS, counted(e.Days, "day"), e.DayPriceS)
		fmt.Fprintf(out, "no plan with these territories costs less than %d s: at most %.1f %% could be gained\n", e.BoundS, 100*e.Gap)
	}
	_, err := fmt.Fprintf(out, "open %s/map.html\n", flags.out)
	return err
}

func hours(seconds int) string { return fmt.Sprintf("%d h %02d", seconds/3600, seconds/60%60) }

// reasons counts the unplanned households by reason; duplicates count as one.
func reasons(plan *planner.Plan) map[planner.Reason]int {
	count := map[planner.Reason]int{}
	for _, u := range plan.Unplanned {
		count[u.Reason.Kind()]++
	}
	return count
}

var reasonWords = map[planner.Reason]string{
	planner.Unreachable:      "unreachable: no walk leads there from any worker's start",
	planner.NoFeasibleWindow: "with a window that no shift meets",
	planner.BeyondHorizon:    "beyond the last day: give more days or workers",
	planner.TooLong:          "too long: the visit and the walk there and back fit no shift",
	planner.NoGrant:          "in areas that nobody has",
	planner.Duplicate:        "listed twice",
}
