package chat

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Lines that come down in plain mode are "name: text" for a message in the
// lobby, "#room name: text" for one in another room, by its id, and "#direct
// name: text" in any direct conversation; "* …" for news, and "! …" for a
// refusal. A name holds no colon and starts with none of * ! / @ #, a room's id
// is one word, and everything is made one line, so no line can pass for another.
// In news a name of more than one word is in quotation marks, and so is whatever
// somebody wrote. Whoever has no name any more is [gone].

// gone is who said something and left for good since. Nobody's name begins
// like it.
const gone = "@somebody who left"

// NothingSaid answers [Past] where there is none.
const NothingSaid = "* Nothing was said here yet."

// AskInvitation greets, behind [Greeting], whoever needs an invitation.
const AskInvitation = "* This place is entered by invitation. Write /enter INVITATION NAME: the invitation is your link, or what stands behind #invite= in it."

// AppendLine appends the line that tells e in plain mode, without a line break.
// Events that have no line append nothing. It takes a room for one that is not
// direct: see [AppendLineIn].
func AppendLine(dst []byte, e Event) []byte {
	var in Room
	switch e := e.(type) {
	case Durable:
		in.ID = e.Stamped().Room
	case Presence:
		in.ID = e.Room
	}
	return AppendLineIn(dst, in, e)
}

// AppendLineIn is [AppendLine] for an event of a room, of which the ID and the
// Access count. What happened in another room and stands in [Place] has no line:
// whoever is there reads it there.
func AppendLineIn(dst []byte, in Room, e Event) []byte {
	switch e := e.(type) {
	case Message:
		if e.Gone {
			return dst // its Deleted says so
		}
		if !in.isLobby() {
			dst = append(append(dst, in.label()...), ' ')
		}
		dst = append(dst, author(e.Author)...)
		dst = append(dst, ": "...)
		return append(dst, OneLine(e.Text)...)
	case Presence:
		return appendNews(dst, in.presenceNews(e))
	case Deleted:
		return appendNews(dst, in.deletedNews(e))
	case RoomChanged:
		return appendNews(dst, in.changedNews(e))
	case MemberChanged:
		return appendNews(dst, in.memberNews(e))
	case Reported:
		text := ""
		if e.Text != "" {
			text = ", " + quote(e.Text)
		}
		return appendNews(dst, fmt.Sprintf("Report %d by %s, on a message of %s in %s%s%s", e.Seq, inNews(e.Author.Name), inNews(e.Of.Name), Room{ID: e.In}.label(), text, because(e.Reason)))
	case Settled:
		return appendNews(dst, fmt.Sprintf("Report %d was settled by %s%s", e.Report, inNews(e.Author.Name), because(e.Reason)))
	case Entered:
		if e.Access == Direct {
			return dst // whoever begins it will say something
		}
		return appendNews(dst, "You are in "+e.Room.titled()+" now")
	case Reject:
		return fmt.Appendf(dst, "! %s (%s)", OneLine(e.Text), e.Code)
	case Ack:
		if e.Name != "" {
			return appendNews(dst, "You are "+OneLine(e.Name)+" now")
		}
	case Closing:
		return append(append(dst, "! "...), OneLine(e.Text)...)
	}
	return dst
}

// appendNews appends a line of news, if there is any.
func appendNews(dst []byte, news string) []byte {
	if news == "" {
		return dst
	}
	return append(append(append(dst, "* "...), news...), '.')
}

// WelcomeLines greet a client in plain mode; the first line is [Greeting].
func WelcomeLines(w Welcome) []string {
	lines := []string{
		w.Text,
		"* You are " + OneLine(w.You.Name) + ". Write a line and press Enter; /help lists what else you can do.",
	}
	rooms, unread := 0, 0
	for _, r := range w.Rooms {
		if r.ID != Lobby && r.ID != Place {
			rooms, unread = rooms+1, unread+r.Unread
		}
	}
	if rooms > 0 {
		lines = append(lines, fmt.Sprintf("* You are in %s too, with %d unread; /rooms lists them.", count(rooms, "room"), unread))
	}
	return lines
}

// WhoLine answers [Who].
func WhoLine(online int, people []Person) string {
	who := Crowd{Count: online, People: people}
	switch online {
	case 0:
		return "* Nobody is here."
	case 1:
		return "* Here: " + who.list() + "."
	}
	return fmt.Sprintf("* %d are here: %s.", online, who.list())
}

// RoomLine is one of those that answer [Rooms]: of a room that one is in, or of
// a public one. With are the others in a direct conversation, and current says
// that what one writes goes there.
func RoomLine(r Room, in, current bool, unread int, with []Person) string {
	var b strings.Builder
	b.WriteString("* " + r.titled())
	if len(with) > 0 {
		b.WriteString(" with " + Crowd{Count: len(with), People: with}.list())
	}
	if r.About != "" {
		b.WriteString(", about " + quote(r.About))
	}
	if r.Archived {
		b.WriteString(", archived")
	} else if r.Locked {
		b.WriteString(", locked")
	}
	if unread > 0 {
		b.WriteString(", " + unreadOf(unread))
	}
	switch {
	case current:
		b.WriteString(": you write here.")
	case !in:
		b.WriteString(": /join " + OneLine(r.ID) + " to be in it.")
	default:
		b.WriteString(": /join " + OneLine(r.ID) + " to write there.")
	}
	return b.String()
}

// CurrentLine answers [Join] and [Leave].
func CurrentLine(r Room) string { return "* What you write goes to " + r.titled() + "." }

// LinkLine answers [Link] with the address that leads in, from the server's own.
func LinkLine(r Room, secret string, uses int, expires time.Time) string {
	to := ""
	if r.ID != Place {
		to = " to " + r.label()
	}
	return fmt.Sprintf("* This link lets %s in%s %s, behind the address of this server: /#invite=%s", count(uses, "person"), to, until(expires), secret)
}

// TokenLine answers [Enter] with what one is known by again.
func TokenLine(token string) string {
	return "* To be known again, keep this and come with the header Authorization: Bearer " + token
}

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

// author is somebody in front of what they said.
func author(p Person) string {
	if p.Name == "" {
		return gone
	}
	return OneLine(p.Name)
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

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if what == "person" {
		return fmt.Sprint(n, " people")
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func unreadOf(n int) string {
	if n > MaxUnread {
		return fmt.Sprintf("%d+ unread", MaxUnread)
	}
	return fmt.Sprintf("%d unread", n)
}

// OneLine returns s for a terminal: as one line, with a visible sign for each
// line break and tab, and nothing in it that a terminal would obey.
func OneLine(s string) string {
	if strings.IndexFunc(s, unsafeInLine) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return '⏎'
		case r == '\t':
			return ' '
		case unsafeInLine(r):
			return '\ufffd'
		}
		return r
	}, s)
}
