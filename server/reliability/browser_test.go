package reliability

import (
	"fmt"
	"sync/atomic"
	"testing"
)

// TestBrowserKill is the kill as people see it: what they write while the server
// is dead is there afterwards, once, and a reload in between loses nothing.
func TestBrowserKill(t *testing.T) {
	t.Parallel()
	s := newServer(t, true)
	s.start()
	ann, bob := openPage(t, "http://"+s.addr, "Ann"), openPage(t, "http://"+s.addr, "Bob")
	for kill := range size(2, 5) {
		ann.say(fmt.Sprintf("Ann before kill %d", kill))
		bob.say(fmt.Sprintf("Bob before kill %d", kill))
		ann.pending(0)
		ann.say(fmt.Sprintf("Ann at kill %d", kill)) // it may be answered or not
		s.kill()
		ann.disconnected()
		bob.disconnected()
		ann.say(fmt.Sprintf("Ann while it is dead, %d", kill))
		ann.say(fmt.Sprintf("Ann again, %d", kill))
		bob.say(fmt.Sprintf("Bob while it is dead, %d", kill))
		bob.wait(`document.querySelectorAll("#log .pending").length >= 1`)
		s.start()
		if kill%2 == 0 {
			ann.reload() // with messages on their way
		}
		ann.hurry()
		bob.hurry()
		ann.pending(0)
		bob.pending(0)
	}
	checkPages(t, s, ann, bob)
	ann.reload()
	bob.reload()
	checkPages(t, s, ann, bob)
}

// TestBrowserIdempotence cuts the page's line before each answer, and reloads
// the page now and then while it does not know yet.
func TestBrowserIdempotence(t *testing.T) {
	t.Parallel()
	s := newServer(t, true)
	p := s.behind(newChance(t))
	s.start()
	ann, bob := openPage(t, "http://"+p.addr, "Ann"), openPage(t, "http://"+s.addr, "Bob")
	for i := range size(4, 20) {
		text := fmt.Sprintf("Ann says %d", i)
		before := p.upgrades.Load()
		var cut atomic.Bool
		p.each(func(w *wire) {
			if w.socket.Load() {
				w.cutBeforeNext(`"type":"ack"`, func() { cut.Store(true) })
			}
		})
		ann.say(text)
		if _, ok := awaited(patience, cut.Load); !ok {
			t.Fatalf("the server did not answer %q, or its answer was not cut; %d lines are open. The page:\n%s", text, p.sockets(), js[string](ann, "document.body.innerText"))
		}
		if i%2 == 0 {
			ann.reload()
		}
		await(t, patience, "Ann is back on another line", func() bool { return p.upgrades.Load() > before })
		ann.hurry()
		ann.wait(`[...document.querySelectorAll("#log .message[data-seq] .text")].some((m) => m.textContent === %q)`, text)
		ann.pending(0)
		bob.say(fmt.Sprintf("Bob says %d", i))
	}
	checkPages(t, s, ann, bob)
}

// TestBrowserHalfOpen lets the page's line fall silent. What is written then is
// there after a reload; without one the page notices by itself.
func TestBrowserHalfOpen(t *testing.T) {
	t.Parallel()
	s := newServer(t, true)
	p := s.behind(newChance(t))
	s.start()
	ann, bob := openPage(t, "http://"+p.addr, "Ann"), openPage(t, "http://"+s.addr, "Bob")
	ann.say("Ann while all is well")
	bob.say("Bob while all is well")
	ann.shows(2)
	for i, reload := range size([]bool{true, true}, []bool{true, false, true, false}) {
		p.each(func(w *wire) {
			if w.socket.Load() {
				w.vanish()
			}
		})
		ann.say(fmt.Sprintf("Ann into the silence, %d", i))
		ann.pending(1)
		bob.say(fmt.Sprintf("Bob meanwhile, %d", i))
		bob.pending(0)
		if reload {
			ann.reload()
		} else {
			ann.disconnected() // by itself, when it has heard nothing for too long
			ann.hurry()
		}
		ann.pending(0)
	}
	checkPages(t, s, ann, bob)
}
