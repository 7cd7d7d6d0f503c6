package store

import (
	"crypto/sha256"
	"time"

	"cyberchat/app/chat"
)

// An Entry is an act on its way into the log. Whoever places it fills in the
// first part and does not touch it until it is handed out.
type Entry struct {
	// Author acts. The name counts only of somebody who is no person of the
	// store, as whoever came without a token; they are a guest of the place. It is
	// nobody if the place acts by itself.
	Author chat.Person
	// From is the address they act from, as bans name it; it may be empty.
	From string
	// Act is what they do. It is clean: decoded by [chat.DecodeCommand] or made
	// by the server. See [Act].
	Act  Act
	Time time.Time // UTC, in whole milliseconds
	// Owner is for whoever placed it; it is not looked at here.
	Owner any
	// Rounds is that of the connection that it came over; nil if its order does
	// not matter.
	Rounds *Rounds

	// What became of it, once it is handed out: it failed, was refused, or was
	// done.

	// Err says that it could not be placed. After a sync that failed, it may be
	// found in the log at the next start.
	Err error
	// Fault says why it was refused. Nothing of it is in the log.
	Fault *chat.Fault
	// Seq is that of the first event in Events, or of the one it made when it
	// was placed before, or 0 if it makes none.
	Seq       int64
	Duplicate bool
	// Unread is how many of others' messages are behind a Mark, counted as
	// [Entered.Unread] is.
	Unread int
	// Room is where it was placed before, of a Duplicate only.
	Room string
	// Events are what it made, in the order of each room's log.
	Events []chat.Durable

	one [1]chat.Durable // what Events usually is
}

// round is that of a post, see [chat.Post.Round].
func (e *Entry) round() int64 {
	p, _ := e.Act.(chat.Post)
	return p.Round
}

// An Act is what somebody does that stays: one of
//
//   - in a room: [chat.Post], [chat.Delete], [chat.Create], [chat.ChangeRoom],
//     [chat.ChangeMember], [chat.Report], [chat.Settle];
//   - for themselves: [chat.Mark], [chat.Quiet], [chat.Hide];
//   - in the place: [*Enter], [Rename], [Profile], [*EndSession], [Depart],
//     [*Invite], [Revoke], [*LetGo], [*Erase].
//
// One with an id is placed once, however often its author sends it. Those with
// a pointer have results of their own, which count if there is neither Err nor
// Fault.
type Act any

// A Hash stands for a secret (the token of a session, that of an invitation),
// which is kept nowhere.
type Hash [sha256.Size]byte

// HashOf returns the hash of a secret of 128 random bits or more: there is
// nothing to guess, so it needs no salt and no time.
func HashOf(secret string) Hash { return sha256.Sum256([]byte(secret)) }

// clientID is the id that makes a repetition of an act known, or empty.
func clientID(a Act) string {
	switch a := a.(type) {
	case chat.Post:
		return a.ID
	case chat.Delete:
		return a.ID
	case chat.Create:
		return a.ID
	case chat.ChangeRoom:
		return a.ID
	case chat.ChangeMember:
		return a.ID
	case chat.Report:
		return a.ID
	case chat.Settle:
		return a.ID
	}
	return ""
}
