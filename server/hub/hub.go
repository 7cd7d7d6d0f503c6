// Package hub holds who is here and hands what is said to everybody who
// listens. It knows nothing of sockets: a connection is a [Listener], with a
// bounded backlog that its owner takes and writes.
//
// One mutex orders everything that happens in the place. Nothing under it
// waits: to hand an event out is to append shared bytes to backlogs.
package hub

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"cyberchat/app/chat"
)

// ErrClosed is the error of joining a hub that was closed.
var ErrClosed = errors.New("hub: closed")

const (
	// leaveGrace is how long somebody may be gone without the room being told:
	// a page that reloads is back before that.
	leaveGrace = 2 * time.Second
	// nameHold is how long a name is kept for somebody who has a token and is
	// gone, so that a broken line does not cost it.
	nameHold = time.Minute
	// maxHeld bounds how many of them are kept.
	maxHeld = 10_000
	// maxPosted is how many of the latest posts are remembered, to recognise
	// one that is sent again.
	maxPosted = 4096
)

// A Hub is the place. Its methods may be called from any goroutine.
type Hub struct {
	epoch string
	build string

	mu        sync.Mutex // guards everything below, and the fields of each person
	closed    *Close
	listeners map[*Listener]struct{}
	lobby     room
	byToken   map[tokenHash]*person
	byName    map[string]*person // by nameKey
	held      []*person          // gone, but their name is kept; the first to go first
	changed   map[*person]struct{}
}

// A room is one conversation.
type room struct {
	name   string
	head   int64             // the latest message's seq
	number int64             // the latest presence's number
	here   []listed          // those whom the latest presence leaves here, in order
	posted map[postKey]int64 // seq of the latest posts
	order  []postKey         // of posted, as a ring once it is full
	oldest int               // in order
}

// A postKey names one post of one person: they are never carried out twice.
type postKey struct{ person, id string }

// New returns an empty hub. Build names the client that this server delivers,
// for the welcome.
func New(build string) *Hub {
	return &Hub{
		epoch:     strings.ToLower(rand.Text()),
		build:     build,
		listeners: make(map[*Listener]struct{}),
		lobby:     room{name: chat.Lobby, posted: make(map[postKey]int64)},
		byToken:   make(map[tokenHash]*person),
		byName:    make(map[string]*person),
		changed:   make(map[*person]struct{}),
	}
}

// Run tells the room who comes and goes, once every [chat.PresenceEvery] at
// most, until ctx ends.
func (h *Hub) Run(ctx context.Context) {
	tick := time.NewTicker(chat.PresenceEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			h.mu.Lock()
			h.announce(now)
			h.release(now)
			h.mu.Unlock()
		}
	}
}

// Join opens a place for a connection whose first events are its welcome. The
// hello must have been decoded by [chat.DecodeCommand]; in plain mode it is
// the zero Hello. From bounds the commands of all who share an address; nil
// does not. The listener must be left again.
func (h *Hub) Join(hello chat.Hello, mode Mode, from *rate.Limiter) (*Listener, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed != nil {
		return nil, ErrClosed
	}
	p := h.enter(hello.Token)
	refused := h.nameAtHello(p, hello.Name)
	l := newListener(h, p, mode, from)
	h.listeners[l] = struct{}{}
	l.welcome(chat.Welcome{
		Text:      chat.Greeting,
		You:       p.public(),
		Refused:   refused,
		Epoch:     h.epoch,
		Build:     h.build,
		Heartbeat: chat.Heartbeat.Milliseconds(),
		Limits:    chat.WireLimits{Text: chat.MaxText, Name: chat.MaxName, Frame: chat.MaxFrame},
		Rooms:     []chat.RoomStatus{h.lobby.status(p)},
	})
	return l, nil
}

// Heads returns a ping with the heads of the rooms.
func (h *Hub) Heads() chat.Ping {
	h.mu.Lock()
	defer h.mu.Unlock()
	return chat.Ping{Heads: map[string]int64{h.lobby.name: h.lobby.head}}
}

// Close closes every listener with the code and lets nobody in any more.
func (h *Hub) Close(code chat.CloseCode, text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = &Close{code, text}
	for l := range h.listeners {
		l.Close(code, text)
	}
}

// post places p's text in the room and hands it out, or finds that it did so
// before.
func (h *Hub) post(p *person, c chat.Post) (chat.Ack, *chat.Fault) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.Room != h.lobby.name {
		return chat.Ack{}, chat.NoRoom(c.Room)
	}
	key := postKey{p.id, c.ID}
	if seq, ok := h.lobby.posted[key]; ok {
		return chat.Ack{ID: c.ID, Seq: seq, Duplicate: true}, nil
	}
	h.lobby.head++
	if c.ID != "" { // plain mode has none
		h.lobby.remember(key, h.lobby.head)
	}
	h.broadcast(chat.Message{
		Room:   h.lobby.name,
		Seq:    h.lobby.head,
		ID:     c.ID,
		Author: p.public(),
		Text:   c.Text,
		Time:   wireTime(time.Now()),
	})
	return chat.Ack{ID: c.ID, Seq: h.lobby.head}, nil
}

// remember keeps the latest maxPosted posts.
func (r *room) remember(key postKey, seq int64) {
	r.posted[key] = seq
	if len(r.order) < maxPosted {
		r.order = append(r.order, key)
		return
	}
	delete(r.posted, r.order[r.oldest])
	r.order[r.oldest] = key
	r.oldest = (r.oldest + 1) % maxPosted
}

// broadcast hands e to every listener, encoded once for each mode that
// somebody listens in. The caller holds h.mu, which makes the order the same
// for all.
func (h *Hub) broadcast(e chat.Event) {
	var encoded [modes][]byte
	for l := range h.listeners {
		if encoded[l.mode] == nil {
			encoded[l.mode] = l.mode.append(nil, e)
		}
		l.push(encoded[l.mode])
	}
}

// who is the line that answers /who.
func (h *Hub) who(p *person) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	status := h.lobby.status(p)
	return chat.WhoLine(status.Online, status.People)
}

// wireTime is a time as it goes over the wire: UTC, in whole milliseconds.
func wireTime(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
