package ui

import (
	"strconv"
	"time"

	"cyberchat/app/chat"
)

// nobody is what somebody is called who has left for good: they have no name any
// more.
const nobody = "Someone who left"

// nameOf is what to call somebody.
func nameOf(p chat.Person) string {
	if p.Name == "" {
		return nobody
	}
	return p.Name
}

// named is somebody in a sentence; the person with the id you is spoken to.
func named(p chat.Person, you string, first bool) part {
	switch {
	case you != "" && p.ID == you && first:
		return part{text: "You"}
	case you != "" && p.ID == you:
		return part{text: "you"}
	case p.Name == "" && first:
		return part{text: nobody}
	case p.Name == "":
		return part{text: "someone who left"}
	}
	return part{text: p.Name, name: true}
}

// toldParts says in one sentence what happened, as whoever has the id you reads
// it at the time now; empty if this build has no words for it.
func toldParts(e chat.Durable, you string, now time.Time) []part {
	at := e.Stamped()
	var does, was string // how the sentence goes on after who did it, or without
	var rest []part
	switch e := e.(type) {
	case chat.MemberChanged:
		return memberParts(e, you, now)
	case chat.RoomChanged:
		does, was, rest = roomWords(e)
	case chat.Deleted:
		does, was = " deleted a message", "A message was deleted"
		if e.Of.ID != at.Author.ID {
			rest = []part{{text: " of "}, named(e.Of, you, false)}
		}
		rest = append(rest, because(e.Reason)...)
	case chat.Reported:
		does, was = " reported a message", "A message was reported"
		rest = append([]part{{text: " of "}, named(e.Of, you, false)}, because(e.Reason)...)
	case chat.Settled:
		does, was = " settled a report", "A report was settled"
		rest = because(e.Reason)
	}
	if does == "" {
		return nil
	}
	return toldBy(at.Author, you, does, was, rest)
}

// toldBy puts a sentence together: who did what, or what was done if nobody is said
// to have done it.
func toldBy(by chat.Person, you, does, was string, rest []part) []part {
	if by.ID == "" && by.Name == "" {
		return append([]part{{text: was}}, rest...)
	}
	return append([]part{named(by, you, true), {text: does}}, rest...)
}

// because says why, in the words of whoever did it.
func because(reason string) []part {
	if reason == "" {
		return nil
	}
	return []part{{text: ": "}, {text: reason, said: true}}
}

// roomWords says what became of a room.
func roomWords(e chat.RoomChanged) (does, was string, rest []part) {
	pick := func(on *bool, yes, no string) (does, was string, rest []part) {
		word := no
		if *on {
			word = yes
		}
		return " " + word + " the room", "The room was " + word, nil
	}
	switch {
	case e.Created != "":
		does, was = " made this room", "This room was made"
		if e.In != "" {
			does, was = " made a room", "A room was made"
		}
		return does, was, nil
	case e.Archived != nil:
		return pick(e.Archived, "archived", "opened")
	case e.Locked != nil:
		return pick(e.Locked, "locked", "unlocked")
	case e.Slow != nil && *e.Slow == 0:
		return " ended slow mode", "Slow mode ended", nil
	case e.Slow != nil:
		wait := durationText(time.Duration(*e.Slow) * time.Millisecond)
		return " made the room slow: one message each " + wait, "The room is slow: one message each " + wait, nil
	case e.Title != nil:
		return " called the room ", "The room is called ", []part{{text: *e.Title, name: true}}
	case e.About != nil && *e.About == "":
		return " took the line about the room away", "The line about the room is gone", nil
	case e.About != nil:
		return " described the room: ", "The room was described: ", []part{{text: *e.About, said: true}}
	}
	return "", "", nil
}

// memberParts says what became of somebody.
func memberParts(e chat.MemberChanged, you string, now time.Time) []part {
	who := named(e.Person, you, false)
	if e.Address != "" {
		who = part{text: e.Address, name: true}
	}
	self := e.Author.ID == e.Person.ID && e.Address == ""
	once := func(text string) []part {
		return append([]part{named(e.Person, you, true), {text: text}}, because(e.Reason)...)
	}
	was := func(text string, more ...part) []part { // done by somebody, to somebody
		parts := toldBy(e.Author, you, " "+text+" ", "A moderator "+text+" ", append([]part{who}, more...))
		return append(parts, because(e.Reason)...)
	}
	until := part{text: " " + untilText(e.Until, now)}
	switch e.Change {
	case chat.Joined:
		return once(" came in")
	case chat.Added:
		if self {
			return once(" came in")
		}
		return was("brought", part{text: " in"})
	case chat.Left:
		if e.Person.Name == "" && e.Room == chat.Place { // as nobody is named who has left
			if e.Erased {
				return []part{{text: "Somebody left for good, with all they had said"}}
			}
			return []part{{text: "Somebody left for good"}}
		}
		switch {
		case e.Room == chat.Place && e.Erased:
			return once(" left for good, with all they had said")
		case e.Room == chat.Place:
			return once(" left for good")
		}
		return once(" left")
	case chat.Removed:
		return was("removed")
	case chat.Muted:
		if e.Until.IsZero() {
			return was("let", part{text: " speak again"})
		}
		return was("muted", until)
	case chat.Banned:
		if e.Until.IsZero() {
			return was("lifted the ban on")
		}
		return was("banned", until)
	case chat.Appointed:
		if self {
			return once(" is now a " + e.Role.String())
		}
		return was("made", part{text: " a" + article(e.Role) + " " + e.Role.String()})
	}
	return nil
}

// article ends the article before the name of a role.
func article(r chat.Role) string {
	if r == chat.RoleOwner {
		return "n"
	}
	return ""
}

// untilText says how long something lasts, which begins now or before.
func untilText(t, now time.Time) string {
	if t.Equal(chat.Forever) || t.After(now.AddDate(100, 0, 0)) {
		return "for good"
	}
	t = t.In(now.Location())
	if sameDay(t, now) {
		return "until " + clockText(t)
	}
	day := t.Format("2 January")
	if t.Year() != now.Year() {
		day = t.Format("2 January 2006")
	}
	return "until " + day + ", " + clockText(t)
}

// dateText is a day without its time, as in 5 March 2025.
func dateText(t, now time.Time) string { return t.In(now.Location()).Format("2 January 2006") }

// seenText says when somebody or something was last seen, as long ago.
func seenText(t, now time.Time) string {
	t = t.In(now.Location())
	switch ago := now.Sub(t); {
	case ago < time.Hour:
		text, _ := agoText(t, now)
		return text
	case sameDay(t, now):
		return "today, " + clockText(t)
	case sameDay(t, now.AddDate(0, 0, -1)):
		return "yesterday, " + clockText(t)
	}
	return dateText(t, now)
}

// durationText says how long d is, in the largest unit in which it is whole.
func durationText(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if d >= unit.of && d%unit.of == 0 {
			return counted(int(d/unit.of), unit.name)
		}
	}
	return counted(int(d/time.Second), "second")
}

// counted is a number of things whose plural ends in s.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
