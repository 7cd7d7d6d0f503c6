package chat

import "time"

// An Event is what the server tells a client. The set is closed: Welcome, each
// [Durable], Presence, Page, Ack, Reject, Ping, Drain, Closing.
type Event interface{ eventType() string }

// Welcome answers [Hello].
type Welcome struct {
	Text string `json:"text"` // always [Greeting]
	You  Person `json:"you"`
	// Refused says why the name asked for was not given, if it was not.
	Refused *Fault `json:"refused,omitempty"`
	// Epoch is the identity of the server's data. When it changes, sequence
	// numbers start anew and clients drop what they kept.
	Epoch string `json:"epoch"`
	// Build names the build of the client that this server delivers. A client
	// of another build offers to reload.
	Build string `json:"build"`
	// Heartbeat is the time between two pings, in milliseconds. A client that
	// hears nothing for twice that long should give the line up.
	Heartbeat int64        `json:"heartbeat"`
	Limits    WireLimits   `json:"limits"`
	Rooms     []RoomStatus `json:"rooms"`
}

// WireLimits are the limits that a client must keep; see the constants of the
// same names.
type WireLimits struct {
	Text  int `json:"text"`  // MaxText, characters
	Name  int `json:"name"`  // MaxName, characters
	Frame int `json:"frame"` // MaxFrame, bytes
}

// RoomStatus is where a room stands when a connection enters it.
type RoomStatus struct {
	Name string `json:"name"`
	// Head is the sequence number of the room's latest message, 0 if none.
	Head int64 `json:"head"`
	// After is the seq behind which the messages begin that follow the welcome,
	// in order; those up to Head that do not follow are there for a [History].
	After int64 `json:"after"`
	// Recovered says that After is the seq of the [Resume]: with what follows,
	// nothing is missing. Otherwise the client drops what it has of the room.
	Recovered bool `json:"recovered"`
	// Number is that of the latest [Presence] that this status includes.
	Number int64 `json:"number"`
	// Online counts the people in the room, and People names the first
	// MaxListed of them, by name.
	Online int      `json:"online"`
	People []Person `json:"people"`
}

// Message is something that was said. Everybody in the room gets it, the
// author included, and all get them in the order of Seq.
type Message struct {
	Room string `json:"room"`
	// Seq is the message's place in the room: 1, 2, 3 …, without gaps.
	Seq int64 `json:"seq"`
	// ID is the client-made id of the post; with Author.ID it tells the
	// author's client which of its pending messages this is.
	ID     string    `json:"id"`
	Author Person    `json:"author"`
	Text   string    `json:"text"`
	Time   time.Time `json:"time"` // UTC, in whole milliseconds
	// Gone says that it was taken away: Text is empty.
	Gone bool `json:"gone,omitempty"`
}

// Presence tells who came, went or changed their name since the presence
// before it. Changes are merged over [PresenceEvery]; what cancels out is not
// told. It has no sequence number of its own and is not repeated.
type Presence struct {
	Room string `json:"room"`
	// Number counts the room's presences: 1, 2, 3 …
	Number int64 `json:"number"`
	// After is the room's head when the first of these changes happened: this
	// is shown behind that message.
	After   int64     `json:"after"`
	Time    time.Time `json:"time"` // UTC, in whole milliseconds
	Online  int       `json:"online"`
	Joined  Crowd     `json:"joined,omitzero"`
	Left    Crowd     `json:"left,omitzero"`
	Renamed []Renamed `json:"renamed,omitempty"` // at most MaxListed
}

// A Crowd is some people, the first MaxListed of them with their names.
type Crowd struct {
	Count  int      `json:"count"`
	People []Person `json:"people"`
}

// Renamed tells a change of name.
type Renamed struct {
	ID   string `json:"id"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Page answers a [History].
type Page struct {
	ID   string `json:"id"`
	Room string `json:"room"`
	// Messages are in the order of Seq, without gaps.
	Messages []Message `json:"messages"`
	// Earlier and Later say whether there are more on that side.
	Earlier bool `json:"earlier"`
	Later   bool `json:"later"`
}

// Ack says that a command was carried out.
type Ack struct {
	ID string `json:"id"`
	// Seq is the message's place in its room, for a [Post].
	Seq int64 `json:"seq,omitempty"`
	// Name is the name as it was given, for a [Rename].
	Name string `json:"name,omitempty"`
	// Duplicate says that the post had been carried out before.
	Duplicate bool `json:"duplicate,omitempty"`
}

// Reject says that a command was refused, and why. The connection stays.
type Reject struct {
	// ID is that of the command, empty if it could not be read.
	ID string `json:"id,omitempty"`
	Fault
}

// Ping asks for a [Pong] and carries the heads of the rooms, so that a client
// finds out when it missed the end of one.
type Ping struct {
	Heads map[string]int64 `json:"heads"`
}

// Drain says that the server is about to stop: leave, and come back after a
// random time of up to Within, so that not all come back at once.
type Drain struct {
	Within int64 `json:"within"` // in milliseconds
}

// Closing is the last event before the server closes the connection, where
// there is time to say why. Browsers do not show a program every close code,
// so it carries the code too.
type Closing struct {
	Code CloseCode `json:"code"`
	Text string    `json:"text"` // a sentence for the person
}

func (Welcome) eventType() string  { return "welcome" }
func (Message) eventType() string  { return "message" }
func (Presence) eventType() string { return "presence" }
func (Page) eventType() string     { return "page" }
func (Ack) eventType() string      { return "ack" }
func (Reject) eventType() string   { return "reject" }
func (Ping) eventType() string     { return "ping" }
func (Drain) eventType() string    { return "drain" }
func (Closing) eventType() string  { return "closing" }
