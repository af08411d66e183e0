package register_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// A phone sends its visits while the round is being closed: whichever is first, no outcome
// outlives the round, and no door of it is open again.
func TestClosedRounds_ForgetWhatPhonesSendMeanwhile(t *testing.T) {
	t.Parallel()
	for _, visitsFirst := range []bool{true, false} {
		town := registertest.NewTown(t)
		worker, supervisor := town.As(registertest.WestWorker), town.As(registertest.CountySupervisor)
		door := town.Household(town.Workers[0], town.Today, 0)
		visit := func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO rounds.visits (id, round_id, household_id, worker_id, outcome, visited_on, part, attempt)
				VALUES (gen_random_uuid(), $1, $2, rounds.principal_worker(), 'not_home', $3, 'morning', NULL)`,
				town.Round, door, town.Today)
			return err
		}
		end := func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE rounds.rounds SET closed_at = now() WHERE id = $1", town.Round)
			return err
		}
		first, then := end, visit
		who, whoThen := supervisor, worker
		if visitsFirst {
			first, then, who, whoThen = visit, end, worker, supervisor
		}
		late := make(chan error, 1)
		must(t, town.DB.As(t.Context(), who, func(tx pgx.Tx) error {
			if err := first(tx); err != nil {
				return err
			}
			go func() { late <- town.DB.As(t.Context(), whoThen, then) }()
			return eventually(func() error {
				if town.Count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0 && len(late) == 0 {
					return errors.New("the other neither waits nor ends")
				}
				return nil
			})
		}))
		if err := <-late; visitsFirst && err != nil || !visitsFirst && constraint(err) != "visits_round_open" {
			t.Errorf("visits first: %v; the other: %v", visitsFirst, err)
		}
		for _, query := range []string{"SELECT count(*) FROM rounds.visits", "SELECT count(*) FROM rounds.doors WHERE state = 'open'"} {
			if n := town.Count(query); n != 0 {
				t.Errorf("visits first: %v; %s: %d", visitsFirst, query, n)
			}
		}
	}
}
