package main

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const (
	syncSize  = 4 << 10 // bytes of each append
	syncTimes = 200
)

// syncTime is how long the disk of a folder takes to have an append of syncSize
// (fdatasync), as the median of syncTimes. It is what every acknowledgement of
// ours waits for.
func syncTime(folder string) (time.Duration, error) {
	f, err := os.CreateTemp(folder, "sync-")
	if err != nil {
		return 0, fmt.Errorf("the sync time cannot be measured: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	block := make([]byte, syncSize)
	var all []float64
	for range syncTimes {
		if _, err := f.Write(block); err != nil {
			return 0, fmt.Errorf("the sync time cannot be measured: %w", err)
		}
		begun := time.Now()
		if err := unix.Fdatasync(int(f.Fd())); err != nil {
			return 0, fmt.Errorf("the sync time cannot be measured: %w", err)
		}
		all = append(all, float64(time.Since(begun)))
	}
	return time.Duration(median(all)), nil
}
