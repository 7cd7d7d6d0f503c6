package main

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const (
	syncSize = 4 << 10 // bytes of each append
	syncFor  = 3 * time.Second
)

// syncTime is how long the disk of a folder takes to have an append of syncSize
// (fdatasync), as the median, at so many a second: a machine that rests between
// them takes longer for each. It is what every acknowledgement of ours waits for.
func syncTime(folder string, perSecond int) (time.Duration, error) {
	f, err := os.CreateTemp(folder, "sync-")
	if err != nil {
		return 0, fmt.Errorf("the sync time cannot be measured: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	block := make([]byte, syncSize)
	var all []float64
	tick := time.NewTicker(time.Second / time.Duration(perSecond))
	defer tick.Stop()
	for range perSecond * int(syncFor/time.Second) {
		<-tick.C
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
