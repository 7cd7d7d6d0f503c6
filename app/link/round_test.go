//go:build !js

package link

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// Rounds is the last round that is over on a line.
type rounds int64

// has tells whether the round of a post is over; a post without one is in none.
func (over rounds) has(p chat.Post) bool { return p.Round > 0 && p.Round <= int64(over) }

// refuse refuses a post for a reason that goes away.
func (over *rounds) refuse(p chat.Post, fault *chat.Fault) chat.Event {
	if over.has(p) {
		fault = chat.RoundOver()
	}
	*over = max(*over, rounds(p.Round))
	return chat.Reject{ID: p.ID, Fault: *fault}
}

// A log is what a server stores: the ids of posts, each once.
type log []string

// take stores a post unless its round is over.
func (l *log) take(p chat.Post, over *rounds) chat.Event {
	if over.has(p) {
		return over.refuse(p, nil)
	}
	if !slices.Contains(*l, p.ID) {
		*l = append(*l, p.ID)
	}
	return chat.Ack{ID: p.ID, Seq: int64(slices.Index(*l, p.ID) + 1)}
}

// expectPost reads the next post, which must be this one and in the round.
func expectPost(p *peer, id string, round int64) chat.Post {
	c := expect[chat.Post](p)
	if c.ID != id || c.Round != round {
		p.t.Errorf("the client sent %s in round %d, want %s in %d", c.ID, c.Round, id, round)
	}
	return c
}

// stop ends a test that has gone wrong: a line more than there should be.
func stop(p *peer) {
	p.t.Error("the line was lost")
	p.ws.Close(4500, "")
}

// A server that has refused the first of several posts would take those behind
// it, but for what their round says.
func TestTooFastIsSentAgainInOrder(t *testing.T) {
	const wait = 250 * time.Millisecond
	var l log
	var over rounds
	timed(t, func(n int, p *peer) {
		if n > 0 {
			stop(p)
			return
		}
		p.greet()
		a, b, c := expectPost(p, "a", 1), expectPost(p, "b", 1), expectPost(p, "c", 1)
		p.send(over.refuse(a, chat.TooFast(wait)), l.take(b, &over), l.take(c, &over))
		begin := time.Now()
		a = expectPost(p, "a", 2)
		if took := time.Since(begin); took != wait {
			t.Errorf("it is sent again after %v, want %v", took, wait)
		}
		p.send(l.take(a, &over))
		p.send(l.take(expectPost(p, "b", 2), &over)) // one at a time now
		c = expectPost(p, "c", 2)
		for round := range int64(4) {
			p.send(over.refuse(c, chat.TooFast(maxPatience/4)))
			c = expectPost(p, "c", round+3)
		}
		p.send(over.refuse(c, chat.TooFast(wait)))
		p.send(l.take(expectPost(p, "d", 7), &over))
		p.send(l.take(expectPost(p, "e", 7), &over))
		p.drain()
	}, func(c *client) {
		c.post("a", "b", "c")
		if got := event[chat.Reject](c); got.ID != "c" || got.Code != chat.CodeTooFast {
			t.Errorf("rejected %+v", got)
		}
		c.post("d", "e")
		for range 2 {
			event[chat.Ack](c)
		}
	})
	if want := []string{"a", "b", "d", "e"}; !slices.Equal(l, want) {
		t.Errorf("stored are %v, want %v", l, want)
	}
}

// What cannot be stored for longer than a moment is for the person, and so is
// what they wrote behind it: it would come first.
func TestWhatCannotBeStoredIsToldWithWhatIsBehindIt(t *testing.T) {
	full := chat.NotStored(true)
	second := make(chan chat.Post, 1)
	timed(t, func(n int, p *peer) {
		var l log
		var over rounds
		if n > 1 {
			stop(p)
			return
		}
		p.greet()
		if n > 0 {
			second <- expect[chat.Post](p)
			p.drain()
			return
		}
		a, b := expectPost(p, "a", 1), expectPost(p, "b", 1)
		expect[chat.Rename](p)
		p.send(over.refuse(a, full), l.take(b, &over), chat.Ack{ID: "name", Name: "Bea"})
		begin := time.Now()
		a = expectPost(p, "a", 2)
		if took := time.Since(begin).Milliseconds(); took != full.RetryAfter {
			t.Errorf("it is sent again after %d ms, want %d", took, full.RetryAfter)
		}
		p.send(over.refuse(a, full))
		p.send(l.take(expectPost(p, "c", 3), &over))
		p.ws.CloseNow()
	}, func(c *client) {
		c.post("a", "b")
		if err := c.Send(chat.Rename{ID: "name", Name: "Bea"}); err != nil {
			t.Fatal(err)
		}
		var told []chat.Event
		for len(told) < 2 {
			for _, e := range c.next().Events {
				if _, ok := e.(chat.Reject); ok {
					told = append(told, e)
				}
			}
		}
		if want := []chat.Event{chat.Reject{ID: "a", Fault: *full}, chat.Reject{ID: "b", Fault: *full}}; !slices.Equal(told, want) {
			t.Errorf("told is %+v", told)
		}
		c.post("c")
		if got := event[chat.Ack](c); got.ID != "c" {
			t.Errorf("then %s was said", got.ID)
		}
		c.await(Open)
		c.post("d")
		if got := <-second; got.ID != "d" || got.Round != 1 {
			t.Errorf("on the next line %s is sent in round %d", got.ID, got.Round)
		}
	})
}

// What is taken back while it is under way may still be refused, and with it what
// is sent behind it.
func TestForgottenPostIsWaitedFor(t *testing.T) {
	timed(t, func(n int, p *peer) {
		var l log
		var over rounds
		if n > 0 {
			stop(p)
			return
		}
		p.greet()
		a, b := expectPost(p, "a", 1), expectPost(p, "b", 1)
		p.send(over.refuse(a, chat.TooFast(time.Second)), l.take(b, &over))
		a = expectPost(p, "a", 2)
		p.send(chat.Presence{Number: 1}) // it is forgotten now
		<-time.After(time.Second)
		p.send(over.refuse(a, chat.TooFast(time.Second)))
		p.send(l.take(expectPost(p, "b", 3), &over))
		p.drain()
	}, func(c *client) {
		c.post("a", "b")
		event[chat.Presence](c)
		c.Forget("a")
		for {
			for _, e := range c.next().Events {
				switch e := e.(type) {
				case chat.Reject:
					c.t.Fatalf("rejected %+v", e)
				case chat.Ack:
					if e.ID != "b" {
						t.Errorf("%s was said", e.ID)
					}
					return
				}
			}
		}
	})
}

// A doubter is a server that refuses posts at random, some at once and some when
// others are under way behind them, and loses lines.
type doubter struct {
	mu     sync.Mutex
	r      *rand.Rand
	stored log
	counts map[chat.Code]int // of refusals
	lines  int
	most   int // that waited for the log at a time
}

// talk is one line of the server.
func (s *doubter) talk(_ int, p *peer) {
	p.greet()
	s.mu.Lock()
	s.lines++
	s.mu.Unlock()
	// It goes on reading while it answers, as the client may write meanwhile.
	answers := make(chan []chat.Event, 10*maxWaiting)
	queue := make(chan chat.Post, maxWaiting)
	var answering, writing sync.WaitGroup
	answering.Go(func() {
		for events := range answers {
			p.send(events...)
		}
	})
	writing.Go(func() {
		var over rounds
		for first := range queue {
			s.mu.Lock()
			sync := time.Duration(s.r.IntN(20)) * time.Millisecond
			breaks := s.r.IntN(30) == 0
			s.mu.Unlock()
			<-time.After(sync)
			events := s.write(append([]chat.Post{first}, waitingIn(queue)...), &over)
			if breaks {
				p.ws.CloseNow() // what was read goes to the log nevertheless
			}
			answers <- events
		}
	})
	var over rounds
	for c := p.read(); c != nil; c = p.read() {
		post := c.(chat.Post)
		if refused := s.judge(post, &over); refused != nil {
			answers <- []chat.Event{refused}
		} else {
			queue <- post
		}
	}
	close(queue)
	writing.Wait()
	close(answers)
	answering.Wait()
}

// waitingIn takes what is in the queue.
func waitingIn(queue <-chan chat.Post) (posts []chat.Post) {
	for len(queue) > 0 {
		posts = append(posts, <-queue)
	}
	return posts
}

// judge returns a refusal, or nil for a post that goes to the log.
func (s *doubter) judge(p chat.Post, over *rounds) chat.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.r.IntN(50) == 0: // whatever its round
		return s.count(chat.Reject{ID: p.ID, Fault: *chat.NoRoom("attic")})
	case over.has(p), s.r.IntN(15) == 0:
		return s.count(over.refuse(p, chat.TooFast(time.Duration(s.r.IntN(300))*time.Millisecond)))
	}
	return nil
}

// write answers posts as the log does that has all of them on disk, or none.
func (s *doubter) write(posts []chat.Post, over *rounds) (answers []chat.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.most = max(s.most, len(posts))
	fails := s.r.IntN(40) == 0
	for _, p := range posts {
		if fails {
			answers = append(answers, s.count(over.refuse(p, chat.NotStored(false))))
		} else {
			answers = append(answers, s.count(s.stored.take(p, over)))
		}
	}
	return answers
}

func (s *doubter) count(answer chat.Event) chat.Event {
	if r, ok := answer.(chat.Reject); ok {
		s.counts[r.Code]++
	}
	return answer
}

// Whatever a server refuses and wherever lines break, what is stored is stored
// in the order in which it was written, and all is stored but what is told as
// refused.
func TestOrderHoldsWhateverIsRefused(t *testing.T) {
	const seeds, posts = 15, 600
	counts := make(map[chat.Code]int)
	stored, lines, most := 0, 0, 0
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			s := &doubter{r: rand.New(rand.NewPCG(seed, 6)), counts: make(map[chat.Code]int)}
			place := make(map[string]int) // of those that were written
			told := make(map[string]bool)
			timed(t, s.talk, func(c *client) {
				r := rand.New(rand.NewPCG(seed, 7))
				answered := 0
				for answered < posts {
					for range r.IntN(40) {
						id := fmt.Sprint(len(place))
						if len(place) == posts || c.Send(post(id)) != nil {
							break
						}
						place[id] = len(place)
					}
					if answered == len(place) {
						continue
					}
					for _, e := range c.next().Events {
						switch e := e.(type) {
						case chat.Ack:
							answered++
						case chat.Reject:
							answered++
							told[e.ID] = true
						}
					}
				}
			})
			before := -1
			for _, id := range s.stored {
				if place[id] < before {
					t.Fatalf("%s is stored behind %d", id, before)
				}
				before = place[id]
			}
			for id := range place {
				if !told[id] && !slices.Contains(s.stored, id) {
					t.Errorf("%s is not stored, and nobody was told", id)
				}
			}
			for code, n := range s.counts {
				counts[code] += n
			}
			stored, lines, most = stored+len(s.stored), lines+s.lines, max(most, s.most)
		})
	}
	for _, code := range []chat.Code{chat.CodeTooFast, chat.CodeNotStored, chat.CodeRoundOver, chat.CodeNoRoom} {
		if counts[code] < 100 {
			t.Errorf("%s was answered only %d times: the test is too tame", code, counts[code])
		}
	}
	if stored < seeds*posts/2 || lines < 3*seeds || most < 30 {
		t.Errorf("%d posts were stored, on %d lines, up to %d at a time: the test is too tame", stored, lines, most)
	}
}
