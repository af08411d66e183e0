//go:build unix

package main

import (
	"syscall"
	"time"
)

// processorTime is what the process has used of all processors, in its own code and in
// the system's. It cannot fail for the process itself.
func processorTime() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
