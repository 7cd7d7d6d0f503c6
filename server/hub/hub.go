// Package hub holds who is here and hands what is said to everybody who
// listens, once it is on disk. It knows nothing of sockets: a connection is a
// [Listener], and its frames go to an [Outlet].
//
// One mutex orders everything that happens in the place. Nothing under it
// waits: the log is written by the store's goroutine and read by that of
// whoever asks, and a flusher of the hub's own gives everybody their frames.
package hub

import (
	"context"
	"errors"
	"sync"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// ErrClosed is the error of joining a hub that was closed.
var ErrClosed = errors.New("hub: closed")

const (
	// leaveGrace is how long somebody may be gone without the room being told:
	// a page that reloads, or a line that breaks, is back before that.
	leaveGrace = 5 * time.Second
	// nameHold is how long a name is kept for somebody who has a token and is
	// gone, so that a broken line does not cost it.
	nameHold = time.Minute
	// maxHeld bounds how many of them are kept.
	maxHeld = 10_000
)

// Config is what a hub needs to know.
type Config struct {
	Folder string // of the store; it must be there
	Build  string // names the client that this server delivers, for the welcome
	// Rate is how many commands a second a person may send over time; 0 is
	// [chat.PostRate]. Four times as many may come at once, and always as many as
	// the longest post counts.
	Rate int
	// Open lets in whoever comes; otherwise it takes an invitation.
	Open bool
}

// A Hub is the place. Its methods may be called from any goroutine.
type Hub struct {
	cfg    Config
	log    *store.Store
	ending sync.WaitGroup // one for the flusher

	mu        sync.Mutex // guards everything below, and the fields of each person and listener
	closed    bool
	listeners []*Listener // in no order
	owed      int         // size of the posts that were accepted and not flushed yet
	feed      feed
	lobby     room
	byToken   map[tokenHash]*person
	byName    map[string]*person // by nameKey
	held      []*person          // gone, but their name is kept; the first to go first
	changed   map[*person]struct{}
	banned    map[string]time.Time // addresses, until when
}

// A room is one conversation.
type room struct {
	name   string
	head   int64    // seq of the latest message that was handed out
	number int64    // the latest presence's number
	here   []listed // those whom the latest presence leaves here, in order
	recent recent
}

// Open returns the hub of the log in a folder. It must be closed. The error is
// a sentence for the person who started the server.
func Open(cfg Config) (*Hub, error) {
	if cfg.Rate == 0 {
		cfg.Rate = chat.PostRate
	}
	h := &Hub{
		cfg: cfg,
		// A presence's number never goes back, also over a restart.
		lobby:   room{name: chat.Lobby, number: time.Now().UnixMilli()},
		byToken: make(map[tokenHash]*person),
		byName:  make(map[string]*person),
		changed: make(map[*person]struct{}),
	}
	h.feed.wake = make(chan struct{}, 1)
	var err error
	if h.log, err = store.Open(cfg.Folder, h.handOut); err != nil {
		return nil, err
	}
	if err := h.recall(); err != nil {
		return nil, errors.Join(err, h.log.Close())
	}
	h.ending.Go(h.flushAll)
	return h, nil
}

// Run tells the room who comes and goes, once every [chat.PresenceEvery] at
// most, and sends everybody a heartbeat, until ctx ends.
func (h *Hub) Run(ctx context.Context) {
	tick := time.NewTicker(chat.PresenceEvery)
	defer tick.Stop()
	beat := time.NewTicker(chat.Heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			h.mu.Lock()
			h.announce(now)
			h.release(now)
			h.mu.Unlock()
		case <-beat.C:
			h.mu.Lock()
			h.tell(chat.Ping{Heads: map[string]int64{h.lobby.name: h.lobby.head}})
			h.mu.Unlock()
		}
	}
}

// Failed receives an error when the log cannot be written any more, and the
// server should stop.
func (h *Hub) Failed() <-chan error { return h.log.Failed() }

// Join opens a place for a connection: the first frames of its outlet are its
// welcome and what it missed, and what happens from now on follows. It waits for
// the store when somebody is new or shows an invitation. The error is a
// [*Refused], or [ErrClosed]. The listener must be left again.
func (h *Hub) Join(v Visit, out Outlet) (*Listener, error) {
	hello, mode := v.Hello, v.Mode
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, ErrClosed
	}
	p := h.enter(v.Token)
	refused := h.nameAtHello(p, hello.Name)
	l := &Listener{hub: h, person: p, mode: mode, from: v.From, out: out, since: h.feed.at(), index: len(h.listeners)}
	h.listeners = append(h.listeners, l)
	status := h.lobby.status(p)
	missed := h.resume(hello.Resume, mode, &status)
	w := chat.Welcome{
		Text:      chat.Greeting,
		You:       chat.Self{Person: p.public()},
		Refused:   refused,
		Epoch:     h.log.Epoch(),
		Build:     h.cfg.Build,
		Heartbeat: chat.Heartbeat.Milliseconds(),
		Limits:    chat.WireLimits{Text: chat.MaxText, Name: chat.MaxName, Frame: chat.MaxFrame},
		Rooms:     []chat.RoomStatus{status},
	}
	switch {
	case mode == Plain:
		l.opening = [][]byte{frameLines(nil, chat.WelcomeLines(w)), appendFrames(nil, mode, eventsOf(missed, mode))}
	case status.Recovered: // what a crowd missed that comes back is framed once
		l.opening = [][]byte{Frame(mode, w), h.lobby.recent.replayOf(missed)}
	default: // together, so that a page draws it at once: one message, or a few of MaxOutbound
		l.opening = [][]byte{appendFrames(nil, mode, append([][]byte{mode.append(nil, w)}, eventsOf(missed, mode)...))}
	}
	l.touch()
	return l, nil
}

// remove takes a listener out. The caller holds h.mu.
func (h *Hub) remove(l *Listener) {
	last := len(h.listeners) - 1
	h.listeners[l.index] = h.listeners[last]
	h.listeners[l.index].index = l.index
	h.listeners[last] = nil
	h.listeners = h.listeners[:last]
}

// Close answers what was accepted, tells everybody to come back within a time
// that grows with their number, closes them with the reason, and closes the
// log. Nobody joins any more.
func (h *Hub) Close(reason Close) error {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.log.Stop() // hands out what was waiting
	h.mu.Lock()
	h.tell(chat.Drain{Within: drainWithin(len(h.listeners)).Milliseconds()})
	for _, l := range h.listeners {
		l.close(reason)
	}
	h.feed.ended = true
	h.feed.signal()
	h.mu.Unlock()
	h.ending.Wait()
	return h.log.Close()
}

// drainWithin is the time over which n clients should come back: 200 a second,
// over a second at least and twenty at most.
func drainWithin(n int) time.Duration {
	return min(max(time.Duration(n)*time.Second/200, time.Second), 20*time.Second)
}

// maxOwed is how much may be accepted and not be on its way to everybody: half
// a backlog, so that one flush does not fill that of an honest reader.
const maxOwed = chat.MaxBacklog / 2

// busyWait is how long whoever posts should wait when there is more.
const busyWait = 250 * time.Millisecond

// owes is what a post counts of maxOwed: about its size on the wire.
func owes(c chat.Post) int { return len(c.Text) + 200 }

// post has l's text placed in the log. It is answered when that is done.
func (h *Hub) post(l *Listener, c chat.Post) *chat.Fault {
	if c.Room != chat.Lobby {
		return chat.NoRoom(c.Room)
	}
	h.mu.Lock()
	author, closed, busy := l.person.public(), h.closed, h.owed > maxOwed
	if !closed && !busy {
		h.owed += owes(c)
	}
	h.mu.Unlock()
	switch {
	case closed:
		return nil // its client sends it again when it is back
	case busy:
		return chat.TooFast(busyWait)
	}
	err := h.log.Place(&store.Entry{Author: author, Act: c, Time: wireTime(time.Now()), Owner: l, Rounds: &l.unstored})
	if err == nil {
		return nil
	}
	h.mu.Lock()
	h.owed -= owes(c)
	h.mu.Unlock()
	if errors.Is(err, store.ErrClosed) {
		return nil
	}
	return chat.TooFast(busyWait)
}

// handOut tells everybody what is on disk now, and those who posted what became
// of it. The store calls it, with each batch in the order of the log.
func (h *Hub) handOut(batch []*store.Entry) {
	type news struct {
		message encoded // none for a duplicate or what was not stored
		answer  []byte
	}
	all := make([]news, len(batch)) // encoded before anybody has to wait
	for i, e := range batch {
		if w, ok := e.Owner.(waiting); ok {
			close(w)
			continue
		}
		post := e.Act.(chat.Post)
		answer := chat.Event(chat.Ack{ID: post.ID, Seq: e.Seq, Duplicate: e.Duplicate})
		switch {
		case e.Err != nil:
			answer = chat.Reject{ID: post.ID, Fault: *chat.NotStored(store.IsFull(e.Err))}
		case e.Fault != nil:
			answer = chat.Reject{ID: post.ID, Fault: *e.Fault}
		case !e.Duplicate:
			all[i].message = encode(e.Events[0])
		}
		all[i].answer = Frame(e.Owner.(*Listener).mode, answer)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, e := range batch {
		if _, ok := e.Owner.(waiting); ok {
			continue
		}
		if m := all[i].message; m.seq > 0 {
			h.lobby.head = m.seq
			h.lobby.recent.add(m)
			h.feed.add(m.as)
			h.feed.owed += owes(e.Act.(chat.Post))
		} else {
			h.owed -= owes(e.Act.(chat.Post))
		}
		e.Owner.(*Listener).queue(all[i].answer)
	}
}

// wireTime is a time as it goes over the wire: UTC, in whole milliseconds.
func wireTime(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
