// Package state is what a client knows of the chat, as a value: events go in,
// a new value comes out, and what is shown is drawn from it. It is pure: no
// browser, no clock, no goroutines.
//
// A [chat.Welcome] begins a line anew. Between two of them the order in which
// events arrive does not matter, nor does their repetition, where they say
// themselves where they belong: what is in a room's log has its seq, a
// [chat.Presence] its number, and what was seen is not counted again. Of what
// has no number ([chat.You], [chat.Entered], [chat.Marked], [chat.Hid],
// [chat.Writing]) the last holds, and of the answers to two different wishes for
// a name. A [chat.Page] joins what it meets, so that nothing is missing in
// between, and is held apart if it meets nothing. And of two events with the same
// number the first counts; a server never sends two that differ.
//
// One message of a second room, as a walk: [Model.Apply] finds the room that
// the message names; it is not the open one. That room is copied, as it is
// shared with the old model, gets the message behind its latest one, and counts
// it as unread if it is somebody else's whom the reader wants to see. The new
// model has the copy in its place; all other rooms are the same in both. So the
// list ([Model.Rooms]) shows the count, and what is drawn of the open room, which
// has not changed, is not drawn anew.
package state

import (
	"slices"
	"strings"
	"time"

	"cyberchat/app/chat"
)

// A Model is what a client knows. Its methods return a new model and leave the
// old one as it was, so that both may be read from any goroutine; the zero
// value knows nothing yet. What its fields refer to must not be changed.
type Model struct {
	You   chat.Self // who we are; zero before the first welcome
	Epoch string    // of the server's data
	Build string    // of the client that the server delivers now
	// Public says that whoever comes to the place is let in, without an invitation.
	Public bool
	// Refused says why the name last asked for was not given; nil if it was.
	Refused *chat.Fault
	// Hidden are the ids of those whom we do not want to see, sorted.
	Hidden []string

	// Room is the open one, which is read: the lobby at first, and then that of
	// [Model.Open]. Whoever draws it puts it back as its methods return it:
	//
	//	m.Room = m.Room.AtEnd()
	Room

	others []*Room // the others that we know something of, by id; never changed

	welcomed bool   // there was a welcome
	recalled bool   // there was none, and what is held is that of Recall
	asked    string // a name that we were given and that no presence has told yet
	wish     string // id of the last command that asked for a name
}

// Apply returns the model after one event of the server. Events of rooms that
// we are not in, and those with numbers that no server gives, change nothing. It
// takes constant time, apart from the copy of what is shared, for what comes in
// order, and O(what is held) for the rest.
func (m Model) Apply(e chat.Event) Model {
	m.begin()
	switch e := e.(type) {
	case chat.Welcome:
		m.welcome(e)
	case chat.You:
		m.you(e.Self)
	case chat.Entered:
		m.entered(e.RoomStatus)
	case chat.Marked:
		if r := m.in(e.Room); r != nil {
			r.marked(e.Reading)
		}
	case chat.Hid:
		m.hid(e)
	case chat.Writing:
		if r := m.in(e.Room); r != nil {
			r.writes(e.Crowd)
		}
	case chat.Message:
		if r := m.in(e.Room); r != nil && possible(e.Seq) {
			r.message(e)
		}
	case chat.Presence:
		if r := m.in(e.Room); r != nil && e.Number > 0 && (e.After == 0 || possible(e.After)) {
			m.presence(r, e)
		}
	case chat.Page:
		if r := m.in(e.Room); r != nil {
			r.page(e)
		}
	case chat.Durable:
		if at := e.Stamped(); possible(at.Seq) {
			m.happened(e, at)
		}
	case chat.Ack:
		m.ack(e)
	case chat.Reject:
		m.reject(e)
	}
	return m
}

// happened takes in what happened in a room that is no message. Who is not in it
// any more has it no longer in their list.
func (m *Model) happened(e chat.Durable, at chat.Stamp) {
	r := m.in(at.Room)
	if r == nil {
		return
	}
	r.happened(e)
	m.sweep()
}

// begin opens the lobby in a model that has nothing open yet.
func (m *Model) begin() {
	if m.Room.ID == "" {
		m.Room = newRoom(chat.Lobby)
		m.Room.open = true
	}
}

// welcome begins a line. What we have of a room stays if what follows joins it;
// otherwise it goes, and what follows takes its place. In another epoch
// sequence numbers start anew, and nothing that was placed in the old one will
// come.
func (m *Model) welcome(w chat.Welcome) {
	anew := m.Epoch != w.Epoch
	m.You, m.Epoch, m.Build, m.Public, m.Refused = w.You, w.Epoch, w.Build, w.Open, w.Refused
	m.Hidden = slices.Sorted(slices.Values(w.Hidden))
	m.asked = ""
	rooms := make(map[string]chat.RoomStatus, len(w.Rooms))
	for _, s := range w.Rooms {
		if s.ID != "" {
			rooms[s.ID] = s
		}
	}
	// An impossible server may name a room twice; the last one counts.
	for id := range rooms {
		m.have(id)
	}
	m.each(func(r *Room) {
		r.reader(m.You.ID, m.Hidden)
		if s, in := rooms[r.ID]; in {
			r.welcome(s, anew, m.You.Name)
		} else {
			r.out(anew)
		}
		r.settleAll()
	})
	m.welcomed, m.recalled = true, false
	m.sweep()
}

// you takes in what we are told of ourselves.
func (m *Model) you(you chat.Self) {
	if !m.welcomed || you.ID != m.You.ID {
		return
	}
	was := m.You.Name
	m.You = you
	m.You.Name = was
	if you.Name != was {
		m.given(you.Name)
	}
	if you.Member.Role < chat.RoleModerator && m.Find(chat.Place) != nil {
		m.in(chat.Place).out(false)
		m.sweep()
	}
}

// entered takes in that we are in a room: in one more, or how one stands that we
// are in already, of which nothing is let go.
func (m *Model) entered(s chat.RoomStatus) {
	if !m.welcomed || s.ID == "" {
		return
	}
	m.have(s.ID)
	r := m.in(s.ID)
	r.reader(m.You.ID, m.Hidden)
	if s.Recovered = r.here; !r.here {
		r.met = false
	}
	r.welcome(s, false, m.You.Name)
	r.settleAll()
}

// hid takes in whom we do not want to see, or do again.
func (m *Model) hid(e chat.Hid) {
	i, hidden := slices.BinarySearch(m.Hidden, e.Person)
	switch {
	case e.Person == "" || hidden == e.On:
		return
	case e.On:
		m.Hidden = slices.Insert(slices.Clone(m.Hidden), i, e.Person)
	default:
		m.Hidden = slices.Delete(slices.Clone(m.Hidden), i, i+1)
	}
	m.each(func(r *Room) { r.reader(m.You.ID, m.Hidden) })
}

// Welcomed tells whether there was a welcome.
func (m Model) Welcomed() bool { return m.welcomed }

// Hides tells whether we do not want to see somebody.
func (m Model) Hides(person string) bool {
	_, hidden := slices.BinarySearch(m.Hidden, person)
	return hidden
}

// Case is what decides what we may do in a room now; see [chat.May]. What is
// done to somebody needs their role beside it.
func (m Model) Case(r *Room, now time.Time) chat.Case {
	return chat.Case{InPlace: m.You.Member, InRoom: r.Member, Room: r.Room, Passing: m.welcomed && !m.You.Known, Now: now}
}

// May tells whether we may do something in the open room now, or why not.
func (m Model) May(d chat.Deed, now time.Time) *chat.Fault {
	return chat.May(d, m.Case(&m.Room, now))
}

// Open returns the model with another room open, at its end; what is shown of
// the one before goes back to its end too. A room that we are not in, or not
// yet, is open and empty: [Room.Entered] tells.
func (m Model) Open(id string) Model {
	m.begin()
	if id == "" || id == m.Room.ID {
		return m
	}
	next := newRoom(id)
	next.reader(m.You.ID, m.Hidden)
	i, known := m.find(id)
	if known {
		next = *m.others[i]
		m.others = slices.Delete(slices.Clone(m.others), i, i+1)
	}
	next.open = true
	last := m.Room
	last.open = false
	if last.kept() {
		last = last.AtEnd()
		last.trim()
		m.put(&last)
	}
	m.Room = next
	return m
}

// Find returns the room with the id, or nil if nothing is known of it. It is not
// to be changed.
func (m Model) Find(id string) *Room {
	if id == m.Room.ID {
		return &m.Room
	}
	if i, known := m.find(id); known {
		return m.others[i]
	}
	return nil
}

func (m *Model) find(id string) (i int, known bool) {
	return slices.BinarySearchFunc(m.others, id, func(r *Room, id string) int { return strings.Compare(r.ID, id) })
}

// in returns the room with the id to be changed, as a copy that is this model's
// alone, or nil if nothing is known of it.
func (m *Model) in(id string) *Room {
	if id == m.Room.ID {
		return &m.Room
	}
	i, known := m.find(id)
	if !known {
		return nil
	}
	r := *m.others[i]
	m.others = slices.Clone(m.others)
	m.others[i] = &r
	return &r
}

// have sees to it that the room with the id is there.
func (m *Model) have(id string) {
	if _, known := m.find(id); !known && id != m.Room.ID {
		r := newRoom(id)
		m.put(&r)
	}
}

// put puts a room among the others, where it is not yet.
func (m *Model) put(r *Room) {
	i, _ := m.find(r.ID)
	m.others = slices.Insert(slices.Clone(m.others), i, r)
}

// each calls f with each room to be changed.
func (m *Model) each(f func(*Room)) {
	open := m.Room
	f(&open)
	m.Room = open
	m.others = slices.Clone(m.others)
	for i, r := range m.others {
		r := *r
		m.others[i] = &r
		f(&r)
	}
}

// sweep lets rooms go of which there is nothing to keep.
func (m *Model) sweep() {
	if slices.ContainsFunc(m.others, func(r *Room) bool { return !r.kept() }) {
		m.others = slices.DeleteFunc(slices.Clone(m.others), func(r *Room) bool { return !r.kept() })
	}
}

// maxSeq is beyond all that a server gives: a number that JSON can carry.
const maxSeq = 1 << 53

func possible(seq int64) bool { return seq > 0 && seq < maxSeq }
