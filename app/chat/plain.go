package chat

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Plain mode: a WebSocket text message is a line. A line that starts with "/"
// asks for something, unless it starts with "//", which says the rest with one
// "/"; any other line is a message to the room. Lines that come
// down are "name: text" for a message, "* …" for news, "! …" for a refusal. A
// name holds no colon and starts with neither "*" nor "!", and a message is
// made one line, so no line can pass for another. In news a name of more than
// one word is in quotation marks.

// Quit and the other requests exist only in plain mode; the typed mode has
// other means for them.
type (
	// Quit asks to be let go.
	Quit struct{}
	// Who asks for the people in the room.
	Who struct{}
	// Help asks for the list of commands.
	Help struct{}
	// Past asks for the latest N messages.
	Past struct{ N int }
)

func (Quit) commandType() string { return "/quit" }
func (Who) commandType() string  { return "/who" }
func (Help) commandType() string { return "/help" }
func (Past) commandType() string { return "/history" }

// HelpLines answer [Help], one line each.
var HelpLines = []string{
	"* Write a line and everybody in the room gets it. A line that starts with / is one of these:",
	"* /name NAME  be called NAME",
	"* /who        see who is here",
	"* /history N  read the latest N messages again",
	"* /help       see this list",
	"* /quit       leave",
	"* //TEXT      say /TEXT",
}

// NothingSaid answers [Past] where there is none.
const NothingSaid = "* Nothing was said here yet."

// ParseLine reads one line of a client in plain mode. The commands returned
// have their text or name cleaned, no id, and the room [Lobby].
func ParseLine(line string) (Command, *Fault) {
	line = strings.TrimSpace(line)
	if said, ok := strings.CutPrefix(line, "/"); !ok || strings.HasPrefix(said, "/") {
		if ok {
			line = said
		}
		text, fault := CleanText(line)
		if fault != nil {
			return nil, fault
		}
		return Post{Room: Lobby, Text: text}, nil
	}
	word, rest := line, ""
	if i := strings.IndexFunc(line, unicode.IsSpace); i >= 0 {
		word, rest = line[:i], line[i:]
	}
	switch strings.ToLower(word) {
	case "/name":
		name, fault := CleanName(rest)
		if fault != nil {
			return nil, fault
		}
		return Rename{Name: name}, nil
	case "/who":
		return Who{}, nil
	case "/history":
		n := PlainHistory
		if rest = strings.TrimSpace(rest); rest != "" {
			var err error
			if n, err = strconv.Atoi(rest); err != nil || n < 1 || n > MaxPage {
				return nil, faultf(CodeBadHistory, "Say how many messages, from 1 to %d, as in /history %d.", MaxPage, PlainHistory)
			}
		}
		return Past{n}, nil
	case "/help":
		return Help{}, nil
	case "/quit":
		return Quit{}, nil
	}
	return nil, faultf(CodeUnknownType, "There is no command %s. /help lists those there are.", OneLine(cut(word, 20)))
}

// AppendLine appends the line that tells e in plain mode, without a line
// break. Events that have no line append nothing.
func AppendLine(dst []byte, e Event) []byte {
	switch e := e.(type) {
	case Message:
		dst = append(dst, OneLine(e.Author.Name)...)
		dst = append(dst, ": "...)
		return append(dst, OneLine(e.Text)...)
	case Presence:
		return append(dst, presenceLine(e)...)
	case Reject:
		return fmt.Appendf(dst, "! %s (%s)", OneLine(e.Text), e.Code)
	case Ack:
		if e.Name != "" {
			return fmt.Appendf(dst, "* You are %s now.", OneLine(e.Name))
		}
	case Closing:
		return append(append(dst, "! "...), OneLine(e.Text)...)
	}
	return dst
}

// WelcomeLines greet a client in plain mode; the first line is [Greeting].
func WelcomeLines(w Welcome) []string {
	return []string{
		w.Text,
		"* You are " + OneLine(w.You.Name) + ". Write a line and press Enter; /help lists what else you can do.",
	}
}

// WhoLine answers [Who].
func WhoLine(online int, people []Person) string {
	who := Crowd{Count: online, People: people}
	if online == 1 {
		return "* Here: " + who.list() + "."
	}
	return fmt.Sprintf("* %d are here: %s.", online, who.list())
}

func presenceLine(p Presence) string {
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
	if len(parts) == 0 {
		return ""
	}
	return "* " + strings.Join(parts, "; ") + "."
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
	name = OneLine(name)
	if strings.IndexFunc(name, func(r rune) bool { return !word(r) }) < 0 {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, "'") + `"`
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
