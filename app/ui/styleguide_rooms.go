//go:build dev

package ui

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// rooms shows the rows of the list of rooms, a room's head, and what is found.
func (g *styleGuide) rooms() app.UI {
	rows := []roomRow{
		{ID: "lobby", Title: "Lobby", Path: "/styleguide", Access: chat.Public, Open: true},
		{ID: "design", Title: "Design", Path: "/styleguide", Access: chat.Public, Unread: 3},
		{ID: "x1", Title: "A private room with a title that is too long for it", Path: "/styleguide", Access: chat.Private, Unread: 100, Draft: true},
		{ID: "news", Title: "News", Path: "/styleguide", Access: chat.Public, Unread: 7, Quiet: true, Failed: true},
		{ID: "old", Title: "Launch", Path: "/styleguide", Access: chat.Public, Archived: true},
		{ID: "d1", Title: "Ben", Path: "/styleguide", Access: chat.Direct, Face: guidePeople[1], Others: 1, State: chat.Online, Unread: 1},
		{ID: "d2", Title: "Grace Hopper", Path: "/styleguide", Access: chat.Direct, Face: guidePeople[2], Others: 1, State: chat.StateAway},
		{ID: "d3", Title: "Jo, Kim and Lin", Path: "/styleguide", Access: chat.Direct, Others: 3},
	}
	finds := []finding{
		{Key: "1", Label: "Design", Detail: "What it looks like, and why", Sign: iconRoom, Unread: 3},
		{Key: "2", Label: "Ben", Who: guidePeople[1], State: chat.Online, Taken: true},
		{Key: "3", Label: "Create the room “design”", Sign: iconPlus},
	}
	none := func(string) {}
	return app.Div().Body(
		&roomList{Chat: g.chat, Rows: rows, Known: true, Makes: true},
		&finder{ID: "guide-finder", Label: "A room or a person", Hint: "A room or a person", Finds: finds, Find: none, Take: func(int) {}},
		&finder{ID: "guide-finder-none", Label: "A room or a person", Hint: "A room or a person", None: "Nothing is called like that.", Find: none, Take: func(int) {}},
		app.Div().Class("composer-silent").Body(app.P().Text("You are not in this room."), app.Button().Type("button").Class("button", "primary").Text("Join")),
	)
}
