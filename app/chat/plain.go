package chat

import (
	"strconv"
	"strings"
	"unicode"
)

// Plain mode: a WebSocket text message is a line. A line that starts with "/"
// asks for something, unless it starts with "//", which says the rest with one
// "/"; any other line is a message to the current room, which is the lobby until
// a [Join]. For the lines that come down see [AppendLine].

// Quit and the other requests exist only in plain mode; the typed mode has
// other means for them.
type (
	// Quit asks to be let go.
	Quit struct{}
	// Help asks for the list of commands.
	Help struct{}
	// Who asks for the people in the room.
	Who struct{ Room string }
	// Past asks for the latest N messages of the room.
	Past struct {
		Room string
		N    int
	}
	// Rooms asks for the rooms one is in, and the public ones.
	Rooms struct{}
	// Join has the lines that follow go to a room, and joins it if one is not in
	// it.
	Join struct{ Room string }
	// Leave goes out of a room. The lines that follow go to the lobby.
	Leave struct{ Room string }
	// Msg says something to one person, in the direct conversation with them.
	Msg struct{ Name, Text string }
	// Link asks for an invitation to a room, or with [Place] to the place.
	Link struct{ Room string }
	// Enter comes in by an invitation, by its secret: where the place takes one, or
	// to a room. The name may be empty.
	Enter struct{ Secret, Name string }
)

func (Quit) commandType() string  { return "/quit" }
func (Help) commandType() string  { return "/help" }
func (Who) commandType() string   { return "/who" }
func (Past) commandType() string  { return "/history" }
func (Rooms) commandType() string { return "/rooms" }
func (Join) commandType() string  { return "/join" }
func (Leave) commandType() string { return "/leave" }
func (Msg) commandType() string   { return "/msg" }
func (Link) commandType() string  { return "/invite" }
func (Enter) commandType() string { return "/enter" }

// HelpLines answer [Help], one line each.
var HelpLines = []string{
	"* Write a line and everybody in the room gets it. A line that starts with / is one of these:",
	"* /name NAME      be called NAME",
	"* /who            see who is here",
	"* /history N      read the latest N messages again",
	"* /rooms          see the rooms there are",
	"* /join ROOM      go to a room: what you write goes there",
	"* /leave ROOM     leave it again; without ROOM, the one you are in",
	"* /msg NAME TEXT  say TEXT to NAME alone; a name of several words in quotation marks",
	"* /invite ROOM    make a link that lets others in; without ROOM, to the whole place",
	"* /enter LINK     come in by an invitation, as to a private room",
	"* /help           see this list",
	"* /quit           leave",
	"* //TEXT          say /TEXT",
}

// ParseLine reads one line of a client in plain mode, whose current room is
// given. The commands returned have their texts and names cleaned and no id.
func ParseLine(line, room string) (Command, *Fault) {
	line = strings.TrimSpace(line)
	if said, ok := strings.CutPrefix(line, "/"); !ok || strings.HasPrefix(said, "/") {
		if ok {
			line = said
		}
		text, fault := CleanText(line)
		if fault != nil {
			return nil, fault
		}
		return Post{Room: room, Text: text}, nil
	}
	word, rest := cutWord(line)
	switch strings.ToLower(word) {
	case "/name":
		name, fault := CleanName(rest)
		if fault != nil {
			return nil, fault
		}
		return Rename{Name: name}, nil
	case "/who":
		return Who{room}, nil
	case "/history":
		n := PlainHistory
		if rest != "" {
			var err error
			if n, err = strconv.Atoi(rest); err != nil || n < 1 || n > MaxPage {
				return nil, faultf(CodeBadHistory, "Say how many messages, from 1 to %d, as in /history %d.", MaxPage, PlainHistory)
			}
		}
		return Past{room, n}, nil
	case "/rooms":
		return Rooms{}, nil
	case "/join":
		to := roomWord(rest)
		if to == "" {
			return nil, faultf(CodeBadValue, "Say which room, as in /join %s. /rooms lists those there are.", Lobby)
		}
		return Join{to}, nil
	case "/leave":
		if rest != "" {
			room = roomWord(rest)
		}
		return Leave{room}, nil
	case "/msg":
		return parseMsg(rest)
	case "/invite":
		to := Place
		if rest != "" {
			to = roomWord(rest)
		}
		return Link{to}, nil
	case "/enter":
		return parseEnter(rest)
	case "/help":
		return Help{}, nil
	case "/quit":
		return Quit{}, nil
	}
	return nil, faultf(CodeUnknownType, "There is no command %s. /help lists those there are.", OneLine(cut(word, 20)))
}

// parseMsg reads a name, in quotation marks if it has more than one word, and a
// text.
func parseMsg(s string) (Command, *Fault) {
	name, text := cutWord(s)
	if quoted, ok := strings.CutPrefix(s, `"`); ok {
		if name, text, ok = strings.Cut(quoted, `" `); !ok {
			name = ""
		}
	}
	if name == "" || strings.TrimSpace(text) == "" {
		return nil, faultf(CodeEmpty, "Say to whom, and what, as in /msg Ann Good morning, or /msg \"Ann Lee\" Good morning.")
	}
	name, fault := CleanName(name)
	if fault != nil {
		return nil, fault
	}
	text, fault = CleanText(text)
	if fault != nil {
		return nil, fault
	}
	return Msg{name, text}, nil
}

// parseEnter reads the secret of an invitation, or its whole link, and a name.
func parseEnter(s string) (Command, *Fault) {
	secret, name := cutWord(s)
	if _, behind, ok := strings.Cut(secret, "#invite="); ok {
		secret = behind
	}
	if secret == "" {
		return nil, faultf(CodeBadInvitation, "Say the invitation and your name, as in /enter INVITATION Ann.")
	}
	if CheckToken(secret) != nil {
		return nil, BadInvitation()
	}
	if name != "" {
		var fault *Fault
		if name, fault = CleanName(name); fault != nil {
			return nil, fault
		}
	}
	return Enter{secret, name}, nil
}

// roomWord is the id of a room as somebody writes it, perhaps as lines name it.
func roomWord(s string) string {
	word, _ := cutWord(s)
	return strings.ToLower(strings.TrimPrefix(word, "#"))
}

// cutWord splits a line into its first word and the rest, without white space
// around it.
func cutWord(s string) (word, rest string) {
	if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 {
		return s[:i], strings.TrimSpace(s[i:])
	}
	return s, ""
}
