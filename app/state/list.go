package state

import (
	"cmp"
	"slices"
	"strings"

	"cyberchat/app/chat"
)

// Rooms returns the conversations in the order of a list, which stays the same
// whatever is said: the lobby, the rooms by their titles without regard to
// case, those that are archived behind the others, and the direct conversations,
// the one in which something was said last first. They are those that we are in,
// and those in which something of ours was not sent. The rooms are not to be
// changed. [chat.Place] is not among them: see [Model.Find].
func (m Model) Rooms() []*Room {
	rooms := m.listed()
	type place struct {
		rank int
		key  string
		*Room
	}
	places := make([]place, len(rooms)) // all is drawn with each message: a title is folded once
	for i, r := range rooms {
		places[i] = place{r.rank(), strings.ToLower(r.Title), r}
	}
	slices.SortFunc(places, func(a, b place) int {
		if c := cmp.Compare(a.rank, b.rank); c != 0 {
			return c
		}
		if a.Access == chat.Direct {
			return cmp.Or(b.Active.Compare(a.Active), cmp.Compare(a.ID, b.ID))
		}
		if c := cmp.Compare(a.key, b.key); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
	})
	for i, p := range places {
		rooms[i] = p.Room
	}
	return rooms
}

// Recent returns the same for a switcher: those in which something is unread
// first, unless they are quiet, and among the same those first in which
// something was said last.
func (m Model) Recent() []*Room {
	rooms := m.listed()
	loud := func(r *Room) int {
		if r.Unread > 0 && !r.Quiet {
			return 0
		}
		return 1
	}
	slices.SortFunc(rooms, func(a, b *Room) int {
		return cmp.Or(
			cmp.Compare(loud(a), loud(b)),
			b.Active.Compare(a.Active),
			cmp.Compare(a.rank(), b.rank()),
			byTitle(a, b),
			cmp.Compare(a.ID, b.ID),
		)
	})
	return rooms
}

// Unread counts what is unread in all conversations that are not quiet, and how
// many those are. [chat.MaxUnread] + 1 of one of them is more.
func (m Model) AllUnread() (messages, rooms int) {
	for _, r := range m.listed() {
		if r.Unread > 0 && !r.Quiet {
			messages += r.Unread
			rooms++
		}
	}
	return messages, rooms
}

func (m *Model) listed() []*Room {
	rooms := make([]*Room, 0, len(m.others)+1)
	if m.Room.kept() {
		open := m.Room
		rooms = append(rooms, &open)
	}
	for _, r := range m.others {
		if r.kept() {
			rooms = append(rooms, r)
		}
	}
	return slices.DeleteFunc(rooms, func(r *Room) bool { return r.ID == chat.Place })
}

// rank is of which part of the list a room is.
func (r *Room) rank() int {
	switch {
	case r.ID == chat.Lobby:
		return 0
	case r.Access == chat.Direct:
		return 3
	case r.Archived:
		return 2
	}
	return 1
}

// byTitle compares rooms of the same rank.
func byTitle(a, b *Room) int {
	if a.Access == chat.Direct && b.Access == chat.Direct {
		return b.Active.Compare(a.Active)
	}
	return cmp.Or(cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)), cmp.Compare(a.Title, b.Title))
}
