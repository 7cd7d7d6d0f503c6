//go:build !js

package link

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// An order checks that what is delivered of the lobby is what was promised.
type order struct {
	epoch string
	at    int64 // the last that was delivered
}

// take returns what is wrong with an event that is delivered, or "".
func (o *order) take(e chat.Event) string {
	switch e := e.(type) {
	case chat.Welcome:
		if r := e.Rooms[0]; !r.Recovered || e.Epoch != o.epoch {
			o.epoch, o.at = e.Epoch, r.After
		}
	case chat.Message:
		if e.Seq != o.at+1 {
			return fmt.Sprintf("message %d came behind %d", e.Seq, o.at)
		}
		if e.Text != text(o.epoch, e.Seq) {
			return fmt.Sprintf("message %d of epoch %s is %q", e.Seq, o.epoch, e.Text)
		}
		o.at++
	}
	return ""
}

func text(epoch string, seq int64) string { return fmt.Sprintf("%s/%d", epoch, seq) }

// A liar is a server that loses messages, says them twice or in the wrong
// order, answers questions badly or not, breaks the line and starts with other
// data; and that after a while is as a server should be.
type liar struct {
	until time.Time

	mu    sync.Mutex
	r     *rand.Rand
	epoch int
	head  int64
	last  bool // it has said its last message
}

func (s *liar) lies() bool { return time.Now().Before(s.until) }

// oneIn is true once in n times, as long as the server lies.
func (s *liar) oneIn(n int) bool { return s.lies() && s.r.IntN(n) == 0 }

func (s *liar) said(first, last int64) (events []chat.Event) {
	for seq := first; seq <= last; seq++ {
		m := said(seq)
		m.Text = text(fmt.Sprint(s.epoch), seq)
		events = append(events, m)
	}
	return events
}

// spoil loses events, repeats them and changes their order.
func (s *liar) spoil(events []chat.Event) (spoiled []chat.Event) {
	for _, e := range events {
		for range 1 + s.r.IntN(2) {
			if !s.oneIn(8) {
				spoiled = append(spoiled, e)
			}
			if !s.oneIn(8) {
				break
			}
		}
	}
	for range len(spoiled) {
		if s.oneIn(8) {
			i := s.r.IntN(len(spoiled))
			spoiled[0], spoiled[i] = spoiled[i], spoiled[0]
		}
	}
	return spoiled
}

// welcome answers a hello.
func (s *liar) welcome(h chat.Hello) []chat.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.oneIn(8) {
		s.epoch++
		s.head = int64(s.r.IntN(100))
	}
	w := hi()
	w.Epoch = fmt.Sprint(s.epoch)
	status := &w.Rooms[0]
	status.Head, status.After = s.head, max(0, s.head-20)
	if h.Resume != nil && h.Resume.Epoch == w.Epoch && !s.oneIn(8) {
		status.After, status.Recovered = h.Resume.Rooms[chat.Lobby], true
	}
	follow := s.said(status.After+1, s.head)
	return append([]chat.Event{w}, s.spoil(follow[:min(len(follow), 30)])...)
}

// say says something new, the last of it when the server does not lie any more,
// and sends a ping.
func (s *liar) say() (events []chat.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := int64(s.r.IntN(8))
	if !s.lies() {
		n = 1
	}
	if !s.last {
		events = s.spoil(s.said(s.head+1, s.head+n))
		s.head += n
		s.last = !s.lies()
	}
	if !s.lies() || s.oneIn(8) {
		events = append(events, heads(s.head))
	}
	return events
}

// answer answers a question.
func (s *liar) answer(h chat.History) []chat.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := max(h.After+1, h.Around)
	last := min(s.head, first+int64(s.r.IntN(30)))
	switch {
	case s.oneIn(8):
		return []chat.Event{chat.Reject{ID: h.ID, Fault: *chat.TooFast(1)}}
	case s.oneIn(30):
		return nil
	case s.oneIn(30):
		last = first - 1
	case s.oneIn(30):
		first++
	}
	answer := chat.Page{ID: h.ID, Room: h.Room}
	for _, e := range s.said(first, last) {
		answer.Events = append(answer.Events, e.(chat.Durable))
	}
	if s.oneIn(8) {
		return []chat.Event{answer, answer}
	}
	return []chat.Event{answer}
}

// pause is how long until the server says something again.
func (s *liar) pause() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last {
		return chat.Heartbeat
	}
	return time.Duration(s.r.IntN(400)) * time.Millisecond
}

// talk is one line of the server.
func (s *liar) talk(_ int, p *peer) {
	p.send(s.welcome(expect[chat.Hello](p))...)
	over := make(chan struct{})
	var speaking sync.WaitGroup
	speaking.Go(func() {
		for {
			select {
			case <-time.After(s.pause()):
			case <-over:
				return
			}
			p.send(s.say()...)
			s.mu.Lock()
			breaks := s.oneIn(40)
			s.mu.Unlock()
			if breaks {
				p.ws.CloseNow()
			}
		}
	})
	for c := p.read(); c != nil; c = p.read() {
		if h, ok := c.(chat.History); ok {
			p.send(s.answer(h)...)
		}
	}
	close(over)
	speaking.Wait()
}

// Whatever a server does, the messages of a room are told in order, each once
// and none left out, but where a welcome begins it anew; and when the server
// comes to its senses, all of them are told.
func TestWhateverIsLostIsToldInOrder(t *testing.T) {
	for seed := range uint64(25) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			s := &liar{r: rand.New(rand.NewPCG(seed, 1))}
			bubble := func(n int, p *peer) {
				s.mu.Lock()
				if s.until.IsZero() {
					s.until = time.Now().Add(2 * time.Minute)
				}
				s.mu.Unlock()
				s.talk(n, p)
			}
			timed(t, bubble, func(c *client) {
				start := time.Now()
				var o order
				told, lines := 0, 0
				for all := false; !all; {
					for _, e := range c.next().Events {
						if wrong := o.take(e); wrong != "" {
							t.Fatal(wrong)
						}
						switch e.(type) {
						case chat.Message:
							told++
						case chat.Welcome:
							lines++
						case chat.Page:
							t.Fatal("a page was delivered that nobody asked for")
						}
					}
					s.mu.Lock()
					all = s.last && o.at == s.head && o.epoch == fmt.Sprint(s.epoch)
					s.mu.Unlock()
				}
				if took := time.Since(start); took > 5*time.Minute {
					t.Errorf("it took %v until all was told", took)
				}
				if told < 100 || lines < 3 {
					t.Errorf("only %d messages on %d lines: the test is too tame", told, lines)
				}
			})
		})
	}
}

// FuzzOrder gives a call events without a network.
func FuzzOrder(f *testing.F) {
	f.Add([]byte("mmmMMMpmqmw"), uint64(1))
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 3))
		script := make([]byte, 200)
		for i := range script {
			script[i] = byte(r.Uint32())
		}
		f.Add(script, seed)
	}
	f.Fuzz(func(t *testing.T, script []byte, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 2))
		l := New(Config{})
		var c *call
		var o order
		deliver := func(events ...chat.Event) {
			for _, e := range events {
				if c.end != nil {
					return
				}
				for _, e := range c.take(nil, e) {
					if _, paged := e.(chat.Page); paged {
						t.Fatal("a page was delivered that nobody asked for")
					}
					if wrong := o.take(e); wrong != "" {
						t.Fatal(wrong)
					}
				}
			}
			c.catchUp()
		}
		message := func(seq int64) chat.Message {
			m := said(seq)
			m.Text = text(o.epoch, seq)
			return m
		}
		number := func() int64 {
			if r.IntN(16) == 0 {
				return int64(r.Uint64()) // anything, also the greatest and the negative
			}
			return o.at + int64(r.IntN(9)) - 3
		}
		for _, b := range script[:min(len(script), 300)] {
			if c == nil || c.end != nil || b%16 == 0 {
				resume := l.pos.resume()
				if resume != nil && (resume.Epoch != o.epoch || resume.Rooms[chat.Lobby] != o.at) {
					t.Fatalf("the next line resumes %v, and %s/%d was told", resume, o.epoch, o.at)
				}
				// Its writing fails, so nothing needs to be there.
				c = &call{Line: l, mute: true, missing: time.NewTimer(0), dead: time.NewTimer(0)}
				w := hi()
				w.Epoch = fmt.Sprint("e", r.IntN(6)/5)
				s := &w.Rooms[0]
				s.Head = max(0, number())
				s.After = max(0, min(s.Head, number()))
				s.Recovered = resume != nil && w.Epoch == resume.Epoch && r.IntN(4) > 0
				deliver(w)
				continue
			}
			room := l.pos.rooms[chat.Lobby]
			switch b % 8 {
			case 0, 1, 2:
				deliver(message(number()))
			case 3:
				first := number()
				for seq := range int64(r.IntN(5)) {
					deliver(message(first + seq))
				}
			case 4, 5:
				answer := chat.Page{ID: room.question, Room: chat.Lobby}
				first := room.asked + 1 + int64(r.IntN(32)/31)
				for seq := range int64(r.IntN(9)) {
					answer.Events = append(answer.Events, message(first+seq))
				}
				deliver(answer, answer)
			case 6:
				deliver(heads(number()))
			case 7:
				room.quiet = time.Time{}
				deliver(chat.Reject{ID: room.question, Fault: *chat.NotRead()})
			}
			if len(room.ahead) > maxAhead {
				t.Fatalf("%d messages are kept", len(room.ahead))
			}
		}
	})
}
