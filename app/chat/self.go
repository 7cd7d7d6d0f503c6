package chat

import (
	"fmt"
	"time"
)

// These are the commands about oneself, and those that ask. All but [Typing] and
// [Away] carry an id and are answered, by an [Ack] or a [Reject], and [List] by
// a [Listing].
type (
	// Profile changes the line about oneself, of up to MaxAbout characters.
	Profile struct {
		ID    string `json:"id"`
		About string `json:"about"`
	}

	// Invite makes an invitation. Its secret is made by the client, and known to
	// nobody else: the server keeps a hash. The address that leads here is the
	// place's, with #invite= and the secret.
	Invite struct {
		ID     string `json:"id"`
		Secret string `json:"secret"` // as [Hello.Token]
		// Room is where it leads: [Place], or a room.
		Room string `json:"room,omitempty"`
		Role Role   `json:"role,omitempty"` // that it gives in Place: a guest's or higher
		Uses int    `json:"uses,omitempty"` // how many may come by it: 1 to MaxUses
		For  int64  `json:"for,omitempty"`  // how long it is good, in milliseconds, up to MaxInvitationFor
		// Device makes it the link to another device of one's own: good once, and
		// for DeviceLinkFor. The others are left out then.
		Device bool `json:"device,omitempty"`
	}

	// Revoke takes an invitation back: one's own, or as a moderator anybody's.
	Revoke struct {
		ID         string `json:"id"`
		Invitation string `json:"invitation"` // its id in a [Listing]
	}

	// SignOut ends one of one's own sessions. Its connections are closed with
	// [CloseSignedOut].
	SignOut struct {
		ID     string `json:"id"`
		Device string `json:"device"` // its id in a [Listing]
	}

	// Depart leaves the place for good: the name is free, the sessions end, and
	// what was said stays without a name, or is erased with it.
	Depart struct {
		ID    string `json:"id"`
		Erase bool   `json:"erase,omitempty"`
	}

	// Typing says that somebody is writing in a room, every TypingEvery as long as
	// they do. It is not answered, and dropped where it is not allowed or too much.
	Typing struct {
		Room string `json:"room"`
	}

	// Away says that nobody is at this connection, or somebody again. Who is away
	// on all connections is shown as away. It is not answered.
	Away struct {
		On bool `json:"on,omitempty"`
	}

	// List asks for what there is of a kind, in pages. It is answered by a
	// [Listing].
	List struct {
		ID   string `json:"id"`
		What What   `json:"what"`
		// Room is whose people are asked for: those of a room, or with [Place], or
		// without it, of the place.
		Room string `json:"room,omitempty"`
		// Find has only those people listed whose name begins like this, without
		// regard to case, or whose id it is.
		Find string `json:"find,omitempty"`
		// After is [Listing.Next] of the page before; the first one has none.
		After string `json:"after,omitempty"`
	}
)

// What is a kind of things that can be listed.
type What string

const (
	ListRooms       What = "rooms"       // public ones
	ListPeople      What = "people"      // of a room or the place
	ListDevices     What = "devices"     // one's own sessions
	ListInvitations What = "invitations" // one's own; for moderators, everybody's
	ListReports     What = "reports"     // for moderators: those that are not settled
	ListAddresses   What = "addresses"   // for moderators: those that are banned from the place now
)

func (Profile) commandType() string { return "profile" }
func (Invite) commandType() string  { return "invite" }
func (Revoke) commandType() string  { return "revoke" }
func (SignOut) commandType() string { return "sign_out" }
func (Depart) commandType() string  { return "depart" }
func (Typing) commandType() string  { return "typing" }
func (Away) commandType() string    { return "away" }
func (List) commandType() string    { return "list" }

func (c Profile) CommandID() string { return c.ID }
func (c Invite) CommandID() string  { return c.ID }
func (c Revoke) CommandID() string  { return c.ID }
func (c SignOut) CommandID() string { return c.ID }
func (c Depart) CommandID() string  { return c.ID }
func (c List) CommandID() string    { return c.ID }

func (c *Profile) clean() *Fault { return cleanLine(&c.About, MaxAbout, "line about you") }

func (c *Invite) clean() *Fault {
	if c.Secret == "" {
		return badValue("secret", "128 random bits that you make")
	}
	if fault := CheckToken(c.Secret); fault != nil {
		return fault
	}
	if c.Device {
		*c = Invite{ID: c.ID, Secret: c.Secret, Room: Place, Uses: 1, For: DeviceLinkFor.Milliseconds(), Device: true}
		return nil
	}
	switch {
	case c.Room == "":
		return badValue("room", `a room, or "place"`)
	case c.Uses < 1 || c.Uses > MaxUses:
		return badValue("uses", fmt.Sprintf("1 to %d", MaxUses))
	case c.For < 1 || c.For > MaxInvitationFor.Milliseconds():
		return badValue("for", fmt.Sprintf("1 to %d milliseconds", MaxInvitationFor.Milliseconds()))
	}
	return nil
}

func (c *Revoke) clean() *Fault  { return nil }
func (c *SignOut) clean() *Fault { return nil }
func (c *Depart) clean() *Fault  { return nil }
func (c *Typing) clean() *Fault  { return nil }
func (c *Away) clean() *Fault    { return nil }

func (c *List) clean() *Fault {
	switch c.What {
	case ListRooms, ListPeople, ListDevices, ListInvitations, ListReports, ListAddresses:
		return cleanLine(&c.Find, MaxID, "name to find")
	}
	return badValue("what", `"rooms", "people", "devices", "invitations", "reports" or "addresses"`)
}

// A Listing answers a [List], with one of its lists.
type Listing struct {
	ID          string          `json:"id"`
	What        What            `json:"what"`
	Rooms       []Room          `json:"rooms,omitempty"`
	People      []Profiled      `json:"people,omitempty"`
	Devices     []Device        `json:"devices,omitempty"`
	Invitations []Invitation    `json:"invitations,omitempty"`
	Reports     []Reported      `json:"reports,omitempty"`
	Addresses   []BannedAddress `json:"addresses,omitempty"`
	// Next is [List.After] of the next page; empty if there is none.
	Next string `json:"next,omitempty"`
}

// A Profiled is somebody as others see them.
type Profiled struct {
	Person
	About  string    `json:"about,omitempty"`
	Since  time.Time `json:"since,omitzero"` // when they first came
	Member Member    `json:"member"`         // what they are where it was asked
	// State is whether they are around.
	State State `json:"state,omitempty"`
}

// A State is whether somebody is around.
type State string

const (
	Offline   State = ""
	Online    State = "online"
	StateAway State = "away"
)

// A Device is one session of one's own.
type Device struct {
	ID    string    `json:"id"`
	Name  string    `json:"name,omitempty"` // [Hello.Device]
	Since time.Time `json:"since"`
	Seen  time.Time `json:"seen"`
	This  bool      `json:"this,omitempty"` // that of the connection that asks
}

// An Invitation is one that can be used now.
type Invitation struct {
	ID      string    `json:"id"`
	Author  Person    `json:"author,omitzero"` // nobody, if the place made it
	Room    string    `json:"room"`
	Role    Role      `json:"role,omitempty"`
	Uses    int       `json:"uses"` // that are left
	Expires time.Time `json:"expires"`
}

// A BannedAddress is an address from which nobody comes in now.
type BannedAddress struct {
	Address string    `json:"address"` // as [MemberChanged.Address]
	Until   time.Time `json:"until"`   // [Forever] for good
}

func (Listing) eventType() string { return "listing" }
