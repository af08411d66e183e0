// Package network is the street network: built from an extract, queried for
// shortest walks.
package network

// Network is an immutable street network for one mode. It is safe for use from
// many goroutines.
type Network struct{}
