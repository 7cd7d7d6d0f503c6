package chat

import (
	"fmt"
	"time"
)

// A Fault is a refusal that people can read: a code for programs, a sentence
// that says what to do, and whether trying again helps. It is an error.
type Fault struct {
	Code Code   `json:"code"`
	Text string `json:"text"`
	// Retry says that the same command may succeed later; RetryAfter is how
	// long to wait first, in milliseconds.
	Retry      bool  `json:"retry,omitempty"`
	RetryAfter int64 `json:"retry_after,omitempty"`
}

func (f *Fault) Error() string { return string(f.Code) + ": " + f.Text }

// A Code says what is wrong, for programs.
type Code string

// The codes of faults.
const (
	CodeEmpty       Code = "empty"        // nothing to say
	CodeTooLong     Code = "too_long"     // more than MaxText characters
	CodeTooFast     Code = "too_fast"     // over the rate; retry after
	CodeNotJSON     Code = "not_json"     // not a JSON object
	CodeUnknownType Code = "unknown_type" // no such command
	CodeBadID       Code = "bad_id"       // no id, or not one
	CodeNoRoom      Code = "no_room"      // no such room
	CodeBadName     Code = "bad_name"     // not a name
	CodeNameTaken   Code = "name_taken"   // somebody else's name
	CodeBadToken    Code = "bad_token"    // too short, too long or not printable
	CodeUnexpected  Code = "unexpected"   // not at this point, as a second hello
	CodeBadValue    Code = "bad_value"    // a field that holds what it cannot
	CodeBadHistory  Code = "bad_history"  // no seq to read from, or several
	CodeNotStored   Code = "not_stored"   // it could not be written; nothing was said
	CodeNotRead     Code = "not_read"     // what was asked for could not be read
	CodeRoundOver   Code = "round_over"   // an earlier post of its round was refused
)

func faultf(c Code, format string, v ...any) *Fault {
	return &Fault{Code: c, Text: fmt.Sprintf(format, v...)}
}

// TooFast is the fault of somebody who may go on after the given time.
func TooFast(after time.Duration) *Fault {
	ms := max(after.Milliseconds(), 1)
	return &Fault{Code: CodeTooFast, Text: "You are sending too fast. Wait a moment and send it again.", Retry: true, RetryAfter: ms}
}

// NameTaken is the fault of asking for a name that somebody else has.
func NameTaken(name string) *Fault {
	return faultf(CodeNameTaken, "The name %s is taken. Choose another one.", name)
}

// NoRoom is the fault of naming a room that is not there.
func NoRoom(room string) *Fault {
	return faultf(CodeNoRoom, "There is no room %q here, or it is not yours to see. There is always %q.", cut(room, MaxRoomID), Lobby)
}

// NotStored is the fault of a message that the server could not write: full
// says that its disk has no room.
func NotStored(full bool) *Fault {
	text := "The server could not store this. Send it again in a moment."
	if full {
		text = "The server's disk is full, so nothing can be said. Tell whoever runs it, and send this again later."
	}
	return &Fault{Code: CodeNotStored, Text: text, Retry: true, RetryAfter: 5000}
}

// RoundOver is the fault of a post whose round is over; see [Post.Round].
func RoundOver() *Fault {
	return &Fault{Code: CodeRoundOver, Text: "What you said before this was not taken. Send that again first.", Retry: true}
}

// NotRead is the fault of a history that the server could not read.
func NotRead() *Fault {
	return &Fault{Code: CodeNotRead, Text: "The server could not read its log. Ask again in a moment.", Retry: true, RetryAfter: 5000}
}

// Unexpected is the fault of a command at the wrong moment.
func Unexpected(c Command) *Fault {
	return faultf(CodeUnexpected, "A %q was not expected here: it is said once, first.", c.commandType())
}

// A CloseCode is the status code of a WebSocket close frame (RFC 6455 §7.4).
type CloseCode int

// The close codes that the server sends. Those of RFC 6455 keep their meaning;
// from 4000 to 4499 a client should come back, from 4500 it should stop and
// say why.
const (
	CloseNormal      CloseCode = 1000 // the client asked to leave
	CloseGoingAway   CloseCode = 1001 // the server stops
	CloseProtocol    CloseCode = 1002 // not WebSocket: an unmasked or broken frame
	CloseUnsupported CloseCode = 1003 // a binary message
	CloseNotUTF8     CloseCode = 1007 // a text message that is not UTF-8
	CloseTooBig      CloseCode = 1009 // a message over MaxFrame
	CloseSlow        CloseCode = 4000 // more than MaxBacklog was waiting, or it waited 8 s longer than at 32 KiB a second
	CloseNoPong      CloseCode = 4001 // silent for DeadAfter
	CloseFlood       CloseCode = 4003 // over FrameRate
	CloseNoHello     CloseCode = 4004 // no hello within HelloWithin
	CloseBadHello    CloseCode = 4500 // the first frame was not a valid hello
	CloseNotInvited  CloseCode = 4501 // it takes an invitation to come in, or this one does not work
	CloseBanned      CloseCode = 4502 // this person or address is banned
	CloseSignedOut   CloseCode = 4503 // the session was ended
	CloseRemoved     CloseCode = 4504 // removed from the place; an invitation leads back
	CloseLeft        CloseCode = 4505 // they left for good
)

// ComeBack tells whether a client whose connection was closed with the code
// should connect again by itself. An unknown code, or none, says yes.
func (c CloseCode) ComeBack() bool {
	switch c {
	case CloseNormal, CloseProtocol, CloseUnsupported, CloseNotUTF8, 1008, CloseTooBig, 1010:
		return false
	}
	return c < 4500 || c > 4999
}
