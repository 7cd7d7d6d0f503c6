package reliability

import (
	"sync"
	"testing"
	"time"
)

// TestKill ends the server as a power cut would while people talk, again and
// again, and starts it anew.
func TestKill(t *testing.T) {
	t.Parallel()
	people, each, kills := size(10, 50), size(100, 200), size(5, 20)
	chance := newChance(t)
	s := newServer(t, false)
	s.start()
	l := new(ledger)
	clients := l.joinAll(t, s.url(), people)

	// Each says its share in as many parts as there are kills, so that the last
	// kill still comes while all are talking.
	quit := make(chan struct{})
	for kill := range kills + 1 {
		var saying sync.WaitGroup
		for _, c := range clients {
			share := each*(kill+1)/(kills+1) - each*kill/(kills+1)
			saying.Go(func() { c.sayAll(t, share, quit) })
		}
		if kill == kills {
			saying.Wait()
			break
		}
		before := l.sum((*record).acknowledged)
		goal := before + 1 + chance.below(max(people*each/(kills+1)*8/10, 1))
		await(t, patience, "some of it is acknowledged", func() bool { return l.sum((*record).acknowledged) >= goal })
		s.kill()
		s.start()
		port := time.Now()
		// The first time everybody comes back by themselves. After that their
		// waits would have grown, for the line was open for less than the minute
		// that resets them, and somebody tells them that the server is back.
		await(t, 5*time.Second, "everybody is live again", func() bool {
			if kill > 0 {
				hurry(clients)
			}
			return open(clients) == people && live(clients, port)
		})
		saying.Wait()
	}
	stored := l.settle(t, s, clients)
	s.kill() // and what was read is there after the next one
	s.start()
	l.judge(storedAt(t, s.addr)).report(t)
	all, reloads := l.returns()
	t.Logf("%d messages, %d kills, %d returns of which %d reloaded, %d duplicates found", len(stored), kills, all, reloads, l.duplicates())
	if want := people * kills; all < want {
		t.Errorf("%d returns in all; with %d kills there should be %d", all, kills, want)
	}
}

// live tells whether all clients were welcome since then.
func live(clients []*client, since time.Time) bool {
	for _, c := range clients {
		if _, last := c.times(); last.Before(since) {
			return false
		}
	}
	return true
}
