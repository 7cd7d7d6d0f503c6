package state

import (
	"cmp"
	"slices"

	"cyberchat/app/chat"
)

// A Row is one line of the log: a message or a presence. The other is nil.
type Row struct {
	Message  *chat.Message
	Presence *chat.Presence
}

// A place is where a row stands: a message at its sequence number, a presence
// behind the message it follows, in the order of the numbers.
type place struct{ seq, number int64 }

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.seq, q.seq), cmp.Compare(p.number, q.number))
}

func placeOf(p *chat.Presence) place { return place{p.After, p.Number} }

func (r Row) place() place {
	if r.Message != nil {
		return place{seq: r.Message.Seq}
	}
	return placeOf(r.Presence)
}

// Rows are what is shown of what was said and what happened, in order: the
// messages of the window and the presences that stand behind them. They are put
// together anew each time, in O(their number).
func (m Model) Rows() []Row {
	said := m.shown()
	low, high := m.from, m.until()
	if m.from <= m.run().floor+1 {
		low-- // behind a message that is not there
	}
	begin, end := m.findNews(place{seq: low}), len(m.news)
	if m.away {
		end = max(m.findNews(place{seq: high + 1}), begin)
	}
	news := m.news[begin:end]
	rows := make([]Row, 0, len(said)+len(news))
	for _, e := range said {
		for len(news) > 0 && news[0].After < e.Seq {
			rows = append(rows, Row{Presence: news[0]})
			news = news[1:]
		}
		rows = append(rows, Row{Message: e})
	}
	for _, p := range news {
		rows = append(rows, Row{Presence: p})
	}
	return rows
}

// Before is the message in front of the rows, nil if it is not there.
func (m Model) Before() *chat.Message {
	r := m.run()
	if i := r.find(m.from); i > 0 {
		return r.said[i-1]
	}
	return nil
}

// Said is the message with the seq, nil if it is not held.
func (m Model) Said(seq int64) *chat.Message {
	for _, r := range []run{m.tail, m.part} {
		if i := r.find(seq); i < len(r.said) && r.said[i].Seq == seq {
			return r.said[i]
		}
	}
	return nil
}

// message takes in what was said.
func (m *Model) message(e chat.Message) {
	m.Head = max(m.Head, e.Seq)
	if e.Seq > m.tail.floor && !m.tail.has(e.Seq) {
		m.tail = m.tail.with(&e)
		m.follow()
		m.trim()
	}
	m.settle(e)
}

// page takes in what was asked for: what meets what is held joins it, and what
// does not takes the place of what is held apart from the latest.
func (m *Model) page(e chat.Page) {
	if len(e.Messages) == 0 {
		if !e.Earlier {
			m.begins()
		}
		return
	}
	first := e.Messages[0].Seq
	if !possible(first) {
		return
	}
	page := make([]*chat.Message, len(e.Messages))
	for i := range e.Messages {
		said := e.Messages[i]
		if said.Seq != first+int64(i) || !inLobby(said.Room) {
			return
		}
		page[i] = &said
	}
	last := page[len(page)-1].Seq
	begins := first == 1 || !e.Earlier
	switch {
	case first > m.tail.floor: // all of it came, or will
		return
	case last >= m.tail.floor:
		m.tail = m.tail.join(page[:m.tail.floor-first+1]) // the rest came, or will
		m.tail.begins = m.tail.begins || begins
	case len(m.part.said) > 0 && first <= m.part.last()+1 && last >= m.part.floor:
		if m.part.floor >= first {
			m.part.begins = begins
		}
		m.part = m.part.join(page)
	default:
		m.part = run{floor: first - 1, begins: begins}.holding(page)
		if m.apart {
			m.from, m.to = first, last
		}
	}
	m.meet()
	if !m.away && len(m.tail.said) <= MaxShown {
		m.from = m.tail.floor + 1
	}
	for _, said := range page {
		m.settle(*said)
	}
	m.trim()
}

// begins takes in that nothing was said before the messages that are read.
func (m *Model) begins() {
	if m.apart {
		m.part.begins = true
	} else {
		m.tail.begins = true
	}
}

// meet makes one of what is read and of the latest once they meet.
func (m *Model) meet() {
	if len(m.part.said) == 0 || m.part.last() < m.tail.floor {
		return
	}
	begins := m.part.begins || m.part.floor >= m.tail.floor && m.tail.begins
	m.tail = m.tail.join(m.part.said)
	m.tail.begins = begins
	m.part, m.apart = run{}, false
}

// clear lets all that was said and happened go; what follows begins behind
// floor, and is read at the end.
func (m *Model) clear(floor int64) {
	m.tail, m.part, m.apart = run{floor: floor}, run{}, false
	m.news, m.hushed = nil, place{}
	m.away, m.from, m.to = false, floor+1, 0
}

// insertNews places a presence unless it is there, or too old.
func (m *Model) insertNews(p *chat.Presence) {
	at := placeOf(p)
	i := m.findNews(at)
	if at.compare(m.hushed) <= 0 || i < len(m.news) && placeOf(m.news[i]) == at {
		return
	}
	m.news = slices.Insert(slices.Clip(m.news), i, p)
	if len(m.news) <= MaxNews {
		return
	}
	old := m.news[:len(m.news)-KeptNews]
	for _, p := range old {
		m.letGo(*p)
	}
	m.news = slices.Clone(m.news[len(old):])
}

// findNews returns the index of the first presence that is not before a place.
func (m *Model) findNews(at place) int {
	i, _ := slices.BinarySearchFunc(m.news, at, func(p *chat.Presence, at place) int { return placeOf(p).compare(at) })
	return i
}

// letGo remembers of a presence what is not to be forgotten with it.
func (m *Model) letGo(p chat.Presence) {
	m.hushed = placeOf(&p)
	if m.welcomed && p.Number > m.here.number {
		m.here = m.here.after(p, m.You.ID)
	}
}
