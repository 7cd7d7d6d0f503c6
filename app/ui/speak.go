package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// A silence is why nothing can be said in the open room, and what can be done
// about it. The zero silence is none.
type silence struct {
	why  string
	join string    // the room that can be joined
	over time.Time // when it ends by itself
}

// silence tells why we cannot speak. As long as it is not known what we may, we
// can write: it is sent when there is a line.
func (c *Chat) silence() silence {
	room := &c.model.Room
	if c.model.You.ID == "" || !c.model.Welcomed() && !c.model.Recalled() {
		return silence{}
	}
	if room.Access == "" || !room.Entered() {
		return c.outside()
	}
	now := time.Now()
	fault := c.model.May(chat.ToPost, now)
	if fault == nil {
		return silence{}
	}
	s := silence{why: fault.Text}
	if fault.Code == chat.CodeMuted {
		for _, until := range []time.Time{room.Member.Muted, c.model.You.Member.Muted} {
			if until.After(s.over) {
				s.over = until
			}
		}
		s.why = mutedText(s.over, now.Location())
	}
	return s
}

// outside is the silence of somebody who is not in the open room.
func (c *Chat) outside() silence {
	room := &c.model.Room
	switch known := room.Access == chat.Public || c.unfound.ID == room.ID && c.unfound.Access == chat.Public; {
	case known:
		return silence{why: "You are not in this room.", join: room.ID}
	case room.Access != "":
		return silence{why: "You are not in this room any more."}
	}
	return silence{why: "There is nothing to write to here."}
}

// mutedText says until when somebody is muted, by their own clock.
func mutedText(until time.Time, zone *time.Location) string {
	if until.Equal(chat.Forever) {
		return "You are muted for good: you can read, and not speak."
	}
	return "You are muted until " + fullText(until.In(zone)) + ": you can read, and not speak."
}

// draw draws it in the place of the field.
func (s silence) draw(c *Chat) app.UI {
	body := []app.UI{app.P().Role("status").Text(s.why)}
	if s.join != "" {
		body = append(body, app.Button().ID("join-room").Type("button").Class("button", "primary").
			OnClick(func(app.Context, app.Event) { c.join(s.join) }, s.join).Text("Join"))
	}
	return app.Div().Class("composer-silent").Body(body...)
}

// look finds out about a room that was opened by its address and that we are not
// in: whether it is one that can be joined.
func (c *Chat) lookUp() {
	room := &c.model.Room
	if room.Entered() || c.status.Phase != link.Open || c.unfound.ID == room.ID {
		return
	}
	c.unfound = chat.Room{ID: room.ID}
	c.lookUpIn(room.ID, "")
}

func (c *Chat) lookUpIn(id, after string) {
	c.want(chat.List{ID: link.NewID(), What: chat.ListRooms, After: after}, func(e chat.Event, _ *chat.Fault) {
		page, ok := e.(chat.Listing)
		if !ok || c.unfound.ID != id {
			return
		}
		for _, r := range page.Rooms {
			if r.ID == id {
				c.unfound = r
				return
			}
		}
		if page.Next != "" {
			c.lookUpIn(id, page.Next)
			return
		}
		c.missing = id
	})
}

// elsewhereIntro stands in the log of a room that we are not in.
func (c *Chat) elsewhereIntro() app.UI {
	lobby := app.Button().Type("button").Class("button").OnClick(func(app.Context, app.Event) {
		c.goRoom(chat.Lobby, 0)
		focusComposer(false)
	}).Text("To the lobby")
	room := &c.model.Room
	switch {
	case c.unfound.ID == room.ID && c.unfound.Access == chat.Public:
		about := c.unfound.About
		if about == "" {
			about = "Everybody here can join this room."
		}
		return emptyState(iconRoom, c.unfound.Title, about)
	case c.missing == room.ID:
		return emptyState(iconPrivate, "There is no room here", "Or it is not yours to see. Whoever is in it can bring you in.", lobby)
	case c.model.Welcomed() && c.status.Phase == link.Open:
		return app.Div().Body(bones(3))
	}
	return emptyState(iconRoom, "This room was not opened here before", "It is shown when there is a line.", lobby)
}
