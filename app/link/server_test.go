//go:build !js

package link

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

// patience is how long a test waits for what must come, unless it has a clock
// of its own.
const patience = 20 * time.Second

var us = chat.Person{ID: "p1", Name: "Ada"}

// A peer is the server's end of one connection.
type peer struct {
	t   *testing.T
	ctx context.Context
	ws  *websocket.Conn
	tcp net.Conn // below it
}

type connKey struct{}

// serve starts a server whose connections are handled by f, one after the
// other: n counts them from 0. It returns the address of the socket.
func serve(t *testing.T, f func(n int, p *peer)) string {
	return serveOn(t, nil, f)
}

func serveOn(t *testing.T, on net.Listener, f func(n int, p *peer)) string {
	n := 0
	turn := make(chan struct{}, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{chat.Protocol}})
		if err != nil {
			t.Errorf("accept: %v", err)
			return
		}
		defer ws.CloseNow()
		turn <- struct{}{}
		defer func() { <-turn }()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		n++
		f(n-1, &peer{t, ctx, ws, r.Context().Value(connKey{}).(net.Conn)})
	}))
	server.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, c)
	}
	if on != nil {
		server.Listener.Close()
		server.Listener = on
	}
	server.Start()
	t.Cleanup(server.Close)
	return socket(server.URL)
}

func socket(url string) string { return "ws" + strings.TrimPrefix(url, "http") + "/ws" }

// read returns the next command, or nil at the end of the connection.
func (p *peer) read() chat.Command {
	_, b, err := p.ws.Read(p.ctx)
	if err != nil {
		return nil
	}
	c, _, fault := chat.DecodeCommand(b)
	if fault != nil {
		p.t.Errorf("the client sent %q: %v", b, fault)
	}
	return c
}

// expect reads the next command, which must be one of type T.
func expect[T chat.Command](p *peer) (c T) {
	got := p.read()
	c, ok := got.(T)
	if !ok {
		p.t.Errorf("the client sent %#v, want a %T", got, c)
	}
	return c
}

// drain reads until the client is gone and tells with which code, -1 if with
// none.
func (p *peer) drain() websocket.StatusCode {
	for {
		if _, _, err := p.ws.Read(p.ctx); err != nil {
			return websocket.CloseStatus(err)
		}
	}
}

// send sends events in one message.
func (p *peer) send(events ...chat.Event) {
	var b []byte
	for _, e := range events {
		b = append(chat.AppendEvent(b, e), '\n')
	}
	p.raw(string(b))
}

func (p *peer) raw(text string) {
	if err := p.ws.Write(p.ctx, websocket.MessageText, []byte(text)); err != nil && p.t.Context().Err() == nil {
		p.t.Logf("server: write: %v", err)
	}
}

// greet reads the hello and welcomes the client.
func (p *peer) greet() chat.Hello {
	h := expect[chat.Hello](p)
	p.send(hi())
	return h
}

func hi() chat.Welcome {
	return chat.Welcome{Text: chat.Greeting, You: chat.Self{Person: us}, Epoch: "e", Heartbeat: 60_000, Rooms: []chat.RoomStatus{{Room: chat.FirstRoom(chat.Lobby)}}}
}

// greetAt reads the hello and welcomes the client into a room at head, of which
// what is behind after is to follow; more follows in the same message.
func (p *peer) greetAt(head, after int64, recovered bool, more ...chat.Event) chat.Hello {
	h := expect[chat.Hello](p)
	w := hi()
	w.Rooms[0].Head, w.Rooms[0].After, w.Rooms[0].Recovered = head, after, recovered
	p.send(append([]chat.Event{w}, more...)...)
	return h
}

// said is message number seq of the lobby.
func said(seq int64) chat.Message {
	return chat.Message{Room: chat.Lobby, Seq: seq, ID: fmt.Sprint("m", seq), Author: us, Text: fmt.Sprint("text ", seq)}
}

// happened is event number seq of the lobby: mostly a message.
func happened(seq int64) chat.Durable {
	at := chat.Stamp{Room: chat.Lobby, Seq: seq, Author: us}
	switch seq % 7 {
	case 3:
		return chat.Deleted{Stamp: at, Message: seq - 1, Of: us}
	case 5:
		return chat.MemberChanged{Stamp: at, Change: chat.Appointed, Person: us, Role: chat.RoleModerator}
	case 6:
		return chat.Newer{Stamp: at, Type: "reacted"}
	}
	return said(seq)
}

// sayings are those from number first to number last.
func sayings(first, last int64) (events []chat.Event) {
	for seq := first; seq <= last; seq++ {
		events = append(events, happened(seq))
	}
	return events
}

// page answers a question with the events from number first to number last.
func page(h chat.History, first, last int64) chat.Page {
	answer := chat.Page{ID: h.ID, Room: h.Room, Events: chat.Log{}}
	for seq := first; seq <= last; seq++ {
		answer.Events = append(answer.Events, happened(seq))
	}
	return answer
}

// heads is a ping.
func heads(lobby int64) chat.Ping { return chat.Ping{Heads: map[string]int64{chat.Lobby: lobby}} }

// A client is a line under test and what it delivers.
type client struct {
	*Line
	t        *testing.T
	patience time.Duration
	batches  chan Batch
	leave    context.CancelFunc
	over     chan error // the result of Run
}

// open prepares a line that hardly waits between tries.
func open(t *testing.T, url string) *client {
	c := &client{t: t, patience: patience, batches: make(chan Batch, 10_000), over: make(chan error, 1)}
	c.Line = New(Config{URL: url, Token: strings.Repeat("t", chat.MinToken), Name: "Ada", Build: "b1", Deliver: func(b Batch) { c.batches <- b }})
	c.backoffFirst = time.Millisecond
	c.backoffMost = 20 * time.Millisecond
	return c
}

func (c *client) run() *client {
	ctx, cancel := context.WithCancel(c.t.Context())
	c.leave = cancel
	go func() { c.over <- c.Run(ctx) }()
	c.t.Cleanup(func() {
		cancel()
		select {
		case err := <-c.over:
			c.over <- err
		case <-time.After(patience):
			c.t.Error("Run does not return")
		}
	})
	return c
}

func (c *client) next() Batch {
	c.t.Helper()
	select {
	case b := <-c.batches:
		return b
	case <-time.After(c.patience):
		c.t.Fatal("nothing is delivered")
		return Batch{}
	}
}

// await passes over everything until the line is in the phase.
func (c *client) await(p Phase) Status {
	c.t.Helper()
	for {
		if b := c.next(); b.Status != nil && b.Status.Phase == p {
			return *b.Status
		}
	}
}

// event passes over everything until an event of type T.
func event[T chat.Event](c *client) T {
	c.t.Helper()
	for {
		for _, e := range c.next().Events {
			if e, ok := e.(T); ok {
				return e
			}
		}
	}
}

// result waits for Run to return.
func (c *client) result() error {
	c.t.Helper()
	select {
	case err := <-c.over:
		c.over <- err
		return err
	case <-time.After(patience):
		c.t.Fatal("Run does not return")
		return nil
	}
}

func (c *client) post(ids ...string) {
	c.t.Helper()
	for _, id := range ids {
		if err := c.Send(post(id)); err != nil {
			c.t.Fatalf("send %s: %v", id, err)
		}
	}
}

func post(id string) chat.Post {
	return chat.Post{ID: id, Room: chat.Lobby, Text: fmt.Sprint("text ", id)}
}

func stopCode(err error) chat.CloseCode {
	var stop *StopError
	if errors.As(err, &stop) {
		return stop.Code
	}
	return -1
}
