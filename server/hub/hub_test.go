package hub

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"cyberchat/app/chat"
)

// A recorder is an outlet that keeps what it is given.
type recorder struct {
	mu     sync.Mutex
	sent   []byte
	closed *Close
}

func (r *recorder) Send(frames []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, frames...)
}

func (r *recorder) End(reason Close) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = &reason
}

// open opens a hub on a log of its own. The caller is in a bubble.
func open(t *testing.T) *Hub {
	t.Helper()
	h, err := Open(Config{Folder: t.TempDir(), Build: "build", Open: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close(Close{}) })
	return h
}

// join opens a typed place for somebody with the token.
func join(t *testing.T, h *Hub, hello chat.Hello) *Listener {
	t.Helper()
	l, err := h.Join(Visit{Hello: hello, Token: hello.Token}, new(recorder))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// pass lets time pass in a bubble of synctest, where nobody waits for it, until
// what is due then is done. Elsewhere it panics instead of sleeping. One
// goroutine of a bubble may call it at a time.
func pass(d time.Duration) {
	synctest.Wait()
	<-time.After(d)
	synctest.Wait()
}

// settled waits until all there is to do is done: on disk, told and sent.
func settled() { pass(10 * busyPause) }

// messages returns what was sent to l since the last call, as the texts of the
// WebSocket messages, and why it was closed, if it was.
func messages(t *testing.T, l *Listener) (texts []string, closed *Close) {
	t.Helper()
	settled()
	r := l.out.(*recorder)
	r.mu.Lock()
	defer r.mu.Unlock()
	for p := r.sent; len(p) > 0; {
		if p[0] != 0x81 {
			t.Fatalf("not a whole text frame: %x", p[0])
		}
		n, head := int(p[1]), 2
		switch n {
		case 126:
			n, head = int(binary.BigEndian.Uint16(p[2:])), 4
		case 127:
			n, head = int(binary.BigEndian.Uint64(p[2:])), 10
		}
		texts = append(texts, string(p[head:head+n]))
		p = p[head+n:]
	}
	r.sent = nil
	return texts, r.closed
}

// take returns the events that were sent to l since the last call.
func take(t *testing.T, l *Listener) []chat.Event {
	t.Helper()
	texts, _ := messages(t, l)
	var events []chat.Event
	for _, text := range texts {
		for frame := range chat.Frames([]byte(text)) {
			e, err := chat.DecodeEvent(frame)
			if err != nil {
				t.Fatalf("%s: %v", frame, err)
			}
			events = append(events, e)
		}
	}
	return events
}

func only[E chat.Event](events []chat.Event) (found []E) {
	for _, e := range events {
		if e, ok := e.(E); ok {
			found = append(found, e)
		}
	}
	return found
}

func welcomeOf(t *testing.T, l *Listener) chat.Welcome {
	t.Helper()
	events := take(t, l)
	if len(events) == 0 {
		t.Fatal("no welcome")
	}
	w, ok := events[0].(chat.Welcome)
	if !ok {
		t.Fatalf("the first event is a %T, not a welcome", events[0])
	}
	return w
}

func post(id, text string) chat.Post { return chat.Post{ID: id, Room: chat.Lobby, Text: text} }

func TestEveryoneSeesEverythingInOneOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		const people, each = 20, 30 // each within PostBurst
		var seen [people][]chat.Message
		var posting sync.WaitGroup
		var places [people]*Listener
		for i := range places {
			places[i] = join(t, h, chat.Hello{})
		}
		for i, l := range places {
			posting.Go(func() {
				for n := range each {
					l.Do(post(fmt.Sprint(n), fmt.Sprintf("%d of %d", n, i)))
				}
			})
		}
		posting.Wait()
		for i, l := range places {
			if seen[i] = only[chat.Message](take(t, l)); len(seen[i]) != people*each {
				t.Fatalf("listener %d was told %d messages", i, len(seen[i]))
			}
		}
		for i := range people {
			for n, m := range seen[i] {
				if m.Seq != int64(n+1) {
					t.Fatalf("listener %d: message %d has seq %d", i, n, m.Seq)
				}
				if m != seen[0][n] {
					t.Fatalf("listeners 0 and %d differ at seq %d: %v, %v", i, m.Seq, seen[0][n], m)
				}
			}
		}
	})
}

func TestListenerThatAsksForTooMuchAtOnceIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		l := join(t, h, chat.Hello{})
		take(t, l)
		h.mu.Lock() // the flusher cannot take anything
		for range chat.MaxBacklog/chat.MaxText + 1 {
			l.queue(Frame(Typed, chat.Reject{Fault: chat.Fault{Text: strings.Repeat("x", chat.MaxText)}}))
			if len(l.own) > chat.MaxBacklog {
				t.Fatalf("%d bytes wait", len(l.own))
			}
		}
		h.tell(h.lobby, chat.Ping{}) // comes behind what was given up
		h.mu.Unlock()
		if events, closed := messages(t, l); len(events) > 0 || closed == nil || *closed != TooSlow {
			t.Errorf("it was sent %d messages and closed with %+v", len(events), closed)
		}
	})
}

func TestSamePostIsCarriedOutOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		token := strings.Repeat("t", chat.MinToken)
		first := join(t, h, chat.Hello{Token: token})
		first.Do(post("a", "once"))
		first.Leave()
		again := join(t, h, chat.Hello{Token: token})
		other := join(t, h, chat.Hello{})
		again.Do(post("a", "once"))
		acks := only[chat.Ack](take(t, again))
		if len(acks) != 1 || acks[0] != (chat.Ack{ID: "a", Seq: 1, Duplicate: true}) {
			t.Errorf("the repeated post was answered with %+v", acks)
		}
		take(t, other)
		other.Do(post("a", "the same id of somebody else"))
		if got := only[chat.Message](take(t, other)); len(got) != 1 || got[0].Seq != 2 {
			t.Errorf("messages after the repetition: %+v", got)
		}
	})
}

func TestTooFastIsRefusedAndThenAllowedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		token := strings.Repeat("t", chat.MinToken)
		one := join(t, h, chat.Hello{Token: token})
		two := join(t, h, chat.Hello{Token: token}) // the rate is the person's, not the connection's
		for n := range chat.PostBurst {
			[]*Listener{one, two}[n%2].Do(post(fmt.Sprint(n), "x"))
		}
		take(t, one)
		one.Do(post("late", "x"))
		rejects := only[chat.Reject](take(t, one))
		if len(rejects) != 1 || rejects[0].Code != chat.CodeTooFast || !rejects[0].Retry || rejects[0].ID != "late" {
			t.Fatalf("the post over the rate was answered with %+v", rejects)
		}
		pass(time.Duration(rejects[0].RetryAfter+1) * time.Millisecond)
		one.Do(post("late", "x"))
		if acks := only[chat.Ack](take(t, one)); len(acks) != 1 {
			t.Errorf("after the time it named, the post was answered with %+v", acks)
		}
	})
}

func TestRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		l := join(t, h, chat.Hello{})
		take(t, l)
		for _, tt := range []struct {
			command chat.Command
			want    chat.Code
		}{
			{chat.Post{ID: "1", Room: "attic", Text: "x"}, chat.CodeNoRoom},
			{chat.Hello{}, chat.CodeUnexpected},
		} {
			l.Do(tt.command)
			rejects := only[chat.Reject](take(t, l))
			if len(rejects) != 1 || rejects[0].Code != tt.want || rejects[0].Text == "" {
				t.Errorf("%+v was answered with %+v, want %s", tt.command, rejects, tt.want)
			}
		}
	})
}

func TestLongPostsCountMoreOfTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		l := join(t, h, chat.Hello{})
		take(t, l)
		for n := range 5 {
			l.Do(post(fmt.Sprint(n), strings.Repeat("x", chat.MaxText)))
		}
		if r := only[chat.Reject](take(t, l)); len(r) != 1 || r[0].Code != chat.CodeTooFast {
			t.Errorf("after four posts of 8,000 characters at once: %+v", r)
		}
	})
}

func TestTheLongestPostMayBeSentAtTheLowestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Rate = 1
		l := join(t, h, chat.Hello{})
		take(t, l)
		longest := strings.Repeat("😀", chat.MaxText)
		l.Do(post("1", longest))
		if events := take(t, l); len(only[chat.Ack](events)) != 1 {
			t.Fatalf("the longest post was answered with %+v", events)
		}
		l.Do(post("2", longest))
		r := only[chat.Reject](take(t, l))
		if len(r) != 1 || r[0].RetryAfter < 1000 || r[0].RetryAfter > maxCost*1000 {
			t.Fatalf("another one at once was answered with %+v", r)
		}
		pass(time.Duration(r[0].RetryAfter+1) * time.Millisecond)
		l.Do(post("2", longest))
		if events := take(t, l); len(only[chat.Ack](events)) != 1 {
			t.Errorf("after the time it named, it was answered with %+v", events)
		}
	})
}

func TestWhatIsOwedIsBoundedAndSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Rate = 1e6
		l := join(t, h, chat.Hello{})
		take(t, l)
		h.mu.Lock()
		h.owed = maxOwed + 1
		h.mu.Unlock()
		l.Do(post("1", "x"))
		if r := only[chat.Reject](take(t, l)); len(r) != 1 || r[0].Code != chat.CodeTooFast || !r[0].Retry {
			t.Errorf("with too much accepted already: %+v", r)
		}
		h.mu.Lock()
		h.owed = 0
		h.mu.Unlock()
		for n := range 10 {
			l.Do(post(fmt.Sprint(n/2), "x")) // every second one is a duplicate
		}
		settled()
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.owed != 0 || h.feed.owed != 0 {
			t.Errorf("at rest %d and %d are owed", h.owed, h.feed.owed)
		}
	})
}

func TestWhoLeftIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		join(t, h, chat.Hello{})
		var left []weak.Pointer[Listener]
		for range 10 { // looked at by one flush, beside each other
			left = append(left, weak.Make(join(t, h, chat.Hello{})))
		}
		settled()
		for _, p := range left {
			p.Value().Do(post("1", "and out"))
			p.Value().Leave()
		}
		settled()
		take(t, join(t, h, chat.Hello{})) // another flush, after which the newest is the only one to look at
		runtime.GC()
		for n, p := range left {
			if p.Value() != nil {
				t.Errorf("listener %d left, and is kept", n)
			}
		}
	})
}

func TestClosedHubClosesAllAndLetsNobodyIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		l := join(t, h, chat.Hello{})
		l.Do(post("1", "at the last moment"))
		h.Close(Close{chat.CloseGoingAway, "bye"})
		texts, closed := messages(t, l)
		if closed == nil || *closed != (Close{chat.CloseGoingAway, "bye"}) {
			t.Errorf("the listener was closed with %v", closed)
		}
		all := strings.Join(texts, "\n")
		for _, want := range []string{`"type":"ack","id":"1","seq":1`, `"at the last moment"`, `"type":"drain","within":1000`} {
			if !strings.Contains(all, want) {
				t.Errorf("before the close it was not told %s, but %s", want, all)
			}
		}
		if _, err := h.Join(Visit{}, new(recorder)); err != ErrClosed {
			t.Errorf("joining a closed hub: %v", err)
		}
	})
}
