package link

import (
	"slices"
	"time"

	"cyberchat/app/chat"
)

// maxAhead is how many messages beyond a gap are kept until it is filled, and
// maxAheadBytes how much text. Without them a busy room would always have said
// something more while the page that fills the gap was on its way. What does
// not fit comes again with the next page.
const maxAhead, maxAheadBytes = chat.MaxPage, 256 << 10

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
	head  int64 // of the latest message that was heard of
	stuck int64 // where last was when what is missing could not be had, or -1

	ahead []chat.Message // beyond the gap: the latest that came, without gaps
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
	if p.epoch == "" {
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
		r := &room{last: s.After, head: s.Head, stuck: -1, quiet: quiet}
		if before := old.rooms[s.Name]; before != nil && s.Recovered && w.Epoch == old.epoch {
			r.last, r.stuck = before.last, before.stuck
		}
		if r.last < 0 || r.last > r.head {
			*p = position{}
			return false
		}
		p.rooms[s.Name] = r
	}
	return true
}

// message takes in a message and appends to events what is to be delivered now.
func (r *room) message(events []chat.Event, m chat.Message, quiet time.Time) []chat.Event {
	r.head = max(r.head, m.Seq)
	switch {
	case m.Seq <= r.last: // it was delivered
		return events
	case m.Seq > r.last+1:
		r.quiet = time.Time{}
		r.keep(m)
		return events
	}
	if !r.quiet.IsZero() {
		r.quiet = quiet
	}
	r.last = m.Seq
	events = append(events, m)
	if len(r.ahead) == 0 || r.ahead[0].Seq > r.last+1 {
		return events
	}
	for _, m := range r.ahead {
		if m.Seq > r.last {
			r.last = m.Seq
			events = append(events, m)
		}
	}
	r.ahead, r.bytes = nil, 0
	return events
}

// keep keeps a message from beyond the gap, if it goes on where those kept end;
// otherwise they are let go. Beyond the bounds the first go.
func (r *room) keep(m chat.Message) {
	if n := len(r.ahead); n > 0 {
		end := r.ahead[n-1].Seq
		if m.Seq <= end && m.Seq >= r.ahead[0].Seq {
			return // it is there
		}
		if m.Seq != end+1 {
			r.ahead, r.bytes = nil, 0
		}
	}
	r.ahead = append(r.ahead, m)
	r.bytes += len(m.Text)
	for len(r.ahead) > maxAhead || r.bytes > maxAheadBytes {
		r.bytes -= len(r.ahead[0].Text)
		r.ahead = slices.Delete(r.ahead, 0, 1)
	}
}

// heard takes in that there is a message with the seq, and that what is on its
// way has come.
func (r *room) heard(head int64) {
	r.head = max(r.head, head)
	if r.head > r.last {
		r.quiet = time.Time{}
	}
}

// fits tells whether a page can be the answer to the question: one message or
// more, those behind asked.
func (r *room) fits(name string, page chat.Page) bool {
	next := r.asked
	for _, m := range page.Messages {
		next++
		if m.Seq != next || m.Room != name {
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
	for name, r := range c.pos.rooms {
		if r.head == r.last {
			r.question, r.due = "", time.Time{} // what was asked for came by itself
			continue
		}
		wait := r.wait(now)
		switch {
		case wait > 0:
		case r.question != "":
			c.stuck(r)
			return
		default:
			c.ask(name, r, now)
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
		c.stuck(r)
		return events
	}
	r.question, r.due = "", time.Time{}
	for _, m := range page.Messages {
		events = r.message(events, m, time.Time{})
	}
	return events
}

// refused takes in that a question of a room was refused. It is asked again
// later.
func (c *call) refused(r *room, fault chat.Fault) {
	if !fault.Retry {
		c.stuck(r)
		return
	}
	r.question = ""
	r.due = time.Now().Add(max(retryAfter(fault), c.askAgainAfter))
}

// stuck gives the line up because what is missing of a room cannot be had. The
// next one resumes; if that helps no further, the one after it begins anew, so
// that nobody waits for ever, and nobody is shown a hole.
func (c *call) stuck(r *room) {
	c.end = &ending{reason: notTold}
	if r.stuck == r.last {
		c.pos = position{}
	}
	r.stuck = r.last
}
