//go:build js

package link

import (
	"context"
	"errors"
	"sync"
	"syscall/js"
	"time"

	"cyberchat/app/chat"
)

// The browser's WebSocket (https://websockets.spec.whatwg.org) is used
// directly. The websocket library's form of it cannot end a connection that is
// still opening (it asks for code 1008, which a page may not send, and hands no
// connection back to close); hides the close code; and can stop the whole
// program for ever: its Close holds a lock until the close event, its error
// handler waits for that lock, and a handler of Go's that waits keeps the
// browser from delivering any event, the close event too. In Chromium that was
// seen when an error follows a Close: both sides closed at once, or an invalid
// frame arrived. So here no handler waits for anything and no closing for the
// other side.
//
// The close code is used where there is one. It cannot be relied upon: Chromium
// reports 1006 for a server that uses the library's Close, which sends a second
// close frame after the answer to the first. So [chat.Closing] comes before it.

// maxUnread is how much a page may leave unread, in bytes: a browser takes
// messages in whether they are read or not. Beyond it the line is lost.
const maxUnread = 16 << 20

// A dialer opens connections of a page.
type dialer struct{}

func newDialer() dialer { return dialer{} }

func (dialer) close() {}

// dial opens a connection; ctx bounds only that.
func (dialer) dial(ctx context.Context, url string) (*conn, error) {
	ws, err := newWebSocket(url)
	if err != nil {
		return nil, refusal("The browser refused to connect: " + err.Error())
	}
	c := &conn{ws: ws, opened: make(chan struct{}), changed: make(chan struct{}, 1), ended: make(chan struct{})}
	c.on("open", func(js.Value) { close(c.opened) })
	c.on("message", func(e js.Value) { c.take(e.Get("data")) })
	c.on("close", func(e js.Value) {
		c.finish(&closeError{chat.CloseCode(e.Get("code").Int()), e.Get("reason").String()})
	})
	select {
	case <-c.opened:
	case <-c.ended:
		c.drop()
		return nil, c.err
	case <-ctx.Done():
		c.drop()
		return nil, ctx.Err()
	}
	if ws.Get("protocol").String() != chat.Protocol {
		c.drop()
		return nil, refusal(notChat)
	}
	return c, nil
}

// newWebSocket makes the browser's object, which throws if the page may not
// connect there.
func newWebSocket(url string) (ws js.Value, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case js.Error:
			err = errors.New(r.Get("message").String())
		default:
			panic(r) // none of the browser's
		}
	}()
	return js.Global().Get("WebSocket").New(url, chat.Protocol), nil
}

// A conn is a socket of a page. The browser's events come in on goroutines of
// their own, which must never wait for anything.
type conn struct {
	ws        js.Value
	listeners []listener
	opened    chan struct{} // closed when the connection is open
	changed   chan struct{} // holds a token when there is more to read
	ended     chan struct{} // closed when it is over

	mu     sync.Mutex // guards what follows; held for moments only
	unread [][]byte
	size   int   // of what is unread, in bytes
	err    error // set before ended is closed
}

type listener struct {
	event string
	f     js.Func
}

func (c *conn) on(event string, f func(e js.Value)) {
	l := listener{event, js.FuncOf(func(_ js.Value, args []js.Value) any {
		f(args[0])
		return nil
	})}
	c.listeners = append(c.listeners, l)
	c.ws.Call("addEventListener", l.event, l.f)
}

// take keeps a message until it is read.
func (c *conn) take(data js.Value) {
	if data.Type() != js.TypeString {
		c.finish(errors.New("link: a binary message"))
		return
	}
	p := []byte(data.String())
	c.mu.Lock()
	c.unread = append(c.unread, p)
	c.size += len(p)
	full := c.size > maxUnread || len(p) > maxMessage
	c.mu.Unlock()
	if full {
		c.finish(errors.New("link: too much to read"))
	}
	signal(c.changed)
}

// finish ends reading; the first reason counts.
func (c *conn) finish(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
		close(c.ended)
	}
}

func (c *conn) read() ([]byte, error) {
	for {
		c.mu.Lock()
		if len(c.unread) > 0 {
			p := c.unread[0]
			c.unread[0] = nil
			c.unread = c.unread[1:]
			c.size -= len(p)
			c.mu.Unlock()
			return p, nil
		}
		err := c.err
		c.mu.Unlock()
		if err != nil {
			return nil, err
		}
		select {
		case <-c.changed:
		case <-c.ended:
		}
	}
}

// write hands a message to the browser, which never makes anybody wait. It
// drops what is written to a connection that is closing.
func (c *conn) write(_ context.Context, p []byte) error {
	select {
	case <-c.ended:
		return c.err
	default:
		c.ws.Call("send", string(p))
		return nil
	}
}

// leave does not wait: the browser finishes the closing by itself.
func (c *conn) leave(time.Duration) { c.drop() }

// drop closes with code 1000, also a connection that is still opening, and
// hears no more of it.
func (c *conn) drop() {
	for _, l := range c.listeners {
		c.ws.Call("removeEventListener", l.event, l.f)
		l.f.Release()
	}
	c.listeners = nil
	c.ws.Call("close", int(chat.CloseNormal))
	c.finish(errors.New("link: closed"))
}
