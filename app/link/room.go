package link

import (
	"slices"
	"time"

	"cyberchat/app/chat"
)

// maxAhead is how many events beyond a gap are kept until it is filled, and
// maxAheadBytes how much text. Without them a busy room would always have said
// something more while the page that fills the gap was on its way. What does
// not fit comes again with the next page; as does what is beyond maxAheadAll
// bytes of all rooms together.
const maxAhead, maxAheadBytes, maxAheadAll = chat.MaxPage, 256 << 10, 1 << 20

// maxAsked is how many rooms are asked at a time for what is missing of them.
const maxAsked = 8

// A position is how far the rooms of an epoch were delivered. It outlives the
// calls and belongs to the goroutine of Run.
type position struct {
	epoch string // empty before the first welcome
	rooms map[string]*room
}

// A room is how far one room was delivered, and what is missing of it. The
// fields behind last are those of one call, but for stuck.
type room struct {
	last  int64 // everything up to this seq was delivered
	head  int64 // of the latest event that was heard of
	in    int64 // the seq as of which we were told that we are in it
	stuck int64 // where last was when what is missing could not be had, or -1

	ahead []chat.Durable // beyond the gap: the latest that came, without gaps
	bytes int            // of their texts

	quiet    time.Time // until then what is missing may come by itself: it follows the welcome
	question string    // id of the History that was not answered, or empty
	asked    int64     // last when it was asked
	due      time.Time // when the answer must be there, or, without a question, the earliest for the next
}

// resumed is the position of a line that goes on where r says, which may be nil.
func resumed(r *chat.Resume) position {
	if r == nil || r.Epoch == "" {
		return position{}
	}
	p := position{r.Epoch, make(map[string]*room, len(r.Rooms))}
	for name, last := range r.Rooms {
		p.rooms[name] = &room{last: last, head: last, stuck: -1}
	}
	return p
}

// resume is what a hello says of the position, nil if there is nothing to say.
func (p *position) resume() *chat.Resume {
	if p.epoch == "" || len(p.rooms) == 0 {
		return nil
	}
	r := &chat.Resume{Epoch: p.epoch, Rooms: make(map[string]int64, len(p.rooms))}
	for name, room := range p.rooms {
		r.Rooms[name] = room.last
	}
	return r
}

// welcome takes in where the rooms stand: one that is recovered goes on, any
// other begins anew. What is missing may follow by itself until quiet. It
// reports whether the welcome makes sense; if not, nothing is known any more.
func (p *position) welcome(w chat.Welcome, quiet time.Time) bool {
	old := *p
	*p = position{w.Epoch, make(map[string]*room, len(w.Rooms))}
	for _, s := range w.Rooms {
		r := &room{last: s.After, head: s.Head, in: s.Head, stuck: -1, quiet: quiet}
		if before := old.rooms[s.ID]; before != nil && s.Recovered && w.Epoch == old.epoch {
			r.last, r.stuck = before.last, before.stuck
		}
		if r.last < 0 || r.last > r.head {
			*p = position{}
			return false
		}
		p.rooms[s.ID] = r
	}
	return true
}

// enter takes in that we are in one more room, or how one stands that we are in
// already; that goes on where it is.
func (p *position) enter(s chat.RoomStatus, quiet time.Time) {
	switch r := p.rooms[s.ID]; {
	case r != nil:
		r.heard(s.Head)
		r.in = max(r.in, s.Head)
	case s.ID != "" && s.After >= 0 && s.After <= s.Head:
		p.rooms[s.ID] = &room{last: s.After, head: s.Head, in: s.Head, stuck: -1, quiet: quiet}
	}
}

// take takes in an event of a room and appends to events what is to be delivered
// now.
func (p *position) take(events []chat.Event, r *room, e chat.Durable, quiet time.Time) []chat.Event {
	seq := seqOf(e)
	r.head = max(r.head, seq)
	switch {
	case seq <= r.last: // it was delivered
		return events
	case seq > r.last+1:
		r.quiet = time.Time{}
		if r.keep(e); p.bytes() > maxAheadAll {
			r.ahead, r.bytes = nil, 0
		}
		return events
	}
	if !r.quiet.IsZero() {
		r.quiet = quiet
	}
	r.last = seq
	events = append(events, e)
	if len(r.ahead) == 0 || seqOf(r.ahead[0]) > r.last+1 {
		return events
	}
	for _, e := range r.ahead {
		if seq := seqOf(e); seq > r.last {
			r.last = seq
			events = append(events, e)
		}
	}
	r.ahead, r.bytes = nil, 0
	return events
}

// bytes is how much text is kept of all rooms.
func (p *position) bytes() (n int) {
	for _, r := range p.rooms {
		n += r.bytes
	}
	return n
}

// seqOf is the place of an event in its room, without a copy of the rest.
func seqOf(e chat.Durable) int64 {
	if m, ok := e.(chat.Message); ok {
		return m.Seq
	}
	return e.Stamped().Seq
}

// roomOf is the room of an event.
func roomOf(e chat.Durable) string {
	if m, ok := e.(chat.Message); ok {
		return m.Room
	}
	return e.Stamped().Room
}

// sizeOf is how many bytes of text an event has.
func sizeOf(e chat.Durable) int {
	switch e := e.(type) {
	case chat.Message:
		return len(e.Text)
	case chat.Reported:
		return len(e.Text)
	}
	return 0
}

// keep keeps an event from beyond the gap, if it goes on where those kept end;
// otherwise they are let go. Beyond the bounds the first go.
func (r *room) keep(e chat.Durable) {
	if n := len(r.ahead); n > 0 {
		seq, end := seqOf(e), seqOf(r.ahead[n-1])
		if seq <= end && seq >= seqOf(r.ahead[0]) {
			return // it is there
		}
		if seq != end+1 {
			r.ahead, r.bytes = nil, 0
		}
	}
	r.ahead = append(r.ahead, e)
	r.bytes += sizeOf(e)
	for len(r.ahead) > maxAhead || r.bytes > maxAheadBytes {
		r.bytes -= sizeOf(r.ahead[0])
		r.ahead = slices.Delete(r.ahead, 0, 1)
	}
}

// heard takes in that there is an event with the seq, and that what is on its
// way has come.
func (r *room) heard(head int64) {
	r.head = max(r.head, head)
	if r.head > r.last {
		r.quiet = time.Time{}
	}
}

// fits tells whether a page can be the answer to the question: one event or
// more, those behind asked.
func (r *room) fits(name string, page chat.Page) bool {
	next := r.asked
	for _, e := range page.Events {
		next++
		if at := e.Stamped(); at.Seq != next || at.Room != name {
			return false
		}
	}
	return page.Room == name && next > r.asked
}

// wait is how long until there is something to do about what is missing.
func (r *room) wait(now time.Time) time.Duration {
	if r.question == "" && r.quiet.After(r.due) {
		return r.quiet.Sub(now)
	}
	return r.due.Sub(now)
}

// What follows is what a call does about what is missing.

// asker returns the room whose question has the id, nil if there is none.
func (c *call) asker(id string) (name string, r *room) {
	for name, r := range c.pos.rooms {
		if id != "" && r.question == id {
			return name, r
		}
	}
	return "", nil
}

// catchUp asks for what is missing, where it is time, and gives the line up
// where an answer is overdue.
func (c *call) catchUp() {
	if !c.open() || c.end != nil {
		return
	}
	now := time.Now()
	next := time.Duration(-1)
	asked := 0
	for _, r := range c.pos.rooms {
		if r.head == r.last {
			r.question, r.due = "", time.Time{} // what was asked for came by itself
		} else if r.question != "" {
			asked++
		}
	}
	for name, r := range c.pos.rooms {
		if r.head == r.last {
			continue
		}
		wait := r.wait(now)
		switch {
		case wait > 0:
		case r.question != "":
			c.stuck(name, r)
			return
		case asked == maxAsked: // this one's turn comes with an answer
			continue
		default:
			c.ask(name, r, now)
			asked++
			wait = c.answerWithin
		}
		if next < 0 || wait < next {
			next = wait
		}
	}
	if next >= 0 {
		c.missing.Reset(next)
	} else {
		c.missing.Stop()
	}
}

// ask asks for what is missing of a room, or for as much as fits on a page.
func (c *call) ask(name string, r *room, now time.Time) {
	r.question, r.asked, r.due = NewID(), r.last, now.Add(c.answerWithin)
	h := chat.History{ID: r.question, Room: name, After: r.last, Limit: chat.MaxPage}
	if r.last == 0 { // "after": 0 is none
		h.Around = 1
	}
	c.write(chat.AppendCommand(nil, h))
}

// filled takes in the answer to a question of a room, and appends to events
// what is to be delivered now.
func (c *call) filled(events []chat.Event, name string, r *room, page chat.Page) []chat.Event {
	if !r.fits(name, page) {
		c.stuck(name, r)
		return events
	}
	r.question, r.due = "", time.Time{}
	n := len(events)
	for _, e := range page.Events {
		events = c.pos.take(events, r, e, time.Time{})
	}
	return c.parted(events, n)
}

// parted takes in what is to be delivered of a room, from the nth event on: when we
// are not in it any more, it is not waited for, and what follows, as on a page of a
// public room, is not delivered. Whoever was told as of a later event that they are
// in it came back since.
func (c *call) parted(events []chat.Event, n int) []chat.Event {
	for i, e := range events[n:] {
		m, ok := e.(chat.MemberChanged)
		if !ok || m.Person.ID != c.you || m.In != "" || m.Room == chat.Lobby || m.Room == chat.Place || m.Seq <= c.pos.rooms[m.Room].in {
			continue
		}
		switch m.Change {
		case chat.Left, chat.Removed:
		case chat.Banned:
			if m.Until.IsZero() {
				continue
			}
		default:
			continue
		}
		delete(c.pos.rooms, m.Room)
		return events[:n+i+1]
	}
	return events
}

// refused takes in that a question of a room was refused. It is asked again
// later.
func (c *call) refused(name string, r *room, fault chat.Fault) {
	if !fault.Retry {
		c.stuck(name, r)
		return
	}
	r.question = ""
	r.due = time.Now().Add(max(retryAfter(fault), c.askAgainAfter))
}

// stuck gives the line up because what is missing of a room cannot be had. The
// next one resumes; if that helps no further, the room begins anew with the one
// after it, so that nobody waits for ever, and nobody is shown a hole.
func (c *call) stuck(name string, r *room) {
	c.end = &ending{reason: notTold}
	if r.stuck == r.last {
		delete(c.pos.rooms, name)
	}
	r.stuck = r.last
}
