package reliability

import (
	"testing"
	"time"
)

// TestFlakyLine lets people talk over a network that is late, stops and breaks.
// Nobody helps them to come back.
func TestFlakyLine(t *testing.T) {
	t.Parallel()
	people, lasts := size(10, 30), size(20*time.Second, 5*time.Minute)
	leastCut, mostCut := size(time.Second, 3*time.Second), size(6*time.Second, 20*time.Second)
	chance := newChance(t)
	s := newServer(t, false)
	p := s.behind(chance.fork())
	p.befall(func(w *wire) {
		w.delay(size(5*time.Millisecond, 50*time.Millisecond), size(100*time.Millisecond, 500*time.Millisecond))
		go w.suffer(leastCut, mostCut) // ends with the wire
	})
	s.start()
	l := new(ledger)
	clients := l.joinAll(t, p.url(), people)
	stop := chatter(t, clients, people, 0)
	pass(lasts, nil)
	stop()
	p.befall(nil)
	p.each(func(w *wire) { w.cut() })
	stored := l.settle(t, s, clients)
	all, reloads := l.returns()
	t.Logf("%d messages, %d returns, %d of them with a reload, %d duplicates found", len(stored), all, reloads, l.duplicates())
	if all < people {
		t.Errorf("there were only %d returns of %d clients", all, people)
	}
	if reloads*100 > all {
		t.Errorf("%d of %d returns were a reload", reloads, all)
	}
	if len(stored) < people*int(lasts.Seconds())/4 {
		t.Errorf("only %d messages came through", len(stored))
	}
}

// suffer stalls the wire for a while now and then, and cuts it in the end.
func (w *wire) suffer(least, most time.Duration) {
	end := time.Now().Add(w.chance.between(least, most))
	for {
		if !pass(min(time.Until(end), w.chance.between(least/2, most/2)), w.over) {
			return
		}
		if time.Now().After(end) {
			break
		}
		up, down := w.chance.below(2) == 0, w.chance.below(2) == 0
		w.stall(up, down)
		pass(w.chance.between(0, least), w.over)
		w.stall(false, false)
	}
	switch w.chance.below(3) {
	case 0:
		w.cut()
	case 1:
		w.reset()
	default:
		w.hangUp()
	}
}
