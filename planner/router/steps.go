package router

import (
	"math"

	"github.com/rounds-project/rounds/planner/network"
)

// sums rounds what was added so far, not the parts, so that the parts add up.
type sums struct{ metres, seconds float64 }

func (s *sums) add(metres, seconds float64) (int, int) {
	before := *s
	s.metres, s.seconds = s.metres+metres, s.seconds+seconds
	return int(math.Round(s.metres) - math.Round(before.metres)), int(math.Round(s.seconds) - math.Round(before.seconds))
}

// doorSteps puts the stretches between door and street around the steps, and lets
// the last one take what rounding leaves of the whole.
func doorSteps(steps []network.Step, out, in float64, seconds, metres int) []network.Step {
	var all []network.Step
	if out >= network.WorthSaying {
		all = append(all, network.Say("off_road", "depart", "", 0, int(math.Round(out)), int(math.Round(network.OffRoadSeconds(out)))))
	}
	for i, s := range steps {
		if i == len(steps)-1 && in >= network.WorthSaying {
			all = append(all, network.Say("off_road", "straight", "", 0, int(math.Round(in)), int(math.Round(network.OffRoadSeconds(in)))))
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		return all
	}
	for _, s := range all {
		seconds, metres = seconds-s.Seconds, metres-s.Metres
	}
	last := &all[max(0, len(all)-2)]
	last.Seconds, last.Metres = max(0, last.Seconds+seconds), max(0, last.Metres+metres)
	return all
}
