package planner

// BetterThan compares two plans of the same households by the same workers. Who leaves out
// fewer is better; else what one of them wins in walks and days must be more than what it
// loses in even work, each as a part of the other's.
func (plan *Plan) BetterThan(other *Plan) bool {
	if plan.Totals.Unplanned != other.Totals.Unplanned {
		return plan.Totals.Unplanned < other.Totals.Unplanned
	}
	cost := ratio(plan.Totals.TravelS+dayPrice*plan.Totals.Routes, other.Totals.TravelS+dayPrice*other.Totals.Routes)
	return cost+ratio(plan.Totals.WorkloadMaxS, other.Totals.WorkloadMaxS) < 2
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}
