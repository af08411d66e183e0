package planner

import (
	"time"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner/network"
)

// Request asks for a plan: every household once, by these workers, on this
// network.
type Request struct {
	Round      Round
	Network    *network.Network
	Households []geo.Household
	// Workers are named with their starts; when empty, WorkerCount of them are
	// made (w01 ...), dealt to the connected pieces of the network by work, each
	// starting at the network point nearest the middle of the own territory.
	Workers     []Worker
	WorkerCount int
	// Shift of the workers that are made; the zero value is 08:30 to 14:30.
	Shift geo.Window
	// Days of the round when Round.Days is 0: as many as it takes.

	// Time bounds the search; Iterations bounds it instead when not 0, and then
	// the same seed gives the same plan whatever the threads.
	Time       time.Duration
	Iterations int
	// Threads is the number of searches side by side; 0 is one for each core.
	Threads int
	// Progress, when not nil, is told what is going on, from one goroutine.
	Progress func(Progress)
}

// Progress is one step of the work as a person wants to read it.
type Progress struct {
	Stage string // "snap", "matrix", "territories", "routes", "lines"
	Done  int
	Total int
}
