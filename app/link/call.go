package link

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cyberchat/app/chat"
)

// maxMessage is the largest WebSocket message taken from a server, in bytes:
// more than that never waits for one connection.
const maxMessage = chat.MaxBacklog

// Below all this is *conn, a WebSocket connection that speaks [chat.Protocol]:
// one for native programs and one for the browser, with the same methods, and
// opened by the dial of a dialer.
//
//	read() ([]byte, error)               the next text message; the error of a
//	                                     connection that the other side closed
//	                                     is a *closeError
//	write(context.Context, []byte) error sends a text message; ctx bounds it
//	leave(time.Duration)                 closes with code 1000 and waits for the
//	                                     answer, at most so long
//	drop()                               ends the connection at once
//
// One goroutine reads and another one calls the rest; leave or drop is called
// once, and makes read return.

// A closeError is the end of a connection that the other side closed. The code
// is 0 if there was none.
type closeError struct {
	code   chat.CloseCode
	reason string
}

func (e *closeError) Error() string { return fmt.Sprintf("closed with code %d: %s", e.code, e.reason) }

// A refusal is an error of dialing with a sentence for the person.
type refusal string

func (r refusal) Error() string { return string(r) }

// What a person is told about a loss, where nothing more exact is known.
const (
	notReached = "The server cannot be reached."
	noAnswer   = "The server does not answer."
	notChat    = "What answers there is not a Cyber Chat server."
	fellSilent = "The line went silent."
	notTold    = "The server did not tell what was missed."
)

// A call is one connection, from dialing to its end; it belongs to the
// goroutine of Run, which is the only one to write.
type call struct {
	*Line
	ctx     context.Context
	conn    *conn
	you     string        // our id, once we are welcome
	since   time.Time     // when we were welcomed, zero before
	last    time.Time     // when the last message came
	beat    time.Duration // of the server
	held    *time.Timer   // runs when what waits may be sent
	dead    *time.Timer   // runs when nothing was heard for too long
	missing *time.Timer   // runs when something is to be done about what is missing
	within  time.Duration // in which to come back, if the server said so
	mute    bool          // writing failed
	end     *ending       // set when it is over
}

// An ending is how a call ended.
type ending struct {
	code   chat.CloseCode
	reason string        // a sentence for the person, or empty
	met    bool          // we were welcome
	open   time.Duration // for how long
	stop   bool          // do not come back
	again  bool          // come back at once
	within time.Duration // come back at a random time in this, 0 if nothing was said
	polite bool          // the server is there and gets a close frame
}

// call makes a connection and keeps it until it is over.
func (l *Line) call(ctx context.Context) ending {
	dialing, cancel := context.WithTimeout(ctx, l.dialWithin)
	conn, err := l.dialer.dial(dialing, l.cfg.URL)
	cancel()
	if err != nil {
		var r refusal
		if !errors.As(err, &r) {
			r = notReached
		}
		return ending{reason: string(r)}
	}

	messages := make(chan []byte)
	over := make(chan error, 1)
	quit := make(chan struct{})
	go func() { // ends when the connection does
		for {
			p, err := conn.read()
			if err != nil {
				over <- err
				return
			}
			select {
			case messages <- p:
			case <-quit: // the rest is read only for the sake of the close frame
			}
		}
	}()

	c := &call{Line: l, ctx: ctx, conn: conn, last: time.Now(), held: time.NewTimer(0), dead: time.NewTimer(l.welcomeWithin), missing: time.NewTimer(0)}
	defer c.held.Stop()
	defer c.dead.Stop()
	defer c.missing.Stop()
	gone := c.keep(messages, over)
	close(quit)
	if c.end.polite {
		conn.leave(l.leaveWithin)
	} else {
		conn.drop()
	}
	if !gone {
		<-over
	}
	c.mu.Lock()
	c.out.open, c.out.passing = false, nil
	c.mu.Unlock()
	if !c.since.IsZero() {
		c.end.met, c.end.open, c.end.within = true, time.Since(c.since), c.within
	}
	return *c.end
}

// keep says hello and does what there is to do until the call is over. It
// reports whether the reader has ended.
func (c *call) keep(messages <-chan []byte, over <-chan error) (gone bool) {
	c.write(chat.AppendCommand(nil, chat.Hello{
		Build: c.cfg.Build, Token: c.cfg.Token, Name: c.nameNow(), Resume: c.pos.resume(),
		Invitation: c.cfg.Invitation, Device: c.cfg.Device,
	}))
	var retry <-chan struct{} // only once we are welcome
	for c.end == nil {
		select {
		case p := <-messages:
			c.last = time.Now()
			if c.open() {
				c.hears()
			}
			c.receive(p)
			if c.open() && !c.mute {
				c.dead.Reset(2 * c.beat)
				retry = c.retry
			}
		case err := <-over:
			c.lost(err)
			return true
		case <-c.wake:
			c.flush()
		case <-c.held.C:
			c.flush()
		case <-c.missing.C:
			c.catchUp()
		case <-c.dead.C:
			switch c.end = new(ending); {
			case c.mute:
			case c.open():
				c.end.reason = fellSilent
			default:
				c.end.reason = noAnswer
			}
		case <-retry:
			if c.silence() > c.beat+c.heardWithin {
				c.end = &ending{again: true}
			}
		case <-c.ctx.Done():
			c.end = &ending{polite: true}
		}
	}
	return false
}

func (c *call) open() bool { return !c.since.IsZero() }

// silence returns how long nothing was heard. On some systems the monotonic
// clock stands still while the machine sleeps, and the other one jumps when it
// is set: the longer time counts.
func (c *call) silence() time.Duration {
	return max(time.Since(c.last), time.Now().Round(0).Sub(c.last.Round(0)))
}

// hears notes that the last message came on an open line.
func (c *call) hears() {
	c.mu.Lock()
	c.heard = c.last
	c.mu.Unlock()
}

// lost ends the call because the connection did.
func (c *call) lost(err error) {
	c.end = &ending{}
	var closed *closeError
	if errors.As(err, &closed) {
		c.closed(closed.code, closed.reason)
	}
}

// closed ends the call as the server wishes.
func (c *call) closed(code chat.CloseCode, reason string) {
	c.end = &ending{code: code, reason: reason, stop: !code.ComeBack(), polite: true}
	if c.end.stop && reason == "" {
		c.end.reason = farewell(code)
	}
}

// farewell is the sentence for a server that closed the line for good and did
// not say why.
func farewell(code chat.CloseCode) string {
	switch code {
	case chat.CloseNormal:
		return "The server has ended the conversation."
	case 1002, chat.CloseUnsupported, chat.CloseNotUTF8, chat.CloseTooBig, chat.CloseBadHello:
		return fmt.Sprintf("The server did not understand this program (code %d).", code)
	case 1008:
		return "The server does not let this program in (code 1008)."
	}
	return fmt.Sprintf("The server closed the line for good (code %d).", code)
}

// receive takes in one message of the server. Events before one that ends the
// call are still delivered.
func (c *call) receive(message []byte) {
	var batch Batch
	for frame := range chat.Frames(message) {
		e, err := chat.DecodeEvent(frame)
		switch {
		case errors.Is(err, chat.ErrUnknownType):
			continue
		case err != nil:
			c.end = &ending{reason: notChat}
		default:
			met := c.open()
			batch.Events = c.take(batch.Events, e)
			if c.open() && !met {
				batch.Status = &Status{Phase: Open}
			}
		}
		if c.end != nil {
			break
		}
	}
	if batch.Status != nil || len(batch.Events) > 0 {
		c.cfg.Deliver(batch)
	}
	c.catchUp() // before more is sent, which might be too much at once
	c.flush()
}

// welcome opens the line, if the welcome makes sense.
func (c *call) welcome(e chat.Welcome) {
	now := time.Now()
	if c.open() || !c.pos.welcome(e, now.Add(c.quietFor)) {
		c.end = &ending{reason: notChat}
		return
	}
	c.since = now
	c.you = e.You.ID
	c.cfg.Invitation = "" // it has done what it is for
	c.UseName(e.You.Name)
	c.beat = chat.Heartbeat
	if e.Heartbeat > 0 {
		c.beat = time.Duration(min(e.Heartbeat, time.Hour.Milliseconds())) * time.Millisecond
	}
	c.hears()
	c.mu.Lock()
	c.out.restart()
	c.out.open = true
	c.mu.Unlock()
}

// take does what an event asks of the line, and appends to events what is to be
// delivered for it: often the event itself.
func (c *call) take(events []chat.Event, e chat.Event) []chat.Event {
	switch e := e.(type) {
	case chat.Closing:
		c.closed(e.Code, e.Text)
		return events
	case chat.Welcome:
		if c.welcome(e); c.end != nil {
			return events
		}
		return append(events, e)
	}
	if !c.open() {
		c.end = &ending{reason: notChat}
		return events
	}
	switch e := e.(type) {
	case chat.Durable:
		r := c.pos.rooms[roomOf(e)]
		if r == nil {
			return events
		}
		n := len(events)
		return c.parted(c.pos.take(events, r, e, time.Now().Add(c.quietFor)), n)
	case chat.Entered:
		c.pos.enter(e.RoomStatus, time.Now().Add(c.quietFor))
	case chat.You:
		if e.ID == c.you {
			c.UseName(e.Name)
		}
	case chat.Ping:
		c.write(chat.AppendCommand(nil, chat.Pong{}))
		for name, head := range e.Heads {
			if r := c.pos.rooms[name]; r != nil {
				r.heard(head)
			}
		}
		return events
	case chat.Page:
		if name, r := c.asker(e.ID); r != nil {
			return c.filled(events, name, r, e)
		}
		if !c.answered(e.ID) {
			return events // nobody wants it any more
		}
	case chat.Listing:
		if !c.answered(e.ID) {
			return events
		}
	case chat.Drain:
		c.within = min(time.Duration(max(e.Within, 0)), c.drainMost/time.Millisecond) * time.Millisecond
	case chat.Presence:
		for _, r := range e.Renamed {
			if r.ID == c.you {
				c.UseName(r.To)
			}
		}
	case chat.Ack:
		if e.Name != "" {
			c.UseName(e.Name)
		}
		c.answered(e.ID)
	case chat.Reject:
		if name, r := c.asker(e.ID); r != nil {
			c.refused(name, r, e.Fault)
			return events
		}
		c.mu.Lock()
		told := c.out.rejected(e, time.Now())
		c.mu.Unlock()
		return append(events, told...)
	}
	return append(events, e)
}

// answered takes a command out of the outbox. It reports whether somebody waited
// for the answer.
func (c *call) answered(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.answered(id)
}

// flush sends what waits, as far as it may be sent.
func (c *call) flush() {
	for c.open() && c.end == nil && !c.mute {
		c.mu.Lock()
		frame, wait := c.out.next(time.Now())
		c.mu.Unlock()
		if frame == nil {
			if wait > 0 {
				c.held.Reset(wait)
			}
			return
		}
		c.write(frame)
	}
}

// write sends one message. If that fails the call is as good as over, but what
// the server has sent is still read for a moment: it may say why.
func (c *call) write(p []byte) {
	if c.end != nil || c.mute {
		return
	}
	ctx, cancel := context.WithTimeout(c.ctx, c.writeWithin)
	defer cancel()
	if c.conn.write(ctx, p) != nil {
		c.mute = true
		c.dead.Reset(c.leaveWithin)
	}
}
