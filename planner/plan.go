package planner

import (
	"strings"

	"github.com/paulmach/orb"
)

// Plan is the routes of a round: the document plan.json, whose field names and
// meanings are a contract with users (docs/plan.md).
type Plan struct {
	Version    int         `json:"version"`
	Round      Round       `json:"round"`
	Workers    []Worker    `json:"workers"`
	Households int         `json:"households"`
	Routes     []Route     `json:"routes"`
	Unplanned  []Unplanned `json:"unplanned"`
	Totals     Totals      `json:"totals"`
	// Needs are what households beyond the horizon would take.
	Needs []Need `json:"-"`
	// Explanation is for who asked for the plan; the document does not have it.
	Explanation Explanation `json:"-"`
}

// Round is what was asked for.
type Round struct {
	Name string `json:"name"`
	// From is the first day, YYYY-MM-DD; Days counts calendar days from it.
	From     string `json:"from"`
	Days     int    `json:"days"`
	Timezone string `json:"timezone"`
	// Mode is foot, bike or car.
	Mode   string `json:"mode"`
	Seed   int64  `json:"seed"`
	VisitS int    `json:"visit_s"`
}

// Worker is who walks, with a start, an end (nil: anywhere) and a shift of
// ["08:30", "14:30"].
type Worker struct {
	ID    string      `json:"id"`
	Name  string      `json:"name"`
	Start [2]float64  `json:"start"`
	End   *[2]float64 `json:"end"`
	Shift [2]string   `json:"shift"`
	// Skills are what the worker can do beyond a visit; DaysOff are dates
	// YYYY-MM-DD without a route.
	Skills  []string `json:"skills,omitempty"`
	DaysOff []string `json:"days_off,omitempty"`
	// Areas are the only ones that the worker may visit; nil for no such bounds.
	Areas []string `json:"-"`
	// Break is had on each day; nil for none.
	Break *Break `json:"-"`
	// Roams: start and end are chosen, on the street in the middle of the territory.
	Roams bool `json:"-"`
}

// Route is one worker on one day. Times are local, HH:MM:SS; sums include every
// leg and the last.
type Route struct {
	Worker    string `json:"worker"`
	Date      string `json:"date"`
	Leave     string `json:"leave"`
	Back      string `json:"back"`
	TravelS   int    `json:"travel_s"`
	ServiceS  int    `json:"service_s"`
	WaitS     int    `json:"wait_s"`
	BreakS    int    `json:"break_s,omitempty"`
	DistanceM int    `json:"distance_m"`
	Stops     []Stop `json:"stops"`
	LastLeg   *Leg   `json:"last_leg,omitempty"`
	// Line is the whole walk, through every stop; routes.geojson has it.
	Line orb.LineString `json:"-"`
	// OffRoad are the parts of Line where there is no way, between door and street.
	OffRoad []orb.LineString `json:"-"`

	// work is back - leave in seconds.
	work int
}

// Stop is a household on a route; its leg is the one that leads to it.
type Stop struct {
	Seq       int        `json:"seq"`
	Household string     `json:"household"`
	Address   string     `json:"address,omitempty"`
	Lon       float64    `json:"lon"`
	Lat       float64    `json:"lat"`
	Doors     int        `json:"doors"`
	Window    *[2]string `json:"window,omitempty"`
	TravelS   int        `json:"travel_s"`
	DistanceM int        `json:"distance_m"`
	FerryM    int        `json:"ferry_m,omitempty"`
	BreakS    int        `json:"break_s,omitempty"`
	Arrive    string     `json:"arrive"`
	Start     string     `json:"start"`
	Depart    string     `json:"depart"`
}

// Leg is a walk from door to door.
type Leg struct {
	TravelS   int `json:"travel_s"`
	DistanceM int `json:"distance_m"`
	FerryM    int `json:"ferry_m,omitempty"`
}

// Unplanned is a household on no route, and why.
type Unplanned struct {
	Household string  `json:"household"`
	Reason    Reason  `json:"reason"`
	Lon       float64 `json:"-"`
	Lat       float64 `json:"-"`
}

// Reason is why a household is on no route.
type Reason string

// The closed list of reasons. Duplicate stands for all of [DuplicateOf].
const (
	Unreachable      Reason = "unreachable"
	NoFeasibleWindow Reason = "no_feasible_window"
	BeyondHorizon    Reason = "beyond_horizon"
	TooLong          Reason = "too_long"
	NoGrant          Reason = "no_grant" // nobody's areas hold it
	Duplicate        Reason = "duplicate_of"
)

// Reasons are all kinds of reasons.
var Reasons = []Reason{Unreachable, NoFeasibleWindow, BeyondHorizon, TooLong, NoGrant, Duplicate}

// DuplicateOf is the reason of a row that repeats the household id.
func DuplicateOf(id string) Reason { return Duplicate + Reason(":"+id) }

// Kind is the reason without the household that a duplicate names.
func (r Reason) Kind() Reason {
	kind, _, _ := strings.Cut(string(r), ":")
	return Reason(kind)
}

// Totals sum the routes; workloads are the sum of back - leave of a worker, min
// and max over all workers, an idle one counting 0.
type Totals struct {
	Planned      int `json:"planned"`
	Unplanned    int `json:"unplanned"`
	Routes       int `json:"routes"`
	TravelS      int `json:"travel_s"`
	DistanceM    int `json:"distance_m"`
	WorkloadMinS int `json:"workload_min_s"`
	WorkloadMaxS int `json:"workload_max_s"`
}
