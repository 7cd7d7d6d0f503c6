package hub

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"cyberchat/app/chat"
)

// A Mode is how a listener wants to be told.
type Mode int

const (
	Typed Mode = iota // JSON, see chat.AppendEvent
	Plain             // lines, see chat.AppendLine
	modes
)

func (m Mode) append(dst []byte, e chat.Event) []byte {
	if m == Plain {
		return chat.AppendLine(dst, e)
	}
	return chat.AppendEvent(dst, e)
}

// A Close says why a listener was closed.
type Close struct {
	Code chat.CloseCode
	Text string // a sentence for the person, short enough for a close frame
}

// A Listener is one connection's place in the hub. Do, Tell and Close may be
// called from any goroutine; Take belongs to the one that writes.
type Listener struct {
	hub    *Hub
	person *person
	mode   Mode
	from   *rate.Limiter // of its address; may be nil
	wake   chan struct{} // holds one token when there is something to take

	mu      sync.Mutex // guards the rest; may be taken while hub.mu is held, not the other way round
	waiting [][]byte   // encoded for mode; shared, never written to
	bytes   int        // of waiting, at most chat.MaxBacklog
	closed  *Close
}

func newListener(h *Hub, p *person, mode Mode, from *rate.Limiter) *Listener {
	return &Listener{hub: h, person: p, mode: mode, from: from, wake: make(chan struct{}, 1)}
}

// Leave gives the place up. It is called once, by the owner.
func (l *Listener) Leave() {
	l.Close(chat.CloseNormal, "")
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	delete(l.hub.listeners, l)
	l.hub.leave(l.person, time.Now())
}

// Do carries out a command that was decoded and is valid in form, and answers
// it in this listener's backlog.
func (l *Listener) Do(c chat.Command) {
	if wait := limit(time.Now(), l.person.limiter, l.from); wait > 0 {
		l.Refuse(commandID(c), chat.TooFast(wait))
		return
	}
	switch c := c.(type) {
	case chat.Post:
		ack, fault := l.hub.post(l.person, c)
		l.answer(c.ID, ack, fault)
	case chat.Rename:
		ack, fault := l.hub.rename(l.person, c)
		l.answer(c.ID, ack, fault)
	case chat.Who:
		l.push([]byte(l.hub.who(l.person)))
	case chat.Help:
		for _, line := range chat.HelpLines {
			l.push([]byte(line))
		}
	default:
		l.Refuse(commandID(c), chat.Unexpected(c))
	}
}

// Refuse answers the command with the id, if it has one, with a fault.
func (l *Listener) Refuse(id string, fault *chat.Fault) {
	l.Tell(chat.Reject{ID: id, Fault: *fault})
}

// Tell gives e to this listener alone.
func (l *Listener) Tell(e chat.Event) { l.push(l.mode.append(nil, e)) }

// Close ends the listener: after what is waiting, its owner is told the code.
// The first call counts. A slow listener's backlog is dropped.
func (l *Listener) Close(code chat.CloseCode, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.close(code, text)
}

// Wake is signalled when there is something to take. It has one receiver.
func (l *Listener) Wake() <-chan struct{} { return l.wake }

// Take returns what is waiting, in order, and whether the listener was closed
// behind that. The frames are shared and must not be written to; the slice is
// the caller's.
func (l *Listener) Take() ([][]byte, *Close) {
	l.mu.Lock()
	defer l.mu.Unlock()
	frames := l.waiting
	l.waiting, l.bytes = nil, 0
	return frames, l.closed
}

func (l *Listener) welcome(w chat.Welcome) {
	if l.mode == Plain {
		for _, line := range chat.WelcomeLines(w) {
			l.push([]byte(line))
		}
		return
	}
	l.Tell(w)
}

func (l *Listener) answer(id string, ack chat.Ack, fault *chat.Fault) {
	if fault != nil {
		l.Refuse(id, fault)
		return
	}
	l.Tell(ack)
}

// push appends an encoded event to the backlog and never waits. A listener
// that has too much waiting is closed: it comes back when it can.
func (l *Listener) push(frame []byte) {
	if len(frame) == 0 {
		return // no line tells this event
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed != nil {
		return
	}
	if l.bytes+len(frame) > chat.MaxBacklog {
		l.waiting, l.bytes = nil, 0
		l.close(chat.CloseSlow, "You were too slow to read what was waiting for you. Connect again.")
		return
	}
	l.waiting = append(l.waiting, frame)
	l.bytes += len(frame)
	l.signal()
}

func (l *Listener) close(code chat.CloseCode, text string) {
	if l.closed == nil {
		l.closed = &Close{code, text}
		l.signal()
	}
}

func (l *Listener) signal() {
	select {
	case l.wake <- struct{}{}:
	default: // it is signalled already
	}
}

// commandID is the id that an answer to c carries.
func commandID(c chat.Command) string {
	switch c := c.(type) {
	case chat.Post:
		return c.ID
	case chat.Rename:
		return c.ID
	}
	return ""
}
