//go:build !js

package link

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

// These tests run with the real times on a clock of their own, over a network
// of pipes.

// pipes is a listener whose connections are pipes of this process.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipes) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

func (l *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-l.closed:
		return nil, errors.New("connection refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// timed runs a line against a server whose connections are handled by f, in a
// bubble with its own clock, and calls check with it.
func timed(t *testing.T, f func(n int, p *peer), check func(c *client)) {
	synctest.Test(t, func(t *testing.T) {
		l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
		var n atomic.Int64
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{chat.Protocol}})
			if err != nil {
				t.Errorf("accept: %v", err)
				return
			}
			defer ws.CloseNow()
			f(int(n.Add(1)-1), &peer{t: t, ctx: t.Context(), ws: ws})
		})}
		go server.Serve(l)
		defer server.Close()
		c := open(t, "ws://pipes/ws")
		c.Line = New(c.cfg) // with the real times
		c.patience = time.Hour
		c.random = func() float64 { return 0.5 }
		c.dialer.transport.DialContext = l.dial
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan struct{})
		go func() { c.Run(ctx); close(over) }()
		defer func() { cancel(); <-over }()
		check(c)
	})
}

// at waits for a phase and checks when it comes.
func (c *client) at(start time.Time, p Phase, want time.Duration) Status {
	c.t.Helper()
	s := c.await(p)
	if got := time.Since(start); got != want {
		c.t.Errorf("phase %d after %v, want %v", p, got, want)
	}
	return s
}

func TestSilenceIsNoticed(t *testing.T) {
	beats := func(n int, p *peer) {
		if n > 0 {
			p.greet()
			p.drain()
			return
		}
		expect[chat.Hello](p)
		w := hi()
		w.Heartbeat = chat.Heartbeat.Milliseconds()
		p.send(w)
		for range 4 {
			<-time.After(chat.Heartbeat)
			p.send(chat.Ping{})
			expect[chat.Pong](p)
		}
		p.drain() // silent from here on
	}
	timed(t, beats, func(c *client) {
		start := time.Now()
		c.at(start, Open, 0)
		s := c.at(start, Waiting, 6*chat.Heartbeat)
		if s.Reason != fellSilent {
			t.Errorf("the reason is %q", s.Reason)
		}
		if heard := c.Heard().Sub(start); heard != 4*chat.Heartbeat {
			t.Errorf("the server was last heard after %v", heard)
		}
		// It was open for more than a minute: this is a first loss.
		if wait := time.Until(s.RetryAt); wait != 250*time.Millisecond {
			t.Errorf("it waits %v", wait)
		}
		c.at(start, Open, 6*chat.Heartbeat+250*time.Millisecond)
		if heard := time.Since(c.Heard()); heard != 0 {
			t.Errorf("the server was last heard %v before the line opened", heard)
		}
	})
}

func TestWaitsGrow(t *testing.T) {
	timed(t, func(n int, p *peer) {
		switch n {
		case 0, 1, 2, 4:
		case 3: // stable for less than a minute
			p.greet()
			time.AfterFunc(59*time.Second, func() { p.ws.CloseNow() })
			p.drain()
		case 5: // stable for a minute
			p.greet()
			time.AfterFunc(time.Minute, func() { p.ws.CloseNow() })
			p.drain()
		default:
			p.greet()
			p.drain()
		}
	}, func(c *client) {
		for i, want := range []time.Duration{250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 250 * time.Millisecond} {
			s := c.await(Waiting)
			if wait := time.Until(s.RetryAt); wait != want {
				t.Errorf("after loss %d it waits %v, want %v", i, wait, want)
			}
		}
		c.await(Open)
	})
}

// A server that stops is no failure, if it had been there.
func TestAGoodbyeIsNoFailure(t *testing.T) {
	timed(t, func(n int, p *peer) {
		switch n {
		case 0, 1:
		case 2, 4:
			p.greet()
			p.send(chat.Closing{Code: chat.CloseGoingAway, Text: "The server stops."})
			p.drain()
		case 3:
			p.ws.Close(websocket.StatusGoingAway, "") // before the welcome
		default:
			p.greet()
			p.drain()
		}
	}, func(c *client) {
		for i, want := range []time.Duration{250 * time.Millisecond, 500 * time.Millisecond, 250 * time.Millisecond, 250 * time.Millisecond, 250 * time.Millisecond} {
			s := c.await(Waiting)
			if wait := time.Until(s.RetryAt); wait != want {
				t.Errorf("after loss %d it waits %v, want %v", i, wait, want)
			}
		}
		c.await(Open)
	})
}

// A server that stops says within which time to come back.
func TestComesBackWithinTheTimeOfADrain(t *testing.T) {
	goodbye := chat.Closing{Code: chat.CloseGoingAway, Text: "The server stops."}
	timed(t, func(n int, p *peer) {
		switch n {
		case 0, 2: // lost before the welcome
		case 1:
			p.greet()
			p.send(chat.Drain{Within: 20_000}, goodbye)
			p.drain()
		case 3: // closed by a code alone
			p.greet()
			p.send(chat.Drain{Within: 1 << 62}, chat.Drain{Within: 4_000})
			p.ws.Close(4001, "")
		case 4: // lost
			p.greet()
			p.send(chat.Drain{Within: 1 << 62})
		case 5, 6: // nothing to wait for
			p.greet()
			p.send(chat.Drain{Within: int64(5 - n)}, goodbye)
			p.drain()
		case 7: // says nothing
			p.greet()
			p.send(goodbye)
			p.drain()
		default:
			p.greet()
			p.send(chat.Drain{Within: 1000}, chat.Closing{Code: 4999, Text: "No."})
			p.drain()
		}
	}, func(c *client) {
		for i, want := range []time.Duration{
			250 * time.Millisecond,
			10 * time.Second,
			250 * time.Millisecond, // a first loss
			2 * time.Second,
			30 * time.Second,
			250 * time.Millisecond,
			250 * time.Millisecond,
			250 * time.Millisecond,
		} {
			s := c.await(Waiting)
			if wait := time.Until(s.RetryAt); wait != want {
				t.Errorf("after loss %d it waits %v, want %v", i, wait, want)
			}
			if i == 4 {
				c.RetryNow()
				c.at(time.Now(), Open, 0)
			}
		}
		c.await(Stopped)
	})
}

func TestComesBackSpreadOverTheTimeOfADrain(t *testing.T) {
	const lines, within = 40, 20 * time.Second
	var mu sync.Mutex // guards back
	var back []time.Time
	timed(t, func(n int, p *peer) {
		p.greet()
		if n < lines {
			<-time.After(time.Minute)
			p.send(chat.Drain{Within: within.Milliseconds()}, chat.Closing{Code: chat.CloseGoingAway})
		} else {
			mu.Lock()
			back = append(back, time.Now())
			mu.Unlock()
		}
		p.drain()
	}, func(c *client) {
		ctx, cancel := context.WithCancel(c.t.Context())
		var all sync.WaitGroup
		defer all.Wait()
		defer cancel()
		for i := range uint64(lines - 1) {
			other := New(Config{URL: c.cfg.URL})
			other.random = rand.New(rand.NewPCG(i, 0)).Float64
			other.dialer.transport.DialContext = c.dialer.transport.DialContext
			all.Go(func() { other.Run(ctx) })
		}
		start := time.Now().Add(time.Minute)
		<-time.After(time.Minute + within)
		mu.Lock()
		defer mu.Unlock()
		if len(back) != lines {
			t.Errorf("%d of %d are back", len(back), lines)
		}
		var quarters [4]int
		for _, at := range back {
			quarters[at.Sub(start)*4/within]++
		}
		if slices.Min(quarters[:]) < 3 {
			t.Errorf("they come back as %d in the quarters of the time", quarters)
		}
	})
}

func TestNoWelcomeAndNoConnection(t *testing.T) {
	timed(t, func(n int, p *peer) {
		p.drain()
	}, func(c *client) {
		start := time.Now()
		if s := c.at(start, Waiting, 10*time.Second); s.Reason != noAnswer {
			t.Errorf("the reason is %q", s.Reason)
		}
	})
}

func TestRetryNow(t *testing.T) {
	timed(t, func(n int, p *peer) {
		if n < 8 {
			return
		}
		p.greet()
		p.drain()
	}, func(c *client) {
		for range 8 {
			c.await(Waiting)
		}
		start := time.Now()
		c.RetryNow()
		c.at(start, Open, 0)

		// Something was heard lately: the line is left as it is.
		beat := time.Minute
		c.RetryNow()
		synctest.Wait()
		if n := len(c.batches); n > 0 {
			t.Fatalf("%d batches though the line is fine", n)
		}
		// Nothing was heard for too long, as after a sleep.
		<-time.After(beat + 2*time.Second + time.Millisecond)
		now := time.Now()
		c.RetryNow()
		c.at(now, Connecting, 0)
		c.at(now, Open, 0)
	})
}

func TestRetryNowWhileConnectingIsKept(t *testing.T) {
	timed(t, func(n int, p *peer) {
		if n > 0 {
			p.greet()
		}
		p.drain()
	}, func(c *client) {
		start := time.Now()
		c.await(Connecting)
		c.RetryNow()
		c.at(start, Waiting, 10*time.Second)
		c.at(start, Open, 10*time.Second)
	})
}
