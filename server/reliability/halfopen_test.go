package reliability

import (
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// goneWithin is how long a line may be silent before nothing is left of it.
const goneWithin = 40 * time.Second

// TestHalfOpen lets lines fall silent without an end, as when a machine loses
// its power: half of them take what the server sends, half do not even that.
func TestHalfOpen(t *testing.T) {
	needProc(t)
	t.Parallel()
	lines := size(40, 100)
	chance := newChance(t)

	// What a server has that is empty, but has had a visitor.
	empty := newServer(t, true)
	empty.start()
	rawTo(t, empty.addr, chat.Hello{}).Close()

	s := newServer(t, true)
	p := s.behind(chance.fork())
	s.start()
	l := new(ledger)
	honest := l.join(t, s.url(), "honest")
	await(t, patience, "the honest one is welcome", honest.open)
	before := s.sockets()
	for i := range lines {
		if i%4 == 0 { // in plain mode, too
			c, err := knock(p.addr, "")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { c.Close() })
		} else {
			rawTo(t, p.addr, chat.Hello{})
		}
	}
	if n := s.sockets() - before; n < lines {
		t.Fatalf("the server has %d sockets for %d lines", n, lines)
	}
	silent := time.Now()
	p.each(func(w *wire) {
		if w.number%2 == 0 {
			w.vanish()
		} else {
			w.stall(true, true)
		}
	})
	stop := chatter(t, []*client{honest}, 2, 0)
	awaited(goneWithin, func() bool { return s.sockets() <= before })
	t.Logf("after %v %d of %d sockets are left", time.Since(silent).Round(time.Millisecond), s.sockets()-before, lines)
	if n := s.sockets() - before; n > 0 {
		t.Errorf("after %v the server still has %d sockets of silent lines", time.Since(silent), n)
	}
	stop()
	l.settle(t, s, []*client{honest})
	honest.leave()
	await(t, patience, "the honest one has left", func() bool { return s.sockets() < before })
	want, got := empty.goroutines(), s.goroutines()
	t.Logf("%d goroutines are left, an empty server has %d", len(got), len(want))
	if len(got) > len(want)+5 {
		t.Errorf("%d goroutines are left, an empty server has %d; among them\n%s", len(got), len(want), strings.Join(got[:min(len(got), 8)], "\n\n"))
	}
}

// TestClientNoticesSilence lets the lines of real clients fall silent: they
// notice, come back, and have lost nothing.
func TestClientNoticesSilence(t *testing.T) {
	t.Parallel()
	s := newServer(t, false)
	p := s.behind(newChance(t))
	s.start()
	l := new(ledger)
	clients := l.joinAll(t, p.url(), 3)
	direct := l.join(t, s.url(), "direct")
	silent := time.Now()
	p.each(func(w *wire) { w.vanish() })
	for _, c := range append(clients, direct) {
		if _, err := c.say(); err != nil {
			t.Fatal(err)
		}
	}
	await(t, goneWithin, "everybody is back", func() bool { return live(clients, silent) })
	t.Logf("everybody is back after %v", time.Since(silent).Round(time.Millisecond))
	for _, c := range clients { // before the server, which frees their lines then
		if took, lost := c.lostAfter(silent); !lost || took > chat.DeadAfter {
			t.Errorf("%s noticed after %v", c.name, took)
		} else {
			t.Logf("%s noticed after %v", c.name, took.Round(time.Millisecond))
		}
	}
	l.settle(t, s, append(clients, direct))
	if l.duplicates() > 0 {
		t.Errorf("%d posts were stored, although nothing had passed", l.duplicates())
	}
}
