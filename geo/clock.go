package geo

import (
	"fmt"
	"time"
)

// ParseClock reads a time of day, 08:30, as what has passed since midnight. 24:00
// ends a day.
func ParseClock(text string) (time.Duration, error) {
	if text == "24:00" {
		return 24 * time.Hour, nil
	}
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != 5 {
		return 0, fmt.Errorf("geo: %q is no time of day; want it like 08:30", text)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

// Clock writes what has passed since midnight as 08:30.
func Clock(d time.Duration) string {
	minutes := int(d / time.Minute)
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
}
