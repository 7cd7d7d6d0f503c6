package chat

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// News is what a line that begins with "*" tells of an event of a room, without
// that sign and the dot at the end. It is empty where there is nothing to tell:
// of a direct conversation but what was taken away in it, and of what is
// repeated from another room ([Stamp.In]).

func (r Room) deletedNews(e Deleted) string {
	if e.In != "" {
		return ""
	}
	return "A message of " + inNews(e.Of.Name) + " was deleted" + r.where(" in ") + because(e.Reason)
}

func (r Room) changedNews(e RoomChanged) string {
	if e.In != "" || e.Created == Direct {
		return ""
	}
	verb := " changed "
	if e.Created != "" {
		verb = " made "
	}
	var to []string
	if e.Title != nil {
		to = append(to, "called "+quote(*e.Title))
	}
	if e.About != nil {
		to = append(to, "about "+quote(*e.About))
	}
	if e.Archived != nil {
		to = append(to, yes(*e.Archived, "archived"))
	}
	if e.Locked != nil {
		to = append(to, yes(*e.Locked, "locked"))
	}
	if e.Slow != nil {
		to = append(to, yes(*e.Slow > 0, fmt.Sprintf("slow, with %s between two messages", time.Duration(*e.Slow)*time.Millisecond)))
	}
	return inNews(e.Author.Name) + verb + r.label() + ": it is " + strings.Join(to, ", ")
}

// yes says that something is so, or not any more.
func yes(is bool, so string) string {
	if is {
		return so
	}
	word, _, _ := strings.Cut(so, ",")
	return "not " + word + " any more"
}

func (r Room) memberNews(e MemberChanged) string {
	if e.In != "" || r.Access == Direct {
		return ""
	}
	who := inNews(e.Person.Name)
	if e.Address != "" {
		who = OneLine(e.Address)
	}
	switch e.Change {
	case Joined:
		if r.ID == Place {
			return "" // a presence says it
		}
		return who + " joined" + r.where(" ")
	case Added:
		return inNews(e.Author.Name) + " brought " + who + " into " + r.label()
	case Left:
		switch {
		case r.ID == Place:
			return ""
		case e.Erased:
			return who + " is gone for good" + r.where(" from ") + ", with all they said"
		}
		return who + " left" + r.where(" ")
	case Removed:
		return who + " was removed from " + r.label() + because(e.Reason)
	case Muted:
		if e.Until.IsZero() {
			return who + " may speak" + r.where(" in ") + " again"
		}
		return who + " was muted" + r.where(" in ") + " " + until(e.Until) + because(e.Reason)
	case Banned:
		if e.Until.IsZero() {
			return who + " may come to " + r.label() + " again"
		}
		return who + " was banned from " + r.label() + " " + until(e.Until) + because(e.Reason)
	case Appointed:
		if e.Author.ID == e.Person.ID { // they chose a name, or used an invitation
			return ""
		}
		return who + " is a " + e.Role.String() + r.where(" in ") + " now"
	}
	return ""
}

// label names a room in lines.
func (r Room) label() string {
	switch {
	case r.ID == Place:
		return "the place"
	case r.Access == Direct:
		return "#" + string(Direct)
	}
	return "#" + OneLine(cmp.Or(r.ID, Lobby))
}

// titled names a room with its title, if that says more.
func (r Room) titled() string {
	if r.Title == "" || strings.EqualFold(r.Title, r.ID) {
		return r.label()
	}
	return r.label() + " " + quote(r.Title)
}

// where names a room in news, but for the lobby.
func (r Room) where(in string) string {
	if r.isLobby() {
		return ""
	}
	return in + r.label()
}

// isLobby tells whether r is the lobby, as it is where no room is said.
func (r Room) isLobby() bool { return r.ID == Lobby || r.ID == "" }

func (r Room) presenceNews(p Presence) string {
	var parts []string
	if p.Joined.Count > 0 {
		parts = append(parts, p.Joined.list()+" joined")
	}
	if p.Left.Count > 0 {
		parts = append(parts, p.Left.list()+" left")
	}
	for i, r := range p.Renamed {
		if i == MaxNamed {
			parts = append(parts, fmt.Sprintf("%d more changed their names", len(p.Renamed)-i))
			break
		}
		parts = append(parts, inNews(r.From)+" is now "+inNews(r.To))
	}
	if len(parts) == 0 || r.isLobby() {
		return strings.Join(parts, "; ")
	}
	return "in " + r.label() + ": " + strings.Join(parts, "; ")
}

// list names up to MaxNamed of the crowd and counts the rest.
func (c Crowd) list() string {
	names := make([]string, 0, MaxNamed)
	for _, p := range c.People[:min(len(c.People), MaxNamed)] {
		names = append(names, inNews(p.Name))
	}
	if more := c.Count - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

// inNews returns a name for a line that tells of several people: in quotation
// marks unless it is one word, so that nobody called "Ann left; Bob" makes news.
func inNews(name string) string {
	word := func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.So) || strings.ContainsRune("-_.", r)
	}
	if name == "" {
		return gone
	}
	name = OneLine(name)
	if strings.IndexFunc(name, func(r rune) bool { return !word(r) }) < 0 {
		return name
	}
	return quote(name)
}

// quote returns what somebody wrote, as one line in quotation marks.
func quote(s string) string {
	return `"` + strings.ReplaceAll(OneLine(s), `"`, "'") + `"`
}

// because is a reason behind what it is for.
func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ", because " + quote(reason)
}
