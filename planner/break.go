package planner

import (
	"fmt"
	"strings"
	"time"

	"github.com/rounds-project/rounds/geo"
)

// Break is a pause of each day out: how long it is, and when it may begin, as part of
// the day. It is had on the way to a stop, or at home: before leaving or after the
// return.
type Break struct {
	Length time.Duration
	Begins geo.Window
}

// ParseBreak reads 30m, a break that begins in the middle third of the shift, or
// 30m@11:30-13:00.
func ParseBreak(text string, shift geo.Window) (*Break, error) {
	length, begins, named := strings.Cut(text, "@")
	third := (shift.Closes - shift.Opens) / 3
	b := &Break{Begins: geo.Window{Opens: shift.Opens + third, Closes: shift.Closes - third}}
	var err error
	if b.Length, err = time.ParseDuration(length); err != nil {
		return nil, fmt.Errorf("planner: the break %q is no length like 30m, nor one like 30m@11:30-13:00", text)
	}
	if named {
		opens, closes, _ := strings.Cut(begins, "-")
		if b.Begins.Opens, err = geo.ParseClock(opens); err == nil {
			b.Begins.Closes, err = geo.ParseClock(closes)
		}
		if err != nil {
			return nil, fmt.Errorf("planner: the break %q does not begin within times like 11:30-13:00", text)
		}
	}
	return b, b.validate(shift)
}

// validate refuses a break that no day of the shift has room for.
func (b *Break) validate(shift geo.Window) error {
	switch {
	case b == nil:
		return nil
	case b.Length < time.Second || b.Length%time.Second != 0:
		return fmt.Errorf("planner: a break of %v; want whole seconds, such as 30m", b.Length)
	case b.Begins.Closes < b.Begins.Opens:
		return fmt.Errorf("planner: the break begins within %s-%s, which does not run forward", geo.Clock(b.Begins.Opens), geo.Clock(b.Begins.Closes))
	case b.Begins.Closes < shift.Opens || b.Begins.Opens+b.Length > shift.Closes:
		return fmt.Errorf("planner: a break of %v from %s-%s does not fit the shift %s-%s", b.Length,
			geo.Clock(b.Begins.Opens), geo.Clock(b.Begins.Closes), geo.Clock(shift.Opens), geo.Clock(shift.Closes))
	}
	return nil
}

// pauses are the break in seconds: how long, and when it may begin; none for no break.
func (b *Break) pauses() (length int, begins span) {
	if b == nil {
		return 0, span{}
	}
	return int(b.Length / time.Second), spanOf(b.Begins)
}

// BreakWithin is [ParseBreak] for a shift like ["08:30", "14:30"].
func BreakWithin(text string, shift [2]string) (*Break, error) {
	s, err := shiftOf(&Worker{Shift: shift})
	if err != nil {
		return nil, err
	}
	return ParseBreak(text, s.window())
}
