package httpd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

// Tests of what happens after a time run in a bubble where time is fake, over
// lines in memory.

// A wire is a listener whose connections are pipes.
type wire struct {
	lines chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newWire() *wire { return &wire{lines: make(chan net.Conn), done: make(chan struct{})} }

func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.lines:
		return c, nil
	case <-w.done:
		return nil, net.ErrClosed
	}
}
func (w *wire) Close() error   { w.once.Do(func() { close(w.done) }); return nil }
func (w *wire) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (w *wire) dial(t *testing.T, protocols ...string) *websocket.Conn {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		w.lines <- theirs
		return ours, nil
	}}}
	conn, _, err := websocket.Dial(t.Context(), "ws://localhost/ws", &websocket.DialOptions{HTTPClient: client, Subprotocols: protocols})
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// inBubble runs do beside a server in fake time.
func inBubble(t *testing.T, do func(t *testing.T, w *wire, s *Server), change ...func(*Config)) {
	static := fstest.MapFS{"boot.js": {}, "offline.js": {}, "worker.js": {}, "css/base.css": {}, "manifest.webmanifest": {}}
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		cfg := Config{Listeners: []net.Listener{w}, Open: true, Static: fs.FS(static), Data: t.TempDir(), FileKey: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", Log: slog.New(slog.DiscardHandler)}
		for _, c := range change {
			c(&cfg)
		}
		s, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- s.Run(ctx) }()
		do(t, w, s)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// pass lets time pass in a bubble of synctest, where nobody waits for it, until
// what is due then is done. Elsewhere it panics instead of sleeping. One
// goroutine of a bubble may call it at a time.
func pass(d time.Duration) {
	synctest.Wait()
	<-time.After(d)
	synctest.Wait()
}

// untilClosed reads until the connection ends and returns the close code, and
// how long that took.
func untilClosed(t *testing.T, c *websocket.Conn) (chat.CloseCode, time.Duration) {
	t.Helper()
	begin := time.Now()
	for {
		if _, _, err := c.Read(t.Context()); err != nil {
			var end websocket.CloseError
			errors.As(err, &end)
			return chat.CloseCode(end.Code), time.Since(begin)
		}
	}
}

func TestNoHelloInTime(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wire, s *Server) {
		c := w.dial(t, chat.Protocol)
		code, after := untilClosed(t, c)
		if code != chat.CloseNoHello || after != chat.HelloWithin {
			t.Errorf("closed with %d after %v", code, after)
		}
	})
}

func TestNobodyStandsAtTheDoorForLong(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wire, s *Server) {
		c := w.dial(t)
		go func() { // whoever talks stays no longer
			for c.Write(t.Context(), websocket.MessageText, []byte("Let me in!")) == nil {
				pass(time.Second)
			}
		}()
		code, after := untilClosed(t, c)
		if code != chat.CloseNotInvited || after != chat.EnterWithin {
			t.Errorf("closed with %d after %v", code, after)
		}
	}, func(c *Config) { c.Open = false })
}

func TestWhoStandsAtTheDoorOfAServerThatStopsIsTold(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wire, s *Server) {
		c := w.dial(t)
		c.Read(t.Context())
		go s.stop()
		if code, after := untilClosed(t, c); code != chat.CloseGoingAway || after > closeWithin {
			t.Errorf("closed with %d after %v", code, after)
		}
	}, func(c *Config) { c.Open = false })
}

func TestTokenIsExpectedForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e expected
		for n := range maxExpected {
			if !e.add(fmt.Sprint("token ", n), movedFor) {
				t.Fatalf("token %d finds no room", n)
			}
		}
		if e.add("one more", movedFor) || !e.has("token 7") {
			t.Error("one more took somebody's place")
		}
		e.drop("token 7")
		if e.has("token 7") || !e.add("one more", movedFor) {
			t.Error("a token for which there is a session now stays")
		}
		pass(movedFor)
		if e.has("one more") || !e.add("another", givenFor) || len(e.until) != 1 {
			t.Errorf("%d tokens are expected for ever", len(e.until))
		}
	})
}

func TestSilentTypedClientIsFreed(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wire, s *Server) {
		c := w.dial(t, chat.Protocol)
		c.Write(t.Context(), websocket.MessageText, chat.AppendCommand(nil, chat.Hello{}))
		code, after := untilClosed(t, c) // it reads the pings and answers none
		if code != chat.CloseNoPong || after < chat.DeadAfter || after > 40*time.Second {
			t.Errorf("closed with %d after %v", code, after)
		}
	})
}

func TestTypedClientThatAnswersPingsStays(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wire, s *Server) {
		c := w.dial(t, chat.Protocol)
		c.Write(t.Context(), websocket.MessageText, chat.AppendCommand(nil, chat.Hello{}))
		begin := time.Now()
		for pings := 0; pings < 10; {
			_, message, err := c.Read(t.Context())
			if err != nil {
				t.Fatalf("after %d pings: %v", pings, err)
			}
			for frame := range chat.Frames(message) {
				if e, _ := chat.DecodeEvent(frame); e != nil {
					if p, ok := e.(chat.Ping); ok && p.Heads[chat.Lobby] == 0 {
						pings++
						c.Write(t.Context(), websocket.MessageText, chat.AppendCommand(nil, chat.Pong{}))
					}
				}
			}
		}
		if took := time.Since(begin); took != 10*chat.Heartbeat {
			t.Errorf("ten pings took %v", took)
		}
		c.CloseNow()
	})
}

func TestSilentPlainClientStaysWhileItsProgramLives(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wire, s *Server) {
		c := w.dial(t)
		reading, stop := context.WithCancel(t.Context())
		gone := make(chan error, 1)
		go func() {
			for {
				if _, _, err := c.Read(reading); err != nil { // which answers pings
					gone <- err
					return
				}
			}
		}()
		pass(time.Hour)
		select {
		case err := <-gone:
			t.Fatalf("an idle client that answers pings was closed: %v", err)
		default:
		}
		stop()
		<-gone
	})
}

// A mute is a client that takes what it is sent and says nothing, not even
// pong: its program has gone, and nobody told the server.
func (w *wire) mute(t *testing.T) net.Conn {
	t.Helper()
	ours, theirs := net.Pipe()
	w.lines <- theirs
	io.WriteString(ours, "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	go io.Copy(io.Discard, ours) // ends with the connection
	return ours
}

func TestHalfOpenPlainLineIsFreed(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wire, s *Server) {
		defer w.mute(t).Close()
		for _, tt := range []struct {
			after time.Duration
			open  int
		}{{0, 1}, {chat.DeadAfter - time.Second, 1}, {chat.DeadAfter + closeWithin, 0}} {
			pass(tt.after)
			if n := s.sockets.count(); n != tt.open {
				t.Errorf("%d sockets are open %v later, want %d", n, tt.after, tt.open)
			}
		}
	})
}

func TestHalfOpenTypedLineIsFreed(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wire, s *Server) {
		c := w.dial(t, chat.Protocol)
		c.Write(t.Context(), websocket.MessageText, chat.AppendCommand(nil, chat.Hello{}))
		pass(40 * time.Second)
		if n := s.sockets.count(); n != 0 {
			t.Errorf("%d sockets are open 40 s after a line went silent", n)
		}
		c.CloseNow()
	})
}

func TestPeersThatAnswerNothingDoNotHoldUpTheEnd(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wire, s *Server) {
		defer w.mute(t).Close()
		for _, c := range []*websocket.Conn{w.dial(t, chat.Protocol), w.dial(t)} {
			defer c.CloseNow() // they never read
		}
		synctest.Wait()
		begin := time.Now()
		s.shutdown()
		if took := time.Since(begin); took > stopWithin {
			t.Errorf("the end took %v", took)
		}
		if n := s.sockets.count(); n != 0 {
			t.Errorf("%d sockets are still open", n)
		}
	})
}

func TestWhoHasNotSaidHelloIsToldThatTheServerStops(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wire, s *Server) {
		c := w.dial(t, chat.Protocol)
		synctest.Wait()
		go s.shutdown()
		if code, after := untilClosed(t, c); code != chat.CloseGoingAway || after > time.Second {
			t.Errorf("closed with %d after %v", code, after)
		}
	})
}

func TestHealthSaysWhenTheServerStops(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wire, s *Server) {
		for _, want := range []int{http.StatusOK, http.StatusServiceUnavailable} {
			answer := httptest.NewRecorder()
			s.health(answer, nil)
			if answer.Code != want {
				t.Errorf("%d, want %d", answer.Code, want)
			}
			s.stop()
		}
	})
}
