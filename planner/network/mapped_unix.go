//go:build unix

package network

import (
	"fmt"
	"os"
	"syscall"
)

// mapFile maps a file for reading, until the process ends: slices of it may be in
// use for as long as a network is.
func mapFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("network: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("network: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() < headerLength || int64(int(info.Size())) != info.Size() {
		return nil, ErrStale
	}
	data, err := syscall.Mmap(int(file.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("network: map %s: %w", path, err)
	}
	return data, nil
}
