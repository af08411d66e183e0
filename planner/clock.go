package planner

import (
	"fmt"
	"time"

	"github.com/rounds-project/rounds/geo"
)

// span is a part of the day in seconds after midnight, both ends included.
type span struct{ opens, closes int }

func spanOf(w geo.Window) span {
	return span{int(w.Opens / time.Second), int(w.Closes / time.Second)}
}

// within is the part of a span that lies in another.
func (s span) within(other span) span {
	return span{max(s.opens, other.opens), min(s.closes, other.closes)}
}

func (s span) window() geo.Window {
	return geo.Window{Opens: time.Duration(s.opens) * time.Second, Closes: time.Duration(s.closes) * time.Second}
}

// clock writes seconds after midnight as 08:30:00.
func clock(seconds int) string {
	return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}
