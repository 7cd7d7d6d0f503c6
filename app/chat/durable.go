package chat

import "time"

// A Durable is an event that stays: it has its place in the log of a room, and
// is there for whoever comes later. The set is closed: [Message], [Deleted],
// [RoomChanged], [MemberChanged], [Reported], [Settled], and [Newer] for those
// of a later version.
//
// Applied in the order of their seq, from the first on, they make what a room
// is, and applying one again changes nothing. A page shows a message as it is
// now; what made it so stands at a seq of its own and repeats it.
type Durable interface {
	Event
	Stamped() Stamp
}

// A Stamp is where an event stands, who did it and when.
type Stamp struct {
	Room string `json:"room"`
	// Seq is its place in the room: 1, 2, 3 …, without gaps.
	Seq int64 `json:"seq"`
	// ID is the client-made id of the command, as [Message.ID] is.
	ID string `json:"id,omitempty"`
	// Author did it; nobody, if the place did it by itself. A name is the
	// person's of today, and empty of somebody who left for good.
	Author Person    `json:"author"`
	Time   time.Time `json:"time"` // UTC, in whole milliseconds
	// In is another room, in which it happened, in the log of [Place] only. It
	// changes nothing in Place then.
	In string `json:"in,omitempty"`
}

// Stamped returns s: it makes what embeds it a Durable.
func (s Stamp) Stamped() Stamp { return s }

// Stamped is where m stands.
func (m Message) Stamped() Stamp {
	return Stamp{Room: m.Room, Seq: m.Seq, ID: m.ID, Author: m.Author, Time: m.Time}
}

// Deleted takes a message away: its text is gone, also from the disk.
type Deleted struct {
	Stamp
	Message int64  `json:"message"` // its seq; in Room, or in In
	Of      Person `json:"of"`      // who said it
	Reason  string `json:"reason,omitempty"`
}

// RoomChanged tells what became of a room. Fields that are not there stay as
// they were.
type RoomChanged struct {
	Stamp
	Created  Access  `json:"created,omitempty"` // in the first event of a room only
	Title    *string `json:"title,omitempty"`
	About    *string `json:"about,omitempty"`
	Archived *bool   `json:"archived,omitempty"`
	Locked   *bool   `json:"locked,omitempty"`
	Slow     *int64  `json:"slow,omitempty"` // in milliseconds
}

// MemberChanged tells what became of somebody in a room, or in the place, if it
// stands in [Place].
type MemberChanged struct {
	Stamp
	Change Change `json:"change"`
	Person Person `json:"person,omitzero"`
	// Address is banned instead of a person: an IPv4 address, or an IPv6 network
	// of 64 bits. In Place only.
	Address string `json:"address,omitempty"`
	Role    Role   `json:"role,omitempty"` // what they are now, if they joined, were added or appointed
	// Until is how long a mute or a ban lasts, [Forever] for good. Without it, it
	// is over.
	Until  time.Time `json:"until,omitzero"`
	Reason string    `json:"reason,omitempty"`
	// Via is the id of the invitation that let them in.
	Via string `json:"via,omitempty"`
	// Erased says that what they ever said here left with them.
	Erased bool `json:"erased,omitempty"`
}

// A Change is what became of a member.
type Change string

const (
	Joined    Change = "joined"    // by themselves
	Added     Change = "added"     // by somebody who is in it
	Left      Change = "left"      // by themselves; in Place, for good
	Removed   Change = "removed"   // by a moderator; they may come back
	Muted     Change = "muted"     // or not any more, without Until
	Banned    Change = "banned"    // or not any more, without Until
	Appointed Change = "appointed" // given another role
)

// Reported brings a message before the moderators. It stands in [Place], and
// counts there as unread.
type Reported struct {
	Stamp          // In is the message's room
	Message int64  `json:"message"`
	Of      Person `json:"of"`
	Text    string `json:"text"` // what was said; empty when it is settled
	Reason  string `json:"reason,omitempty"`
}

// Settled says that a moderator has dealt with a report. It stands in [Place].
type Settled struct {
	Stamp
	Report int64  `json:"report"` // its seq
	Reason string `json:"reason,omitempty"`
}

// Newer is an event of a later version, of which this build knows only its
// place. It keeps the log without gaps.
type Newer struct {
	Stamp
	Type string `json:"-"` // its name on the wire
}

func (n Newer) eventType() string       { return n.Type }
func (Deleted) eventType() string       { return "deleted" }
func (RoomChanged) eventType() string   { return "room" }
func (MemberChanged) eventType() string { return "member" }
func (Reported) eventType() string      { return "reported" }
func (Settled) eventType() string       { return "settled" }
