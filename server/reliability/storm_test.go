package reliability

import (
	"slices"
	"testing"
	"time"
)

// TestRestartStorm stops and starts the server with many clients connected.
// They come back by themselves, and not all at once.
func TestRestartStorm(t *testing.T) {
	people, rounds := size(300, 2000), size(1, 3)
	s := newServer(t, true)
	s.start()
	l := new(ledger)
	clients := l.joinAll(t, s.url(), people)
	authors := clients[:10]
	for range rounds {
		stop := chatter(t, authors, 20, 0)
		pass(time.Second, nil)
		down := time.Now()
		s.stop(15 * time.Second)
		s.start()
		port := time.Now()
		await(t, 30*time.Second, "everybody is back", func() bool { return open(clients) == people && live(clients, down) })
		stop()
		checkSpread(t, clients, down, port)
		await(t, patience, "all is answered", func() bool { return l.sum((*record).unanswered) == 0 })
	}
	l.settle(t, s, clients)
	all, reloads := l.returns()
	t.Logf("%d returns, %d with a reload", all, reloads)
}

// checkSpread looks at when the clients came back after the server went down:
// each was asked to come at a random time in a range. In no fifth of it should
// more than twice a fifth come; beside those whose time came before the port was
// open, who come soon after it.
func checkSpread(t *testing.T, clients []*client, down, port time.Time) {
	t.Helper()
	var within time.Duration
	var back []time.Duration
	for _, c := range clients {
		_, last := c.times()
		back = append(back, last.Sub(down))
		c.mu.Lock()
		if n := len(c.drains); n > 0 {
			within = time.Duration(c.drains[n-1].Within) * time.Millisecond
		}
		c.mu.Unlock()
	}
	if within == 0 {
		t.Error("the clients were not told when to come back")
		return
	}
	slices.Sort(back)
	slot := within / 5
	most, first := 0, 0
	for i := range back {
		for back[i]-back[first] > slot {
			first++
		}
		most = max(most, i-first+1)
	}
	closed := min(1, port.Sub(down).Seconds()/within.Seconds()) // share of those who find the port closed
	bound := int(float64(len(clients)) * min(closed+2*0.2, 0.8))
	t.Logf("the port was open after %v; asked to spread over %v, they came after %v (median %v) to %v, at most %d of %d in %v", port.Sub(down).Round(time.Millisecond), within,
		back[0].Round(time.Millisecond), back[len(back)/2].Round(time.Millisecond), back[len(back)-1].Round(time.Millisecond), most, len(back), slot)
	if most > max(bound, 20) {
		t.Errorf("%d of %d came within %v, %d would be as promised", most, len(back), slot, bound)
	}
}
