package ui

import (
	"strconv"
	"strings"

	"cyberchat/app/chat"
	"cyberchat/app/state"
)

// roomTitle is what a room is called. A direct conversation is called by the
// others in it, and a room of which nothing is known by its address.
func roomTitle(r *state.Room) string {
	switch {
	case r.Title != "":
		return r.Title
	case r.Access == chat.Direct:
		return namesOf(r.With)
	}
	return r.ID
}

// maxTitled is how many people the title of a conversation names.
const maxTitled = 3

// namesOf names people, as in "Ada, Ben and 3 more".
func namesOf(people []chat.Person) string {
	if len(people) == 0 {
		return "Only you"
	}
	var b strings.Builder
	named := people[:min(len(people), maxTitled)]
	rest := len(people) - len(named)
	for i, p := range named {
		switch {
		case i == 0:
		case i == len(named)-1 && rest == 0:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(nameOf(p))
	}
	if rest > 0 {
		b.WriteString(" and " + strconv.Itoa(rest) + " more")
	}
	return b.String()
}

// unreadText is a number of unread messages as a badge says it.
func unreadText(n int) string {
	if n > chat.MaxUnread {
		return strconv.Itoa(chat.MaxUnread) + "+"
	}
	return strconv.Itoa(n)
}
