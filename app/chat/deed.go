package chat

import (
	"fmt"
	"time"
)

// These are the commands on rooms and people that leave something behind. They
// carry an id as a [Post] does, and are answered by an [Ack] with the seq of the
// first event they made, or by a [Reject].
type (
	// Delete takes away a message: one's own, or as a moderator anybody's.
	Delete struct {
		ID      string `json:"id"`
		Room    string `json:"room"`
		Message int64  `json:"message"` // its seq
		Reason  string `json:"reason,omitempty"`
	}

	// Create makes a room. Of a direct one, the people are those it is with; if
	// there is one among them already, nothing is made and it is that.
	Create struct {
		ID     string   `json:"id"`
		Room   string   `json:"room,omitempty"` // the id of a public room; the others' is given by the server
		Title  string   `json:"title,omitempty"`
		About  string   `json:"about,omitempty"`
		Access Access   `json:"access"`
		With   []string `json:"with,omitempty"` // ids of people, up to MaxDirect
	}

	// ChangeRoom changes what is there of these fields.
	ChangeRoom struct {
		ID       string  `json:"id"`
		Room     string  `json:"room"`
		Title    *string `json:"title,omitempty"`
		About    *string `json:"about,omitempty"`
		Archived *bool   `json:"archived,omitempty"`
		Locked   *bool   `json:"locked,omitempty"`
		Slow     *int64  `json:"slow,omitempty"` // in milliseconds, up to MaxSlow
	}

	// ChangeMember changes what somebody is in a room, or, with [Place], in the
	// place: somebody else, or oneself to join and to leave.
	ChangeMember struct {
		ID      string    `json:"id"`
		Room    string    `json:"room"`
		Change  Change    `json:"change"`
		Person  string    `json:"person,omitempty"`  // their id; one's own may be left out
		Address string    `json:"address,omitempty"` // instead of a person, to ban it from the place
		Role    Role      `json:"role,omitempty"`    // to appoint
		Until   time.Time `json:"until,omitzero"`    // to mute and to ban
		Reason  string    `json:"reason,omitempty"`
	}

	// Report brings a message before the moderators.
	Report struct {
		ID      string `json:"id"`
		Room    string `json:"room"`
		Message int64  `json:"message"`
		Reason  string `json:"reason,omitempty"`
	}

	// Settle says that a report was dealt with.
	Settle struct {
		ID     string `json:"id"`
		Report int64  `json:"report"` // its seq in [Place]
		Reason string `json:"reason,omitempty"`
	}

	// Mark says how far somebody has read a room. It has no place in the room's
	// log: it is nobody else's business.
	Mark struct {
		ID   string `json:"id"`
		Room string `json:"room"`
		// Seq is the last they have read. It does not go back, so that a device
		// that lags behind changes nothing, unless they ask for that: Unread marks
		// what comes behind Seq as unread again.
		Seq    int64 `json:"seq"`
		Unread bool  `json:"unread,omitempty"`
	}

	// Quiet has a room tell of nothing new, or again.
	Quiet struct {
		ID   string `json:"id"`
		Room string `json:"room"`
		On   bool   `json:"on,omitempty"`
	}

	// Hide has somebody hidden from one's own eyes, or not any more.
	Hide struct {
		ID     string `json:"id"`
		Person string `json:"person"`
		On     bool   `json:"on,omitempty"`
	}
)

func (Delete) commandType() string       { return "delete" }
func (Create) commandType() string       { return "create" }
func (ChangeRoom) commandType() string   { return "change_room" }
func (ChangeMember) commandType() string { return "change_member" }
func (Report) commandType() string       { return "report" }
func (Settle) commandType() string       { return "settle" }
func (Mark) commandType() string         { return "mark" }
func (Quiet) commandType() string        { return "quiet" }
func (Hide) commandType() string         { return "hide" }

func (c Delete) CommandID() string       { return c.ID }
func (c Create) CommandID() string       { return c.ID }
func (c ChangeRoom) CommandID() string   { return c.ID }
func (c ChangeMember) CommandID() string { return c.ID }
func (c Report) CommandID() string       { return c.ID }
func (c Settle) CommandID() string       { return c.ID }
func (c Mark) CommandID() string         { return c.ID }
func (c Quiet) CommandID() string        { return c.ID }
func (c Hide) CommandID() string         { return c.ID }

func (c *Delete) clean() *Fault {
	return first(CheckSeq("message", c.Message), cleanLine(&c.Reason, MaxReason, "reason"))
}

func (c *Create) clean() (fault *Fault) {
	if fault = first(cleanLine(&c.Title, MaxTitle, "title"), cleanLine(&c.About, MaxAbout, "line about a room")); fault != nil {
		return fault
	}
	switch c.Access {
	case Public:
		fault = CheckRoomID(c.Room)
	case Private:
		c.Room = ""
	case Direct:
		if len(c.With) == 0 || len(c.With) > MaxDirect {
			return badValue("with", fmt.Sprintf("1 to %d ids of people", MaxDirect))
		}
		c.Room, c.Title, c.About = "", "", ""
		return nil
	default:
		return badValue("access", `"public", "private" or "direct"`)
	}
	if fault == nil && c.Title == "" {
		fault = badValue("title", "a title")
	}
	return fault
}

func (c *ChangeRoom) clean() *Fault {
	if c.Title == nil && c.About == nil && c.Archived == nil && c.Locked == nil && c.Slow == nil {
		return badValue("title", "what to change, or about, archived, locked or slow")
	}
	if c.Slow != nil && (*c.Slow < 0 || *c.Slow > MaxSlow.Milliseconds()) {
		return badValue("slow", fmt.Sprintf("0 to %d milliseconds", MaxSlow.Milliseconds()))
	}
	if c.About != nil {
		about := *c.About
		if fault := cleanLine(&about, MaxAbout, "line about a room"); fault != nil {
			return fault
		}
		c.About = &about
	}
	if c.Title != nil {
		title := *c.Title
		if fault := cleanLine(&title, MaxTitle, "title"); fault != nil {
			return fault
		}
		if title == "" {
			return badValue("title", "a title")
		}
		c.Title = &title
	}
	return nil
}

func (c *ChangeMember) clean() *Fault {
	switch c.Change {
	case Joined, Added, Left, Removed, Muted, Banned, Appointed:
	default:
		return BadChange(c.Change)
	}
	if c.Address != "" {
		address, ok := CleanAddress(c.Address)
		if !ok || c.Person != "" || c.Room != Place || c.Change != Banned {
			return badValue("address", `an IP address, to be banned from the room "place", and no person`)
		}
		c.Address = address
	}
	if !c.Until.IsZero() {
		c.Until = c.Until.UTC().Truncate(time.Millisecond)
		if c.Until.After(Forever) {
			c.Until = Forever
		}
	}
	return cleanLine(&c.Reason, MaxReason, "reason")
}

func (c *Report) clean() *Fault {
	return first(CheckSeq("message", c.Message), cleanLine(&c.Reason, MaxReason, "reason"))
}

func (c *Settle) clean() *Fault {
	return first(CheckSeq("report", c.Report), cleanLine(&c.Reason, MaxReason, "reason"))
}

func (c *Mark) clean() *Fault {
	if c.Seq < 0 {
		return badValue("seq", "0 or more")
	}
	return nil
}

func (c *Quiet) clean() *Fault { return nil }

func (c *Hide) clean() *Fault { return nil }
