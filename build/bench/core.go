package main

import (
	"fmt"
	"os/exec"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// Cores are those that the two sides of the benchmark run on. With a machine
// of one core both share it.
type cores struct{ server, generator, all unix.CPUSet }

// apart tells whether the sides have a core each.
func (c cores) apart() bool { return c.all.Count() > 1 }

func findCores() (c cores, err error) {
	if err := unix.SchedGetaffinity(0, &c.all); err != nil {
		return c, fmt.Errorf("the cores of this machine cannot be told: %w", err)
	}
	found := 0
	for i := 0; found < c.all.Count(); i++ {
		if !c.all.IsSet(i) {
			continue
		}
		if found++; found == 1 {
			c.server.Set(i)
		}
		if found <= 2 {
			c.generator = unix.CPUSet{}
			c.generator.Set(i)
		}
	}
	return c, nil
}

// startOn starts a program that may use only these cores. It inherits them from
// the thread that starts it.
func startOn(set unix.CPUSet, cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return fmt.Errorf("sched_getaffinity: %w", err)
	}
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		return fmt.Errorf("sched_setaffinity: %w", err)
	}
	defer unix.SchedSetaffinity(0, &before) // these were allowed before
	return cmd.Start()
}

// generatorSlack is the generator's timer slack (prctl(2), PR_SET_TIMERSLACK).
// With the usual 50 µs, the monitor of its Go runtime takes so much of its core
// that it reads more slowly than some servers write.
const generatorSlack = time.Millisecond

// withSlack calls start, on a thread whose children begin with the slack.
func withSlack(slack time.Duration, start func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0)
	if err != nil {
		return fmt.Errorf("prctl: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(slack), 0, 0, 0); err != nil {
		return fmt.Errorf("prctl: %w", err)
	}
	defer unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(before), 0, 0, 0)
	return start()
}
