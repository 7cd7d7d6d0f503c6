package chat

import "time"

// Place is the room that stands for the whole place: its log is the audit. What
// concerns everybody happens there (who was let in, the roles of the place,
// bans from it, reports), and every act of a moderator in another room is
// repeated there with [Stamp.In]. Only moderators read it, and nobody talks in
// it. Who is in it is in the place.
const Place = "place"

// Limits of rooms and of what people have in the place.
const (
	// MaxRoomID is the longest id of a room, in bytes.
	MaxRoomID = 32
	// MaxTitle is the longest title of a room, and MaxAbout the longest line
	// about a room or a person, in characters (Unicode code points).
	MaxTitle, MaxAbout = 64, 200
	// MaxReason is the longest reason of a moderator's act or of a report, in
	// characters (Unicode code points).
	MaxReason = 200
	// MaxRooms is how many rooms somebody may be in; it bounds their welcome.
	MaxRooms = 200
	// MaxDirect is how many people a direct conversation may have.
	MaxDirect = 10
	// MaxDevices is how many sessions somebody may have.
	MaxDevices = 20
	// MaxInvitations is how many invitations of one person may be open, and
	// MaxUses how many people one may let in.
	MaxInvitations, MaxUses = 50, 1000
	// MaxUnread is how far what is unread is counted: more is shown as MaxUnread+.
	MaxUnread = 99
	// MaxSlow is the longest time slow mode may ask for.
	MaxSlow = 6 * time.Hour
)

// Times of what ends by itself.
const (
	// DeviceLinkFor is how long the link to another device is good.
	DeviceLinkFor = 10 * time.Minute
	// MaxInvitationFor is how long an invitation is good at the most.
	MaxInvitationFor = 90 * 24 * time.Hour
	// ForgetAfter is how long the place waits for somebody who did nothing there
	// yet. Then it lets them go, and their name is free.
	ForgetAfter = 30 * 24 * time.Hour
)

// Forever is the end of a mute or a ban that is for good.
var Forever = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// An Access says who can come into a room. A room stays what it was made as, so
// that nobody reads later what was said among a few.
type Access string

const (
	Public  Access = "public"  // everybody in the place finds it, reads it and may join
	Private Access = "private" // by invitation; others cannot tell that it is there
	Direct  Access = "direct"  // among the people it was begun with, whoever they are in the place
)

// A Room is one conversation as it is now. The events of its log make it:
// see [Room.Apply].
type Room struct {
	// ID names it in commands, events and addresses (/room/…), and never changes:
	// 1 to MaxRoomID of a–z, 0–9 and -. That of a public room is chosen by whoever
	// makes it; that of a private one is random, and that of a direct one is
	// derived from its people, so that there is one among the same.
	ID     string `json:"name"`
	Title  string `json:"title,omitempty"` // as it is shown; none in a direct one
	About  string `json:"about,omitempty"`
	Access Access `json:"access"`
	// Archived ends it: it can be read. Locked lets only moderators speak.
	Archived bool `json:"archived,omitempty"`
	Locked   bool `json:"locked,omitempty"`
	// Slow is how long somebody waits between two messages, in milliseconds;
	// 0 is not at all. Moderators do not wait.
	Slow int64 `json:"slow,omitempty"`
}

// FirstRoom is a room before the first event of its log. [Lobby] and [Place]
// are always there; another one is not (its Access is empty).
func FirstRoom(id string) Room {
	switch id {
	case Lobby:
		return Room{ID: id, Title: "Lobby", Access: Public}
	case Place:
		return Room{ID: id, Title: "Place", Access: Private}
	}
	return Room{ID: id}
}

// Apply brings r up to the next event of its log.
func (r *Room) Apply(e Durable) {
	c, ok := e.(RoomChanged)
	if !ok || c.In != "" {
		return
	}
	if c.Created != "" {
		r.Access = c.Created
	}
	set(&r.Title, c.Title)
	set(&r.About, c.About)
	set(&r.Archived, c.Archived)
	set(&r.Locked, c.Locked)
	set(&r.Slow, c.Slow)
}

func set[T any](field *T, to *T) {
	if to != nil {
		*field = *to
	}
}

// A Role is what somebody may do in the place or in a room: see [May]. A higher
// one may all that a lower one may.
type Role int

const (
	RoleGuest     Role = iota // has not chosen a name yet, or was let in to one room only
	RoleMember                // belongs here
	RoleModerator             // keeps order
	RoleOwner                 // of the place, or who made the room: also gives roles
)

var roleNames = [...]string{"guest", "member", "moderator", "owner"}

func (r Role) String() string { return roleNames[r] }

// MarshalText makes a role a word on the wire.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads it. A word of a later version is a guest, who may least.
func (r *Role) UnmarshalText(text []byte) error {
	*r = RoleGuest
	for i, name := range roleNames {
		if name == string(text) {
			*r = Role(i)
		}
	}
	return nil
}

// A Member is what somebody is in a room, or, in [Place], in the place. The
// events of the room's log make it: see [Member.Apply]. The zero Member is
// somebody who has nothing to do with it.
type Member struct {
	Role Role `json:"role"`
	Here bool `json:"here,omitempty"` // in it; everybody in the place is in the lobby without being a member
	// Until when they may not speak, or come in; zero if they may.
	Muted  time.Time `json:"muted,omitzero"`
	Banned time.Time `json:"banned,omitzero"`
}

// Apply brings m, who is the person with the id, up to the next event of the
// room's log.
func (m *Member) Apply(id string, e Durable) {
	c, ok := e.(MemberChanged)
	if !ok || c.In != "" || c.Person.ID != id {
		return
	}
	switch c.Change {
	case Joined, Added:
		m.Here, m.Role = true, max(m.Role, c.Role)
	case Appointed:
		m.Role = c.Role
	case Left, Removed:
		m.Here, m.Role = false, RoleGuest // a mute stays: leaving does not undo it
	case Muted:
		m.Muted = c.Until
	case Banned:
		m.Banned = c.Until
		if !c.Until.IsZero() {
			m.Here, m.Role = false, RoleGuest
		}
	}
}
