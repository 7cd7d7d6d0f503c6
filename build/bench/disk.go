package main

import (
	"fmt"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

const (
	syncSize = 4 << 10 // bytes of each append
	// samples is how many of a thing are measured at the least, for the 99th
	// percentile to be more than a single one of them.
	samples = 500
)

// A syncTime is how long a disk takes to have an append of syncSize (fdatasync),
// in seconds. It is what every acknowledgement of ours waits for.
type syncTime struct{ p50, p99 float64 }

// measureSync measures n syncs of the disk of a folder at so many a second: a
// machine that rests between them takes longer for each.
func measureSync(folder string, perSecond, n int) (syncTime, error) {
	f, err := os.CreateTemp(folder, "sync-")
	if err != nil {
		return syncTime{}, fmt.Errorf("the sync time cannot be measured: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	block := make([]byte, syncSize)
	var all []float64
	tick := time.NewTicker(time.Second / time.Duration(perSecond))
	defer tick.Stop()
	for range n {
		<-tick.C
		if _, err := f.Write(block); err != nil {
			return syncTime{}, fmt.Errorf("the sync time cannot be measured: %w", err)
		}
		begun := time.Now()
		if err := unix.Fdatasync(int(f.Fd())); err != nil {
			return syncTime{}, fmt.Errorf("the sync time cannot be measured: %w", err)
		}
		all = append(all, time.Since(begun).Seconds())
	}
	slices.Sort(all)
	return syncTime{p50: median(all), p99: all[len(all)*99/100]}, nil
}
