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

// leaveGrace is how long somebody may be gone without the room being told that
// they left: a page that reloads, or a line that breaks, is back before that.
const leaveGrace = 5 * time.Second

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
	ending sync.WaitGroup // the flusher, and those who read for somebody who enters a room

	mu        sync.Mutex // guards everything below, and the fields of each person, room and listener
	closed    bool
	listeners []*Listener // in no order
	owed      int         // size of the posts that were accepted and not flushed yet
	feed      feed
	lobby     *room            // of rooms, always there
	place     *room            // likewise
	rooms     map[string]*room // by id
	kept      kept             // what all but the lobby remember
	strays    int64            // grows when something happens in a room that is not here, or one goes
	wiped     int64            // grows when a text is taken away
	rolls     []*room          // those with a roll; the lobby is the first
	writing   map[*room]struct{}
	people    map[string]*person   // by id
	names     map[string]string    // who has, or is about to have, a name that the store may not know: ids, by nameKey
	banned    map[string]time.Time // addresses, until when
	chores    chores
}

// Open returns the hub of the log in a folder. It must be closed. The error is
// a sentence for the person who started the server.
func Open(cfg Config) (*Hub, error) {
	if cfg.Rate == 0 {
		cfg.Rate = chat.PostRate
	}
	h := &Hub{
		cfg:     cfg,
		lobby:   &room{Room: chat.FirstRoom(chat.Lobby)},
		place:   &room{Room: chat.FirstRoom(chat.Place)},
		writing: make(map[*room]struct{}),
		people:  make(map[string]*person),
		names:   make(map[string]string),
	}
	h.rooms = map[string]*room{chat.Lobby: h.lobby, chat.Place: h.place}
	h.place.recent.kept = &h.kept
	h.beginRoll(h.lobby)
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

// Run tells the rooms who comes and goes and who writes, once every
// [chat.PresenceEvery] at most, sends everybody a heartbeat, and sees to what is
// to be done now and then, until ctx ends.
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
			h.tellWriting(now)
			h.sweep(now)
			acts := h.due(now)
			h.mu.Unlock()
			h.see(acts, now)
		case <-beat.C:
			h.mu.Lock()
			h.ping()
			h.mu.Unlock()
		}
	}
}

// ping sends everybody a heartbeat with the head of the lobby, and those who are
// in other rooms one with the heads of those in which something happened since
// the one before.
func (h *Hub) ping() {
	h.tell(h.lobby, chat.Ping{Heads: map[string]int64{chat.Lobby: h.lobby.head}})
	for _, l := range h.listeners {
		heads := make(map[string]int64)
		in := false // the lobby, and had its heartbeat
		for _, p := range l.seats {
			if p.room == h.lobby {
				in = true
			} else if p.room.head != p.room.beat {
				heads[p.room.ID] = p.room.head
			}
		}
		if len(heads) > 0 || !in {
			l.queue(h.takeFeed(nil, l)) // it is told what happened first
			l.queue(Frame(l.mode, chat.Ping{Heads: heads}))
		}
	}
	for _, r := range h.rooms {
		r.beat = r.head
	}
}

// Failed receives an error when the log cannot be written any more, and the
// server should stop.
func (h *Hub) Failed() <-chan error { return h.log.Failed() }

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
	drain := chat.Drain{Within: drainWithin(len(h.listeners)).Milliseconds()}
	var shared [modes][]byte
	for m := range modes {
		shared[m] = Frame(m, drain)
	}
	for _, l := range h.listeners {
		l.queue(h.takeFeed(nil, l))
		l.queue(shared[l.mode])
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

// wireTime is a time as it goes over the wire: UTC, in whole milliseconds.
func wireTime(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
