package hub

import (
	"context"
	"math"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// Somebody without a session is a guest for as long as they are connected. The
// public rooms that they go into are known here alone: they are in no log.

// passes carries out what a guest without a session does about the rooms they are
// in. It reports whether it is that.
func (h *Hub) passes(l *Listener, c chat.Command) bool {
	if l.person.known {
		return false
	}
	switch c := c.(type) {
	case chat.ChangeMember:
		own := c.Address == "" && (c.Person == "" || c.Person == l.person.id)
		var fault *chat.Fault
		switch {
		case own && c.Change == chat.Joined:
			fault = h.passIn(l, c.Room)
		case own && c.Change == chat.Left:
			fault = h.passOut(l, c.Room)
		default:
			return false
		}
		if fault != nil {
			l.Refuse(c.ID, fault)
		} else {
			l.Tell(chat.Ack{ID: c.ID})
		}
		return true
	case chat.Post:
		if fault := h.passingMay(l, chat.ToPost, c.Room); fault != nil {
			l.refuse(c, fault)
			return true
		}
	}
	return false
}

// passingMay tells whether a guest without a session may do something in a room
// that takes being there, or why not. The store does not know where they are.
func (h *Hub) passingMay(l *Listener, d chat.Deed, room string) *chat.Fault {
	if h.isPassing(l.person, room) {
		return nil // the store tells the rest
	}
	standing, fault := l.standing(room)
	if fault != nil {
		return fault
	}
	return chat.May(d, standing)
}

func (h *Hub) isPassing(p *person, room string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return p.rooms[room] != nil
}

// isGuestHere tells whether a guest without a session has a name.
func (h *Hub) isGuestHere(name string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := h.people[h.names[nameKey(name)]]
	return p != nil && !p.known
}

// passIn has a guest without a session go into a public room, and tells them how it
// stands. It reads from disk.
func (h *Hub) passIn(l *Listener, room string) *chat.Fault {
	standing, fault := l.standing(room)
	if fault != nil {
		return fault
	}
	if fault := chat.May(chat.ToJoin, standing); fault != nil {
		return fault
	}
	p := l.person
	h.mu.Lock()
	defer h.mu.Unlock()
	var e *store.Entered
	err := h.steady(p, func() (err error) {
		e, err = h.publicRoom(room)
		return err
	})
	switch s := p.rooms[room]; {
	case err != nil || e == nil:
		return chat.NotRead()
	case len(p.listeners) == 0:
		return nil
	case s != nil:
		l.queue(h.takeFeed(nil, l))
		l.queue(Frame(l.mode, chat.Entered{RoomStatus: h.status(p, s)}))
		return nil
	case len(p.rooms) > chat.MaxRooms:
		return chat.TooMany(chat.MaxRooms, "rooms for one person")
	}
	e.InRoom = standing.InRoom
	e.InRoom.Here = true
	h.enterRoom(p, *e)
	return nil
}

// publicRoom is a room as somebody comes into it, to whom nothing is unread there.
func (h *Hub) publicRoom(room string) (*store.Entered, error) {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	last, err := h.log.Before(ctx, room, math.MaxInt64, 1)
	if err != nil {
		return nil, err
	}
	r, err := h.log.Room(ctx, room) // as of its last event, or later
	if err != nil || r == nil {
		return nil, err
	}
	e := &store.Entered{Room: *r}
	for _, event := range last {
		e.Head, e.Read, e.Active = event.Stamped().Seq, event.Stamped().Seq, event.Stamped().Time
	}
	return e, nil
}

// passOut has a guest without a session go out of a room again.
func (h *Hub) passOut(l *Listener, room string) *chat.Fault {
	standing, fault := l.standing(room)
	if fault != nil {
		return fault
	}
	standing.InRoom.Here = h.isPassing(l.person, room) && room != chat.Lobby
	standing.Now = time.Now()
	if fault := chat.May(chat.ToLeave, standing); fault != nil {
		return fault
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := l.person.rooms[room]; s != nil {
		h.exit(l.person, s.room)
	}
	return nil
}
