package reliability

import (
	"fmt"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// TestSlowReaders has some who hardly read, or not at all, among many who do.
// The others must not notice, the server must not pay for it with its memory,
// and those who come back have lost nothing.
func TestSlowReaders(t *testing.T) {
	fast, slow, rate, lasts := size(36, 180), size(4, 20), size(100, 200), size(4*time.Second, 30*time.Second)
	const characters = 2000 // with few, it takes minutes until the buffers of the system are full
	chance := newChance(t)
	s := newServer(t, true)
	p, half := s.behind(chance.fork()), s.behind(chance.fork())
	s.start()
	l := new(ledger)
	authors := l.joinAll(t, s.url(), 4)
	gauges := newGauges(t, s.addr, fast)
	// They read as everybody does, for now.
	late := make([]*client, slow)
	for i := range late {
		late[i] = l.join(t, p.url(), fmt.Sprintf("slow %d", i))
	}
	await(t, patience, "all are welcome", func() bool { return open(late) == slow })
	stop := chatter(t, authors, rate, characters)
	pass(time.Second, nil) // until it runs evenly
	s.calm()
	before := measure(t, gauges, "everybody reads", func() { pass(lasts, nil) })
	_, calm := s.resident()

	s.calm()
	began, others := time.Now(), s.sockets()-slow
	p.each(func(w *wire) {
		if w.number%2 == 0 {
			w.stall(false, true) // what it says still comes
		} else {
			w.throttle(1000)
		}
	})
	// Somebody who is too slow but reads on is told so.
	dawdler := rawTo(t, half.addr, chat.Hello{})
	half.each(func(w *wire) { w.throttle(rate * characters / 2) })
	told := make(chan chat.CloseCode, 1)
	go func() { told <- dawdler.ending() }()
	var gone time.Duration
	after := measure(t, gauges, fmt.Sprintf("%d are slow", slow), func() {
		var ok bool
		if gone, ok = awaited(15*time.Second, func() bool { return s.sockets() <= others }); !ok {
			t.Errorf("after %v, %d of %d slow readers still have a socket", time.Since(began), s.sockets()-others, slow)
		}
		pass(max(lasts-time.Since(began), 0), nil)
	})
	_, peak := s.resident()
	t.Logf("the slow ones were given up after %v; the memory was %d MiB at the most, and %d MiB with everybody reading", gone, peak>>20, calm>>20)
	// 1.5 MiB for each, but not less than a garbage collection more or less.
	if grown := peak - calm; grown > max(int64(slow+1)*3<<19, 16<<20) {
		t.Errorf("the memory grew by %d KiB for %d slow readers", grown>>10, slow)
	}
	if bound := max(before*12/10, before+size(20*time.Millisecond, 5*time.Millisecond)); after > bound {
		t.Errorf("the others' p99 grew from %v to %v", before, after)
	}
	select {
	case code := <-told:
		if code != chat.CloseSlow {
			t.Errorf("who was too slow and read on was closed with %d", code)
		}
	case <-time.After(15 * time.Second):
		t.Error("who was too slow and read on was not told so")
	}
	p.each(func(w *wire) {
		w.throttle(0)
		w.stall(false, false)
	})
	// They find out, come back, and get or reload what they missed.
	await(t, patience, "all are back", func() bool { hurry(late); return open(late) == slow && live(late, began) })
	stop()
	l.settle(t, s, append(authors, late...))
	all, reloads := l.returns()
	t.Logf("%d returns, %d with a reload", all, reloads)
}
