package state

import (
	"slices"

	"cyberchat/app/chat"
)

// Recall returns a model that begins with what was kept on an earlier visit:
// who we were, and messages that follow each other, of the epoch. It is for a
// model that knows nothing; any other, and messages that do not follow each
// other, change nothing. At first the window shows a few of the latest only, to
// be drawn at once.
//
// The next welcome tells what they are worth. If it is of the same epoch and
// goes on behind the last of them ([chat.RoomStatus]), they stay; otherwise they
// go, and what follows takes their place.
func (m Model) Recall(you chat.Person, epoch string, said []chat.Message) Model {
	if m.welcomed || m.recalled || epoch == "" || len(said) == 0 {
		return m
	}
	kept := make([]*chat.Message, len(said))
	for i, e := range said {
		if e.Seq != said[0].Seq+int64(i) || !possible(e.Seq) || !inLobby(e.Room) {
			return m
		}
		kept[i] = &e
	}
	m.You, m.Epoch, m.recalled = you, epoch, true
	m.clear(said[0].Seq - 1)
	m.tail = m.tail.holding(kept)
	m.Head = m.tail.last()
	m.trim()
	return m.Shrink()
}

// Recalled tells whether what is held is that of [Model.Recall], of which the
// server has said nothing yet.
func (m Model) Recalled() bool { return m.recalled }

// Latest returns the latest messages of the room, in order: up to n of them,
// and as many as have texts of together size bytes at the most. There are none
// if the model does not have the latest one.
func (m Model) Latest(n, size int) []chat.Message {
	var said []chat.Message
	next := m.Head
	for _, e := range slices.Backward(m.tail.said) {
		if size -= len(e.Text); e.Seq != next || size < 0 || len(said) == n {
			break
		}
		said = append(said, *e)
		next--
	}
	slices.Reverse(said)
	return said
}
