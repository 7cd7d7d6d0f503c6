package hub

import (
	"context"
	"time"

	"cyberchat/app/chat"
)

// A recent is the end of a room's log in memory, so that whoever comes or comes
// back costs no disk: at most [chat.MaxReplay] messages and maxRecentBytes.
type recent struct {
	messages []encoded // of all events, contiguous, the oldest first
	bytes    int

	replay struct { // the last one that was made: a crowd comes back to the same
		after, head int64
		frames      []byte
	}
}

// An encoded is an event as it goes out in each mode.
type encoded struct {
	seq int64
	as  [modes][]byte
}

const (
	// maxRecentBytes bounds what a room keeps in memory: some of the longest
	// messages, or MaxReplay of usual ones.
	maxRecentBytes = 4 << 20
	// maxReplayBytes is how much follows a welcome. What was missed beyond that is
	// a gap, for which the client asks.
	maxReplayBytes = chat.MaxBacklog / 2
	// replayMessage is the size of a WebSocket message of a replay, in bytes. It
	// must arrive whole to count, also over a line that breaks soon.
	replayMessage = 8 << 10
	// readWithin is how long reading from disk may take.
	readWithin = 5 * time.Second
)

// encode makes what goes out of an event.
func encode(event chat.Durable) encoded {
	e := encoded{seq: event.Stamped().Seq}
	for mode := range modes {
		e.as[mode] = mode.append(nil, event)
	}
	return e
}

func (e encoded) size() int { return len(e.as[Typed]) + len(e.as[Plain]) }

// add puts the next message behind the others.
func (r *recent) add(e encoded) {
	r.messages = append(r.messages, e)
	r.bytes += e.size()
	if old := len(r.messages) - 1 - chat.PlainHistory; old >= 0 { // plain mode is shown no more
		r.bytes -= len(r.messages[old].as[Plain])
		r.messages[old].as[Plain] = nil
	}
	n := 0
	for len(r.messages)-n > chat.MaxReplay || r.bytes > maxRecentBytes {
		r.bytes -= r.messages[n].size()
		r.messages[n] = encoded{}
		n++
	}
	r.messages = r.messages[n:]
}

// last returns the latest n messages, or as many as there are, and of long ones
// fewer: a quarter of maxReplayBytes.
func (r *recent) last(n int) []encoded {
	from, size := len(r.messages), 0
	for from > max(len(r.messages)-n, 0) {
		if size += len(r.messages[from-1].as[Typed]); size > maxReplayBytes/4 {
			break
		}
		from--
	}
	return r.messages[from:]
}

// from returns the messages behind after, as many as maxReplayBytes allows, and
// none if the first of them is not here any more.
func (r *recent) from(after int64) []encoded {
	if len(r.messages) == 0 {
		return nil
	}
	skip := after + 1 - r.messages[0].seq
	if skip < 0 {
		return nil
	}
	missed := r.messages[min(skip, int64(len(r.messages))):]
	size := 0
	for n, m := range missed {
		if size += len(m.as[Typed]); size > maxReplayBytes {
			return missed[:n]
		}
	}
	return missed
}

// eventsOf returns messages as they go out in a mode.
func eventsOf(messages []encoded, mode Mode) [][]byte {
	events := make([][]byte, len(messages))
	for i, m := range messages {
		events[i] = m.as[mode]
	}
	return events
}

// replayOf returns messages framed for typed mode. The frames are shared with
// whoever missed the same.
func (r *recent) replayOf(messages []encoded) []byte {
	if len(messages) == 0 {
		return nil
	}
	after, head := messages[0].seq-1, messages[len(messages)-1].seq
	if c := &r.replay; c.frames == nil || c.after != after || c.head != head {
		c.after, c.head = after, head
		c.frames = appendFramesOf(nil, Typed, eventsOf(messages, Typed), replayMessage)
	}
	return r.replay.frames
}

// recall reads the end of the lobby's log, at the start.
func (h *Hub) recall() error {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	var err error
	if h.banned, err = h.log.BannedAddresses(ctx); err != nil {
		return err
	}
	if h.lobby.head, err = h.log.Head(ctx, h.lobby.name); err != nil {
		return err
	}
	after := max(h.lobby.head-chat.MaxReplay, 0)
	for after < h.lobby.head {
		page, err := h.log.After(ctx, h.lobby.name, after, chat.MaxPage)
		if err != nil {
			return err
		}
		for _, e := range page {
			h.lobby.recent.add(encode(e))
			after = e.Stamped().Seq
		}
		if len(page) == 0 { // a hole would be a broken log; what is there is shown
			break
		}
	}
	return nil
}
