package planner

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A short day that none of the blocks of a large territory makes use of, or that has the
// fewest visits, is no day that a long one could have.
func TestTrim_LeavesShortDaysShort(t *testing.T) {
	t.Parallel()
	for _, short := range []bool{false, true} {
		q := request(t, houses(30, rand.New(rand.NewPCG(2, 1))))
		q.WorkerCount, q.Workers, q.Round.Days, q.NotBefore = 0, []Worker{fixed("a")}, 4, 13*time.Hour
		p, err := newProposal(q)
		if err != nil {
			t.Fatal(err)
		}
		c := p.newCrew(&p.Workers[0])
		for k := range 2 {
			b := &block{crew: c}
			for day := range int32(3) {
				first := int32(15*k) + 5*day
				b.days, b.dates = append(b.days, []int32{first, first + 1, first + 2}), append(b.dates, "")
			}
			c.blocks = append(c.blocks, b)
		}
		want := 3
		if short {
			c.blocks[0].days[0], c.blocks[0].dates[0], want = []int32{0}, q.Round.From, 4
		}
		p.trim(c, p.mostDays(c))
		tours, dates := p.dated(c), map[string]bool{}
		for _, tour := range tours {
			dates[tour.date] = true
			if short := len(tour.households) == 1; short != (tour.date == q.Round.From) {
				t.Errorf("on %s there are %d visits", tour.date, len(tour.households))
			}
		}
		if len(tours) != want || len(dates) != want {
			t.Errorf("%d tours on %d dates, want %d", len(tours), len(dates), want)
		}
	}
}
