package state

import (
	"slices"
	"time"

	"cyberchat/app/chat"
)

// A Pending message is ours and not yet placed.
type Pending struct {
	ID   string
	Room string
	Text string
	Time time.Time
	// Fault says why the server refused it; nil while it is on its way.
	Fault *chat.Fault

	seq int64 // where the server has placed it, 0 as long as it has not said
}

// Unsent returns what is pending in all rooms: those by their ids, and in each
// one in the order in which it was sent.
func (m Model) Unsent() []Pending {
	all := slices.Clone(m.Room.Pending)
	for _, r := range m.others {
		all = append(all, r.Pending...)
	}
	return all
}

// Post returns the model with a message of ours on its way. An id that is
// pending already changes nothing.
func (m Model) Post(p chat.Post, now time.Time) Model {
	m.begin()
	if r, _ := m.pending(p.ID); r == nil && p.Room != "" {
		m.have(p.Room)
		r := m.in(p.Room)
		r.Pending = append(slices.Clip(r.Pending), Pending{ID: p.ID, Room: p.Room, Text: p.Text, Time: now})
	}
	return m
}

// Retry returns the model with a refused message on its way again, under the
// new id and behind the others. A message that is not pending, or not refused,
// changes nothing.
func (m Model) Retry(id, newID string, now time.Time) Model {
	r, i := m.pending(id)
	if r == nil || r.Pending[i].Fault == nil {
		return m
	}
	if other, _ := m.pending(newID); other != nil {
		return m
	}
	p := chat.Post{ID: newID, Room: r.ID, Text: r.Pending[i].Text}
	m.in(r.ID).drop(i)
	return m.Post(p, now)
}

// Discard returns the model without that pending message. One that the server
// places nevertheless is shown when it comes.
func (m Model) Discard(id string) Model {
	if r, i := m.pending(id); r != nil {
		m.in(r.ID).drop(i)
		m.sweep()
	}
	return m
}

// Rename returns the model with a wish for a name on its way: the command with
// the id. Only the refusal of the last one counts.
func (m Model) Rename(id string) Model {
	m.wish = id
	return m
}

// ack takes in that a command was carried out.
func (m *Model) ack(e chat.Ack) {
	if r, i := m.pending(e.ID); r != nil {
		r = m.in(r.ID)
		r.Pending = slices.Clone(r.Pending)
		r.Pending[i].Fault = nil
		r.Pending[i].seq = max(e.Seq, 0)
		r.adopt()
		m.sweep()
	}
	if e.Name != "" {
		m.Refused = nil
		m.given(e.Name)
	}
	m.confirmed(e.ID)
}

// reject takes in that a command was refused.
func (m *Model) reject(e chat.Reject) {
	if r, i := m.pending(e.ID); r != nil {
		if r.Pending[i].seq == 0 {
			r = m.in(r.ID)
			r.Pending = slices.Clone(r.Pending)
			r.Pending[i].Fault = &e.Fault
		}
		return
	}
	if e.ID != "" && e.ID == m.wish {
		m.Refused = &e.Fault
	}
	m.confirmed(e.ID)
}

// confirmed takes in the answer to a mark, if it is one.
func (m *Model) confirmed(id string) {
	if id == "" {
		return
	}
	is := func(r *Room) bool { return r.mark.id == id }
	if is(&m.Room) {
		m.Room.confirmed()
	} else if i := slices.IndexFunc(m.others, is); i >= 0 {
		m.in(m.others[i].ID).confirmed()
	}
}

// settle takes the pending message away that a message is.
func (r *Room) settle(e *chat.Message) {
	if r.us == "" || e.Author.ID != r.us {
		return
	}
	if i := r.pending(e.ID); i >= 0 {
		r.drop(i)
	}
}

// adopt takes away the pending messages that were placed where there is a row,
// or before all rows. The others come.
func (r *Room) adopt() {
	for i := 0; i < len(r.Pending); {
		if seq := r.Pending[i].seq; seq > 0 && (seq <= r.tail.floor || r.tail.has(seq)) {
			r.drop(i)
		} else {
			i++
		}
	}
}

// pending returns the room of a pending message, not to be changed, and where it
// is in it; nil if there is none.
func (m *Model) pending(id string) (*Room, int) {
	if i := m.Room.pending(id); i >= 0 {
		return &m.Room, i
	}
	for _, r := range m.others {
		if i := r.pending(id); i >= 0 {
			return r, i
		}
	}
	return nil, -1
}

// pending returns the index of a pending message, -1 if there is none.
func (r *Room) pending(id string) int {
	return slices.IndexFunc(r.Pending, func(p Pending) bool { return p.ID == id })
}

// drop takes the i-th pending message away.
func (r *Room) drop(i int) { r.Pending = slices.Delete(slices.Clone(r.Pending), i, i+1) }
