package state

import (
	"cmp"
	"slices"

	"cyberchat/app/chat"
)

// A Kept is what is kept of the chat for the next visit.
type Kept struct {
	Epoch  string     `json:"epoch"`
	You    chat.Self  `json:"you"`
	Hidden []string   `json:"hidden,omitempty"`
	Rooms  []KeptRoom `json:"rooms"`
}

// A KeptRoom is what is kept of a room that we are in.
type KeptRoom struct {
	Status chat.RoomStatus `json:"status"` // without a roll; Head is the seq of the last event
	Log    chat.Log        `json:"log"`    // the latest events, up to Head, which follow each other
}

// Recall returns a model that begins with what was kept on an earlier visit. It
// is for a model that knows nothing; any other, and one that was kept of no
// epoch, change nothing. A room whose events do not follow each other up to its
// head begins without them. At first the windows show a few of the latest only,
// to be drawn at once.
//
// The next welcome tells what they are worth. If it is of the same epoch and
// goes on behind the last event of a room ([chat.RoomStatus]), what is held of it
// stays; otherwise that goes, and what follows takes its place.
func (m Model) Recall(k Kept) Model {
	if m.begin(); m.welcomed || m.recalled || k.Epoch == "" {
		return m
	}
	m.You, m.Epoch, m.Hidden, m.recalled = k.You, k.Epoch, slices.Sorted(slices.Values(k.Hidden)), true
	m.Room.reader(m.You.ID, m.Hidden)
	for _, room := range k.Rooms {
		if s := room.Status; s.ID == "" || s.Head < 0 || s.Head >= maxSeq {
			continue
		}
		m.have(room.Status.ID)
		r := m.in(room.Status.ID)
		r.reader(m.You.ID, m.Hidden)
		r.recall(room)
	}
	return m
}

// recall begins the room with what was kept of it.
func (r *Room) recall(k KeptRoom) {
	s := k.Status
	r.here, r.recalled = true, true
	r.Room, r.Member, r.With, r.Active, r.Quiet = s.Room, s.Member, s.With, s.Active, s.Quiet
	r.told = countOf(s.Head, s.Reading)
	r.clear(s.Head)
	r.Head = s.Head
	if log := k.entries(); len(log) > 0 {
		r.clear(log[0].Seq - 1)
		r.tail = r.tail.holding(log)
		r.trim()
	}
	r.count()
	*r = r.Shrink()
}

// entries are those of what was kept, none if they do not follow each other up
// to the head.
func (k *KeptRoom) entries() []*entry {
	log := make([]*entry, len(k.Log))
	for i, e := range k.Log {
		at := e.Stamped()
		if at.Seq != k.Status.Head-int64(len(log)-1-i) || !possible(at.Seq) || at.Room != k.Status.ID {
			return nil
		}
		log[i] = entryOf(e)
	}
	return log
}

// Recalled tells whether what is held is that of [Model.Recall], of which the
// server has said nothing yet.
func (m Model) Recalled() bool { return m.recalled }

// Resume is what a line is to go on from: what was recalled, nil if nothing was.
func (m Model) Resume() *chat.Resume {
	if !m.recalled {
		return nil
	}
	resume := &chat.Resume{Epoch: m.Epoch, Rooms: make(map[string]int64)}
	for _, r := range slices.Concat([]*Room{&m.Room}, m.others) {
		if r.recalled {
			resume.Rooms[r.ID] = r.Head
		}
	}
	return resume
}

// Keep returns what is to be kept: of all rooms that we are in what they are,
// and of their latest events up to n, with texts of together size bytes at the
// most. Those of the open room come first, and then those of the rooms in which
// something was said last, up to share of each. A room of which the latest event
// is not held is kept without events. There is nothing before the first
// welcome.
func (m Model) Keep(n, share, size int) (k Kept) {
	if !m.welcomed {
		return k
	}
	k = Kept{Epoch: m.Epoch, You: m.You, Hidden: m.Hidden}
	rooms := m.Recent()
	if place := m.Find(chat.Place); place != nil && place.here {
		rooms = append(rooms, place)
	}
	slices.SortStableFunc(rooms, func(a, b *Room) int {
		return cmp.Compare(m.openFirst(a), m.openFirst(b))
	})
	for _, r := range rooms {
		if !r.here {
			continue
		}
		most := min(n, share)
		if r.ID == m.Room.ID {
			most = n
		}
		log, bytes := r.Latest(most, size)
		n, size = n-len(log), size-bytes
		k.Rooms = append(k.Rooms, KeptRoom{
			Status: chat.RoomStatus{Room: r.Room, Member: r.Member, With: r.With, Active: r.Active, Head: r.Head, Reading: r.Reading},
			Log:    log,
		})
	}
	return k
}

func (m *Model) openFirst(r *Room) int {
	if r.ID == m.Room.ID {
		return 0
	}
	return 1
}

// Latest returns the latest events of the room, in order, and how many bytes
// their texts have together: up to n of them, and as many as have texts of size
// bytes at the most. There are none if the latest one is not held.
func (r Room) Latest(n, size int) (log chat.Log, bytes int) {
	next := r.Head
	for _, e := range slices.Backward(r.tail.said) {
		if e.Seq != next || bytes+len(e.Text) > size || len(log) >= n {
			break
		}
		bytes += len(e.Text)
		log = append(log, e.durable())
		next--
	}
	slices.Reverse(log)
	return log, bytes
}
