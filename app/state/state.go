// Package state is what a client knows of the chat, as a value: events go in,
// a new value comes out, and what is shown is drawn from it. It is pure: no
// browser, no clock, no goroutines.
//
// The order in which events arrive does not matter, nor does their repetition:
// rows are placed by sequence number, and what was seen is not counted again.
// Two things have no number on the wire, and for them the last to arrive
// holds: a [chat.Welcome], which begins a line anew and says who we are and who
// is here, and the answers to two different wishes for a name. Of two events
// with the same number the first counts; a server never sends two that differ.
package state

import (
	"math"
	"slices"
	"time"

	"cyberchat/app/chat"
)

// KeptRows is how many rows of what was said, gaps included, a model keeps at
// least, and MaxRows how many at most: beyond that the oldest go, down to
// KeptRows. KeptNews and MaxNews are the same for presences, which are counted
// apart, so that people who come and go push no conversation out.
const (
	KeptRows, MaxRows = 500, 700
	KeptNews, MaxNews = 100, 200
)

// A Model is what a client knows. Its methods return a new model and leave the
// old one as it was, so that both may be read from any goroutine; the zero
// value knows nothing yet. What its fields refer to must not be changed.
type Model struct {
	You   chat.Person // who we are; zero before the first welcome
	Epoch string      // of the server's data
	Build string      // of the client that the server delivers now
	// Refused says why the name last asked for was not given; nil if it was.
	Refused *chat.Fault

	Online int // people in the room
	// People are those of them known by name, sorted by name without regard to
	// case. They may be fewer than Online, and for a while more: when more
	// leave at once than a [chat.Presence] names, the others stay listed until
	// the next welcome.
	People []chat.Person
	// Rows are what was said and what happened, in order: MaxRows and MaxNews
	// of them at most.
	Rows []Row
	// Pending are our own messages that the server has not placed yet, in the
	// order in which they were sent.
	Pending []Pending

	welcomed bool     // there was a welcome
	head     int64    // the room's head at the last welcome
	log      *backing // what Rows is the beginning of
	news     int      // how many of Rows are presences
	span     span     // which part of the current epoch Rows covers
	here     roll     // who was here at the last welcome, and after the presences let go since
	now      roll     // who is here
	asked    string   // a name that we were given and that no presence has told yet
	settled  []string // ids of posts that are no longer pending, the last maxSettled
}

// A Row is one line of the log. Exactly one of Message, Presence and Missed is
// set.
type Row struct {
	Message  *chat.Message
	Presence *chat.Presence
	// Missed says that messages were said while we were away which this
	// client did not get.
	Missed *Missed

	// ours marks a message of ours that the server has placed but not sent
	// back: the text and time are those we wrote, until the message comes.
	ours bool
}

// Missed is a gap in the log: Count messages behind the one numbered After. A
// gap with a presence in it is two.
type Missed struct{ After, Count int64 }

// A Pending message is ours and not yet placed.
type Pending struct {
	ID   string
	Text string
	Time time.Time
	// Fault says why the server refused it; nil while it is on its way.
	Fault *chat.Fault

	name string // ours when it was written, empty before the first welcome
	seq  int64  // where the server has placed it, 0 as long as it has not said
}

// Apply returns the model after one event of the server. Events of other rooms
// than [chat.Lobby], and those with numbers that no server gives, change
// nothing. It takes constant time, apart from the copy of what is shared, for
// messages and presences that come in order, and O(len(Rows)) for others.
func (m Model) Apply(e chat.Event) Model {
	switch e := e.(type) {
	case chat.Welcome:
		m.welcome(e)
	case chat.Message:
		if inLobby(e.Room) && e.Seq > 0 {
			m.message(e)
		}
	case chat.Presence:
		if inLobby(e.Room) && e.Number > 0 && e.After >= 0 {
			m.presence(e)
		}
	case chat.Ack:
		m.ack(e)
	case chat.Reject:
		m.reject(e)
	case chat.Ping:
		if head := e.Heads[chat.Lobby]; head > m.span.top {
			m.span.top = head
			m.arrange()
		}
	}
	return m
}

// welcome begins a line. In an epoch that we know, messages up to the room's
// head that we do not have are missed. In another one sequence numbers start
// anew: the rows of the old one stay where they are, in front, and everything
// said in the new one before we came back is missed. At the very first welcome
// nothing is missed: we were not there.
func (m *Model) welcome(w chat.Welcome) {
	var room chat.RoomStatus
	if i := slices.IndexFunc(w.Rooms, func(r chat.RoomStatus) bool { return inLobby(r.Name) }); i >= 0 {
		room = w.Rooms[i]
	}
	first := !m.welcomed
	switch {
	case first, m.Epoch == w.Epoch:
		m.span.meet(room.Head)
	default:
		m.adopt(math.MaxInt64)
		m.span = span{known: true, top: max(room.Head, 0), start: len(m.Rows)}
	}
	m.welcomed, m.head = true, room.Head
	m.You, m.Epoch, m.Build, m.Refused = w.You, w.Epoch, w.Build, w.Refused
	m.here = roll{number: room.Number, online: room.Online, people: sorted(room.People), you: w.You.Name}
	m.arrange()
	for _, r := range m.current() {
		if r.Message != nil {
			m.settle(*r.Message)
		}
	}
	m.adopt(m.head)
	if !first || slices.ContainsFunc(m.told(), func(p *chat.Presence) bool { return slices.ContainsFunc(p.Renamed, m.isOurs) }) {
		m.asked = ""
	}
	m.recount()
	m.show()
}

func inLobby(room string) bool { return room == chat.Lobby || room == "" }
