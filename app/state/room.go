package state

import (
	"slices"
	"time"

	"cyberchat/app/chat"
)

// KeptNews and MaxNews are how many presences a room keeps at least and at
// most: beyond that the oldest go. They are counted apart from messages, so that
// people who come and go push no conversation out.
const KeptNews, MaxNews = 100, 200

// A Room is what a client knows of one conversation, as a value like [Model].
type Room struct {
	chat.Room             // as its log has made it
	Member    chat.Member // what we are in it
	// With are the others of a direct conversation, as far as they are known.
	With []chat.Person
	// Reading is how far we have read it and how much of what others said, and we
	// want to see, is behind that.
	chat.Reading
	// Head is the seq of the latest event that is known to be in the room; 0
	// if nothing happened.
	Head int64
	// Active is when something was last said in it, as far as that is known.
	Active time.Time
	// Writing are those who write in it, without us and those we do not want to
	// see. It is for whoever draws it to end it ([Model.Silent]) when
	// [chat.TypingFor] has passed without another [chat.Writing].
	Writing chat.Crowd
	// Pending are our own messages that the server has not placed yet, in the
	// order in which they were sent.
	Pending []Pending

	open     bool   // it is the model's open one
	here     bool   // we are in it, by the last welcome and what came since
	met      bool   // there was a welcome to it on this visit
	recalled bool   // there was none, and what is held is that of Recall
	us       string // our id
	hidden   []string

	tail   run              // the latest events
	part   run              // others, with a hole behind them; none while said is empty
	news   []*chat.Presence // in the order of their places
	hushed place            // of the last presence that was let go: none up to there is taken in again
	wiped  wiped

	// The window, see Rows.
	away  bool  // it does not go with what comes
	apart bool  // it is in part, not in tail
	from  int64 // the seq with which it begins
	to    int64 // the seq with which it ends, if it is away

	rolled bool // it has a roll of its own
	first  roll // who was here at the last welcome, and after the presences let go since
	now    roll // who is here

	base  standing       // what the room is, and what we are in it, but for since
	since []chat.Durable // what has changed that, by seq
	told  count          // of what is unread, by the server
	mark  mark           // that the server has not confirmed yet
}

func newRoom(id string) Room { return Room{Room: chat.FirstRoom(id), from: 1} }

// Entered tells whether we are in the room, as far as is known: on this visit by
// what the server says, before that by what was kept.
func (r Room) Entered() bool { return r.here }

// kept tells whether the room is to be kept although it is not open.
func (r *Room) kept() bool { return r.here || len(r.Pending) > 0 }

// welcome begins the room on a line.
func (r *Room) welcome(s chat.RoomStatus, anew bool, name string) {
	fits := r.met || r.recalled && s.After == r.Head // what we have
	if !fits || anew || !s.Recovered {
		r.clear(min(max(s.After, 0), maxSeq))
		r.Head = 0
	}
	if anew {
		r.unplace()
	}
	r.here, r.met, r.recalled = true, true, false
	r.Head = max(r.Head, s.Head)
	r.With, r.Active, r.Writing = s.With, later(r.Active, s.Active), chat.Crowd{}
	r.stands(s)
	r.told = countOf(r.Head, s.Reading)
	r.Quiet = s.Quiet
	r.count()
	r.calls(s.Roll, name)
}

// out takes in that we are not in the room, or not any more.
func (r *Room) out(anew bool) {
	if anew {
		r.clear(0)
		r.Head = 0
		r.unplace()
	}
	r.here, r.met, r.recalled = false, false, false
	r.Member.Here, r.Writing = false, chat.Crowd{}
	r.told, r.mark, r.since = count{}, mark{}, nil
	r.count()
	r.calls(nil, "")
}

// unplace gives up the pending messages that were placed in another epoch.
func (r *Room) unplace() {
	r.Pending = slices.DeleteFunc(slices.Clone(r.Pending), func(p Pending) bool { return p.seq > 0 && r.met })
}

// reader takes in who reads: our id, and whom we do not want to see.
func (r *Room) reader(us string, hidden []string) {
	r.us, r.hidden = us, hidden
	r.writes(r.Writing)
	r.count()
}

// hides tells whether we do not want to see somebody.
func (r *Room) hides(person string) bool {
	_, hidden := slices.BinarySearch(r.hidden, person)
	return hidden
}

// writes takes in who writes.
func (r *Room) writes(who chat.Crowd) {
	if !r.here {
		who = chat.Crowd{}
	}
	unseen := func(p chat.Person) bool { return p.ID == r.us || r.hides(p.ID) }
	if slices.ContainsFunc(who.People, unseen) {
		n := len(who.People)
		who.People = slices.DeleteFunc(slices.Clone(who.People), unseen)
		who.Count -= n - len(who.People)
	}
	r.Writing = who
}

// wrote takes in that somebody has said what they wrote.
func (r *Room) wrote(person string) {
	is := func(p chat.Person) bool { return p.ID == person }
	if slices.ContainsFunc(r.Writing.People, is) {
		r.Writing.People = slices.DeleteFunc(slices.Clone(r.Writing.People), is)
		r.Writing.Count--
	}
}

// Silent returns the model with nobody writing in a room any more.
func (m Model) Silent(room string) Model {
	if r := m.Find(room); r != nil && r.Writing.Count > 0 {
		m.in(room).Writing = chat.Crowd{}
	}
	return m
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
