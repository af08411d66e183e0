package network

import (
	"strconv"
	"strings"
	"time"
)

// parseSpeed reads maxspeed ("50", "30 mph", "walk") in km/h; 0 when it says
// nothing that holds everywhere ("none", "signals", "DE:urban").
func parseSpeed(s string) float64 {
	if s == "walk" {
		return 7
	}
	number, unit, _ := strings.Cut(strings.TrimSpace(s), " ")
	if cut, found := strings.CutSuffix(number, "mph"); found {
		number, unit = cut, "mph"
	}
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !(v > 0 && v < 500) {
		return 0
	}
	if unit == "mph" {
		return v * 1.609344
	}
	return v
}

// parseDuration reads the tag duration ("1:30", "00:12:00", "45", "PT1H30M") in
// seconds; 0 when it cannot be read.
func parseDuration(s string) float64 {
	if iso, found := strings.CutPrefix(s, "PT"); found {
		d, err := time.ParseDuration(strings.ToLower(iso))
		if err != nil || d < 0 {
			return 0
		}
		return d.Seconds()
	}
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return 0
	}
	if len(parts) < 3 {
		parts = append(parts, "0")
	}
	if len(parts) < 3 {
		parts = append([]string{"0"}, parts...)
	}
	sum := 0.0
	for _, part := range parts {
		v, err := strconv.ParseUint(part, 10, 16)
		if err != nil {
			return 0
		}
		sum = sum*60 + float64(v)
	}
	return sum
}
