//go:build !unix

package main

import "time"

var began = time.Now()

// processorTime is the wall clock where the system does not count processor time as
// Unix does: an upper bound for one thread.
func processorTime() time.Duration { return time.Since(began) }
