package reliability

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// TestSlowReaders has some who hardly read, or not at all, among many who do.
// The others must not notice, the server must not pay for it with its memory,
// and those who come back have lost nothing.
func TestSlowReaders(t *testing.T) {
	needProc(t)
	fast, slow, deaf, calm := size(24, 150), size(4, 10), size(12, 20), size(2*time.Second, 10*time.Second)
	// With short messages it takes minutes until the buffers of the system are
	// full.
	const rate, characters = 100, 4000
	chance := newChance(t)
	s := newServer(t, true)
	p, half := s.behind(chance.fork()), s.behind(chance.fork())
	s.start()
	l := new(ledger)
	authors := l.joinAll(t, s.url(), 2)
	c := comparison{server: s, gauges: newGauges(t, s.addr, fast), rounds: 3, calm: calm, patience: 2 * time.Minute}
	late := make([]*client, slow)
	for i := range late {
		late[i] = l.join(t, p.url(), fmt.Sprintf("slow %d", i))
	}
	await(t, patience, "all are welcome", func() bool { return open(late) == slow })
	stop := chatter(t, authors, rate, characters)
	pass(calm, nil) // until it runs evenly
	others := s.sockets() - slow

	// The slow ones find out that they were closed, come back, and get or reload
	// what they missed.
	var began time.Time // when they were slow last
	back := func() {
		p.befall(nil)
		p.each(func(w *wire) {
			w.throttle(0)
			w.stall(false, false)
		})
		await(t, patience, "all are back", func() bool { hurry(late); return open(late) == slow && live(late, began) })
	}
	c.ready = func() {
		back()
		s.calm()
	}
	var grown []int64 // memory, in bytes, of each round
	c.run(t, fmt.Sprintf("%d are slow", slow+deaf), func() {
		_, before := s.resident()
		s.calm()
		began = time.Now()
		p.befall((*wire).cut) // nobody comes back for now
		number := 0
		p.each(func(w *wire) {
			if number++; number%2 == 0 {
				w.stall(false, true) // what it says still comes
			} else {
				w.throttle(rate * characters / 100)
			}
		})
		for range deaf {
			defer rawTo(t, s.addr, chat.Hello{}).Close()
		}
		gone, ok := awaited(20*time.Second, func() bool { return s.sockets() <= others })
		if !ok {
			t.Errorf("after %v, %d of %d slow readers still have a socket", gone, s.sockets()-others, slow+deaf)
		}
		_, peak := s.resident()
		grown = append(grown, peak-before)
		t.Logf("the slow ones were given up after %v; the memory was %d MiB at the most, and %d MiB with everybody reading", gone, peak>>20, before>>20)
	})
	if most := slices.Max(grown); most > int64(slow+deaf)*3<<19 { // 1.5 MiB for each
		t.Errorf("the memory grew by %d KiB for %d slow readers", most>>10, slow+deaf)
	}
	back()

	// Somebody who is too slow but reads on is told so.
	dawdler := rawTo(t, half.addr, chat.Hello{})
	half.each(func(w *wire) { w.throttle(rate * characters / 2) })
	if code, err := dawdler.ending(); code != chat.CloseSlow {
		t.Errorf("who was too slow and read on did not hear code %d: %v", chat.CloseSlow, err)
	}
	stop()
	l.settle(t, s, append(authors, late...))
	all, reloads := l.returns()
	t.Logf("%d returns, %d with a reload", all, reloads)
	c.judge(t, func(p99 time.Duration) time.Duration {
		return max(p99*12/10, p99+size(20*time.Millisecond, 5*time.Millisecond))
	})
}
