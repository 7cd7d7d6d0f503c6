package reliability

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestIdempotence cuts the line when the server has a message, or may have it,
// and its author does not know yet.
func TestIdempotence(t *testing.T) {
	t.Parallel()
	people, each := size(5, 20), int64(size(10, 50)) // cuts that come before the answer
	chance := newChance(t)
	s := newServer(t, false)
	// Each has a proxy of their own, which knows which line it is.
	proxies := make([]*proxy, people)
	stored := make([]atomic.Int64, people) // cuts before the answer
	var uncertain atomic.Int64             // cuts right behind the message
	for i := range proxies {
		proxies[i] = s.behind(chance.fork())
		proxies[i].befall(func(w *wire) {
			// After the hello, every line but the first repeats what had no
			// answer. That one is let through; the next one is cut.
			n := 2
			if w.number == 0 {
				n = 1
			}
			if w.chance.below(4) == 0 {
				uncertain.Add(1)
				w.cutBehind(n + 1)
				return
			}
			w.cutBefore(n, `"type":"ack"`, func() { stored[i].Add(1) })
		})
	}
	s.start()
	l := new(ledger)
	clients := make([]*client, people)
	var said atomic.Int64
	var saying sync.WaitGroup
	for i, p := range proxies {
		c := l.join(t, p.url(), fmt.Sprintf("c%d", i))
		clients[i] = c
		saying.Go(func() {
			// One at a time: the cut of each is known to be its own.
			for n := int64(0); stored[i].Load() < each; n++ {
				if n > 10*each {
					t.Errorf("of %d lines of %s only %d were cut before the answer", n, c.name, stored[i].Load())
					return
				}
				id, err := c.say()
				if err != nil {
					t.Error(err)
					return
				}
				said.Add(1)
				if _, ok := awaited(patience, func() bool {
					hurry([]*client{c})
					_, ok := c.answer(id)
					return ok
				}); !ok {
					t.Errorf("%s was never told about a post", c.name)
					return
				}
			}
		})
	}
	saying.Wait()
	for _, p := range proxies {
		p.befall(nil)
		p.each(func(w *wire) { w.hangUp() })
	}
	log := l.settle(t, s, clients)
	if n := said.Load(); int64(len(log)) != n {
		t.Errorf("%d messages are stored, %d were sent", len(log), n)
	}
	var cuts int64
	for i := range stored {
		cuts += stored[i].Load()
	}
	duplicates := int64(l.duplicates())
	t.Logf("%d messages, %d cuts before the answer, at most %d right behind the message, %d answered as duplicates", len(log), cuts, uncertain.Load(), duplicates)
	if duplicates < cuts {
		t.Errorf("%d posts were stored already when they were sent again; %d were answered as duplicates", cuts, duplicates)
	}
}

// TestIdempotenceOfOldPosts sends a post again that many others have followed,
// after a restart: for as long as the message is stored it is a duplicate.
func TestIdempotenceOfOldPosts(t *testing.T) {
	t.Parallel()
	s := newServer(t, false)
	s.start()
	token := "the-token-of-somebody-who-repeats"
	first := rawTo(t, s.addr, helloOf(token))
	want, err := first.post("the-first", "the first")
	if err != nil || want.Seq != 1 || want.Duplicate {
		t.Fatalf("%+v, %v", want, err)
	}
	l := new(ledger)
	c := l.join(t, s.url(), "c")
	c.sayAll(t, size(300, 10_000), nil)
	await(t, patience, "all is answered", func() bool { return c.unanswered() == 0 })
	s.kill()
	s.start()
	again := rawTo(t, s.addr, helloOf(token))
	again.SetDeadline(time.Now().Add(patience))
	got, err := again.post("the-first", "the first")
	if err != nil || got.Seq != 1 || !got.Duplicate {
		t.Errorf("sent again it was answered with %+v, %v", got, err)
	}
	// The same id from somebody else is another post.
	other := rawTo(t, s.addr, helloOf("the-token-of-somebody-else"))
	if got, err := other.post("the-first", "of somebody else"); err != nil || got.Duplicate || got.Seq == 1 {
		t.Errorf("the same id of somebody else was answered with %+v, %v", got, err)
	}
}
