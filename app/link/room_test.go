//go:build !js

package link

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

// messages waits for n events of the lobby and welcomes and returns the numbers of
// the events, with a 0 for each welcome.
func messages(c *client, n int) (seqs []int64) {
	c.t.Helper()
	for len(seqs) < n {
		for _, e := range c.next().Events {
			switch e := e.(type) {
			case chat.Welcome:
				seqs = append(seqs, 0)
			case chat.Durable:
				seqs = append(seqs, e.Stamped().Seq)
			}
		}
	}
	return seqs
}

// upTo is 0, first … last: a welcome, and messages in order.
func upTo(first, last int64) []int64 {
	seqs := []int64{0}
	for seq := first; seq <= last; seq++ {
		seqs = append(seqs, seq)
	}
	return seqs
}

// asks reads the next question, about what comes behind a message of the lobby.
func asks(p *peer, behind int64) chat.History {
	for {
		switch c := p.read().(type) {
		case chat.Pong:
			continue
		case chat.History:
			want := chat.History{ID: c.ID, Room: chat.Lobby, After: behind, Limit: chat.MaxPage}
			if behind == 0 {
				want.Around = 1
			}
			if c != want || len(c.ID) != 22 {
				p.t.Errorf("the client asks %+v, want %+v", c, want)
			}
			return c
		default:
			p.t.Errorf("the client sent %#v, want a question", c)
			return chat.History{}
		}
	}
}

// TestWhatIsMissingIsAskedFor has one line each, on which the messages from the
// first to the last are told.
func TestWhatIsMissingIsAskedFor(t *testing.T) {
	for _, c := range []struct {
		what        string
		first, last int64
		talk        func(p *peer)
		takes       time.Duration
	}{
		{"what comes twice or is old is not told", 1, 4, func(p *peer) {
			p.greetAt(2, 0, false, sayings(1, 2)...)
			p.send(said(2), said(1), said(0), said(-1), said(3), said(3))
			p.send(said(1), said(4))
		}, 0},
		{"a gap, from one page", 1, 6, func(p *peer) {
			p.greetAt(2, 0, false, sayings(1, 2)...)
			p.send(said(5))
			p.send(page(asks(p, 2), 3, 5))
			p.send(said(6))
		}, 0},
		{"a gap at the very beginning", 1, 3, func(p *peer) {
			p.greetAt(0, 0, false)
			p.send(said(2))
			p.send(page(asks(p, 0), 1, 2), said(3))
		}, 0},
		{"a gap, from several pages", 1, 10, func(p *peer) {
			p.greetAt(2, 0, false, sayings(1, 2)...)
			p.send(said(10))
			p.send(page(asks(p, 2), 3, 4))
			p.send(page(asks(p, 4), 5, 5))
			p.send(page(asks(p, 5), 6, 10))
		}, 0},
		{"another gap while asking: one question at a time", 1, 12, func(p *peer) {
			p.greetAt(2, 0, false, sayings(1, 2)...)
			p.send(said(5), said(6), said(9))
			h := asks(p, 2)
			p.send(said(10), said(12))
			p.send(page(h, 3, 9))
			p.send(page(asks(p, 9), 10, 12))
		}, 0},
		{"what was said while asking is not asked for again", 1, 9, func(p *peer) {
			p.greetAt(2, 0, false, sayings(1, 2)...)
			p.send(said(5))
			h := asks(p, 2)
			p.send(said(6), said(7), said(6), said(8))
			p.send(page(h, 3, 6))
			p.send(said(9))
		}, 0},
		{"a page that comes twice, or late", 1, 8, func(p *peer) {
			p.greetAt(2, 0, false, sayings(1, 2)...)
			p.send(said(4))
			h := asks(p, 2)
			p.send(page(h, 3, 4), page(h, 3, 4), said(6))
			h2 := asks(p, 4)
			p.send(page(h, 3, 8), page(h2, 5, 7), said(8))
		}, 0},
		{"the gap closes by itself while asking", 1, 8, func(p *peer) {
			p.greetAt(2, 0, false, sayings(1, 2)...)
			p.send(said(4))
			h := asks(p, 2)
			p.send(said(3))
			p.send(said(5), said(7))
			h2 := asks(p, 5)
			p.send(page(h, 3, 5), page(h2, 6, 7), said(8))
		}, 0},
		{"the end was lost, and a ping knows", 1, 4, func(p *peer) {
			p.greetAt(2, 0, false, sayings(1, 2)...)
			p.send(heads(4))
			p.send(page(asks(p, 2), 3, 4))
		}, 0},
		{"not all that the welcome knows of follows", 3, 9, func(p *peer) {
			p.greetAt(8, 2, false, sayings(3, 5)...)
			p.send(page(asks(p, 5), 6, 8))
			p.send(said(9))
		}, time.Second},
		{"too fast, or not read: later", 1, 4, func(p *peer) {
			p.greetAt(2, 0, false, sayings(1, 2)...)
			p.send(heads(4))
			p.send(chat.Reject{ID: asks(p, 2).ID, Fault: *chat.TooFast(1)})
			p.send(chat.Reject{ID: asks(p, 2).ID, Fault: *chat.NotRead()})
			p.send(page(asks(p, 2), 3, 4))
		}, 6 * time.Second},
		{"rooms that the welcome does not name are not told", 1, 1, func(p *peer) {
			p.greetAt(0, 0, false)
			p.send(chat.Message{Room: "elsewhere", Seq: 1}, chat.Message{Room: "elsewhere", Seq: 7}, said(1))
		}, 0},
	} {
		t.Run(c.what, func(t *testing.T) {
			timed(t, func(n int, p *peer) {
				if n > 0 {
					t.Error("the line was given up")
				}
				c.talk(p)
				if next := p.read(); next != nil {
					t.Errorf("the client sent %#v, though nothing is missing", next)
				}
			}, func(line *client) {
				start, want := time.Now(), upTo(c.first, c.last)
				if got := messages(line, len(want)); !slices.Equal(got, want) {
					t.Errorf("delivered %v, want %v", got, want)
				}
				if took := time.Since(start); took != c.takes {
					t.Errorf("it took %v, want %v", took, c.takes)
				}
			})
		})
	}
}

func TestWhatIsKeptAheadIsBounded(t *testing.T) {
	const last = 3 * maxAhead
	timed(t, func(n int, p *peer) {
		p.greetAt(0, 0, false)
		p.send(sayings(2, last)...)
		h := asks(p, 0)
		p.send(page(h, 1, 5))
		p.send(page(asks(p, 5), 6, maxAhead+5))
		p.send(page(asks(p, maxAhead+5), maxAhead+6, last-maxAhead)) // the rest was kept
		p.drain()
	}, func(c *client) {
		if got := messages(c, 1+last); !slices.Equal(got, upTo(1, last)) {
			t.Errorf("delivered %v", got)
		}
	})
	r := &room{}
	p := position{rooms: map[string]*room{chat.Lobby: r}}
	for seq := int64(2); seq < 100; seq++ {
		m := said(seq)
		m.Text = string(make([]byte, maxAheadBytes/10))
		p.take(nil, r, m, r.quiet)
	}
	if len(r.ahead) > 10 || seqOf(r.ahead[len(r.ahead)-1]) != 99 {
		t.Errorf("%d long messages are kept", len(r.ahead))
	}
}

func TestHelloSaysWhatWasDelivered(t *testing.T) {
	other := func(p *peer, epoch string, head, after int64) chat.Hello {
		h := expect[chat.Hello](p)
		w := hi()
		w.Epoch = epoch
		w.Rooms[0].Head, w.Rooms[0].After = head, after
		p.send(append([]chat.Event{w}, sayings(after+1, head)...)...)
		return h
	}
	hellos := make(chan *chat.Resume, 10)
	url := serve(t, func(n int, p *peer) {
		var h chat.Hello
		switch n {
		case 0:
			h = p.greetAt(3, 1, false, sayings(2, 3)...)
			p.send(said(4), said(9)) // of which 9 cannot be delivered
			asks(p, 4)
		case 1: // recovered, but nothing follows yet
			h = p.greetAt(9, 4, true)
		case 2: // recovered, with what is known already
			h = p.greetAt(9, 2, true, sayings(3, 9)...)
		case 3: // too far behind
			h = p.greetAt(90, 88, false, sayings(89, 90)...)
		case 4: // other data
			h = other(p, "f", 5, 3)
		case 5: // with a claim that cannot be
			h = p.greetAt(95, 90, true, sayings(91, 95)...)
		case 6: // the server has lost something
			h = p.greetAt(4, 4, true)
			p.drain()
		case 7:
			h = p.greetAt(4, 3, false, said(4), said(5))
		default:
			h = p.greetAt(5, 5, true, said(6))
		}
		hellos <- h.Resume
		if n >= 8 {
			p.drain()
			return
		}
		p.ws.Close(websocket.StatusGoingAway, "")
	})
	c := open(t, url).run()
	want := []int64{
		0, 2, 3, 4,
		0,
		0, 5, 6, 7, 8, 9,
		0, 89, 90,
		0, 4, 5,
		0, 91, 92, 93, 94, 95,
		0, 4, 5,
		0, 6,
	}
	if got := messages(c, len(want)); !slices.Equal(got, want) {
		t.Errorf("delivered %v, want %v", got, want)
	}
	for n, want := range []string{"none", "e 4", "e 4", "e 9", "e 90", "f 5", "e 95", "none", "e 5"} {
		said := "none"
		if r := <-hellos; r != nil {
			said = fmt.Sprint(r.Epoch, " ", r.Rooms[chat.Lobby])
		}
		if said != want {
			t.Errorf("hello %d says %q, want %q", n, said, want)
		}
	}
}

// TestWhatCannotBeHad gives a line two chances to fill a gap, and then begins
// anew.
func TestWhatCannotBeHad(t *testing.T) {
	for _, c := range []struct {
		what   string
		answer func(p *peer, h chat.History)
		takes  time.Duration
	}{
		{"an empty page", func(p *peer, h chat.History) { p.send(page(h, 1, 0)) }, 0},
		{"a page with a hole", func(p *peer, h chat.History) {
			answer := page(h, 3, 5)
			answer.Events = slices.Delete(answer.Events, 1, 2)
			p.send(answer)
		}, 0},
		{"a page from further on", func(p *peer, h chat.History) { p.send(page(h, 4, 5)) }, 0},
		{"a page of another room", func(p *peer, h chat.History) {
			h.Room = "elsewhere"
			p.send(page(h, 3, 5))
		}, 0},
		{"messages of another room", func(p *peer, h chat.History) {
			answer := page(h, 3, 5)
			answer.Events[0] = chat.Deleted{Stamp: chat.Stamp{Room: "elsewhere", Seq: 3}, Message: 2}
			p.send(answer)
		}, 0},
		{"a refusal for good", func(p *peer, h chat.History) { p.send(chat.Reject{ID: h.ID, Fault: *chat.NoRoom("lobby")}) }, 0},
		{"no answer", func(*peer, chat.History) {}, 30 * time.Second},
	} {
		t.Run(c.what, func(t *testing.T) {
			timed(t, func(n int, p *peer) {
				switch n {
				case 0:
					p.greetAt(2, 0, false, sayings(1, 2)...)
				case 1:
					if h := p.greetAt(5, 2, true, said(5)); h.Resume == nil || h.Resume.Rooms[chat.Lobby] != 2 {
						t.Errorf("the line comes back with %+v", h.Resume)
					}
				default:
					if h := p.greetAt(5, 4, false, said(5)); h.Resume != nil {
						t.Errorf("the line does not begin anew, but with %+v", h.Resume)
					}
					p.drain()
					return
				}
				p.send(heads(5))
				c.answer(p, asks(p, 2))
				p.drain()
			}, func(line *client) {
				for range 2 {
					line.await(Open)
					if s := line.at(time.Now(), Waiting, c.takes); s.Reason != notTold {
						t.Errorf("the reason is %q", s.Reason)
					}
				}
				if got := messages(line, 2); !slices.Equal(got, []int64{0, 5}) {
					t.Errorf("delivered %v", got)
				}
			})
		})
	}
}

func TestPagesAreSentAndDelivered(t *testing.T) {
	url := serve(t, func(n int, p *peer) {
		p.greetAt(3, 2, n > 0, said(3))
		older := expect[chat.History](p)
		if older != (chat.History{ID: "older", Room: chat.Lobby, Before: 3, Limit: 2}) {
			t.Errorf("the client asks %+v", older)
		}
		if n == 0 {
			p.tcp.Close() // without an answer
			return
		}
		refused := expect[chat.History](p)
		p.send(said(5))
		gap := asks(p, 3)
		p.send(page(older, 1, 2), chat.Reject{ID: refused.ID, Fault: *chat.NotRead()}, page(older, 1, 2), page(gap, 4, 5))
		p.drain()
	})
	c := open(t, url)
	if err := c.Send(chat.History{ID: "older", Room: chat.Lobby, Before: 3, Limit: 2}); err != nil {
		t.Fatal(err)
	}
	c.run().await(Open)
	c.await(Open)
	if err := c.Send(chat.History{ID: "refused", Room: chat.Lobby, Before: 1}); err != nil {
		t.Fatal(err)
	}
	b := c.next()
	for len(b.Events) == 0 {
		b = c.next()
	}
	if len(b.Events) != 4 || b.Events[0].(chat.Page).ID != "older" || b.Events[1].(chat.Reject).ID != "refused" || b.Events[2] != chat.Event(said(4)) || b.Events[3] != chat.Event(said(5)) {
		t.Errorf("delivered %+v", b.Events)
	}
}
