package ui

import "cyberchat/app/chat"

// A roomIntro is what stands where a room begins, and whether we are in it.
type roomIntro struct {
	id      string
	row     roomRow
	outside bool // it is not ours to read, or not known
	// About what was found out, so that the log is drawn anew with it.
	found   chat.Room
	missing string
}

func (c *Chat) roomIntro() roomIntro {
	room := &c.model.Room
	i := roomIntro{id: room.ID, row: roomRow{ID: room.ID, Title: roomTitle(room), Access: room.Access, Others: len(room.With), Archived: room.Archived}}
	if i.row.Others > 0 {
		i.row.Face = room.With[0]
	}
	known := c.model.Welcomed() || c.model.Recalled()
	if i.outside = room.ID != chat.Lobby && !room.Entered() && known && room.Last() == 0 && len(room.Pending) == 0; i.outside {
		i.found, i.missing = c.unfound, c.missing
	}
	return i
}

// beginning says what begins here.
func (i roomIntro) beginning() string {
	switch i.row.Access {
	case chat.Direct:
		return "This is between you and " + i.row.Title + "."
	case chat.Private:
		return "This is the beginning of a private room: only those in it can read it."
	}
	return "This is the beginning of the room."
}
