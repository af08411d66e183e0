package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner"
)

// A round half a year later in which one household in changedOf is another has lateDays more
// than the one before took.
const (
	changedOf = 20
	lateDays  = 1
)

// stability plans a round without a part of the households and then the next one, in which
// they are there and as many others are not, and prints what share of those who are in both
// has another worker or another day of the round.
func (t *town) stability(ctx context.Context) error {
	all := append([]geo.Household(nil), t.request.Households...)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] }) // #nosec G404 -- the same choice each time
	changed := (len(all) + changedOf - 1) / changedOf
	first := t.request
	first.Households = all[changed:]
	before, err := planner.Propose(ctx, first)
	if err != nil {
		return err
	}
	next := t.request
	next.Households, next.Workers = all[:len(all)-changed], before.Workers
	for i := range next.Workers {
		next.Workers[i].Roams = false
	}
	next.Round.From, next.Round.Days = "2027-09-06", before.Round.Days+lateDays
	if next.Former, err = before.Former(next.Round.From); err != nil {
		return err
	}
	after, err := planner.Propose(ctx, next)
	if err != nil {
		return err
	}
	kept, both := after.Kept(next.Former)
	fmt.Printf("| %s | %d | %d of %d | %d of %d | %d of %d (%.1f %%) |\n", t.name, t.workers, changed, len(all),
		after.Totals.Planned, len(next.Households), both-kept, both, 100*float64(both-kept)/float64(max(1, both)))
	return nil
}
