package state

import (
	"slices"
	"time"

	"cyberchat/app/chat"
)

// maxSettled is how many ids of posts a model remembers, so that a late answer
// to one of them is not taken for the answer to a wish for a name.
const maxSettled = 64

// Post returns the model with a message of ours on its way. An id that is
// pending already changes nothing.
func (m Model) Post(id, text string, now time.Time) Model {
	if m.pending(id) < 0 {
		m.Pending = append(slices.Clip(m.Pending), Pending{ID: id, Text: text, Time: now})
	}
	return m
}

// Retry returns the model with a refused message on its way again, under the
// new id and behind the others. A message that is not pending, or not refused,
// changes nothing.
func (m Model) Retry(id, newID string, now time.Time) Model {
	i := m.pending(id)
	if i < 0 || m.Pending[i].Fault == nil || m.pending(newID) >= 0 {
		return m
	}
	text := m.Pending[i].Text
	m.drop(i)
	return m.Post(newID, text, now)
}

// Discard returns the model without that pending message. One that the server
// places nevertheless is shown when it comes.
func (m Model) Discard(id string) Model {
	if i := m.pending(id); i >= 0 {
		m.drop(i)
	}
	return m
}

// ack takes in that a command was carried out.
func (m *Model) ack(e chat.Ack) {
	if i := m.pending(e.ID); i >= 0 {
		m.Pending = slices.Clone(m.Pending)
		m.Pending[i].Fault = nil
		m.Pending[i].seq = max(e.Seq, 0)
		m.adopt()
	}
	if e.Name != "" {
		m.given(e.Name)
	}
}

// reject takes in that a command was refused. One that is not, and was not, a
// post of ours is a wish for a name, unless the fault is one that no such wish
// has.
func (m *Model) reject(e chat.Reject) {
	if i := m.pending(e.ID); i >= 0 {
		if m.Pending[i].seq == 0 {
			m.Pending = slices.Clone(m.Pending)
			m.Pending[i].Fault = &e.Fault
		}
		return
	}
	switch e.Code {
	case chat.CodeEmpty, chat.CodeTooLong, chat.CodeNoRoom, chat.CodeNotStored, chat.CodeNotRead, chat.CodeRoundOver, chat.CodeBadHistory:
	default:
		if e.ID != "" && !slices.Contains(m.settled, e.ID) {
			m.Refused = &e.Fault
		}
	}
}

// settle takes the pending message away that a message is.
func (m *Model) settle(e chat.Message) {
	if m.You.ID == "" || e.Author.ID != m.You.ID {
		return
	}
	if i := m.pending(e.ID); i >= 0 {
		m.drop(i)
	}
}

// adopt takes away the pending messages that were placed where there is a row,
// or before all rows. The others come.
func (m *Model) adopt() {
	for i := 0; i < len(m.Pending); {
		if seq := m.Pending[i].seq; seq > 0 && (seq <= m.tail.floor || m.tail.has(seq)) {
			m.drop(i)
		} else {
			i++
		}
	}
}

// pending returns the index of a pending message, -1 if there is none.
func (m *Model) pending(id string) int {
	return slices.IndexFunc(m.Pending, func(p Pending) bool { return p.ID == id })
}

// drop takes the i-th pending message away and remembers its id.
func (m *Model) drop(i int) {
	old := max(len(m.settled)+1-maxSettled, 0)
	m.settled = append(slices.Clip(m.settled[old:]), m.Pending[i].ID)
	m.Pending = slices.Delete(slices.Clone(m.Pending), i, i+1)
}
