package chat

import "strings"

// A Command is what a client asks of the server. The set is closed: those of
// this file, of deed.go (what stays, on rooms and people), of self.go (about
// oneself), and of plain mode.
type Command interface{ commandType() string }

// An Identified command carries an id and is answered by one event that has it:
// an [Ack], a [Reject], or what was asked for.
type Identified interface {
	Command
	CommandID() string
}

// Hello is the first command on a typed connection, within [HelloWithin].
type Hello struct {
	// Build names the build of the client, for the log and for the offer to
	// reload. It may be empty.
	Build string `json:"build,omitempty"`
	// Token is a secret that the client made and keeps (MinToken to MaxToken
	// bytes of printable ASCII): that of a session, see walks.go. A browser has
	// none here, but a cookie; other clients may show it as a bearer token with
	// the upgrade request as well. A cookie or a bearer token counts more.
	// Without any, whoever connects is a person of their own, for as long as they
	// are connected.
	Token string `json:"token,omitempty"`
	// Name is the name that somebody would like who has chosen none yet. It is
	// granted if it is valid and free; otherwise Welcome.You has another one, and
	// Welcome.Refused says why. Whoever has chosen one keeps that, until a Rename.
	Name string `json:"name,omitempty"`
	// Resume says what this client has already. What it missed follows the
	// welcome, if that is not too much.
	Resume *Resume `json:"resume,omitempty"`
	// Invitation is the secret of an invitation, or of the link to another
	// device, that leads here. It may be empty.
	Invitation string `json:"invitation,omitempty"`
	// Device says what the client runs on, in words for the person's own list of
	// their devices, such as "Firefox on Linux"; up to MaxDevice characters.
	Device string `json:"device,omitempty"`
}

// Resume is what a client has of the rooms: of each, every message up to a seq.
type Resume struct {
	Epoch string           `json:"epoch"`
	Rooms map[string]int64 `json:"rooms"`
}

// Post says something in a room. It is answered by an [Ack] or a [Reject].
type Post struct {
	// ID is made by the client for this post (1 to MaxID bytes of printable
	// ASCII, 128 random bits are good) and kept until it is answered: the same
	// id sent again by the same person is not posted again.
	ID   string `json:"id"`
	Room string `json:"room"`
	// Text is 1 to MaxText characters; see [CleanText].
	Text string `json:"text"`
	// Round keeps the order of posts of one connection of which several wait
	// for an answer. When one is refused and may be sent again ([Fault.Retry]),
	// its round is over: those of the same or an earlier round that the
	// connection sends behind it are refused too ([CodeRoundOver]). When all of
	// a round are answered, its refused ones are sent again in one with a higher
	// number, or given up. Numbers begin at 1 on each connection. A post without
	// one is taken or refused by itself.
	Round int64 `json:"round,omitempty"`
}

// Rename asks for another name. It is answered by an [Ack] or a [Reject].
type Rename struct {
	ID   string `json:"id"`
	Name string `json:"name"` // see [CleanName]
}

// History asks for messages of a room that were said before, or after, a seq, or
// about a time. It is answered by a [Page] or a [Reject].
type History struct {
	ID   string `json:"id"`
	Room string `json:"room"`
	// One of these is set: messages below Before, above After, on both sides of
	// Around, which is among them, or on both sides of the first that was said
	// At a time or later, in milliseconds since 1970 (UTC). If all were said
	// before, they are the latest.
	Before int64 `json:"before,omitempty"`
	After  int64 `json:"after,omitempty"`
	Around int64 `json:"around,omitempty"`
	At     int64 `json:"at,omitempty"`
	// Limit is how many at the most, up to MaxPage; 0 is PageSize.
	Limit int `json:"limit,omitempty"`
}

// Pong answers a [Ping].
type Pong struct{}

func (Hello) commandType() string   { return "hello" }
func (Post) commandType() string    { return "post" }
func (Rename) commandType() string  { return "name" }
func (History) commandType() string { return "history" }
func (Pong) commandType() string    { return "pong" }

func (c Post) CommandID() string    { return c.ID }
func (c Rename) CommandID() string  { return c.ID }
func (c History) CommandID() string { return c.ID }

// CleanHello returns a hello as [DecodeCommand] would, or why it is none.
func CleanHello(c Hello) (Hello, *Fault) {
	fault := c.clean()
	return c, fault
}

func (c *Hello) clean() *Fault {
	c.Device = cut(OneLine(strings.TrimSpace(c.Device)), MaxDevice)
	return first(CheckToken(c.Token), CheckToken(c.Invitation))
}

func (c *Post) clean() (fault *Fault) {
	c.Text, fault = CleanText(c.Text)
	return fault
}

func (c *Rename) clean() (fault *Fault) {
	c.Name, fault = CleanName(c.Name)
	return fault
}

func (c *History) clean() *Fault { return checkHistory(*c) }

func (c *Pong) clean() *Fault { return nil }
