package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/planner/round"
)

// publishRound is the published plan of the demo's round, made when there is none.
func (f *filler) publishRound(ctx context.Context) (round.Plan, error) {
	operator, supervisor := register.Service("operator"), f.accounts["supervisor"]
	rounds, err := f.planner.Rounds(ctx, operator, round.Page{}, f.today)
	if err != nil {
		return round.Plan{}, err
	}
	for _, r := range rounds {
		if r.ID == f.roundID(r.StartsOn) && r.Published != nil {
			if r.EndsOn.Before(f.today) {
				return round.Plan{}, ErrOver
			}
			return f.planner.Plan(ctx, supervisor, *r.Published)
		}
	}
	starts := f.date(-begunBefore)
	terms := round.Terms{
		ID: f.roundID(starts), Area: f.county.ID, Purpose: purpose, Mode: "foot",
		Name:     "Demo: fire safety, made-up visits",
		StartsOn: starts, EndsOn: starts.AddDate(0, 0, lasts-1), VisitS: visitS,
	}
	if _, err := f.planner.Create(ctx, operator, terms, f.date(-announcedBefore)); err != nil {
		return round.Plan{}, err
	}
	order := round.Order{ID: uuid.New(), Round: terms.ID, Seed: seed, Time: f.Search, Iterations: f.Iterations, From: starts}
	if err := f.planner.Propose(ctx, supervisor, order); err != nil {
		return round.Plan{}, err
	}
	if err := f.makePlan(ctx, order.ID); err != nil {
		return round.Plan{}, err
	}
	if err := f.grantGrids(ctx, order.ID); err != nil {
		return round.Plan{}, err
	}
	if err := f.planner.Publish(ctx, supervisor, order.ID, f.Now()); err != nil {
		return round.Plan{}, err
	}
	return f.planner.Plan(ctx, supervisor, order.ID)
}

// grantGrids gives each worker the grids that the own routes lead to.
func (f *filler) grantGrids(ctx context.Context, plan uuid.UUID) error {
	supervisor := f.accounts["supervisor"]
	grids := map[string]map[uuid.UUID]bool{}
	households, err := f.DB.HouseholdsOf(ctx, supervisor, f.county.ID)
	if err != nil {
		return err
	}
	gridOf := make(map[uuid.UUID]uuid.UUID, len(households))
	for _, h := range households {
		gridOf[h.ID] = h.AreaID
	}
	routes, err := f.planner.Routes(ctx, supervisor, plan, round.RouteFilter{})
	if err != nil {
		return err
	}
	for i, summary := range routes {
		f.Progress("grants", i+1, len(routes))
		route, err := f.planner.Route(ctx, supervisor, summary.ID)
		if err != nil {
			return err
		}
		if grids[route.Code] == nil {
			grids[route.Code] = map[uuid.UUID]bool{}
		}
		for _, stop := range route.Stops {
			grids[route.Code][gridOf[stop.Household]] = true
		}
	}
	for code, own := range grids {
		for grid := range own {
			for _, grant := range f.newGrants(f.accounts[code].Account, register.Worker, &grid, purpose) {
				if err := f.DB.AddGrant(ctx, register.Service("operator"), grant); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (f *filler) roundID(starts time.Time) uuid.UUID {
	return f.Keys.ID("round", "demo "+starts.Format(time.DateOnly))
}

// makePlan makes the plan here and now, whoever else may wait to make it, and tells
// how it goes.
func (f *filler) makePlan(ctx context.Context, id uuid.UUID) error {
	made := make(chan error, 1)
	go func() { made <- f.planner.Work(ctx, id) }()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		var ended bool
		select {
		case err := <-made:
			if err != nil {
				return err
			}
			ended = true
		case <-tick.C:
		}
		plan, err := f.planner.Plan(ctx, f.accounts["supervisor"], id)
		switch {
		case err != nil:
			return err
		case !ended:
			f.Progress("plan: "+plan.Stage, plan.StageDone, plan.StageTotal)
		case plan.State == round.Failed:
			return fmt.Errorf("demo: planning failed: %s", plan.Failure)
		default:
			return nil
		}
	}
}

// outcomes and how often each comes, of a hundred.
var outcomes = []struct {
	code  string
	share int
}{{"done", 64}, {"not_home", 24}, {"declined", 5}, {"no_access", 3}, {"vacant", 3}, {"gone", 1}}

// recordVisits records what happened at the stops of the days before today. The
// generator's seed and a stop's route and number decide, so that the next start
// records the same and adds the days that have passed since.
func (f *filler) recordVisits(ctx context.Context, plan round.Plan) error {
	for i, load := range plan.Loads {
		f.Progress("made-up visits", i+1, len(plan.Loads))
		worker := f.accounts[load.Code]
		routes, err := f.planner.Routes(ctx, worker, plan.ID, round.RouteFilter{Worker: load.Worker})
		if err != nil {
			return err
		}
		for _, summary := range routes {
			if !summary.Date.Before(f.today) {
				continue
			}
			route, err := f.planner.Route(ctx, worker, summary.ID)
			if err != nil {
				return err
			}
			if err := f.recordDay(ctx, worker, plan.Round, route); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *filler) recordDay(ctx context.Context, worker register.Principal, roundID uuid.UUID, route round.Route) error {
	for _, stop := range route.Stops {
		if stop.Attempts > 0 || stop.State == "finished" {
			continue
		}
		id := f.Keys.ID("visit", fmt.Sprintf("demo %s %s", route.Date.Format(time.DateOnly), stop.Household))
		dice := rand.New(rand.NewPCG(seed, uint64(id[0])<<24|uint64(id[1])<<16|uint64(id[2])<<8|uint64(id[3]))) // #nosec G404 -- made up, and the same for the same seed
		if dice.IntN(100) < 4 {
			continue // the day was too short: the stop is late
		}
		outcome := draw(dice.IntN(100))
		visit := register.Visit{
			ID: id, Round: roundID, Household: stop.Household, Outcome: outcome,
			LeftCard: outcome == "not_home" && dice.IntN(2) == 0, VisitedOn: route.Date, Part: partOf(stop.Start),
		}
		if _, _, err := f.DB.RecordVisit(ctx, worker, visit, f.today); err != nil {
			return err
		}
	}
	return nil
}

func draw(percent int) string {
	for _, outcome := range outcomes {
		if percent -= outcome.share; percent < 0 {
			return outcome.code
		}
	}
	return outcomes[0].code
}

// partOf is the part of the day of a local time "HH:MM:SS".
func partOf(clock string) string {
	switch {
	case clock < "12":
		return "morning"
	case clock < "17":
		return "afternoon"
	}
	return "evening"
}
