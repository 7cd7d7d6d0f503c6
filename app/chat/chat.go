// Package chat is the vocabulary of Cyber Chat: the people, messages, commands
// and events that both programs speak of, the limits they keep, and the codec
// that puts them on the wire. Everybody imports it; it imports only the
// standard library.
//
// Commands go up from a client to the server, and are answered; events come
// down. With the sub-protocol [Protocol] they travel as JSON objects, one or more
// in a WebSocket text message, separated by a line feed. Without a sub-protocol a
// client speaks plain lines: see [ParseLine] and [AppendLine].
//
// All functions here are pure and may be called from any goroutine.
package chat

import "time"

// Protocol is the WebSocket sub-protocol (RFC 6455 §1.9) of the typed mode.
const Protocol = "cyberchat.v1.json"

// Greeting is the text of every welcome, and exactly the first line that a
// client in plain mode receives.
const Greeting = "Welcome to Cyber Chat"

// Lobby is the room that is always there.
const Lobby = "lobby"

// A Person is somebody in the chat, on one or several connections.
type Person struct {
	// ID names the person to others. It says nothing about their token.
	ID string `json:"id"`
	// Name is how they are shown: unique in the place, without regard to case.
	Name string `json:"name"`
}

// Limits of what travels, in one place. A client learns those that concern it
// from [Welcome.Limits].
const (
	// MaxText is the longest message, in characters (Unicode code points).
	MaxText = 8000
	// MaxName is the longest name, in characters (Unicode code points).
	MaxName = 32
	// MaxDevice is the longest name of a device, in characters.
	MaxDevice = 60
	// MaxMarks is how many accents may stand on one letter of a name.
	MaxMarks = 4
	// MaxID is the longest client-made id of a command, in bytes.
	MaxID = 64
	// MaxToken is the longest token, in bytes; MinToken the shortest, long
	// enough for 128 bits in base64.
	MaxToken, MinToken = 128, 22
	// MaxFrame is the largest WebSocket message a client may send, in bytes.
	// A text of MaxText characters fits, whatever they are, if it is sent as
	// UTF-8 and not as \u escapes.
	MaxFrame = 32 << 10
	// MaxOutbound is the size in bytes at which the server starts another
	// WebSocket message. One event larger than that, if there is one, travels
	// alone.
	MaxOutbound = 64 << 10
	// MaxBacklog is how many bytes may wait for one connection before it is
	// closed with [CloseSlow].
	MaxBacklog = 1 << 20
	// MaxConnections is how many connections a server holds at a time, and
	// MaxFromAddress how many from one address: an IPv4 address, or an IPv6
	// network of 64 bits. This machine itself may open all.
	MaxConnections, MaxFromAddress = 20_000, 500
	// MaxListed is how many people a [Welcome] names and how many names a
	// [Presence] carries for each kind of change; the rest are counted.
	MaxListed = 200
	// PageSize is how many messages come with a [Welcome] and how many a
	// [History] gets if it does not say; MaxPage is how many it can ask for.
	PageSize, MaxPage = 50, 200
	// MaxReplay is how many missed messages follow a [Welcome] that resumes.
	// Whoever missed more gets the latest page.
	MaxReplay = 2000
	// PlainHistory is how many messages a client in plain mode is shown at
	// first, and gets if its /history does not say.
	PlainHistory = 20
	// MaxTries is how many invitations that do not work somebody in plain mode may
	// show on one connection.
	MaxTries = 3
	// MaxNamed is how many names a line in plain mode spells out.
	MaxNamed = 8
)

// Rates, for one person on all their connections together, and for one
// connection where it says so.
const (
	// PostRate is how many commands a second a person may send over time, and
	// PostBurst how many at once.
	PostRate, PostBurst = 10, 40
	// AddressRate is how many commands a second all who come from one address
	// may send over time, and AddressBurst how many at once.
	AddressRate, AddressBurst = 100, 400
	// FrameRate is how many WebSocket messages and commands a second one
	// connection may send over time, refused ones included, and FrameBurst how
	// many at once. Beyond that it is closed with [CloseFlood].
	FrameRate, FrameBurst = 200, 600
	// ReadRate is how many bytes a second are read from one connection over
	// time, whatever they are, and ReadBurst how many at once. The rest waits
	// in the sender's machine.
	ReadRate, ReadBurst = 256 << 10, 1 << 20
)

// Times.
const (
	// HelloWithin is how long a typed connection may take to say hello.
	HelloWithin = 10 * time.Second
	// EnterWithin is how long somebody in plain mode may take to show an
	// invitation, where it takes one: they type, or look for it first.
	EnterWithin = time.Minute
	// Heartbeat is the time between two pings of the server.
	Heartbeat = 15 * time.Second
	// DeadAfter is how long a line may be silent before the server frees it
	// ([CloseNoPong]): two heartbeats and some grace. A client that hears
	// nothing for two heartbeats gives its line up too.
	DeadAfter = 35 * time.Second
	// PresenceEvery is the shortest time between two [Presence] events in a
	// room: a crowd that comes or goes costs a listener one line a second.
	PresenceEvery = time.Second
	// TypingEvery is the time between two [Typing] of somebody who writes, and
	// TypingFor how long one holds.
	TypingEvery, TypingFor = 3 * time.Second, 5 * time.Second
)
