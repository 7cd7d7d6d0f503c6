package state

import (
	"cmp"
	"slices"
	"sync/atomic"

	"cyberchat/app/chat"
)

// A place is where a row stands: a message at its sequence number, a presence
// behind the message it follows, in the order of the numbers.
type place struct{ seq, number int64 }

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.seq, q.seq), cmp.Compare(p.number, q.number))
}

func (r Row) place() place {
	if r.Message != nil {
		return place{seq: r.Message.Seq}
	}
	return place{r.Presence.After, r.Presence.Number}
}

// message takes in what was said.
func (m *Model) message(e chat.Message) {
	m.Head = max(m.Head, e.Seq)
	m.insert(Row{Message: &e})
	m.settle(e)
}

// page takes in what was said before, if it meets what is there.
func (m *Model) page(e chat.Page) {
	if len(e.Messages) == 0 {
		m.Earlier = m.Earlier && e.Earlier
		return
	}
	first := e.Messages[0].Seq
	if first < 1 || first > m.floor {
		return
	}
	var rows []Row
	for i, said := range e.Messages {
		if said.Seq != first+int64(i) || !inLobby(said.Room) {
			return
		}
		if said.Seq <= m.floor {
			rows = append(rows, Row{Message: &said})
		}
	}
	if first+int64(len(rows)) <= m.floor {
		return
	}
	m.floor, m.Earlier = first-1, e.Earlier && first > 1
	m.merge(rows...)
	for _, r := range rows {
		m.settle(*r.Message)
	}
	m.trim()
}

// insert places a message or a presence unless it is there, or too old.
func (m *Model) insert(r Row) {
	at := r.place()
	switch {
	case r.Message != nil && at.seq <= m.floor, r.Presence != nil && at.compare(m.hushed) <= 0, m.has(at):
		return
	case len(m.Rows) == 0 || m.Rows[len(m.Rows)-1].place().compare(at) < 0:
		m.append(r)
	default:
		m.merge(r)
	}
	m.trim()
}

// has tells whether there is a row at a place.
func (m *Model) has(at place) bool {
	_, ok := slices.BinarySearchFunc(m.Rows, at, func(r Row, at place) int { return r.place().compare(at) })
	return ok
}

// merge puts rows, which are in order and not there yet, in their places.
func (m *Model) merge(more ...Row) {
	rows := make([]Row, 0, len(m.Rows)+len(more)+1)
	for _, r := range m.Rows {
		for len(more) > 0 && more[0].place().compare(r.place()) < 0 {
			rows = append(rows, more[0])
			more = more[1:]
		}
		rows = append(rows, r)
	}
	m.keep(append(rows, more...))
}

// clear lets all rows go; those that follow begin behind floor.
func (m *Model) clear(floor int64) {
	m.keep(nil)
	m.floor, m.hushed = floor, place{}
	m.Earlier = floor > 0
}

// trim lets the oldest rows go when there are too many. What the presences
// among them changed stays counted.
func (m *Model) trim() {
	most, least := MaxRows, KeptRows
	if m.held {
		most, least = MaxHeld, KeptHeld
	}
	var said, news int // how many are to go
	if n := len(m.Rows) - m.news; n > most {
		said = n - least
	}
	if m.news > MaxNews {
		news = m.news - KeptNews
	}
	if said == 0 && news == 0 {
		return
	}
	rows := make([]Row, 0, len(m.Rows))
	for _, r := range m.Rows {
		switch {
		case r.Message != nil && said > 0:
			said--
			m.floor, m.Earlier = r.Message.Seq, true
		case r.Presence != nil && (said > 0 || news > 0):
			news--
			m.letGo(*r.Presence)
		default:
			rows = append(rows, r)
		}
	}
	m.keep(rows)
}

// letGo remembers of a presence what is not to be forgotten with it.
func (m *Model) letGo(p chat.Presence) {
	m.hushed = Row{Presence: &p}.place()
	if m.welcomed && p.Number > m.here.number {
		m.here = m.here.after(p, m.You.ID)
	}
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
		rows := make([]Row, n+1, max(n+1, min(2*n, MaxHeld+MaxNews+1), 16))
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
