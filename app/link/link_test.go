//go:build !js

package link

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

func TestWelcomePostAndLeave(t *testing.T) {
	left := make(chan websocket.StatusCode, 1)
	url := serve(t, func(_ int, p *peer) {
		if h := p.greet(); h.Name != "Ada" || h.Build != "b1" || len(h.Token) != chat.MinToken {
			t.Errorf("hello %+v", h)
		}
		for i := range int64(2) {
			said := expect[chat.Post](p)
			p.send(chat.Message{Room: said.Room, Seq: i + 1, ID: said.ID, Author: us, Text: said.Text}, chat.Ack{ID: said.ID, Seq: i + 1})
		}
		left <- p.drain()
	})
	c := open(t, url).run()
	if b := c.next(); b.Status == nil || b.Status.Phase != Connecting || b.Events != nil {
		t.Fatalf("first came %+v", b)
	}
	b := c.next()
	if b.Status == nil || b.Status.Phase != Open || len(b.Events) != 1 {
		t.Fatalf("then came %+v", b)
	}
	if w, ok := b.Events[0].(chat.Welcome); !ok || w.You.Person != us {
		t.Fatalf("the welcome is %+v", b.Events[0])
	}
	c.post("a")
	if b := c.next(); len(b.Events) != 2 || b.Events[0].(chat.Message).ID != "a" || b.Events[1].(chat.Ack).Seq != 1 {
		t.Fatalf("the echo is %+v", b)
	}
	c.post("b")
	if got := event[chat.Message](c); got.Text != "text b" {
		t.Errorf("the echo is %+v", got)
	}
	c.leave()
	if err := c.result(); !errors.Is(err, context.Canceled) {
		t.Errorf("Run returned %v", err)
	}
	if code := <-left; code != websocket.StatusNormalClosure {
		t.Errorf("the client left with code %d", code)
	}
}

func TestComesBack(t *testing.T) {
	for _, c := range []struct {
		what   string
		end    func(p *peer)
		reason string
	}{
		{"when the connection breaks", func(p *peer) { p.greet(); p.tcp.Close() }, ""},
		{"when it breaks before the welcome", func(p *peer) { expect[chat.Hello](p); p.tcp.Close() }, ""},
		{"when the server goes away", func(p *peer) { p.greet(); p.ws.Close(websocket.StatusGoingAway, "") }, ""},
		{"when the server says so in an event", func(p *peer) {
			p.greet()
			p.send(chat.Closing{Code: chat.CloseSlow, Text: "Too slow."})
			p.drain()
		}, "Too slow."},
		{"when the server says so in the close frame", func(p *peer) { p.greet(); p.ws.Close(4001, "No pong.") }, "No pong."},
		{"when something else is said before the welcome", func(p *peer) { p.send(chat.Ack{ID: "x"}); p.drain() }, notChat},
		{"when it is not our language", func(p *peer) { p.raw("Welcome to Cyber Chat"); p.drain() }, notChat},
		{"when the welcome makes no sense", func(p *peer) { p.greetAt(5, 6, false); p.drain() }, notChat},
		{"when it welcomes twice", func(p *peer) { p.greet(); p.send(hi()); p.drain() }, notChat},
		{"when it turns into another language", func(p *peer) { p.greet(); p.raw("hello?"); p.drain() }, notChat},
		{"when a message is binary", func(p *peer) { p.greet(); p.ws.Write(p.ctx, websocket.MessageBinary, []byte{1}); p.drain() }, ""},
		{"when a message is larger than any", func(p *peer) { p.greet(); p.raw(strings.Repeat(" ", maxMessage+1)); p.drain() }, ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			url := serve(t, func(n int, p *peer) {
				if n == 0 {
					c.end(p)
					return
				}
				p.greet()
				p.drain()
			})
			line := open(t, url).run()
			if s := line.await(Waiting); s.Reason != c.reason {
				t.Errorf("the reason is %q, want %q", s.Reason, c.reason)
			}
			line.await(Open)
		})
	}
}

func TestStops(t *testing.T) {
	for _, c := range []struct {
		what   string
		end    func(p *peer)
		code   chat.CloseCode
		reason string
	}{
		{"as a closing event says", func(p *peer) {
			expect[chat.Hello](p)
			p.send(chat.Closing{Code: chat.CloseBadHello, Text: "Your token is bad."})
			p.ws.Close(4500, "")
		}, chat.CloseBadHello, "Your token is bad."},
		{"as an event says after others", func(p *peer) {
			p.greet()
			p.send(said(1), chat.Closing{Code: 4999, Text: "No."})
			p.drain()
		}, 4999, "No."},
		{"as the close frame says", func(p *peer) { p.greet(); p.ws.Close(4500, "Bad.") }, 4500, "Bad."},
		{"when the server is done with us", func(p *peer) { p.greet(); p.ws.Close(websocket.StatusPolicyViolation, "") }, 1008, "The server does not let this program in (code 1008)."},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			url := serve(t, func(n int, p *peer) {
				if n > 0 {
					t.Error("the client came back")
				}
				c.end(p)
			})
			line := open(t, url).run()
			if s := line.await(Stopped); s.Reason != c.reason {
				t.Errorf("the reason is %q, want %q", s.Reason, c.reason)
			}
			if err := line.result(); stopCode(err) != c.code {
				t.Errorf("Run returned %v, want code %d", err, c.code)
			}
			for _, command := range []chat.Command{post("late"), chat.Rename{ID: "r", Name: "Bea"}, chat.History{ID: "h", Room: chat.Lobby, Before: 1}} {
				if err := line.Send(command); err != ErrStopped {
					t.Errorf("sending a %T then: %v", command, err)
				}
			}
		})
	}
}

func TestWritingToAServerThatHasClosed(t *testing.T) {
	closed := make(chan struct{})
	url := serve(t, func(n int, p *peer) {
		p.greet()
		<-closed
		p.ws.Close(4500, "Enough.")
	})
	c := open(t, url).run()
	c.await(Open)
	close(closed)
	for range maxWaiting {
		if err := c.Send(post(NewID())); err != nil && err != ErrStopped {
			t.Fatal(err)
		}
	}
	if s := c.await(Stopped); s.Reason != "Enough." {
		t.Errorf("the reason is %q", s.Reason)
	}
}

func TestServerRestartsOnTheSamePort(t *testing.T) {
	first := httptest.NewUnstartedServer(nil)
	address := first.Listener.Addr().String()
	first.Listener.Close()

	c := open(t, "ws://"+address+"/ws").run()
	if s := c.await(Waiting); s.Reason != notReached {
		t.Errorf("the reason is %q", s.Reason)
	}
	for range 2 {
		on, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		stop := make(chan struct{})
		gone := make(chan struct{})
		serveOn(t, on, func(_ int, p *peer) {
			p.greet()
			<-stop
			on.Close()
			p.tcp.Close()
			close(gone)
		})
		c.await(Open)
		close(stop)
		<-gone
		c.await(Waiting)
	}
}

func TestHandshakeRefused(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "no", http.StatusForbidden)
	}))
	t.Cleanup(server.Close)
	c := open(t, socket(server.URL)).run()
	for range 2 {
		if s := c.await(Waiting); s.Reason != "The server refused the connection: HTTP 403 Forbidden." {
			t.Errorf("the reason is %q", s.Reason)
		}
	}
}

func TestServerWithoutTheProtocol(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ws, err := websocket.Accept(w, r, nil); err == nil {
			defer ws.CloseNow()
			ws.Read(t.Context())
		}
	}))
	t.Cleanup(server.Close)
	if s := open(t, socket(server.URL)).run().await(Waiting); s.Reason != notChat {
		t.Errorf("the reason is %q", s.Reason)
	}
}

func TestServerThatNeverAnswers(t *testing.T) {
	on, err := net.Listen("tcp", "127.0.0.1:0") // the system accepts, nobody reads
	if err != nil {
		t.Fatal(err)
	}
	defer on.Close()
	c := open(t, "ws://"+on.Addr().String())
	c.dialWithin = 20 * time.Millisecond
	if s := c.run().await(Waiting); s.Reason != notReached {
		t.Errorf("the reason is %q", s.Reason)
	}
}

func TestServerThatNeverWelcomes(t *testing.T) {
	c := open(t, serve(t, func(_ int, p *peer) { p.drain() }))
	c.welcomeWithin = 20 * time.Millisecond
	if s := c.run().await(Waiting); s.Reason != noAnswer {
		t.Errorf("the reason is %q", s.Reason)
	}
}

func TestLeavingAServerThatStalls(t *testing.T) {
	stalled := make(chan struct{})
	c := open(t, serve(t, func(_ int, p *peer) {
		p.greet()
		<-stalled // reads nothing, so that the close is not answered
	}))
	defer close(stalled)
	c.leaveWithin = 20 * time.Millisecond
	c.run().await(Open)
	c.leave()
	if err := c.result(); !errors.Is(err, context.Canceled) {
		t.Errorf("Run returned %v", err)
	}
}

func TestPingsAreAnsweredAndNewsPassedOver(t *testing.T) {
	ponged := make(chan struct{})
	url := serve(t, func(_ int, p *peer) {
		expect[chat.Hello](p)
		p.raw(`{"type":"hologram","seq":1}`)
		p.raw(string(chat.AppendEvent(nil, hi())) + "\n\n" + `{"type":"hologram"}` + "\n")
		p.send(chat.Ping{Heads: map[string]int64{chat.Lobby: 0, "elsewhere": 4}})
		expect[chat.Pong](p)
		close(ponged)
		p.raw(`{"type":"message","room":"lobby","seq":1,"mood":{"a":[1]}}`)
		p.drain()
	})
	c := open(t, url).run()
	c.await(Connecting)
	if b := c.next(); b.Status == nil || b.Status.Phase != Open || len(b.Events) != 1 {
		t.Errorf("delivered %+v", b)
	}
	if b := c.next(); b.Status != nil || len(b.Events) != 1 || b.Events[0].(chat.Message).Seq != 1 {
		t.Errorf("delivered %+v", b)
	}
	<-ponged
}

func TestNoGoroutineIsLeft(t *testing.T) {
	url := serve(t, func(n int, p *peer) {
		p.greet()
		if n < 3 {
			p.tcp.Close()
			return
		}
		p.drain()
	})
	awaitNoGoroutines(t) // those of the tests before
	c := open(t, url).run()
	for range 4 {
		c.await(Open)
	}
	if clientGoroutines() == "" {
		t.Fatal("the line's goroutines are not seen: the test cannot fail")
	}
	c.leave()
	c.result()
	awaitNoGoroutines(t)
}

// awaitNoGoroutines waits until clientGoroutines shows none: those of net/http
// end a moment after they are told to.
func awaitNoGoroutines(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; runtime.Gosched() {
		left := clientGoroutines()
		if left == "" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("goroutines are left:\n%s", left)
		}
	}
}

// clientGoroutines shows those that run code of ours or of an HTTP client.
func clientGoroutines() string {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	var ours []string
	for stack := range strings.SplitSeq(string(buf), "\n\n") {
		for _, f := range []string{"link.(*Line)", "link.(*conn)", "net/http.(*persistConn)", "net/http.(*Transport)"} {
			if strings.Contains(stack, f) && !strings.Contains(stack, "clientGoroutines") {
				ours = append(ours, stack)
				break
			}
		}
	}
	return strings.Join(ours, "\n\n")
}

func TestNewID(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := NewID()
		if len(id) != 22 || chat.CheckToken(id) != nil || seen[id] {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
}

func TestBackoffIsFullyJittered(t *testing.T) {
	l := New(Config{})
	for n, most := range []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 30 * time.Second, 30 * time.Second} {
		for _, r := range []float64{0, 0.25, 0.5, 0.999} {
			l.random = func() float64 { return r }
			if got, want := l.backoff(n), time.Duration(r*float64(most)); got != want {
				t.Errorf("after %d losses with %v: %v, want %v", n, r, got, want)
			}
		}
	}
	l.random = func() float64 { return 0.5 }
	for _, n := range []int{31, 32, 63, 64, 1 << 30} {
		if got := l.backoff(n); got != 15*time.Second {
			t.Errorf("after %d losses: %v", n, got)
		}
	}
	if low, high := New(Config{}).backoff(0), fmt.Sprint(New(Config{}).backoff(9)); low > 500*time.Millisecond || high == "0s" {
		t.Errorf("by chance: %v and %v", low, high)
	}
}
