package planner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner/network"
)

// Request asks for a plan: every household once, by these workers, on this
// network.
type Request struct {
	// Round is what plan.json says of the round; with Days 0 it takes as many days
	// as it takes.
	Round   Round
	Network *network.Network
	// Walks measures and draws the legs, for another router's; the Network's own when
	// nil. Doors and territories are the Network's in either case.
	Walks      Walks
	Households []geo.Household
	// Areas are those of the Households, in their order, for workers who are bound to
	// some; nil when nobody is.
	Areas []string
	// Duplicates are rows of the input that [Duplicates] took out of Households:
	// they are listed and counted, not visited.
	Duplicates []Unplanned
	// Workers are named with their starts; when empty, WorkerCount of them are
	// made (w01 ...) that roam. Workers that roam are dealt to the connected pieces
	// of the network by work.
	Workers     []Worker
	WorkerCount int
	// Shift of the workers that are made; the zero value is 08:30 to 14:30.
	Shift geo.Window
	// Break of the workers that are made; nil for none.
	Break *Break

	// Terms are those of households that have some, by their ids.
	Terms map[string]Terms
	// Former, when not nil, is the plan to change as little as what has happened since
	// asks for, by household: whoever is away, new, moved or gone. Days must be set.
	Former map[string]Slot
	// NotBefore is the time of day before which nobody leaves on the first day.
	NotBefore time.Duration
	// Underway is where those stand who are out on that day already, by their ids: at
	// the door that they finished last. They go on to the next stop of the former plan,
	// and from there as is best.
	Underway map[string]orb.Point
	// Detours are places around which walks are others than the former plan had them, as
	// streets are closed: days there are put in order anew.
	Detours []orb.Point
	// Hours are when a worker is there on a day on which that is not the whole shift,
	// by id and date.
	Hours map[string]map[string]geo.Window

	// Time bounds the search; Iterations bounds it instead when not 0, and then
	// the same seed gives the same plan whatever the threads.
	Time       time.Duration
	Iterations int64
	// Threads is the number of searches side by side; 0 is one for each core.
	Threads int
	// Progress, when not nil, is told what is going on, one call at a time.
	Progress func(Progress)
}

// Progress is one step of the work as a person wants to read it.
type Progress struct {
	// Stage is "snap", "territories", "routes" or "lines".
	Stage Stage
	Done  int
	Total int
}

// Stage is a part of the work.
type Stage string

// The stages in their order.
const (
	Snapping    Stage = "snap"
	Territories Stage = "territories"
	Routing     Stage = "routes"
	Drawing     Stage = "lines"
)

// DefaultTime is the search's share of a plan for which nothing else was asked.
const DefaultTime = 30 * time.Second

// DefaultShift is the shift of workers for whom none was named.
var DefaultShift = geo.Window{Opens: 8*time.Hour + 30*time.Minute, Closes: 14*time.Hour + 30*time.Minute}

// validate says what is wrong with the request, and spells defaults out.
func (q *Request) validate() error {
	if q.Network == nil {
		return errors.New("planner: no network to walk on")
	}
	if q.Round.VisitS < 1 {
		return fmt.Errorf("planner: a visit of %d s; want 1 s or more", q.Round.VisitS)
	}
	if q.Round.Days < 0 || q.Round.Days > MostDays {
		return fmt.Errorf("planner: %d days; want 1 to %d, or 0 for as many as it takes", q.Round.Days, MostDays)
	}
	if _, err := time.Parse(time.DateOnly, q.Round.From); err != nil {
		return fmt.Errorf("planner: from %q is no date; want it like 2027-03-01", q.Round.From)
	}
	if len(q.Workers) == 0 && q.WorkerCount < 1 {
		return errors.New("planner: no workers; name at least one")
	}
	if q.Former != nil && q.Round.Days == 0 {
		return errors.New("planner: a plan is revised for a number of days; name them")
	}
	if q.Shift == (geo.Window{}) {
		q.Shift = DefaultShift
	}
	if err := q.Break.validate(q.Shift); err != nil {
		return err
	}
	if q.Time == 0 && q.Iterations == 0 {
		q.Time = DefaultTime
	}
	seen := map[string]bool{}
	for i := range q.Workers {
		w := &q.Workers[i]
		shift, err := shiftOf(w)
		if err != nil {
			return fmt.Errorf("planner: worker %q: %w", w.ID, err)
		}
		if err := w.Break.validate(shift.window()); err != nil {
			return fmt.Errorf("planner: worker %q: %w", w.ID, err)
		}
		if seen[w.ID] {
			return fmt.Errorf("planner: two workers have the id %q", w.ID)
		}
		seen[w.ID] = true
	}
	if err := q.validateTerms(); err != nil {
		return err
	}
	if err := q.validateAreas(); err != nil {
		return err
	}
	return q.validateHouseholds()
}

func (q *Request) validateHouseholds() error {
	seen := make(map[string]bool, len(q.Households))
	for i := range q.Households {
		h := &q.Households[i]
		if h.Doors < 1 {
			return fmt.Errorf("planner: household %q has %d doors; want 1 or more", h.ID, h.Doors)
		}
		if seen[h.ID] {
			return fmt.Errorf("planner: two households have the id %q", h.ID)
		}
		seen[h.ID] = true
	}
	return nil
}

// shiftOf is the shift of a worker in seconds after midnight.
func shiftOf(w *Worker) (shift span, err error) {
	opens, err := geo.ParseClock(w.Shift[0])
	if err != nil {
		return span{}, err
	}
	closes, err := geo.ParseClock(w.Shift[1])
	if err != nil {
		return span{}, err
	}
	if closes <= opens {
		return span{}, fmt.Errorf("the shift %s-%s does not run forward; no shift crosses midnight", w.Shift[0], w.Shift[1])
	}
	return span{int(opens / time.Second), int(closes / time.Second)}, nil
}

// Walks knows the walks between doors. Both methods give the same figures.
type Walks interface {
	// Matrix is [network.Network.Matrix].
	Matrix(ctx context.Context, from, to []network.Access, threads int) (seconds, metres []int32, err error)
	// Leg is one walk with its line.
	Leg(ctx context.Context, from, to network.Access) (network.Leg, error)
}

// ownWalks are those of the network.
type ownWalks struct{ *network.Network }

func (w ownWalks) Leg(_ context.Context, from, to network.Access) (network.Leg, error) {
	leg, found := w.Path(from, to)
	if !found {
		return leg, errors.New("planner: there is no way")
	}
	return leg, nil
}

func (q *Request) walks() Walks {
	if q.Walks != nil {
		return q.Walks
	}
	return ownWalks{q.Network}
}
