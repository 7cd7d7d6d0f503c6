package hub

import (
	"slices"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// A room is one in which somebody is who is connected; the lobby and the place
// are always there. It is made from what the store says when the first of them
// comes, and is as of its head from then on: of what the store hands out, what
// is up to the head is in it already. Its fields are guarded by Hub.mu.
type room struct {
	chat.Room
	head   int64     // seq of the latest event that was handed out
	active time.Time // when that happened

	seats   []seat          // of all who listen, in no order
	first   int64           // how many events went before those below
	events  [modes][][]byte // encoded, not sent yet; the same number in each mode, empty where there is nothing to tell
	stirred bool            // it is in feed.rooms
	plain   int             // how many of the seats are those of plain mode

	recent  recent
	writes  map[*person]time.Time // who is writing, until when
	wrote   chat.Crowd            // as the latest Writing told it, at wroteAt
	wroteAt time.Time

	roll  *roll     // who is around, where that is told; may be nil
	beat  int64     // the head that the latest heartbeat told
	empty time.Time // since when nobody listens
}

// A seat is a listener's place in a room.
type seat struct {
	l     *Listener
	since int64 // its place in the room's events when it came
}

// A place is where a listener has a seat.
type place struct {
	room  *room
	index int // of the seat
}

// A stay is somebody's being in a room while they are connected.
type stay struct {
	room   *room
	member chat.Member
	at     int64 // the seq in the room's log of which member is at least
	read   int64
	quiet  bool
	// unread is what the store counted behind read when the room went up to counted.
	unread  int
	counted int64
	with    []chat.Person // the others of a direct conversation, as they were called when it was read
}

// emptyFor is how long a room is kept that nobody listens to. Who joins has read
// what the store says shortly before: see Hub.strays.
const emptyFor = 2 * readWithin

// roomOf returns the room, which the store has described.
func (h *Hub) roomOf(e store.Entered) *room {
	r := h.rooms[e.ID]
	if r == nil {
		r = &room{Room: e.Room, head: e.Head, active: e.Active, beat: e.Head, empty: time.Now(), recent: recent{kept: &h.kept}}
		h.rooms[e.ID] = r
	}
	if e.Active.After(r.active) { // the lobby was there before anything was read
		r.active = e.Active
	}
	return r
}

// sweep lets rooms go that nobody listens to any more.
func (h *Hub) sweep(now time.Time) {
	for id, r := range h.rooms {
		if len(r.seats) == 0 && r != h.lobby && r != h.place && now.Sub(r.empty) >= emptyFor {
			r.recent.clear()
			h.kept.forget(&r.recent)
			delete(h.rooms, id)
			h.strays++
		}
	}
}

// tell hands e to everybody who listens to the room, at the next flush. That
// Hub.mu is held makes the order the same for all.
func (h *Hub) tell(r *room, e chat.Event) {
	var as [modes][]byte
	for m := range modes {
		if m == Typed || r.plain > 0 {
			as[m] = m.appendIn(nil, r.Room, e)
		}
	}
	h.add(r, as)
}

// add takes an event as it goes out in each mode.
func (h *Hub) add(r *room, as [modes][]byte) {
	if len(r.seats) == 0 {
		return
	}
	for m := range modes {
		r.events[m] = append(r.events[m], as[m])
	}
	if !r.stirred {
		r.stirred = true
		h.feed.rooms = append(h.feed.rooms, r)
	}
	h.feed.signal()
}

// end is the place behind all events so far.
func (r *room) end() int64 { return r.first + int64(len(r.events[Typed])) }

// sit gives l a seat: it is told what happens in the room from now on.
func (h *Hub) sit(l *Listener, r *room) {
	if l.mode == Plain {
		r.plain++
	}
	l.seats = append(l.seats, place{r, len(r.seats)})
	r.seats = append(r.seats, seat{l, r.end()})
}

// rise takes the seat from l, who is still told what happened up to now.
func (h *Hub) rise(l *Listener, r *room) {
	for i, p := range l.seats {
		if p.room != r {
			continue
		}
		l.queue(appendFrames(nil, l.mode, since(r.events[l.mode], r.first, r.seats[p.index].since)))
		if l.mode == Plain {
			r.plain--
		}
		last := len(r.seats) - 1
		if moved := r.seats[last]; p.index != last {
			r.seats[p.index] = moved
			for k := range moved.l.seats {
				if moved.l.seats[k].room == r {
					moved.l.seats[k].index = p.index
				}
			}
		}
		r.seats[last] = seat{}
		r.seats = r.seats[:last]
		l.seats = slices.Delete(l.seats, i, i+1)
		if last == 0 {
			r.empty = time.Now()
		}
		return
	}
}

// status is where a room stands for somebody who is in it.
func (h *Hub) status(p *person, s *stay) chat.RoomStatus {
	status := chat.RoomStatus{
		Room: s.room.Room, Member: s.member, Head: s.room.head, After: s.room.head,
		Active: s.room.active, With: h.called(s.with), Reading: h.reading(p, s),
	}
	if s.room == h.lobby || !p.inPlace.Here {
		if s.room.roll == nil {
			h.beginRoll(s.room)
		}
		status.Roll = s.room.roll.status(p)
	}
	return status
}

// called are people as they are called now, as far as they are connected.
func (h *Hub) called(people []chat.Person) []chat.Person {
	people = slices.Clone(people)
	for i := range people {
		if p := h.people[people[i].ID]; p != nil {
			people[i].Name = p.name
		}
	}
	return people
}

// reading is how far somebody has read the room. What is unread is counted here
// where all behind that is remembered, and otherwise what the store counted and
// what came since. The store may have been ahead of what was handed out.
func (h *Hub) reading(p *person, s *stay) chat.Reading {
	e := chat.Reading{Read: s.read, Quiet: s.quiet}
	if r := s.room; r.recent.covers(s.read, r.head) {
		e.Unread = r.recent.unread(p, s.read)
	} else {
		e.Unread = min(s.unread+r.recent.unread(p, s.counted), chat.MaxUnread+1)
		if s.counted > r.head {
			e.Counted = s.counted
		}
	}
	return e
}
