package ui

import (
	"slices"
	"strings"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// goOrJoin opens a room, and joins it first if we are not in it.
func (c *Chat) goOrJoin(room string) {
	if c.isIn(room) {
		c.comeInto(room)
	} else {
		c.join(room)
	}
}

// wantLeave asks whether to leave a room. If that cannot be, fault is a sentence on
// why.
func (c *Chat) wantLeave(id string) (fault string) {
	room := c.model.Find(id)
	if room == nil || !room.Entered() {
		return "You are not in that room."
	}
	if no := chat.May(chat.ToLeave, c.model.Case(room, time.Now())); no != nil {
		return no.Text
	}
	c.openErrand(errand{kind: errandLeave, room: id})
	return ""
}

// tell says something to one person alone, in the conversation with them, which
// is opened.
func (c *Chat) tell(name, text string) (fault string) {
	is := func(p chat.Person) bool { return strings.EqualFold(p.Name, name) && p.ID != c.model.You.ID }
	say := func(p chat.Person) {
		c.want(chat.Create{ID: link.NewID(), Access: chat.Direct, With: []string{p.ID}}, func(e chat.Event, no *chat.Fault) {
			ack, ok := e.(chat.Ack)
			if !ok {
				if no != nil {
					c.toast(no.Text)
				}
				return
			}
			c.comeInto(ack.Room)
			if fault := c.post(text); fault != "" {
				c.toast(fault)
			}
		})
	}
	if around := c.model.Around().People; slices.ContainsFunc(around, is) {
		say(around[slices.IndexFunc(around, is)])
		return ""
	}
	if c.status.Phase != link.Open {
		return "There is no line. Try again when it is back."
	}
	c.want(chat.List{ID: link.NewID(), What: chat.ListPeople, Find: name}, func(e chat.Event, _ *chat.Fault) {
		page, _ := e.(chat.Listing)
		for _, p := range page.People {
			if is(p.Person) {
				say(p.Person)
				return
			}
		}
		c.toast("There is nobody called " + name + " here.")
	})
	return ""
}

// placeItems are what can be done with where a message stands.
func (c *Chat) placeItems(m chat.Message) (items []menuItem) {
	room := &c.model.Room
	items = append(items, menuItem{ID: "message-link", Label: "Copy the link", Icon: iconLink, Do: func() {
		c.copyLink(c.page.roomLink(room.ID, m.Seq))
	}})
	if room.Entered() && c.model.You.Known && m.Author.ID != c.model.You.ID && !c.model.Hides(m.Author.ID) {
		items = append(items, menuItem{ID: "message-unread", Label: "Mark unread from here", Icon: iconUnread, Do: func() { c.markUnread(m.Seq) }})
	}
	return items
}
