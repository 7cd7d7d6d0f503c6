package state

import (
	"cmp"
	"slices"

	"cyberchat/app/chat"
)

// maxChanges is how many changes of a room are remembered, so that one which
// comes late finds its place.
const maxChanges = 64

// A standing is what a room is, and what we are in it, after the event with a
// seq.
type standing struct {
	at     int64
	room   chat.Room
	member chat.Member
}

// stands takes in how the room stands at a welcome.
func (r *Room) stands(s chat.RoomStatus) {
	r.base = standing{s.Head, s.Room, s.Member}
	r.since = slices.DeleteFunc(slices.Clone(r.since), func(e chat.Durable) bool { return e.Stamped().Seq <= s.Head })
	r.restand()
}

// changes takes in an event that may change the room or what we are in it.
func (r *Room) changes(e chat.Durable) {
	at := e.Stamped()
	switch e := e.(type) {
	case chat.RoomChanged:
	case chat.MemberChanged:
		if e.Person.ID != r.us {
			return
		}
	default:
		return
	}
	i, there := slices.BinarySearchFunc(r.since, at.Seq, func(e chat.Durable, seq int64) int { return cmp.Compare(e.Stamped().Seq, seq) })
	if there || at.In != "" || at.Seq <= r.base.at || !r.met {
		return
	}
	r.since = slices.Insert(slices.Clone(r.since), i, e)
	for len(r.since) > maxChanges {
		r.base.apply(r.us, r.since[0])
		r.since = r.since[1:]
	}
	if r.restand(); r.ID != chat.Lobby && r.ID != chat.Place {
		r.here = r.Member.Here
		r.writes(r.Writing)
		r.count()
	}
}

// restand makes the room and what we are in it what the changes make of them.
func (r *Room) restand() {
	now := r.base
	for _, e := range r.since {
		now.apply(r.us, e)
	}
	r.Room, r.Member = now.room, now.member
}

func (s *standing) apply(us string, e chat.Durable) {
	s.at = e.Stamped().Seq
	s.room.Apply(e)
	s.member.Apply(us, e)
}
