package chat

import "time"

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
		With   []string `json:"with,omitempty"` // ids of people
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
