package hub

import (
	"strings"
	"time"

	"golang.org/x/time/rate"

	"cyberchat/app/chat"
	"cyberchat/server/store"
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

// appendIn appends what tells e, of a room.
func (m Mode) appendIn(dst []byte, r chat.Room, e chat.Event) []byte {
	if m == Plain {
		return chat.AppendLineIn(dst, r, e)
	}
	return chat.AppendEvent(dst, e)
}

// A Close says why a listener was closed.
type Close struct {
	Code chat.CloseCode
	Text string // a sentence for the person, short enough for a close frame
}

// A Listener is one connection's place in the hub. Its methods may be called
// from any goroutine. None waits for long: Do reads from disk for some commands,
// as a History.
type Listener struct {
	hub     *Hub
	person  *person
	mode    Mode
	session store.Hash    // zero for a guest without one
	device  string        // the session's id, as its person knows it
	address string        // as bans name it
	from    *rate.Limiter // of its address; may be nil
	out     Outlet

	refused, unstored store.Rounds // those over because of what was refused here, and by the log

	// Guarded by hub.mu.
	seats   []place   // in the rooms that it listens to
	opening [][]byte  // frames that are sent first; may be shared
	own     []byte    // frames for it alone, sent before what its rooms are told next
	index   int       // in hub.listeners
	current string    // in plain mode, the room that lines go to; the lobby if empty
	seen    time.Time // when the store was last told of the session, or did not need to be
	away    bool      // nobody is at it
	dirty   bool      // it is in feed.dirty
	over    bool      // own was given up
	closed  *Close    // it is to be closed behind its own frames
	ended   bool      // out was told
	flushed int64     // the latest round of the flusher that gave it something of its own
}

// Leave gives the place up: nothing is sent any more. It is called once, by the
// owner.
func (l *Listener) Leave() {
	h := l.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	lost := l.closed != nil && l.closed.Code == chat.CloseNoPong
	l.close(Close{Code: chat.CloseNormal})
	l.ended = true
	for len(l.seats) > 0 {
		h.rise(l, l.seats[len(l.seats)-1].room)
	}
	h.remove(l)
	h.leave(l, lost, time.Now())
}

// Do carries out a command that was decoded and is valid in form. It is
// answered in time: what stays, when it is on disk.
func (l *Listener) Do(c chat.Command) {
	if !l.inTurn(c) {
		l.refuse(c, chat.RoundOver())
		return
	}
	if wait := limit(time.Now(), cost(c), l.person.limiter, l.from); wait > 0 {
		l.refuse(c, chat.TooFast(wait))
		return
	}
	if l.mode == Plain && l.doPlain(c) {
		return
	}
	if l.hub.passes(l, c) {
		return
	}
	switch c := c.(type) {
	case chat.Post:
		if fault := l.hub.post(l, c); fault != nil {
			l.refuse(c, fault)
		}
	case chat.Rename:
		l.hub.rename(l, c)
	case chat.History:
		l.hub.page(l, c, func(page chat.Page) []byte { return Frame(l.mode, page) })
	case chat.List:
		if page, fault := l.hub.list(l, c); fault != nil {
			l.Refuse(c.ID, fault)
		} else {
			l.Tell(page)
		}
	case chat.Typing:
		l.hub.typing(l, c, time.Now())
	case chat.Away:
		l.hub.setAway(l, c.On)
	case chat.Identified:
		if act := l.actOf(c); act != nil {
			l.hub.do(l, c.CommandID(), act)
			return
		}
		l.refuse(c, chat.Unexpected(c))
	default:
		l.refuse(c, chat.Unexpected(c))
	}
}

// Known tells whether the listener's person has a session.
func (l *Listener) Known() bool { return l.person.known }

// Name is what the listener's person is called, and whether they chose it.
func (l *Listener) Name() (name string, chosen bool) {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	return l.person.name, !strings.HasPrefix(l.person.name, guestName)
}

// MayEnter counts a command that is carried out elsewhere: it says why somebody who
// is in cannot come by an invitation now, or nil. It reads from disk.
func (l *Listener) MayEnter(c chat.Enter) *chat.Fault {
	if wait := limit(time.Now(), cost(c), l.person.limiter, l.from); wait > 0 {
		return chat.TooFast(wait)
	}
	_, fault := l.hub.invited(c.Secret)
	return fault
}

// Refuse answers the command with the id, if it has one, with a fault.
func (l *Listener) Refuse(id string, fault *chat.Fault) {
	l.Tell(chat.Reject{ID: id, Fault: *fault})
}

// Tell gives e to this listener alone.
func (l *Listener) Tell(e chat.Event) {
	frame := Frame(l.mode, e)
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	l.queue(frame)
}

// Close ends the listener: after what is waiting for it, its outlet is told
// the reason. The first call counts.
func (l *Listener) Close(reason Close) {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	l.close(reason)
}

// The rest is called with hub.mu held.

// queue appends frames to those that go to this listener alone. One that has
// too much waiting, although the flusher never waits, asks for more than it
// will ever read.
func (l *Listener) queue(frames []byte) {
	if l.closed != nil || len(frames) == 0 {
		return
	}
	if len(l.own)+len(frames) > chat.MaxBacklog {
		l.own, l.over = nil, true
		l.close(TooSlow)
		return
	}
	l.own = append(l.own, frames...)
	l.touch()
}

func (l *Listener) close(reason Close) {
	if l.closed == nil {
		l.closed = &reason
		l.touch()
	}
}

// touch has the flusher look at the listener.
func (l *Listener) touch() {
	if !l.dirty && !l.ended {
		l.dirty = true
		l.hub.feed.dirty = append(l.hub.feed.dirty, l)
		l.hub.feed.signal()
	}
}

// TooSlow is why a connection is closed that does not read what is sent to it.
var TooSlow = Close{chat.CloseSlow, "You were too slow to read what was waiting for you. Connect again."}

// commandID is the id that an answer to c carries.
func commandID(c chat.Command) string {
	if c, ok := c.(chat.Identified); ok {
		return c.CommandID()
	}
	return ""
}
