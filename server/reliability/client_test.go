package reliability

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// A client is the client library, and a record of what it did and was told.
// Its methods may be called from any goroutine.
type client struct {
	*record
	line  *link.Line
	leave func() // ends it, and waits until it has

	mu     sync.Mutex
	count  int // of what was sent, for the texts
	phase  link.Phase
	opened []time.Time        // each time it was welcome
	lost   []time.Time        // each time it was not any more
	drains []chat.Drain       // it was asked to come back later
	alarm  func(chat.Message) // called with each message, if set
}

// join opens a client's line to the url. It ends with the test.
func (l *ledger) join(t testing.TB, url, name string) *client {
	t.Helper()
	c := &client{record: l.record(name)}
	c.line = link.New(link.Config{URL: url, Token: link.NewID(), Name: name, Build: "reliability", Deliver: c.deliver})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.line.Run(ctx) }()
	c.leave = sync.OnceFunc(func() {
		cancel()
		if err := <-done; ctx.Err() == nil {
			t.Errorf("%s stopped: %v", name, err)
		}
	})
	t.Cleanup(c.leave)
	return c
}

// joinAll opens n lines and waits until all are welcome.
func (l *ledger) joinAll(t testing.TB, url string, n int) []*client {
	t.Helper()
	clients := make([]*client, n)
	for i := range clients {
		clients[i] = l.join(t, url, fmt.Sprintf("c%d", i))
	}
	await(t, patience, "everybody is welcome", func() bool { return open(clients) == n })
	return clients
}

func (c *client) deliver(b link.Batch) {
	if b.Status != nil {
		c.turn(*b.Status)
	}
	for _, e := range b.Events {
		switch e := e.(type) {
		case chat.Welcome:
			c.welcome(e)
		case chat.Message:
			c.see(e)
			if c.alarm != nil {
				c.alarm(e)
			}
		case chat.Ack:
			c.ack(e)
		case chat.Reject:
			c.refuse(e)
		case chat.Drain:
			c.mu.Lock()
			c.drains = append(c.drains, e)
			c.mu.Unlock()
		}
	}
}

func (c *client) turn(s link.Status) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if s.Phase == link.Open {
		c.opened = append(c.opened, now)
	} else if c.phase == link.Open {
		c.lost = append(c.lost, now)
	}
	c.phase = s.Phase
}

func (c *client) open() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.phase == link.Open
}

// times returns how often the line was opened, and when last.
func (c *client) times() (n int, last time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n = len(c.opened); n > 0 {
		last = c.opened[n-1]
	}
	return n, last
}

// lostAfter returns how long after then the line was lost for the first time.
func (c *client) lostAfter(then time.Time) (d time.Duration, lost bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.lost) == 0 {
		return 0, false
	}
	return c.lost[0].Sub(then), true
}

// open counts those whose line is open.
func open(clients []*client) (n int) {
	for _, c := range clients {
		if c.open() {
			n++
		}
	}
	return n
}

// hurry makes those who wait try again at once, as people do who see that the
// server is back.
func hurry(clients []*client) {
	for _, c := range clients {
		c.mu.Lock()
		waiting := c.phase == link.Waiting
		c.mu.Unlock()
		if waiting {
			c.line.RetryNow()
		}
	}
}

// say sends a short message that nobody else sends, and returns its id. It is
// in the outbox, at least, when say returns.
func (c *client) say() (id string, err error) {
	c.mu.Lock()
	c.count++
	text := fmt.Sprintf("%s says %d", c.name, c.count)
	c.mu.Unlock()
	return c.sayText(text)
}

func (c *client) sayText(text string) (id string, err error) {
	post := chat.Post{ID: link.NewID(), Room: chat.Lobby, Text: text}
	c.send(post.ID, post.Text) // before it can be answered
	if err := c.line.Send(post); err != nil {
		c.unsend(post.ID)
		return "", err
	}
	return post.ID, nil
}

// unsend takes back what never left.
func (r *record) unsend(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.sent, id)
	delete(r.waiting, id)
	r.order = slices.DeleteFunc(r.order, func(o string) bool { return o == id })
}

// room is how much a client keeps waiting for an answer at a time, below what
// the outbox takes.
const room = 100

// sayAll sends n messages, as fast as they are answered, until stop is closed.
func (c *client) sayAll(t testing.TB, n int, stop <-chan struct{}) {
	for range n {
		for c.unanswered() >= room {
			if !pass(glance, stop) {
				return
			}
		}
		select {
		case <-stop:
			return
		default:
		}
		if _, err := c.say(); err != nil {
			t.Errorf("%s: %v", c.name, err)
			return
		}
	}
}

// chatter makes clients say n messages a second together, in turn, until the
// returned function is called, which waits for the end of it. Each is stamped
// and so many characters long; with 0 it is short and not stamped. Who has too
// much waiting is passed over.
func chatter(t testing.TB, clients []*client, rate, characters int) (stop func()) {
	quit := make(chan struct{})
	var saying sync.WaitGroup
	saying.Go(func() {
		begin := time.Now()
		tick := time.NewTicker(time.Second / 100)
		defer tick.Stop()
		for said := 0; ; {
			select {
			case <-quit:
				return
			case now := <-tick.C:
				for due := int(now.Sub(begin).Seconds() * float64(rate)); said < due; said++ {
					c := clients[said%len(clients)]
					if c.unanswered() >= room {
						continue
					}
					var err error
					if characters > 0 {
						_, err = c.sayText(stamped(characters))
					} else {
						_, err = c.say()
					}
					if err != nil {
						t.Errorf("%s: %v", c.name, err)
					}
				}
			}
		}
	})
	return sync.OnceFunc(func() {
		close(quit)
		saying.Wait()
	})
}

// settle waits until everything is answered and everybody has seen everything
// that is stored, compares the ledger with it, and returns it.
func (l *ledger) settle(t testing.TB, s *server, clients []*client) (stored []sight) {
	t.Helper()
	if took, ok := awaited(patience, func() bool {
		hurry(clients)
		return !slices.ContainsFunc(clients, func(c *client) bool { return c.unanswered() > 0 })
	}); !ok {
		t.Errorf("after %v there are %d posts without an answer, and %d of %d lines are open", took, l.sum((*record).unanswered), open(clients), len(clients))
	}
	stored = storedAt(t, s.addr)
	if _, ok := awaited(patience, func() bool {
		hurry(clients)
		return !slices.ContainsFunc(clients, func(c *client) bool { return c.head() < int64(len(stored)) })
	}); !ok {
		t.Errorf("not everybody came to seq %d", len(stored))
	}
	l.judge(stored).report(t)
	return stored
}
