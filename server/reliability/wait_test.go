package reliability

import (
	"testing"
	"time"
)

// glance is how often a thing is looked at that nobody tells us of.
const glance = 5 * time.Millisecond

// await waits until the condition holds and returns how long that took. It
// fails the test when that is longer than within.
func await(t testing.TB, within time.Duration, what string, holds func() bool) time.Duration {
	t.Helper()
	took, ok := awaited(within, holds)
	if !ok {
		t.Fatalf("after %v it had not come to this: %s", within, what)
	}
	return took
}

// awaited is await for those who go on either way.
func awaited(within time.Duration, holds func() bool) (took time.Duration, ok bool) {
	begin := time.Now()
	look := time.NewTicker(glance)
	defer look.Stop()
	for !holds() {
		if time.Since(begin) > within {
			return time.Since(begin), false
		}
		<-look.C
	}
	return time.Since(begin), true
}

// pass lets time pass, which is what a test of a time is about, or until stop
// is closed. It reports whether the time has passed.
func pass(d time.Duration, stop <-chan struct{}) bool {
	over := time.NewTimer(d)
	defer over.Stop()
	select {
	case <-over.C:
		return true
	case <-stop:
		return false
	}
}
