// Package state is what a client knows of the chat, as a value: events go in,
// a new value comes out, and what is shown is drawn from it. It is pure: no
// browser, no clock, no goroutines.
//
// A [chat.Welcome] begins a line anew. Between two of them the order in which
// events arrive does not matter, nor does their repetition: rows are placed by
// sequence number, and what was seen is not counted again. Three things depend
// on it. Of the answers to two different wishes for a name the last one holds.
// A [chat.Page] joins what it meets, so that nothing is missing in between, and
// is held apart if it meets nothing. And of two events with the same number the
// first counts; a server never sends two that differ.
package state

import (
	"slices"
	"time"

	"cyberchat/app/chat"
)

// KeptNews and MaxNews are how many presences a model keeps at least and at
// most: beyond that the oldest go. They are counted apart from messages, so that
// people who come and go push no conversation out.
const KeptNews, MaxNews = 100, 200

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
	// Pending are our own messages that the server has not placed yet, in the
	// order in which they were sent.
	Pending []Pending

	welcomed bool             // there was a welcome
	recalled bool             // there was none, and what is held is that of Recall
	tail     run              // the latest messages
	part     run              // others, with a hole behind them; none while said is empty
	news     []*chat.Presence // in the order of their places
	hushed   place            // of the last presence that was let go: none up to there is taken in again

	// The window, see Rows.
	away  bool  // it does not go with what comes
	apart bool  // it is in part, not in tail
	from  int64 // the seq with which it begins
	to    int64 // the seq with which it ends, if it is away

	here    roll     // who was here at the last welcome, and after the presences let go since
	now     roll     // who is here
	asked   string   // a name that we were given and that no presence has told yet
	settled []string // ids of posts that are no longer pending, the last maxSettled
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
// messages and presences that come in order, and O(what is held) for others.
func (m Model) Apply(e chat.Event) Model {
	switch e := e.(type) {
	case chat.Welcome:
		m.welcome(e)
	case chat.Message:
		if inLobby(e.Room) && possible(e.Seq) {
			m.message(e)
		}
	case chat.Presence:
		if inLobby(e.Room) && e.Number > 0 && (e.After == 0 || possible(e.After)) {
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
		m.clear(min(max(room.After, 0), maxSeq))
		m.Head = 0
	}
	if anew {
		m.Pending = slices.DeleteFunc(slices.Clone(m.Pending), func(p Pending) bool { return p.seq > 0 && !first })
	}
	m.welcomed, m.recalled, m.Head = true, false, max(m.Head, room.Head)
	m.You, m.Epoch, m.Build, m.Refused = w.You, w.Epoch, w.Build, w.Refused
	m.here = roll{number: room.Number, online: room.Online, people: sorted(room.People), you: w.You.Name}
	for _, r := range []run{m.tail, m.part} {
		for _, said := range r.said {
			m.settle(*said)
		}
	}
	m.adopt()
	m.asked = ""
	m.recount()
	m.show()
}

// Welcomed tells whether there was a welcome.
func (m Model) Welcomed() bool { return m.welcomed }

// maxSeq is beyond all that a server gives: a number that JSON can carry.
const maxSeq = 1 << 53

func possible(seq int64) bool { return seq > 0 && seq < maxSeq }

func inLobby(room string) bool { return room == chat.Lobby || room == "" }
