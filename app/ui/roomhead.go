package ui

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// A roomHead says which room is open, and what can be done with it.
type roomHead struct {
	app.Compo
	Chat  *Chat
	Room  chat.Room
	Title string
	Row   roomRow // as in the list
	In    bool    // we are in it
	Items int     // of the menu, so that it is drawn anew with them
	Menu  []menuItem
}

func (h *roomHead) Render() app.UI {
	head := app.Div().Class("room-head")
	if h.Title == "" {
		return head
	}
	title := []app.UI{h.Row.sign(), app.Bdi().Text(h.Title)}
	body := []app.UI{app.H2().ID("room-title").Class("room-name").Body(title...)}
	mark := func(sign, text, why string) {
		body = append(body, app.Span().Class("room-flag").Title(why).Body(icon(sign), app.Span().Text(text)))
	}
	if h.Room.Archived {
		mark(iconShelf, "Archived", "It can be read, and nothing more is said in it.")
	}
	if h.Room.Locked {
		mark(iconPrivate, "Locked", "Only moderators can speak.")
	}
	if h.Room.Slow > 0 {
		mark(iconClock, "Slow", "One message each "+durationText(time.Duration(h.Room.Slow)*time.Millisecond)+".")
	}
	if h.Row.Quiet {
		mark(iconMuted, "Muted", "It tells of nothing new.")
	}
	about := app.P().ID("room-about").Class("room-about").Dir("auto").Text(h.Room.About)
	if h.Room.About != "" {
		about = about.Title(h.Room.About)
	}
	body = append(body, about)
	if len(h.Menu) > 0 {
		body = append(body,
			opens(app.Button().ID("room-more").Type("button"), "room-menu").
				Class("button", "quiet", "square", "small").
				Aria("label", "What can be done with this room").Title("This room").
				Body(icon(iconMore)))
	}
	return head.Body(append(body, &menu{ID: "room-menu", Label: "Room", About: h.Title, Items: h.Menu})...)
}

// roomHead draws the head of the open room.
func (c *Chat) roomHead() app.UI {
	room := &c.model.Room
	head := &roomHead{Chat: c, Room: room.Room, In: room.Entered(), Menu: c.roomItems()}
	head.Items = len(head.Menu)
	switch {
	case room.Access != "" && c.model.You.ID != "":
		head.Title = roomTitle(room)
	case c.unfound.ID == room.ID && c.unfound.Access != "":
		head.Room, head.Title = c.unfound, c.unfound.Title
	default:
		head.Menu = nil
	}
	head.Row = roomRow{ID: room.ID, Access: head.Room.Access, Archived: head.Room.Archived, Quiet: room.Quiet, Others: len(room.With)}
	if head.Row.Others > 0 {
		head.Row.Face = room.With[0]
	}
	if head.Row.Others == 1 {
		head.Row.State = c.model.Around().State(head.Row.Face.ID)
	}
	return head
}

// may tells whether we may do something in the open room.
func (c *Chat) may(d chat.Deed) bool { return c.model.May(d, time.Now()) == nil }

// mayInPlace tells whether we may do something in the place.
func (c *Chat) mayInPlace(d chat.Deed) bool {
	you := c.model.You.Member
	return chat.May(d, chat.Case{InPlace: you, InRoom: you, Room: chat.FirstRoom(chat.Place), Now: time.Now()}) == nil
}

// roomItems are what can be done with the open room, by whoever reads it.
func (c *Chat) roomItems() []menuItem {
	room := &c.model.Room
	if room.Access == "" || c.model.You.ID == "" {
		return nil
	}
	var items []menuItem
	add := func(ok bool, item menuItem) {
		if ok {
			items = append(items, item)
		}
	}
	id, in, known := room.ID, room.Entered(), c.model.You.Known
	change := func(said string, set func(*chat.ChangeRoom)) func() {
		return func() {
			command := chat.ChangeRoom{ID: link.NewID(), Room: id}
			set(&command)
			c.act(command, said)
		}
	}
	yes, no := true, false
	if room.Quiet {
		add(in && known, menuItem{ID: "room-loud", Label: "Unmute notifications", Icon: iconBell, Do: func() { c.act(chat.Quiet{ID: link.NewID(), Room: id}, "This room tells of what is new again.") }})
	} else {
		add(in && known, menuItem{ID: "room-quiet", Label: "Mute notifications", Icon: iconMuted, Do: func() { c.act(chat.Quiet{ID: link.NewID(), Room: id, On: true}, "This room is muted.") }})
	}
	last := c.lastOfOthers()
	add(in && last > 0, menuItem{ID: "room-unread", Label: "Mark unread", Icon: iconUnread, Do: func() { c.markUnread(last) }})
	add(room.Access != chat.Direct, menuItem{ID: "room-link", Label: "Copy the link", Icon: iconLink, Do: func() { c.copyLink(c.page.roomLink(id, 0)) }})
	add(c.may(chat.ToAdd), menuItem{ID: "room-add", Label: "Add people", Icon: iconAdd, Do: func() { c.openErrand(errand{kind: errandAdd, room: id}) }})
	add(c.may(chat.ToDescribe), menuItem{ID: "room-describe", Label: "Rename or describe", Icon: iconName, Do: func() { c.openErrand(errand{kind: errandDescribe, room: id}) }})
	if governs := c.may(chat.ToGovern) && !room.Archived; governs {
		add(!room.Locked, menuItem{ID: "room-lock", Label: "Lock", Icon: iconPrivate, Do: change("Only moderators can speak here now.", func(r *chat.ChangeRoom) { r.Locked = &yes })})
		add(room.Locked, menuItem{ID: "room-unlock", Label: "Unlock", Icon: iconPrivate, Do: change("Everybody here can speak again.", func(r *chat.ChangeRoom) { r.Locked = &no })})
		add(true, menuItem{ID: "room-slow", Label: "Slow mode", Icon: iconClock, Do: func() { c.openErrand(errand{kind: errandSlow, room: id, slow: strconv.FormatInt(room.Slow, 10)}) }})
	}
	if c.may(chat.ToArchive) {
		add(!room.Archived, menuItem{ID: "room-archive", Label: "Archive", Icon: iconShelf, Do: func() { c.openErrand(errand{kind: errandArchive, room: id}) }})
		add(room.Archived, menuItem{ID: "room-reopen", Label: "Open again", Icon: iconShelf, Do: change("The room is open again.", func(r *chat.ChangeRoom) { r.Archived = &no })})
	}
	add(c.may(chat.ToLeave), menuItem{ID: "room-leave", Label: "Leave", Icon: iconLeave, Danger: true, Do: func() { c.openErrand(errand{kind: errandLeave, room: id}) }})
	return items
}

// act does something, and says so when it is done, or why it cannot be.
func (c *Chat) act(command chat.Identified, said string) {
	if c.status.Phase == link.Connecting || c.status.Phase == link.Waiting {
		c.toast("There is no line. It is done as soon as there is one.")
	}
	c.want(command, func(_ chat.Event, fault *chat.Fault) {
		if fault != nil {
			said = fault.Text
		}
		c.toast(said)
	})
}

// copyLink puts an address where it can be pasted from.
func (c *Chat) copyLink(address string) {
	copyText(address, func() bool { return copyInField(address) }, func(copied bool) {
		if copied {
			c.toast("The link is copied.")
		} else {
			c.toast("The browser did not let it be copied.")
		}
	})
}
