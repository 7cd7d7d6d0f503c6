//go:build !js

package link

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

// ids reads n commands and returns their ids.
func ids(p *peer, n int) (got []string) {
	for range n {
		switch c := p.read().(type) {
		case chat.Post:
			got = append(got, c.ID)
		case chat.Rename:
			got = append(got, c.ID)
		default:
			p.t.Errorf("the client sent %#v", c)
			return got
		}
	}
	return got
}

func TestSentAgainInOrderUntilAnswered(t *testing.T) {
	seen := make(chan []string, 10)
	url := serve(t, func(n int, p *peer) {
		p.greet()
		switch n {
		case 0:
			seen <- ids(p, 4)
			p.send(chat.Ack{ID: "b", Seq: 1}, chat.Reject{ID: "c", Fault: *chat.NoRoom("x")})
			p.tcp.Close()
		case 1:
			seen <- ids(p, 2)
			p.tcp.Close() // without an answer
		case 2:
			seen <- ids(p, 2)
			p.send(chat.Ack{ID: "a", Seq: 2}, chat.Ack{ID: "d", Seq: 3, Duplicate: true})
			p.tcp.Close()
		default:
			seen <- ids(p, 1)
			p.drain()
		}
	})
	c := open(t, url)
	c.post("a", "b", "c", "d") // before it is open
	c.run()
	for _, want := range [][]string{{"a", "b", "c", "d"}, {"a", "d"}, {"a", "d"}} {
		if got := <-seen; !slices.Equal(got, want) {
			t.Fatalf("sent %v, want %v", got, want)
		}
	}
	if got := event[chat.Reject](c); got.ID != "c" {
		t.Errorf("rejected %+v", got)
	}
	for range 3 {
		c.await(Open)
	}
	c.post("e")
	if got := <-seen; !slices.Equal(got, []string{"e"}) {
		t.Errorf("sent %v once everything was answered", got)
	}
}

func TestForgottenPostsAreNotSent(t *testing.T) {
	seen := make(chan []string, 1)
	c := open(t, serve(t, func(_ int, p *peer) {
		p.greet()
		seen <- ids(p, 2)
		p.drain()
	}))
	c.post("a", "b", "c")
	c.Forget("b")
	c.Forget("none")
	c.run()
	if got := <-seen; !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("sent %v", got)
	}
}

func TestNextHelloAsksForTheNameItIsTold(t *testing.T) {
	hellos := make(chan chat.Hello, 2)
	c := open(t, serve(t, func(n int, p *peer) {
		hellos <- p.greet()
		if n == 0 {
			p.ws.Close(websocket.StatusGoingAway, "")
			return
		}
		p.drain()
	}))
	c.backoffFirst, c.backoffMost = time.Hour, time.Hour
	c.run().await(Waiting)
	<-hellos
	c.UseName("Bea")
	c.RetryNow()
	if h := <-hellos; h.Name != "Bea" {
		t.Errorf("the hello asks for %q", h.Name)
	}
}

func TestNewestRenameCountsAndTheGivenNameIsKept(t *testing.T) {
	hellos := make(chan chat.Hello, 4)
	url := serve(t, func(n int, p *peer) {
		hellos <- p.greet()
		switch n {
		case 0:
			if got := ids(p, 2); !slices.Equal(got, []string{"p", "r2"}) {
				t.Errorf("sent %v", got)
			}
			p.tcp.Close()
		case 1:
			if got := ids(p, 2); !slices.Equal(got, []string{"p", "r2"}) {
				t.Errorf("sent again %v", got)
			}
			p.send(chat.Ack{ID: "r2", Name: "Bea"})
			p.tcp.Close()
		case 2:
			p.send(chat.Presence{Number: 1, Renamed: []chat.Renamed{{ID: "p9", To: "Other"}, {ID: us.ID, From: "Ada", To: "Cleo"}}})
			p.tcp.Close()
		default:
			p.drain()
		}
	})
	c := open(t, url)
	if err := errors.Join(c.Send(chat.Rename{ID: "r1", Name: "Bo"}), c.Send(post("p")), c.Send(chat.Rename{ID: "r2", Name: "Bea"})); err != nil {
		t.Fatal(err)
	}
	c.run()
	for i, want := range []string{"Ada", "Ada", "Bea", "Cleo"} {
		if h := <-hellos; h.Name != want {
			t.Errorf("hello %d asks for %q, want %q", i, h.Name, want)
		}
	}
}

func TestWhatCannotBeSent(t *testing.T) {
	l := New(Config{})
	var fault *chat.Fault
	long := chat.Post{ID: "a", Room: chat.Lobby, Text: strings.Repeat("\x01", chat.MaxText)}
	if err := l.Send(long); !errors.As(err, &fault) || fault.Code != chat.CodeTooLong {
		t.Errorf("too long: %v", err)
	}
	if err := l.Send(chat.Post{ID: strings.Repeat("a", chat.MaxID), Room: chat.Lobby, Text: strings.Repeat("😀", chat.MaxText)}); err != nil {
		t.Errorf("the longest text: %v", err)
	}
	if err := l.Send(chat.Pong{}); err == nil {
		t.Error("a pong was taken")
	}
	for i := range maxWaiting - 1 {
		if err := l.Send(post(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Send(post("z")); !errors.Is(err, ErrFull) {
		t.Errorf("one more than fit: %v", err)
	}
	l.Forget("0")
	if err := l.Send(post("z")); err != nil {
		t.Errorf("room was made, but: %v", err)
	}
}

// What answers nothing that waits is not the person's: they would take it for
// the answer to something else.
func TestRefusalsOfWhatNobodyWaitsForAreNotDelivered(t *testing.T) {
	superseded := make(chan struct{})
	c := open(t, serve(t, func(_ int, p *peer) {
		p.greetAt(2, 0, false, sayings(1, 2)...)
		p.send(said(4))
		asked := asks(p, 2)
		p.send(said(3)) // what was asked for came by itself
		gone := ids(p, 2)
		close(superseded)
		ids(p, 1)
		for _, id := range append(gone, asked.ID, "never", "") {
			p.send(chat.Reject{ID: id, Fault: *chat.TooFast(time.Hour)})
		}
		p.send(chat.Reject{ID: "new", Fault: *chat.NameTaken("Bea")})
		p.drain()
	})).run()
	messages(c, 5)
	c.post("forgotten")
	if err := c.Send(chat.Rename{ID: "old", Name: "Bo"}); err != nil {
		t.Fatal(err)
	}
	<-superseded
	c.Forget("forgotten")
	if err := c.Send(chat.Rename{ID: "new", Name: "Bea"}); err != nil {
		t.Fatal(err)
	}
	if got := event[chat.Reject](c); got.ID != "new" {
		t.Errorf("rejected %+v", got)
	}
}
