package main

import (
	"os"
	"strings"
	"time"
	_ "time/tzdata" // --timezone works where the system has no zones
)

// zoneNamed is a time zone; "" is the system's, by a name that other machines
// know: that of TZ, of the link /etc/localtime, or UTC.
func zoneNamed(named string) (*time.Location, error) {
	if named != "" {
		zone, err := time.LoadLocation(named)
		if err != nil || named == "Local" {
			return nil, usagef("--timezone %q is unknown; want a name such as Europe/Andorra", named)
		}
		return zone, nil
	}
	for _, name := range []string{os.Getenv("TZ"), localtime()} {
		if name == "" {
			continue
		}
		if zone, err := time.LoadLocation(name); err == nil {
			return zone, nil
		}
	}
	return time.UTC, nil
}

// localtime is the zone that /etc/localtime links to.
func localtime() string {
	path, err := os.Readlink("/etc/localtime")
	if err != nil {
		return ""
	}
	_, name, _ := strings.Cut(path, "zoneinfo/")
	return name
}
