//go:build !unix

package network

import (
	"fmt"
	"os"
	"unsafe"
)

// mapFile reads a file where it cannot be mapped. The bytes begin where any number
// may begin.
func mapFile(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("network: %w", err)
	}
	if len(data) == 0 {
		return nil, ErrStale
	}
	words := make([]uint64, (len(data)+7)/8)
	whole := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), len(words)*8)
	return whole[:copy(whole, data)], nil
}
