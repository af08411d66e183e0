package planner

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/rounds-project/rounds/geo"
)

func TestParseBreak(t *testing.T) {
	t.Parallel()
	shift := *window("08:00", "14:00")
	for text, want := range map[string]Break{
		"30m":             {30 * time.Minute, *window("10:00", "12:00")},
		"45m@11:30-13:00": {45 * time.Minute, *window("11:30", "13:00")},
		"1h@06:00-08:00":  {time.Hour, *window("06:00", "08:00")},
	} {
		if got, err := ParseBreak(text, shift); err != nil || *got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"":                "is no length",
		"lunch":           "is no length",
		"30m@noon":        "does not begin within times",
		"30m@12:00":       "does not begin within times",
		"30m@13:00-12:00": "does not run forward",
		"-5m":             "want whole seconds",
		"0s":              "want whole seconds",
		"30m@13:31-14:00": "does not fit the shift 08:00-14:00",
		"30m@06:00-07:59": "does not fit the shift",
		"7h":              "does not fit the shift",
	} {
		if got, err := ParseBreak(text, shift); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v; want %q", text, got, err, want)
		}
	}
}

func TestPropose_HasABreakOnLongDays(t *testing.T) {
	t.Parallel()
	q := request(t, houses(60, rand.New(rand.NewPCG(3, 3))))
	q.Break = &Break{Length: 30 * time.Minute, Begins: *window("11:00", "12:00")}
	plan := propose(t, q)
	paused := 0
	for i := range plan.Routes {
		if r := &plan.Routes[i]; r.BreakS > 0 {
			paused++
		} else if r.Leave < "11:30:00" && r.Back > "12:00:00" {
			t.Errorf("%s: no break from %s to %s", r.Date, r.Leave, r.Back)
		}
	}
	if paused == 0 {
		t.Error("nobody had a break")
	}
}

// A day of six hours, with a pause of one that begins at eleven.
func TestAlone_FitsThePauseAroundAVisit(t *testing.T) {
	t.Parallel()
	d := workday{span{8 * 3600, 14 * 3600}, &Break{Length: time.Hour, Begins: *window("11:00", "11:00")}}
	for _, c := range []struct {
		name                 string
		there, service, back int
		window               *geo.Window
		want                 bool
	}{
		{"back when the pause begins", 600, 3*3600 - 1200, 600, nil, true},
		{"back a second later, which does not fit after it either", 600, 3*3600 - 1199, 600, nil, false},
		{"out after the pause", 600, 2*3600 - 1200, 600, window("12:00", "13:00"), true},
		{"out after it, back too late", 600, 2*3600 - 599, 0, window("12:10", "13:00"), false},
		{"paused on a long way", 4 * 3600, 3600, 0, nil, true},
	} {
		var w *span
		if c.window != nil {
			s := spanOf(*c.window)
			w = &s
		}
		if got := d.alone(c.there, c.service, c.back, w); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
