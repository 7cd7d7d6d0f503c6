package ui

import (
	"net/url"
	"runtime"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// Each room has an address: /room/ID, and /room/ID/SEQ for a message in it. The
// lobby's is that of the page. A page from a file has but one path: there it
// stands behind the #.

// roomPath is the address of a room, or of a message in it if seq is not 0.
func (p page) roomPath(room string, seq int64) string {
	path := "/"
	if room != chat.Lobby || seq > 0 {
		path += "room/" + room
	}
	if seq > 0 {
		path += "/" + strconv.FormatInt(seq, 10)
	}
	if p.file {
		return "#" + path
	}
	return path
}

// roomLink is the same for somebody else: on the server.
func (p page) roomLink(room string, seq int64) string {
	served := p
	served.file = false
	return p.origin + served.roomPath(room, seq)
}

// roomAt is the room that an address is of, and the seq of the message in it, 0
// if it is of none. Whatever is no room's is the lobby's.
func (p page) roomAt(location *url.URL) (room string, seq int64) {
	path := location.Path
	if p.file {
		path = location.Fragment
	}
	rest, ok := strings.CutPrefix(path, "/room/")
	if !ok {
		return chat.Lobby, 0
	}
	room, number, named := strings.Cut(rest, "/")
	if !isRoomID(room) {
		return chat.Lobby, 0
	}
	if named {
		seq, _ = strconv.ParseInt(number, 10, 64)
	}
	return room, max(seq, 0)
}

// isRoomID tells whether id can be that of any room.
func isRoomID(id string) bool {
	return id != "" && len(id) <= chat.MaxRoomID && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// goRoom opens a room, and the message in it if seq is not 0, as a step that the
// browser leads back from.
func (c *Chat) goRoom(room string, seq int64) {
	c.open(room, seq)
	if app.IsServer {
		return
	}
	path := c.page.roomPath(room, seq)
	if now := c.page.roomPath(c.page.roomAt(app.Window().URL())); now != path {
		pushAddress(path)
	}
}

// pushAddress shows another address for the page. Where the browser does not let
// a page do that, the address stays.
func pushAddress(path string) {
	defer func() {
		if r := recover(); r != nil {
			if fault, ours := r.(runtime.Error); ours {
				panic(fault)
			}
		}
	}()
	app.Window().Get("history").Call("pushState", nil, "", path)
}

// watchAddress opens what the browser leads back and forward to.
func (c *Chat) watchAddress(ctx app.Context) {
	c.listeners.add(listen(app.Window(), "popstate", func(app.Value) {
		ctx.Dispatch(func(app.Context) {
			c.open(c.page.roomAt(app.Window().URL()))
		})
	}))
}
