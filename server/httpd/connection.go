package httpd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"golang.org/x/time/rate"
	"nhooyr.io/websocket"

	"cyberchat/app/chat"
	"cyberchat/server/hub"
)

const (
	// writeWithin is how long a small write may take before the line is given
	// up: longer than what waits may wait, and its close after that.
	writeWithin = 15 * time.Second
	// closeWithin is how long a peer may take to answer a close, and
	// slowCloseWithin how long one may that has much to read before it. Who is
	// closed with chat.CloseSlow reads the rest of the message that was begun
	// first. So who takes less than 13 KB a second may not learn the code when that
	// is one of chat.MaxOutbound, or 52 KB when it is the largest page: to them the
	// line breaks, and they come back as they do after any.
	closeWithin, slowCloseWithin = 2 * time.Second, 5 * time.Second
)

// A connection is one open socket, and a listener's outlet. One goroutine reads.
// The websocket library does the handshake, reads, answers pings and closes;
// what is sent goes into the line below it.
type connection struct {
	server *Server
	line   *line // below conn
	conn   *websocket.Conn
	mode   hub.Mode
	who    identity
	at     string                       // the address it comes from, see addressOf
	from   *rate.Limiter                // of that; nil if there is no bound
	barred *hub.Close                   // why it is closed at once; nil if it is not
	frames *rate.Limiter                // bounds what is read: WebSocket frames, and commands beyond one in each
	place  atomic.Pointer[hub.Listener] // nil before it joined; changed by the reader alone

	ending atomic.Bool   // end was called
	ended  chan struct{} // closed when it is through
}

// serve runs the connection until it is closed, in goroutines of its own, and
// calls gone in the end.
func (c *connection) serve(gone func()) {
	uncut := context.AfterFunc(c.server.untilCut, func() { c.line.Conn.Close() })
	over := func() {
		c.conn.CloseNow()
		uncut()
		gone()
	}
	go func() {
		first, err := c.join()
		if err != nil {
			over()
			return
		}
		// A goroutine that has decoded and encoded JSON has a large stack. This
		// one waits most of its life, and there are as many as connections.
		go func() {
			defer over()
			c.listen(first)
		}()
	}()
}

// join takes the hello, if there must be one, and takes a place in the hub. It
// returns what else was read. On an error the connection has been closed.
func (c *connection) join() (first []byte, err error) {
	if c.barred != nil {
		c.end(*c.barred)
		return nil, errNotIn
	}
	var hello chat.Hello
	if c.mode == hub.Typed {
		if hello, first, err = c.hello(); err != nil {
			return nil, err
		}
	}
	err = c.enter(hello, c.who.token(hello.Token))
	if no := uninvited(err); no != nil && c.mode == hub.Plain {
		if err = c.knock(no.Close); errors.Is(err, errNotIn) {
			return nil, err
		}
	}
	var no *hub.Refused
	switch {
	case err == nil:
		c.server.watch(c)
		return first, nil
	case errors.As(err, &no):
		c.end(no.Close)
	default:
		c.end(goingAway)
	}
	return nil, err
}

// enter takes a place in the hub for whoever has the token. The error is that of
// [hub.Hub.Join].
func (c *connection) enter(hello chat.Hello, token string) error {
	place, err := c.server.hub.Join(hub.Visit{Hello: hello, Token: token, Address: c.at, Mode: c.mode, From: c.from}, c)
	if err == nil {
		c.place.Store(place)
		c.server.moved.drop(token)
		c.server.given.drop(token)
	}
	return err
}

// listen obeys what comes until the line ends, then leaves the hub.
func (c *connection) listen(first []byte) {
	defer func() { c.place.Load().Leave() }()
	defer c.server.unwatch(c)
	if reason := c.read(first); reason != nil {
		c.place.Load().Close(*reason)
		<-c.ended // it says why, behind what is sent
	}
}

// Send is the outlet's.
func (c *connection) Send(frames []byte) {
	if !c.line.Send(frames) {
		c.End(hub.TooSlow)
	}
}

// End is the outlet's. It does not wait for the end.
func (c *connection) End(reason hub.Close) {
	if !c.ending.Load() {
		go c.end(reason) // for closeWithin at most, or slowCloseWithin
	}
}

// end says why and closes the connection, waiting for the answer. The library
// would wait longer and cannot be hurried, so the line below it is given a
// deadline. The first call counts; others wait for it.
func (c *connection) end(reason hub.Close) {
	if c.ending.Swap(true) {
		<-c.ended
		return
	}
	defer close(c.ended)
	within := closeWithin
	if reason.Code == chat.CloseSlow {
		within = slowCloseWithin
	}
	c.line.endWithin(within)
	var words []byte // the close code says the same
	if reason.Text != "" {
		words = hub.Frame(c.mode, chat.Closing{Code: reason.Code, Text: reason.Text})
	}
	c.line.SendLast(words, reason.Code == chat.CloseSlow)
	c.conn.Close(websocket.StatusCode(reason.Code), closeReason(reason.Text))
}

// closeReason is a text as it fits into a close frame: 123 bytes (RFC 6455
// §5.5), whole characters.
func closeReason(text string) string {
	const most = 123
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "")
}

// errNotIn is the end of a connection that was closed before it joined.
var errNotIn = errors.New("not in")

// hello reads the first message of a typed connection, which must begin with a
// hello, and returns what follows that in it. On an error the connection has
// been closed.
func (c *connection) hello() (hello chat.Hello, rest []byte, err error) {
	late := time.AfterFunc(chat.HelloWithin, func() {
		c.end(hub.Close{Code: chat.CloseNoHello, Text: "No hello came. Say hello within ten seconds of connecting."})
	})
	defer late.Stop()
	stay := context.AfterFunc(c.server.untilStop, func() { c.end(goingAway) })
	defer stay()
	message, reason, err := c.next()
	if err != nil && reason == nil {
		return hello, nil, err
	}
	if reason == nil {
		reason = &hub.Close{Code: chat.CloseBadHello, Text: "The first frame must be a hello, such as {\"type\":\"hello\"}."}
		for frame := range chat.Frames(message) {
			command, _, fault := chat.DecodeCommand(frame)
			if h, ok := command.(chat.Hello); ok && fault == nil {
				if !late.Stop() || !stay() {
					c.end(goingAway) // once: this waits for whoever says why
					return hello, nil, errNotIn
				}
				_, rest, _ = bytes.Cut(message, frame)
				return h, rest, nil
			}
			if fault != nil {
				reason.Text = fault.Text
			}
			break
		}
	}
	c.end(*reason)
	return hello, nil, errNotIn
}

// read obeys what the client says, beginning with a message that was read
// already, until the line ends. It returns why, if it is the client's doing.
func (c *connection) read(message []byte) *hub.Close {
	for {
		if reason := c.obey(message); reason != nil {
			return reason
		}
		var reason *hub.Close
		var err error
		if message, reason, err = c.next(); err != nil || reason != nil {
			return reason
		}
	}
}

// obey carries out what one message says: a line, or some typed commands. Nil
// says that nothing was read yet.
func (c *connection) obey(message []byte) *hub.Close {
	if message == nil {
		return nil
	}
	if c.mode == hub.Plain {
		return c.do(chat.ParseLine(string(message), c.place.Load().Current()))
	}
	first := true
	for frame := range chat.Frames(message) {
		if !first && !c.frames.Allow() { // the first was counted as the message
			return flood
		}
		first = false
		command, id, fault := chat.DecodeCommand(frame)
		if fault != nil {
			c.place.Load().Refuse(id, fault)
		} else if reason := c.do(command, nil); reason != nil {
			return reason
		}
	}
	return nil
}

// do carries out one command, or refuses it.
func (c *connection) do(command chat.Command, fault *chat.Fault) *hub.Close {
	if fault != nil {
		c.place.Load().Refuse("", fault)
		return nil
	}
	switch command := command.(type) {
	case chat.Enter:
		c.comeBy(command)
	case chat.Pong: // hearing it was enough
	case chat.Quit:
		return &hub.Close{Code: chat.CloseNormal}
	default:
		c.place.Load().Do(command)
	}
	return nil
}

// flood is why a connection is closed that sends more than anybody types.
var flood = &hub.Close{Code: chat.CloseFlood, Text: "You sent far too much at once. Connect again and send less."}

// whyNotRead returns why the connection must be closed after reading failed, if
// it is still there to be closed. The library closes it for most faults of the
// protocol; of two it says nothing, and it has no name for them either.
func whyNotRead(err error) *hub.Close {
	switch {
	case errors.Is(err, errFlood):
		return flood
	case strings.Contains(err.Error(), "unmasked frame"):
		return &hub.Close{Code: chat.CloseProtocol, Text: "Frames from a client must be masked (RFC 6455 §5.1)."}
	case strings.Contains(err.Error(), "negative payload length"):
		return &hub.Close{Code: chat.CloseProtocol, Text: "The length of a frame is not one (RFC 6455 §5.2)."}
	}
	return nil
}

// next reads one message of at most chat.MaxFrame bytes of UTF-8, never nil. It
// returns why the connection must be closed if that is not what came, and an
// error when nothing more can be read.
func (c *connection) next() (message []byte, reason *hub.Close, err error) {
	kind, r, err := c.conn.Reader(context.Background())
	if err != nil {
		return nil, whyNotRead(err), err
	}
	if kind != websocket.MessageText {
		return nil, &hub.Close{Code: chat.CloseUnsupported, Text: "Only text messages are understood here, not binary ones."}, nil
	}
	message, err = io.ReadAll(io.LimitReader(r, chat.MaxFrame+1))
	switch {
	case err != nil:
		return nil, whyNotRead(err), err
	case len(message) > chat.MaxFrame:
		return nil, &hub.Close{Code: chat.CloseTooBig, Text: "The message is larger than 32 KiB. Send it in parts."}, nil
	case !utf8.Valid(message):
		return nil, &hub.Close{Code: chat.CloseNotUTF8, Text: "The message is not UTF-8."}, nil
	}
	return message, nil, nil
}
