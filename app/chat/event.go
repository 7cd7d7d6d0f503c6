package chat

import "time"

// An Event is what the server tells a client. The set is closed: each [Durable],
// those of this file, and [Listing].
type Event interface{ eventType() string }

// Welcome answers [Hello].
type Welcome struct {
	Text string `json:"text"` // always [Greeting]
	You  Self   `json:"you"`
	// Refused says why the name asked for was not given, if it was not.
	Refused *Fault `json:"refused,omitempty"`
	// Open says that whoever comes is let in. Otherwise it takes an invitation.
	Open bool `json:"open,omitempty"`
	// Epoch is the identity of the server's data. When it changes, sequence
	// numbers start anew and clients drop what they kept.
	Epoch string `json:"epoch"`
	// Build names the build of the client that this server delivers. A client
	// of another build offers to reload.
	Build string `json:"build"`
	// Heartbeat is the time between two pings, in milliseconds. A client that
	// hears nothing for twice that long should give the line up.
	Heartbeat int64      `json:"heartbeat"`
	Limits    WireLimits `json:"limits"`
	// Rooms are those that this person is in; the lobby is the first, for those
	// who are in the place.
	Rooms []RoomStatus `json:"rooms"`
	// Hidden are the ids of those whom this person does not want to see.
	Hidden []string `json:"hidden,omitempty"`
	// Becomes is somebody else whom this device can be instead: [Hello.Invitation]
	// is their link to another device, and was not used.
	Becomes *Becoming `json:"becomes,omitempty"`
}

// A Becoming is whom a device can be instead of who it is.
type Becoming struct {
	Person
	// Last says that nobody is on any other device who this one is now.
	Last bool `json:"last,omitempty"`
}

// A Self is what somebody is told of themselves.
type Self struct {
	Person
	About string `json:"about,omitempty"`
	// Member is what they are in the place. Nobody there is here for one room only.
	Member Member `json:"member,omitzero"`
	// Known says that they have a session: the place knows them again. Otherwise
	// they are a guest for as long as they are connected.
	Known bool `json:"known,omitempty"`
}

// You tells somebody, on all their connections, that something about them has
// changed.
type You struct{ Self }

// WireLimits are the limits that a client must keep; see the constants of the
// same names.
type WireLimits struct {
	Text  int `json:"text"`  // MaxText, characters
	Name  int `json:"name"`  // MaxName, characters
	Frame int `json:"frame"` // MaxFrame, bytes
}

// RoomStatus is where a room stands when a connection enters it.
type RoomStatus struct {
	Room
	Member Member `json:"member,omitzero"` // what this person is in it
	// With are the others of a direct conversation: it has no title.
	With []Person `json:"with,omitempty"`
	// Active is when something last happened in it.
	Active time.Time `json:"active,omitzero"`
	// Head is the sequence number of the room's latest event, 0 if none.
	Head int64 `json:"head"`
	// After is the seq behind which the events begin that follow the welcome, in
	// order; those up to Head that do not follow are there for a [History].
	After int64 `json:"after"`
	// Recovered says that After is the seq of the [Resume]: with what follows,
	// nothing is missing. Otherwise the client drops what it has of the room.
	Recovered bool `json:"recovered"`
	Reading
	// Roll is who is around. It comes with [Lobby] for those in the place, and
	// with any other room for those who are only there; else it is nil, and who is
	// around in the room is who is in it and around in the place.
	*Roll
}

// A Reading is how far somebody has read a room, the same on all their devices.
type Reading struct {
	Read   int64 `json:"read,omitempty"`   // the seq up to which they have
	Unread int   `json:"unread,omitempty"` // how many of others' messages are behind it, but of those hidden; MaxUnread+1 is more
	Quiet  bool  `json:"quiet,omitempty"`  // it tells of nothing new
	// Counted is the seq up to which Unread counts, where that is beyond the
	// events that came before this one.
	Counted int64 `json:"counted,omitempty"`
}

// A Roll is who is around in a room.
type Roll struct {
	// Number is that of the latest [Presence] that it includes.
	Number int64 `json:"number"`
	// Online counts the people who are around, and People names the first
	// MaxListed of them, by name; Away are the ids of those among them who are
	// away, or went a moment ago (see [Presence.Gone]), whom Online does not
	// count.
	Online int      `json:"online"`
	People []Person `json:"people"`
	Away   []string `json:"away,omitempty"`
}

// Entered tells somebody, on all their connections, that they are in one more
// room. What happens there from now on follows. Of a room they are in already it
// tells how it stands, to whoever asked to join it.
type Entered struct{ RoomStatus }

// Marked tells somebody, on all their connections, how far they have read a room
// now.
type Marked struct {
	Room string `json:"room"`
	Reading
}

// Hid tells somebody, on all their connections, whom they do not want to see, or
// do again.
type Hid struct {
	Person string `json:"person"`
	On     bool   `json:"on,omitempty"`
}

// Writing tells who is writing in a room, all of them and nobody else; it is over
// with the next one, or after TypingFor. It may be dropped.
type Writing struct {
	Room string `json:"room"`
	Crowd
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
	// Away and Back are the ids of those who are away now, and who are not any
	// more; at most MaxListed of each, the others follow with the next presence.
	// Who left is neither.
	Away []string `json:"away,omitempty"`
	Back []string `json:"back,omitempty"`
	// Gone are the ids of those who have closed their last connection, at most
	// MaxListed likewise: they are offline at once, and Online does not count
	// them. It is no news yet, as a page that reloads is back in a moment: they
	// are in Back then, and otherwise in Left a few seconds later.
	Gone []string `json:"gone,omitempty"`
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
	// Events are in the order of their seq, without gaps: what was said, as it is
	// now, and what else happened.
	Events Log `json:"events"`
	// Earlier and Later say whether there are more on that side.
	Earlier bool `json:"earlier"`
	Later   bool `json:"later"`
}

// Ack says that a command was carried out.
type Ack struct {
	ID string `json:"id"`
	// Seq is the place in its room of the event, or of the first one, that the
	// command made.
	Seq int64 `json:"seq,omitempty"`
	// Room is the one that a [Create] made or found.
	Room string `json:"room,omitempty"`
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
func (You) eventType() string      { return "you" }
func (Entered) eventType() string  { return "entered" }
func (Marked) eventType() string   { return "marked" }
func (Hid) eventType() string      { return "hid" }
func (Writing) eventType() string  { return "writing" }
func (Message) eventType() string  { return "message" }
func (Presence) eventType() string { return "presence" }
func (Page) eventType() string     { return "page" }
func (Ack) eventType() string      { return "ack" }
func (Reject) eventType() string   { return "reject" }
func (Ping) eventType() string     { return "ping" }
func (Drain) eventType() string    { return "drain" }
func (Closing) eventType() string  { return "closing" }
