package chat

import (
	"fmt"
	"time"
)

// A Deed is something somebody wants to do, as far as it matters for who may.
type Deed int

const (
	ToRead     Deed = iota // what was said in a room, and who is in it
	ToPost                 // say something
	ToTakeBack             // delete a message of one's own
	ToDelete               // delete somebody else's
	ToJoin                 // go into a room without an invitation
	ToLeave                // go out of it again
	ToAdd                  // bring somebody into a room, or invite to it
	ToDescribe             // give a room another title or line about it
	ToGovern               // lock, slow down
	ToArchive              // or open it again
	ToMute                 // somebody, in a room or in the place
	ToRemove               // likewise
	ToBan                  // likewise, and an address from the place
	ToAppoint              // give somebody another role, likewise
	ToCreate               // make a room, or begin a direct conversation
	ToInvite               // to the place
	ToReport               // a message
	ToSettle               // reports, and read the audit
	deeds
)

// A Case is what decides whether somebody may do something in a room. For what
// is done in the place itself, Room is that of [Place].
type Case struct {
	InPlace Member // what they are in the place
	InRoom  Member // and in the room
	Room    Room
	Over    Role // of a deed done to somebody: their higher role of place and room
	// Passing is somebody without a session, a guest for as long as they are
	// connected: they may go into public rooms, where nothing stays of that.
	Passing bool
	Now     time.Time
}

// need is what a deed takes beside the role.
type need int

const (
	here    need = 1 << iota // to be in the room
	voice                    // not to be muted
	open                     // that the room is not archived
	unbound                  // that the room is not locked, or to be a moderator
	group                    // that it is no direct conversation
	above                    // a higher role than whom it is done to; owners are above owners
	inPlace                  // that the room is Place
	noPlace                  // that it is not
	listed                   // that the room is public
	door                     // that one can come and go: not the lobby, which is the place's
	unseen                   // nothing: moderators of the place may where they cannot read
)

var rules = [deeds]struct {
	least Role
	needs need
}{
	ToRead:     {RoleGuest, 0},
	ToPost:     {RoleGuest, here | voice | open | unbound | noPlace},
	ToTakeBack: {RoleGuest, here | noPlace},
	ToDelete:   {RoleModerator, noPlace | unseen},
	ToJoin:     {RoleMember, listed | door},
	ToLeave:    {RoleGuest, here | group | door | noPlace},
	ToAdd:      {RoleMember, here | open | group | door | noPlace},
	ToDescribe: {RoleModerator, open | group | noPlace},
	ToGovern:   {RoleModerator, group | noPlace},
	ToArchive:  {RoleModerator, group | door | noPlace},
	ToMute:     {RoleModerator, group | above},
	ToRemove:   {RoleModerator, group | door | above},
	ToBan:      {RoleModerator, group | door | above},
	ToAppoint:  {RoleOwner, group | above},
	ToCreate:   {RoleMember, inPlace},
	ToInvite:   {RoleModerator, inPlace},
	ToReport:   {RoleGuest, noPlace},
	ToSettle:   {RoleModerator, inPlace},
}

// May tells whether somebody may do something, or why not. Server and client
// ask the same question: the client to show only what can be done, the server,
// when it is written, to decide.
//
// In a public room the higher role counts of those in the place and in the
// room. A private room or a direct conversation is its people's: a role of the
// place counts there for nothing, but that moderators of the place delete what
// was reported. Whoever cannot read a room is not told that it is there.
func May(d Deed, c Case) *Fault {
	rule := rules[d]
	needs := func(n need) bool { return rule.needs&n != 0 }
	role := c.Role()
	if c.Banned() {
		until := c.InPlace.Banned
		if !until.After(c.Now) {
			until = c.InRoom.Banned
		}
		return BannedUntil(until)
	}
	at := c.Room.ID == Place
	if needs(unseen) && !at && c.Room.Access != "" && c.InPlace.Here && c.InPlace.Role >= rule.least {
		return nil
	}
	if at && c.InPlace.Here && role < RoleModerator && !needs(inPlace) {
		return needsRole(RoleModerator)
	}
	if c.Room.Access == "" || !c.sees() && !(at && c.InPlace.Here) {
		return NoRoom(c.Room.ID)
	}
	switch {
	case needs(inPlace) && !at, needs(noPlace) && at, needs(listed) && c.Room.Access != Public, needs(door) && c.Room.ID == Lobby:
		return notAllowed("This cannot be done here.")
	case needs(group) && c.Room.Access == Direct:
		return notAllowed("This cannot be done in a direct conversation: it is its people's alone.")
	case role < rule.least && !(c.Passing && d == ToJoin):
		return needsRole(rule.least)
	case needs(above) && role <= c.Over && role < RoleOwner:
		return notAllowed("They keep order here as you do. An owner can do this.")
	case needs(here) && !c.here():
		return &Fault{Code: CodeNotIn, Text: "You are not in this room. Join it first."}
	case needs(open) && c.Room.Archived:
		return &Fault{Code: CodeArchived, Text: "This room is archived: it can be read, and nothing more is said in it."}
	case needs(unbound) && c.Room.Locked && role < RoleModerator:
		return &Fault{Code: CodeLocked, Text: "This room is locked: only moderators can speak."}
	case needs(voice) && (c.InRoom.Muted.After(c.Now) || c.InPlace.Muted.After(c.Now)):
		return MutedUntil(latest(c.InRoom.Muted, c.InPlace.Muted))
	}
	return nil
}

// Role is what somebody is in the room, all in all.
func (c *Case) Role() Role {
	switch {
	case c.Room.ID == Place:
		return c.InPlace.Role
	case c.Room.Access == Public:
		return max(c.InPlace.Role, c.InRoom.Role)
	}
	return c.InRoom.Role
}

// Banned tells whether they are banned from the place or the room.
func (c *Case) Banned() bool {
	return c.InPlace.Banned.After(c.Now) || c.InRoom.Banned.After(c.Now)
}

// here tells whether they are in the room.
func (c *Case) here() bool {
	if c.Room.ID == Lobby || c.Room.ID == Place {
		return c.InPlace.Here
	}
	return c.InRoom.Here
}

// sees tells whether they can read the room.
func (c *Case) sees() bool {
	switch {
	case c.Room.ID == Place:
		return c.InPlace.Here && c.InPlace.Role >= RoleModerator
	case c.Room.Access == Public:
		return c.InPlace.Here || c.InRoom.Here
	}
	return c.InRoom.Here
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// The codes of what people may not do.
const (
	CodeNotAllowed    Code = "not_allowed"    // it takes another role, or another room
	CodeNotIn         Code = "not_in"         // not in this room
	CodeBanned        Code = "banned"         // from the place or the room
	CodeMuted         Code = "muted"          // in the place or the room
	CodeLocked        Code = "locked"         // only moderators speak
	CodeArchived      Code = "archived"       // nobody speaks any more
	CodeNoMessage     Code = "no_message"     // no such message
	CodeNoPerson      Code = "no_person"      // no such person
	CodeRoomTaken     Code = "room_taken"     // another room has that address
	CodeTooMany       Code = "too_many"       // over a limit of what one may have
	CodeBadInvitation Code = "bad_invitation" // none, used up, revoked or too old
	CodeSignedOut     Code = "signed_out"     // the session was ended
)

func notAllowed(text string) *Fault { return &Fault{Code: CodeNotAllowed, Text: text} }

func needsRole(r Role) *Fault {
	if r == RoleMember {
		return notAllowed("Guests cannot do this. In the page, choose a name first; in a terminal, come with a token, so that the place knows you again.")
	}
	return notAllowed(fmt.Sprintf("Only a %s can do this here.", r))
}

// until says how long something lasts.
func until(t time.Time) string {
	if t.Equal(Forever) {
		return "for good"
	}
	return "until " + t.UTC().Format("2 January 2006, 15:04 UTC")
}

// BannedUntil is the fault of somebody who is banned.
func BannedUntil(t time.Time) *Fault {
	return faultf(CodeBanned, "You are banned %s.", until(t))
}

// MutedUntil is the fault of somebody who is muted.
func MutedUntil(t time.Time) *Fault {
	return faultf(CodeMuted, "You are muted %s: you can read, and not speak.", until(t))
}

// NoMessage is the fault of naming a message that is not there, or not any more.
func NoMessage(seq int64) *Fault {
	return faultf(CodeNoMessage, "There is no message %d here, or it was deleted.", seq)
}

// NoPerson is the fault of naming somebody who is not there.
func NoPerson() *Fault {
	return &Fault{Code: CodeNoPerson, Text: "There is nobody like that here. They may have left."}
}

// RoomTaken is the fault of making a room where there is one.
func RoomTaken(id string) *Fault {
	return faultf(CodeRoomTaken, "There is a room %q already. Choose another name.", id)
}

// TooMany is the fault of wanting more than the most of something.
func TooMany(most int, what string) *Fault {
	return faultf(CodeTooMany, "%d %s is the most there can be. Give one up first.", most, what)
}

// BadInvitation is the fault of coming in without an invitation that is good.
func BadInvitation() *Fault {
	return &Fault{Code: CodeBadInvitation, Text: "This invitation does not work: it was used up, taken back, or is too old. Ask whoever gave it to you for another one."}
}

// SignedOut is the fault of a session that was ended.
func SignedOut() *Fault {
	return &Fault{Code: CodeSignedOut, Text: "This device was signed out. Open the page again to come in anew."}
}

// NoDirect is the fault of beginning a direct conversation with a guest without a
// session.
func NoDirect() *Fault {
	return &Fault{Code: CodeNoPerson, Text: "They are a guest for as long as they are connected, so there is no direct conversation with them. Talk in a room."}
}

// OthersDevice is the fault of showing the link to a device of somebody else's in
// plain mode.
func OthersDevice(p Person) *Fault {
	return faultf(CodeBadInvitation, "This is the link to another device of %s. To be them, connect with a new token and show it first.", OneLine(p.Name))
}

// Unknown is the fault of somebody without a session who wants to keep something.
func Unknown() *Fault {
	return notAllowed("The place would not know you again. Come with a token to do this.")
}

// LastOwner is the fault of taking the role from the last owner of the place.
func LastOwner() *Fault {
	return notAllowed("The place needs an owner. Make somebody else one first.")
}

// IDUsed is the fault of a command whose id was used for another one.
func IDUsed() *Fault {
	return &Fault{Code: CodeBadID, Text: "This \"id\" was used for another command. Make a new one for each."}
}

// Slow is the fault of somebody who speaks again too soon in a slow room.
func Slow(wait time.Duration) *Fault {
	return &Fault{
		Code: CodeTooFast, Text: fmt.Sprintf("This room is slow: wait %s, then send it again.", max(wait.Round(time.Second), time.Second)),
		Retry: true, RetryAfter: max(wait.Milliseconds(), 1),
	}
}

// BadChange is the fault of asking for a change of a member that is none.
func BadChange(c Change) *Fault {
	return faultf(CodeNotAllowed, "%q cannot be done to anybody here.", cut(string(c), 20))
}
