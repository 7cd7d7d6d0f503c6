package chat

import (
	"fmt"
	"strings"
	"time"
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
	return "* To come back as who you are, connect with this header. Nobody else may know it: Authorization: Bearer " + token
}

// author is somebody in front of what they said.
func author(p Person) string {
	if p.Name == "" {
		return gone
	}
	return OneLine(p.Name)
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
