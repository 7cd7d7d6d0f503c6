package main

import (
	"os"
	"runtime"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// timerSlack is how late the system may end a sleep of this program, so that it
// can end several at once (50 µs unless somebody says otherwise).
const timerSlack = time.Millisecond

// startedAs is the environment variable by which the program knows itself after
// slacken.
const startedAs = "CYBERCHAT_STARTED_AS"

// slacken gives every thread timerSlack. While anything runs, the Go runtime's
// monitor sleeps for 20 µs at a time: on one core, that interrupts the flusher
// so often that it needs a quarter more time (make bench, pace). A thread has the
// slack of the thread that made it, and the monitor is made before main; so the
// program starts itself once more, as the same process: slack outlives that
// (prctl(2), PR_SET_TIMERSLACK). Where this fails nothing else does.
func slacken() {
	pid := strconv.Itoa(os.Getpid())
	if os.Getenv(startedAs) == pid {
		os.Unsetenv(startedAs)
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0)
	if err != nil || time.Duration(before) >= timerSlack {
		return
	}
	self, err := os.Executable()
	if err != nil || unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(timerSlack), 0, 0, 0) != nil {
		return
	}
	unix.Exec(self, os.Args, append(os.Environ(), startedAs+"="+pid)) // which returns only if it failed
	unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(before), 0, 0, 0)
}
