// Package reliability holds the tests that break things: the real program as a
// process, real sockets, a proxy that delays, stalls and cuts, and a ledger in
// which every client writes down what it sent, what was acknowledged and what
// it saw. At the end the ledger is compared with what the server has stored.
//
// Each test has a quick size, for every run, and a whole one, for
// CYBERCHAT_RELIABILITY=full. Chance comes from a seed that is printed; with
// CYBERCHAT_SEED it is the same again.
package reliability

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"
)

const (
	// patience is how long a thing may take that has no time of its own, on a
	// busy machine.
	patience = 60 * time.Second
	// unlimited is the -rate of a server that is tested for something else, in
	// messages a second for one person.
	unlimited = "1000000"
)

// whole tells whether the tests have their whole size.
var whole = os.Getenv("CYBERCHAT_RELIABILITY") == "full"

// size is one of two sizes of a test.
func size[T any](quick, full T) T {
	if whole {
		return full
	}
	return quick
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if built, err = os.MkdirTemp("", "cyberchat"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(built)
	flag.Parse()
	flag.Set("test.parallel", "8") // those that run beside others wait more than they work
	defer stopBrowser()
	return m.Run()
}

// lacks ends a test for which the machine has not got what it needs. Where
// everything is to be tried that is a failure: with CI, and with
// CYBERCHAT_NEED_TOOLS on Linux, which alone can have all of it.
func lacks(t *testing.T, format string, v ...any) {
	t.Helper()
	if os.Getenv("CI") != "" || os.Getenv("CYBERCHAT_NEED_TOOLS") != "" && runtime.GOOS == "linux" {
		t.Fatalf(format, v...)
	}
	t.Skipf(format, v...)
}

// A chance is a source of chance that several goroutines may use.
type chance struct {
	mu sync.Mutex
	*rand.Rand
}

// newChance returns the chance of a test, and prints its seed.
func newChance(t testing.TB) *chance {
	seed := rand.Uint64()
	if s := os.Getenv("CYBERCHAT_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatalf("CYBERCHAT_SEED: %v", err)
		}
	}
	t.Logf("CYBERCHAT_SEED=%d", seed)
	return &chance{Rand: rand.New(rand.NewPCG(seed, 0))}
}

// fork returns a source of its own for a part of the test, which is the same
// for the same seed if the forks are made in the same order.
func (c *chance) fork() *chance {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &chance{Rand: rand.New(rand.NewPCG(c.Uint64(), c.Uint64()))}
}

// between returns a time between two others.
func (c *chance) between(least, most time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return least + time.Duration(c.Int64N(int64(most-least)+1))
}

// below returns a number from 0 to n-1.
func (c *chance) below(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.IntN(n)
}
