package register

import (
	"fmt"

	"github.com/google/uuid"
)

// PlansChannel is where the database tells that a plan came further.
const PlansChannel = "rounds_plans"

// PlanNotice is a message of the [PlansChannel].
type PlanNotice struct {
	Plan, Round uuid.UUID
	// State is a code of the closed list plan_states.
	State string
}

// ParsePlanNotice reads "plan round state".
func ParsePlanNotice(payload string) (n PlanNotice, err error) {
	var plan, round string
	if _, err := fmt.Sscanf(payload, "%36s %36s %s", &plan, &round, &n.State); err != nil {
		return n, fmt.Errorf("register: want a plan, a round and a state: %w", err)
	}
	if n.Plan, err = uuid.Parse(plan); err != nil {
		return n, fmt.Errorf("register: plan: %w", err)
	}
	if n.Round, err = uuid.Parse(round); err != nil {
		return n, fmt.Errorf("register: round: %w", err)
	}
	return n, nil
}
