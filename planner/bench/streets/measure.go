package main

import (
	"syscall"
	"time"
)

// measured is what a task prints.
type measured struct {
	Task    string  `json:"task"`
	Extract string  `json:"extract,omitempty"`
	Ways    int     `json:"ways,omitempty"`
	Edges   int     `json:"edges,omitempty"`
	Points  int     `json:"points,omitempty"`
	Parts   []part  `json:"parts"`
	PeakMB  float64 `json:"peak_mb"`
}

// part is the seconds that one part of a task took.
type part struct {
	Name string  `json:"name"`
	Wall float64 `json:"wall_s"`
	CPU  float64 `json:"cpu_s"`
}

func (m *measured) time(name string, do func() error) error {
	wall, cpu := time.Now(), processorSeconds()
	err := do()
	m.Parts = append(m.Parts, part{name, time.Since(wall).Seconds(), processorSeconds() - cpu})
	return err
}

// processorSeconds is user and system time of this process.
func processorSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

// peakMB is the largest resident set so far.
func peakMB() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return float64(usage.Maxrss) / 1024
}
