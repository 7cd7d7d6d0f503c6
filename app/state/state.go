// Package state is what a client knows of the chat, as a value: events go in,
// a new value comes out, and what is shown is drawn from it. It is pure: no
// browser, no clock, no goroutines.
//
// A [chat.Welcome] begins a line anew. Between two of them the order in which
// events arrive does not matter, nor does their repetition: rows are placed by
// sequence number, and what was seen is not counted again. Three things depend
// on it. Of the answers to two different wishes for a name the last one holds.
// A [chat.Page] is taken in if it meets what is there, so that nothing is
// missing in between. And of two events with the same number the first counts;
// a server never sends two that differ.
package state

import (
	"slices"
	"time"

	"cyberchat/app/chat"
)

// KeptRows is how many messages a model keeps at least, and MaxRows how many at
// most: beyond that the oldest go, down to KeptRows. While it is held
// ([Model.Hold]) these are KeptHeld and MaxHeld. KeptNews and MaxNews are the
// same for presences, which are counted apart, so that people who come and go
// push no conversation out.
const (
	KeptRows, MaxRows = 500, 700
	KeptHeld, MaxHeld = 3800, 4000
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
	// Head is the seq of the latest message that is known to be in the room; 0
	// if nothing was said.
	Head int64
	// Rows are what was said and what happened, in order.
	Rows []Row
	// Earlier says that messages were said before those in Rows.
	Earlier bool
	// Pending are our own messages that the server has not placed yet, in the
	// order in which they were sent.
	Pending []Pending

	welcomed bool     // there was a welcome
	recalled bool     // there was none, and Rows are those of Recall
	held     bool     // see Hold
	log      *backing // what Rows is the beginning of
	news     int      // how many of Rows are presences
	floor    int64    // the seq behind which Rows begins: messages up to it come only as pages
	hushed   place    // of the last presence that was let go: none up to there is taken in again
	here     roll     // who was here at the last welcome, and after the presences let go since
	now      roll     // who is here
	asked    string   // a name that we were given and that no presence has told yet
	settled  []string // ids of posts that are no longer pending, the last maxSettled
}

// A Row is one line of the log: a message or a presence. The other is nil.
type Row struct {
	Message  *chat.Message
	Presence *chat.Presence
}

// A Pending message is ours and not yet placed.
type Pending struct {
	ID   string
	Text string
	Time time.Time
	// Fault says why the server refused it; nil while it is on its way.
	Fault *chat.Fault

	seq int64 // where the server has placed it, 0 as long as it has not said
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
	case chat.Page:
		if inLobby(e.Room) {
			m.page(e)
		}
	case chat.Ack:
		m.ack(e)
	case chat.Reject:
		m.reject(e)
	}
	return m
}

// welcome begins a line. What we have of the room stays if what follows joins
// it; otherwise it goes, and what follows takes its place. In another epoch
// sequence numbers start anew, and nothing that was placed in the old one will
// come.
func (m *Model) welcome(w chat.Welcome) {
	var room chat.RoomStatus
	if i := slices.IndexFunc(w.Rooms, func(r chat.RoomStatus) bool { return inLobby(r.Name) }); i >= 0 {
		room = w.Rooms[i]
	}
	first, anew := !m.welcomed, m.Epoch != w.Epoch
	fits := !first || m.recalled && room.After == m.Head // what we have
	if !fits || anew || !room.Recovered {
		m.clear(max(room.After, 0))
		m.Head = 0
	}
	if anew {
		m.Pending = slices.DeleteFunc(slices.Clone(m.Pending), func(p Pending) bool { return p.seq > 0 && !first })
	}
	m.welcomed, m.recalled, m.Head = true, false, max(m.Head, room.Head)
	m.You, m.Epoch, m.Build, m.Refused = w.You, w.Epoch, w.Build, w.Refused
	m.here = roll{number: room.Number, online: room.Online, people: sorted(room.People), you: w.You.Name}
	for _, r := range m.Rows {
		if r.Message != nil {
			m.settle(*r.Message)
		}
	}
	m.adopt()
	m.asked = ""
	m.recount()
	m.show()
}

func inLobby(room string) bool { return room == chat.Lobby || room == "" }

// Hold returns the model with the promise to keep what is there while somebody
// reads it: it may then grow to MaxHeld messages. Without it, the oldest go as
// usual, at once.
func (m Model) Hold(hold bool) Model {
	if m.held != hold {
		m.held = hold
		m.trim()
	}
	return m
}

// Full tells whether there is no room for one more page of earlier messages.
func (m Model) Full() bool { return len(m.Rows)-m.news > MaxHeld-chat.MaxPage }

// First is the seq at which Rows begins.
func (m Model) First() int64 { return m.floor + 1 }
