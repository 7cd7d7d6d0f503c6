package httpd

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
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
func wantsSocket(r *http.Request) bool { return lists(r.Header, "Upgrade", "websocket") }

// lists tells whether a header that is a list of tokens has this one.
func lists(h http.Header, name, token string) bool {
	for item := range strings.SplitSeq(strings.Join(h.Values(name), ","), ",") {
		if strings.EqualFold(strings.TrimSpace(item), token) {
			return true
		}
	}
	return false
}

// refuseSocket returns why a request does not become a socket, or nil.
func (s *Server) refuseSocket(r *http.Request) *refusal {
	if text := s.gate.refuseOrigin(r); text != "" {
		return &refusal{status: http.StatusForbidden, Code: "bad_origin", Text: text}
	}
	if _, ok := modeOf(r); !ok {
		return &refusal{
			status: http.StatusBadRequest,
			Code:   "unknown_protocol",
			Text:   "None of the sub-protocols asked for is known here. Ask for one of those below, or for none to speak plain lines.",
			Known:  []string{chat.Protocol},
		}
	}
	// RFC 6455 §4.2.1, what the library would refuse without a code.
	key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-WebSocket-Key"))
	switch {
	case r.Method != http.MethodGet || !wantsSocket(r) || !lists(r.Header, "Connection", "Upgrade"):
		return &refusal{status: http.StatusUpgradeRequired, Code: "not_a_socket", Text: "This is a WebSocket. Open it with a WebSocket client, such as npx wscat -c ws://" + printable(r.Host) + "."}
	case r.Header.Get("Sec-WebSocket-Version") != "13":
		return &refusal{status: http.StatusUpgradeRequired, Code: "bad_version", Text: "Only version 13 of WebSocket is spoken here. Use a client of this decade."}
	case err != nil || len(key) != 16:
		return &refusal{status: http.StatusBadRequest, Code: "bad_key", Text: "The Sec-WebSocket-Key is not 16 bytes in base64. Your WebSocket client is at fault."}
	}
	return nil
}

// socket serves one connection, from the upgrade to its end.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	if no := s.refuseSocket(r); no != nil {
		no.answer(w)
		return
	}
	leave, limit, no := s.sockets.enter(r.RemoteAddr)
	if no != nil {
		no.answer(w)
		return
	}
	defer leave()
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
	defer context.AfterFunc(s.untilCut, func() { raw.line.Close() })()
	conn.SetReadLimit(-1) // read bounds it, and says so in words
	mode, _ := modeOf(r)
	c := &connection{
		line:   raw.line,
		conn:   conn,
		hub:    s.hub,
		mode:   mode,
		from:   limit,
		frames: rate.NewLimiter(chat.FrameRate, chat.FrameBurst),
	}
	c.serve(s.untilCut, s.untilStop)
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
	status int
	retry  int // after so many seconds; 0 says nothing

	Code  string   `json:"code"`
	Text  string   `json:"text"`
	Known []string `json:"known,omitempty"` // sub-protocols
}

func (no *refusal) answer(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	if no.status == http.StatusUpgradeRequired {
		h.Set("Upgrade", "websocket")
		h.Set("Connection", "Upgrade")
		h.Set("Sec-WebSocket-Version", "13")
	}
	if no.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(no.retry))
	}
	w.WriteHeader(no.status)
	json.NewEncoder(w).Encode(no) // a client that is gone is no error of ours
}

// A connection is one open socket. Its reader is the goroutine of serve; its
// writer a second one, which serve starts and waits for. Only the writer
// writes, but for what ends a connection that never joined.
type connection struct {
	line   *line // below conn
	conn   *websocket.Conn
	hub    *hub.Hub
	mode   hub.Mode
	from   *rate.Limiter // of its address; nil if there is no bound
	frames *rate.Limiter // bounds what is read; used by the reader
	place  *hub.Listener // set once joined
	quiet  *time.Timer   // closes a typed connection that is silent for too long
}

// serve runs the connection until it is closed or ctx ends, which cuts it off.
// When untilStop ends, the hub closes those who have joined; before that it is
// done here.
func (c *connection) serve(ctx, untilStop context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var first []byte
	var hello chat.Hello
	if c.mode == hub.Typed {
		var err error
		if hello, first, err = c.hello(ctx, untilStop); err != nil {
			return
		}
	}
	place, err := c.hub.Join(hello, c.mode, c.from)
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

// errNoHello is the end of a connection that never joined.
var errNoHello = errors.New("no hello")

// hello reads the first message of a typed connection, which must begin with a
// hello, and returns what follows that in it. On an error the connection has
// been closed.
func (c *connection) hello(ctx, untilStop context.Context) (hello chat.Hello, rest []byte, err error) {
	var once sync.Once
	end := func(reason hub.Close) { once.Do(func() { c.end(reason) }) }
	late := time.AfterFunc(chat.HelloWithin, func() {
		end(hub.Close{Code: chat.CloseNoHello, Text: "No hello came. Say hello within ten seconds of connecting."})
	})
	defer late.Stop()
	stay := context.AfterFunc(untilStop, func() { end(goingAway) })
	defer stay()
	message, reason, err := c.next(ctx)
	if err != nil {
		return hello, nil, err
	}
	if reason == nil {
		reason = &hub.Close{Code: chat.CloseBadHello, Text: "The first frame must be a hello, such as {\"type\":\"hello\"}."}
		for frame := range chat.Frames(message) {
			command, _, fault := chat.DecodeCommand(frame)
			if h, ok := command.(chat.Hello); ok && fault == nil {
				if !late.Stop() || !stay() {
					end(goingAway) // once: this waits for whoever says why
					return hello, nil, errNoHello
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
	end(*reason)
	return hello, nil, errNoHello
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

// obey carries out what one message says: a line, or some typed commands. Nil
// says that nothing was read yet.
func (c *connection) obey(message []byte) *hub.Close {
	if message == nil {
		return nil
	}
	if c.mode == hub.Plain {
		return c.do(chat.ParseLine(string(message)))
	}
	first := true
	for frame := range chat.Frames(message) {
		if !first && !c.frames.Allow() { // the first was counted as the message
			return flood
		}
		first = false
		command, id, fault := chat.DecodeCommand(frame)
		if fault != nil {
			c.place.Refuse(id, fault)
		} else if reason := c.do(command, nil); reason != nil {
			return reason
		}
	}
	return nil
}

// do carries out one command, or refuses it.
func (c *connection) do(command chat.Command, fault *chat.Fault) *hub.Close {
	if fault != nil {
		c.place.Refuse("", fault)
		return nil
	}
	switch command.(type) {
	case chat.Pong: // hearing it was enough
	case chat.Quit:
		return &hub.Close{Code: chat.CloseNormal}
	default:
		c.place.Do(command)
	}
	return nil
}

// flood is why a connection is closed that sends more than anybody types.
var flood = &hub.Close{Code: chat.CloseFlood, Text: "You sent far too much at once. Connect again and send less."}

// next reads one message of at most chat.MaxFrame bytes of UTF-8, never nil. It
// returns why the connection must be closed if that is not what came, and an
// error when the line has ended.
func (c *connection) next(ctx context.Context) (message []byte, reason *hub.Close, err error) {
	kind, r, err := c.conn.Reader(ctx)
	if err != nil && strings.Contains(err.Error(), "unmasked") {
		// Of all faults of the protocol the library says nothing of this one; it
		// has no name for it either.
		return nil, &hub.Close{Code: chat.CloseProtocol, Text: "Frames from a client must be masked (RFC 6455 §5.1)."}, nil
	}
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
	case !c.frames.Allow():
		return nil, flood, nil
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
	var beat <-chan time.Time // only in typed mode
	if c.mode == hub.Typed {
		ticker := time.NewTicker(chat.Heartbeat)
		defer ticker.Stop()
		beat = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat:
			c.place.Tell(c.hub.Heads())
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
