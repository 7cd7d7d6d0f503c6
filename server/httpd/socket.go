package httpd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/time/rate"
	"nhooyr.io/websocket"

	"cyberchat/app/chat"
	"cyberchat/server/hub"
)

const (
	// writeWithin is how long one write may take before the line is given up.
	writeWithin = 10 * time.Second
	// closeWithin is how long a peer may take to answer a close.
	closeWithin = 2 * time.Second
)

// wantsSocket tells whether a request asks for an upgrade (RFC 6455 §4.1).
func wantsSocket(r *http.Request) bool {
	return slices.ContainsFunc(r.Header.Values("Upgrade"), func(v string) bool {
		return strings.EqualFold(strings.TrimSpace(v), "websocket")
	})
}

// socket serves one connection, from the upgrade to its end.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	if text := s.gate.refuseOrigin(r); text != "" {
		refuse(w, http.StatusForbidden, refusal{Code: "bad_origin", Text: text})
		return
	}
	mode, ok := modeOf(r)
	if !ok {
		refuse(w, http.StatusBadRequest, refusal{
			Code:  "unknown_protocol",
			Text:  "None of the sub-protocols asked for is known here. Ask for one of those below, or for none to speak plain lines.",
			Known: []string{chat.Protocol},
		})
		return
	}
	if !wantsSocket(r) {
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Connection", "Upgrade")
		refuse(w, http.StatusUpgradeRequired, refusal{Code: "not_a_socket", Text: "This is a WebSocket. Open it with a WebSocket client, such as npx wscat -c ws://" + printable(r.Host) + "."})
		return
	}
	defer s.open.Add(-1)
	if s.open.Add(1) > chat.MaxConnections {
		w.Header().Set("Retry-After", "30")
		refuse(w, http.StatusServiceUnavailable, refusal{Code: "full", Text: "The server holds as many connections as it can. Try again later."})
		return
	}
	s.sockets.Add(1)
	defer s.sockets.Done()
	// The origin was checked above, with scheme and port, which Accept does not
	// look at.
	raw := &hijacked{ResponseWriter: w}
	conn, err := websocket.Accept(raw, r, &websocket.AcceptOptions{
		Subprotocols:       []string{chat.Protocol},
		InsecureSkipVerify: true,
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		return // Accept has answered
	}
	defer conn.CloseNow()
	conn.SetReadLimit(-1) // read bounds it, and says so in words
	c := &connection{
		line:   raw.line,
		conn:   conn,
		hub:    s.hub,
		mode:   mode,
		frames: rate.NewLimiter(chat.FrameRate, chat.FrameBurst),
	}
	c.serve(s.untilCut)
}

// modeOf reads from the sub-protocols asked for how the client wants to speak.
func modeOf(r *http.Request) (mode hub.Mode, ok bool) {
	asked := strings.Join(r.Header.Values("Sec-WebSocket-Protocol"), ",")
	if strings.Trim(asked, ", ") == "" {
		return hub.Plain, true
	}
	for p := range strings.SplitSeq(asked, ",") {
		if strings.TrimSpace(p) == chat.Protocol {
			return hub.Typed, true
		}
	}
	return 0, false
}

// A refusal is what a client reads that may not open a socket.
type refusal struct {
	Code  string   `json:"code"`
	Text  string   `json:"text"`
	Known []string `json:"known,omitempty"` // sub-protocols
}

func refuse(w http.ResponseWriter, status int, body refusal) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body) // it is gone if the client is
}

// A connection is one open socket. Its reader is the goroutine of serve; its
// writer a second one, which serve starts and waits for. Only the writer
// writes, but for what ends a connection that never joined.
type connection struct {
	line   *line // below conn
	conn   *websocket.Conn
	hub    *hub.Hub
	mode   hub.Mode
	frames *rate.Limiter // bounds what is read; used by the reader
	place  *hub.Listener // set once joined
	quiet  *time.Timer   // closes a typed connection that is silent for too long
}

// serve runs the connection until it is closed or ctx ends, which cuts it off.
func (c *connection) serve(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var first []byte
	var hello chat.Hello
	if c.mode == hub.Typed {
		var err error
		if hello, first, err = c.hello(ctx); err != nil {
			return
		}
	}
	place, err := c.hub.Join(hello, c.mode)
	if err != nil {
		c.end(goingAway)
		return
	}
	c.place = place
	defer place.Leave()
	var writer, keeper sync.WaitGroup
	writer.Go(func() { c.write(ctx) })
	if c.mode == hub.Plain {
		keeper.Go(func() { c.keepAlive(ctx) })
	} else {
		c.quiet = time.AfterFunc(chat.DeadAfter, func() {
			place.Close(chat.CloseNoPong, "Nothing was heard from you for too long. Connect again.")
		})
		defer c.quiet.Stop()
	}
	if reason := c.read(ctx, first); reason != nil {
		place.Close(reason.Code, reason.Text)
		writer.Wait() // it says why
	}
	cancel()
	writer.Wait()
	keeper.Wait()
}

// hello reads the first message of a typed connection, which must begin with a
// hello, and returns what follows that in it. On an error the connection has
// been closed.
func (c *connection) hello(ctx context.Context) (hello chat.Hello, rest []byte, err error) {
	late := time.AfterFunc(chat.HelloWithin, func() {
		c.end(hub.Close{Code: chat.CloseNoHello, Text: "No hello came. Say hello within ten seconds of connecting."})
	})
	defer late.Stop()
	message, reason, err := c.next(ctx)
	if err != nil {
		return hello, nil, err
	}
	if reason == nil {
		reason = &hub.Close{Code: chat.CloseBadHello, Text: "The first frame must be a hello, such as {\"type\":\"hello\"}."}
		for frame := range chat.Frames(message) {
			command, _, fault := chat.DecodeCommand(frame)
			if h, ok := command.(chat.Hello); ok && fault == nil {
				_, rest, _ = bytes.Cut(message, frame)
				return h, rest, nil
			}
			if fault != nil {
				reason.Text = fault.Text
			}
			break
		}
	}
	if late.Stop() {
		c.end(*reason)
	}
	return hello, nil, errors.New("no hello")
}

// read obeys what the client says, beginning with a message that was read
// already, until the line ends. It returns why, if it is the client's fault.
func (c *connection) read(ctx context.Context, message []byte) *hub.Close {
	for {
		if reason := c.obey(message); reason != nil {
			return reason
		}
		var reason *hub.Close
		var err error
		if message, reason, err = c.next(ctx); err != nil || reason != nil {
			return reason
		}
		if c.quiet != nil {
			c.quiet.Reset(chat.DeadAfter)
		}
	}
}

// obey carries out what one message says: a line, or some typed commands.
func (c *connection) obey(message []byte) *hub.Close {
	if c.mode == hub.Plain {
		return c.obeyLine(message)
	}
	for frame := range chat.Frames(message) {
		if !c.frames.Allow() {
			return flood
		}
		command, id, fault := chat.DecodeCommand(frame)
		switch {
		case fault != nil:
			c.place.Refuse(id, fault)
		case command == chat.Command(chat.Pong{}): // hearing it was enough
		default:
			c.place.Do(command)
		}
	}
	return nil
}

func (c *connection) obeyLine(message []byte) *hub.Close {
	if message == nil {
		return nil // nothing was read yet
	}
	if !c.frames.Allow() {
		return flood
	}
	command, fault := chat.ParseLine(string(message))
	switch {
	case fault != nil:
		c.place.Refuse("", fault)
	case command == chat.Command(chat.Quit{}):
		return &hub.Close{Code: chat.CloseNormal}
	default:
		c.place.Do(command)
	}
	return nil
}

// flood is why a connection is closed that sends more than anybody types.
var flood = &hub.Close{Code: chat.CloseFlood, Text: "You sent far too much at once. Connect again and send less."}

// next reads one message of at most chat.MaxFrame bytes of UTF-8. It returns
// why the connection must be closed if that is not what came, and an error
// when the line has ended.
func (c *connection) next(ctx context.Context) (message []byte, reason *hub.Close, err error) {
	kind, r, err := c.conn.Reader(ctx)
	if err != nil {
		return nil, nil, err
	}
	if kind != websocket.MessageText {
		return nil, &hub.Close{Code: chat.CloseUnsupported, Text: "Only text messages are understood here, not binary ones."}, nil
	}
	message, err = io.ReadAll(io.LimitReader(r, chat.MaxFrame+1))
	switch {
	case err != nil:
		return nil, nil, err
	case len(message) > chat.MaxFrame:
		return nil, &hub.Close{Code: chat.CloseTooBig, Text: "The message is larger than 32 KiB. Send it in parts."}, nil
	case !utf8.Valid(message):
		return nil, &hub.Close{Code: chat.CloseNotUTF8, Text: "The message is not UTF-8."}, nil
	}
	return message, nil, nil
}

// write writes what waits for this connection, everything there is at once,
// until its place is closed.
func (c *connection) write(ctx context.Context) {
	beat := time.NewTicker(chat.Heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
			if c.mode == hub.Typed {
				c.place.Tell(c.hub.Heads())
			}
			continue
		case <-c.place.Wake():
		}
		frames, closed := c.place.Take()
		if err := c.send(ctx, frames); err != nil {
			c.conn.CloseNow() // which ends the reader
			return
		}
		if closed != nil {
			c.end(*closed)
			return
		}
	}
}

// send writes frames: in plain mode each in a message of its own, in typed
// mode as many in one as chat.MaxOutbound allows.
func (c *connection) send(ctx context.Context, frames [][]byte) error {
	var batch []byte
	for i, frame := range frames {
		if c.mode == hub.Plain {
			batch = frame
		} else {
			if len(batch) > 0 {
				batch = append(batch, '\n')
			}
			batch = append(batch, frame...)
			if i+1 < len(frames) && len(batch)+1+len(frames[i+1]) <= chat.MaxOutbound {
				continue
			}
		}
		within, cancel := context.WithTimeout(ctx, writeWithin)
		err := c.conn.Write(within, websocket.MessageText, batch)
		cancel()
		if err != nil {
			return err
		}
		batch = batch[:0:0]
	}
	return nil
}

// end says why and closes the connection, waiting closeWithin for the answer.
// The library would wait longer and cannot be hurried, so the line below it is
// given a deadline.
func (c *connection) end(reason hub.Close) {
	c.line.SetDeadline(time.Now().Add(closeWithin)) // fails only on a line that is closed
	if reason.Text != "" {
		event := chat.Closing{Code: reason.Code, Text: reason.Text}
		frame := chat.AppendEvent(nil, event)
		if c.mode == hub.Plain {
			frame = chat.AppendLine(nil, event)
		}
		c.send(context.Background(), [][]byte{frame}) // the close code says the same
	}
	c.line.closing.Store(true)
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

// keepAlive frees a plain connection that does not answer pings (RFC 6455
// §5.5.2): unlike in typed mode its client does not have to say anything.
func (c *connection) keepAlive(ctx context.Context) {
	beat := time.NewTicker(chat.Heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
		within, cancel := context.WithTimeout(ctx, chat.DeadAfter-chat.Heartbeat)
		err := c.conn.Ping(within)
		cancel()
		if err != nil {
			c.place.Close(chat.CloseNoPong, "Your client did not answer a ping. Connect again.")
			return
		}
	}
}
