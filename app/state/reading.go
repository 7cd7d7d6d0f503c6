package state

import (
	"slices"

	"cyberchat/app/chat"
)

// A count is what the server said of what is unread when the room went up to a
// seq.
type count struct {
	head int64
	chat.Reading
}

// countOf is what the server says of a room that goes up to head here.
func countOf(head int64, e chat.Reading) count {
	head, e.Counted = max(head, e.Counted), 0
	return count{head, e}
}

// A mark is how far we have read, and that the server has not confirmed it.
type mark struct {
	id  string // of the command
	seq int64
	// back says that what is behind it is unread again.
	back bool
}

// Mark returns the model after a mark of ours, which is on its way: it counts at
// once, and until it is answered the server's older ones do not.
func (m Model) Mark(c chat.Mark) Model {
	m.begin()
	if r := m.in(c.Room); r != nil && (c.Seq > r.Read || c.Unread) {
		r.mark = mark{c.ID, min(c.Seq, r.Head), c.Unread}
		r.count()
	}
	return m
}

// marked takes in how far we have read, by the server.
func (r *Room) marked(e chat.Reading) {
	r.told = countOf(r.Head, e)
	r.Quiet = e.Quiet
	r.count()
}

// confirmed takes in the answer to a mark of ours.
func (r *Room) confirmed() {
	if r.told.Read < r.mark.seq || r.mark.back {
		// The server's word comes separately; until then this is how it stands.
		r.told = count{r.Head, r.Reading}
	}
	r.mark = mark{}
	r.count()
}

// count counts what is unread: exactly where all that is behind the mark is
// held, and otherwise what the server counted and what came since.
func (r *Room) count() {
	if !r.here {
		r.Read, r.Unread = 0, 0
		return
	}
	read, unread, from := r.told.Read, r.told.Unread, r.told.head
	if k := r.mark; k.id != "" && (k.back || k.seq > read) {
		if read = k.seq; read >= from {
			unread, from = 0, read
		}
	}
	said := r.tail.said[r.tail.find(read+1):]
	if r.tail.floor <= read && int64(len(said)) == max(r.Head-read, 0) {
		unread, from = 0, read
	}
	for _, e := range slices.Backward(r.tail.said) {
		if e.Seq <= from || unread > chat.MaxUnread {
			break
		}
		if r.counts(e) {
			unread++
		}
	}
	r.Read, r.Unread = read, min(unread, chat.MaxUnread+1)
}

// countNext counts the next event of the room, behind all that is counted.
func (r *Room) countNext(e *entry) {
	if r.here && r.Unread <= chat.MaxUnread && e.Seq > r.Read && r.counts(e) {
		r.Unread++
	}
}

// uncount remembers what is counted of events that are let go, up to floor.
func (r *Room) uncount(floor int64) {
	if r.here && floor > r.Read {
		r.told = count{r.Head, r.Reading}
	}
}

// counts tells whether an entry can be unread: something that somebody else
// said, whom we want to see; in the place, a report.
func (r *Room) counts(e *entry) bool {
	if e.event != nil {
		report, ok := e.event.(chat.Reported)
		return ok && report.Author.ID != r.us
	}
	return !e.Gone && e.Author.ID != r.us && !r.hides(e.Author.ID)
}

// Unseen is the seq of the first message that is unread, above which a line
// stands: as far as it is held, and otherwise the one behind the last that was
// read. It is 0 if nothing is unread.
func (r Room) Unseen() int64 {
	if r.Unread == 0 {
		return 0
	}
	if r.tail.floor > r.Read {
		return r.Read + 1
	}
	for _, e := range r.tail.said[r.tail.find(r.Read+1):] {
		if r.counts(e) {
			return e.Seq
		}
	}
	return r.Read + 1
}
