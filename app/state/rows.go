package state

import (
	"cmp"
	"math"
	"slices"
	"sync/atomic"

	"cyberchat/app/chat"
)

// A span says which part of the current epoch the rows cover: everything
// behind from up to top, either as a row or as a gap. The zero span knows of
// nothing.
type span struct {
	start int  // index of the first row of this epoch
	known bool // from is set
	// from is the sequence number behind which we were there; gaps before it
	// are none of ours.
	from int64
	top  int64 // the greatest sequence number heard of
	// floor is the place of the last row of this epoch that was let go together
	// with all before it: what belongs there or before is not taken in again.
	// hushed is the same for presences, which may go earlier.
	floor, hushed place
}

// meet takes in that the room's head was seen at a sequence number.
func (s *span) meet(head int64) {
	head = max(head, 0)
	if !s.known || head < s.from {
		s.known, s.from = true, head
	}
	s.top = max(s.top, head)
}

// A place is where a row stands in its epoch: a message, or the end of a gap,
// at its sequence number; a presence behind the message it follows, in the
// order of the numbers.
type place struct{ seq, number int64 }

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.seq, q.seq), cmp.Compare(p.number, q.number))
}

func (r Row) place() place {
	switch {
	case r.Message != nil:
		return place{seq: r.Message.Seq}
	case r.Presence != nil:
		return place{r.Presence.After, r.Presence.Number}
	}
	return place{seq: r.Missed.After + r.Missed.Count}
}

// current returns the rows of the current epoch.
func (m *Model) current() []Row { return m.Rows[m.span.start:] }

// message takes in what was said.
func (m *Model) message(e chat.Message) {
	m.insert(Row{Message: &e})
	m.settle(e)
}

// insert places a message or a presence unless it is there, or too old.
func (m *Model) insert(r Row) {
	at, s := r.place(), &m.span
	if at.compare(s.floor) <= 0 || r.Presence != nil && at.compare(s.hushed) <= 0 {
		return
	}
	if old, ok := m.find(at); ok && (!old.ours || r.ours) {
		return
	}
	if r.Message != nil && (!s.known || at.seq <= s.from) {
		s.known, s.from = true, at.seq-1
	}
	behind := len(m.current()) == 0 || m.Rows[len(m.Rows)-1].place().compare(at) < 0
	switch {
	case behind && at.seq >= s.top && r.Message != nil && at.seq-1 <= max(s.top, s.from),
		behind && at.seq == s.top && r.Presence != nil:
		s.top = at.seq
		m.append(r)
	default:
		s.top = max(s.top, at.seq)
		m.arrange(r)
	}
	m.trim()
}

// find returns the row at a place, if there is one that is no gap.
func (m *Model) find(at place) (Row, bool) {
	rows := m.current()
	i, ok := slices.BinarySearchFunc(rows, at, func(r Row, at place) int { return r.place().compare(at) })
	if !ok || rows[i].Missed != nil {
		return Row{}, false
	}
	return rows[i], true
}

// arrange puts the rows of the current epoch and new ones in order and finds
// the gaps between them.
func (m *Model) arrange(more ...Row) {
	old := m.current()
	rows := make([]Row, m.span.start, m.span.start+len(old)+2*len(more)+3)
	copy(rows, m.Rows)

	last := int64(math.MaxInt64) // sequence number up to which nothing is missing
	if m.span.known {
		last = max(m.span.from, m.span.floor.seq)
	}
	missing := func(to int64) {
		if to > last {
			rows = append(rows, Row{Missed: &Missed{After: last, Count: to - last}})
			last = to
		}
	}
	add := func(r Row) {
		if r.Message != nil {
			missing(r.Message.Seq - 1)
			last = max(last, r.Message.Seq)
		} else {
			missing(r.Presence.After)
		}
		rows = append(rows, r)
	}
	for _, r := range old {
		if r.Missed != nil {
			continue
		}
		for len(more) > 0 && more[0].place().compare(r.place()) < 0 {
			add(more[0])
			more = more[1:]
		}
		if len(more) > 0 && more[0].place() == r.place() {
			if r.ours && !more[0].ours {
				r = more[0]
			}
			more = more[1:]
		}
		add(r)
	}
	for _, r := range more {
		add(r)
	}
	missing(m.span.top)
	m.keep(rows)
	m.trim()
}

// trim lets the oldest rows go when there are too many. What the presences
// among them changed stays counted.
func (m *Model) trim() {
	var said, news int // how many are to go
	if n := len(m.Rows) - m.news; n > MaxRows {
		said = n - KeptRows
	}
	if m.news > MaxNews {
		news = m.news - KeptNews
	}
	if said == 0 && news == 0 {
		return
	}
	rows := make([]Row, 0, MaxRows+MaxNews+1)
	start := 0
	for i, r := range m.Rows {
		front := said > 0 // all before this one go too
		goes := front || r.Presence != nil && news > 0
		if r.Presence == nil {
			said = max(said-1, 0)
		} else {
			news = max(news-1, 0)
		}
		switch {
		case !goes:
			rows = appendRow(rows, r)
		case i >= m.span.start:
			m.letGo(r, front)
		}
		if i < m.span.start {
			start = len(rows)
		}
	}
	m.span.start = start
	m.keep(rows)
}

// letGo remembers of a row of this epoch what is not to be forgotten with it.
func (m *Model) letGo(r Row, front bool) {
	if front {
		m.span.floor = r.place()
	}
	if r.Presence == nil {
		return
	}
	m.span.hushed = r.place()
	if m.welcomed && r.Presence.Number > m.here.number {
		m.here = m.here.after(*r.Presence, m.You.ID)
	}
}

// appendRow appends a row. Gaps with nothing between them any more become one.
func appendRow(rows []Row, r Row) []Row {
	if n := len(rows); r.Missed != nil && n > 0 && rows[n-1].Missed != nil {
		if gap := *rows[n-1].Missed; gap.After+gap.Count == r.Missed.After {
			gap.Count += r.Missed.Count
			rows[n-1].Missed = &gap
			return rows
		}
	}
	return append(rows, r)
}

// A backing is an array of rows that models share: each holds a beginning of
// it. Only a model that holds all that is used may put more behind it; that
// place is then taken, so that no two models write the same one.
type backing struct {
	rows []Row // as long as the array
	used atomic.Int64
}

// keep makes rows, which nobody else has, the rows of the model.
func (m *Model) keep(rows []Row) {
	m.log = &backing{rows: rows[:cap(rows)]}
	m.log.used.Store(int64(len(rows)))
	m.Rows = slices.Clip(rows)
	m.news = 0
	for _, r := range rows {
		if r.Presence != nil {
			m.news++
		}
	}
}

// append adds a row at the end without touching those of other models.
func (m *Model) append(r Row) {
	n := len(m.Rows)
	if m.log == nil || n == len(m.log.rows) || !m.log.used.CompareAndSwap(int64(n), int64(n+1)) {
		rows := make([]Row, n+1, min(max(2*n, 16), max(MaxRows+MaxNews, n)+1))
		copy(rows, m.Rows)
		rows[n] = r
		m.keep(rows)
		return
	}
	m.log.rows[n] = r
	m.Rows = m.log.rows[: n+1 : n+1]
	if r.Presence != nil {
		m.news++
	}
}
