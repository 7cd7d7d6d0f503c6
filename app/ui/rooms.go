package ui

import (
	"slices"
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/state"
)

// A roomRow is one conversation in the list.
type roomRow struct {
	ID, Title, Path string
	Access          chat.Access
	Face            chat.Person // whom a direct conversation is with
	Others          int         // how many others are in one
	State           chat.State  // whether the one other is around
	Unread          int
	Open            bool // it is read now
	Quiet           bool
	Archived        bool
	Draft           bool // something is written and not sent
	Failed          bool // something was refused
}

// roomRows are what the list of rooms shows: the same slice for as long as it shows
// the same, so that nobody compares, or draws, each row with each message.
func (c *Chat) roomRows() []roomRow {
	if rows := c.roomRowsNow(); !slices.Equal(rows, c.rows) {
		c.rows = rows
	}
	return c.rows
}

func (c *Chat) roomRowsNow() []roomRow {
	around := c.model.Around()
	rooms := c.model.Rooms()
	rows := make([]roomRow, 0, len(rooms))
	for _, r := range rooms {
		row := roomRow{
			ID: r.ID, Title: roomTitle(r), Path: c.page.roomPath(r.ID, 0), Access: r.Access,
			Unread: r.Unread, Quiet: r.Quiet, Archived: r.Archived, Open: r.ID == c.model.Room.ID,
			Failed: slices.ContainsFunc(r.Pending, func(p state.Pending) bool { return p.Fault != nil }),
		}
		if row.Open && !c.reader.unmarked {
			row.Unread = int(min(c.reader.pill().N, chat.MaxUnread+1))
		}
		if row.Others = len(r.With); row.Others > 0 {
			row.Face = r.With[0]
		}
		if row.Others == 1 {
			row.State = around.State(row.Face.ID)
		}
		row.Draft = !row.Open && c.drafts[r.ID]
		rows = append(rows, row)
	}
	return rows
}

// A roomList shows the conversations somebody is in, and what leads to others.
type roomList struct {
	app.Compo
	Chat  *Chat
	Rows  []roomRow
	Known bool // it is known which they are
	Makes bool // may make rooms

	rover     *rover
	listeners listeners
}

func (l *roomList) OnMount(ctx app.Context) {
	here := l.JSValue()
	if app.IsServer || !here.Truthy() {
		return
	}
	list := here.Call("querySelector", ".rooms-list")
	l.rover = rove(list, ".room-row", rovings{})
	// go-app would mount the page anew for the address of a room.
	l.listeners.add(listen(list, "click", func(e app.Value) {
		row := closest(e, ".room-row")
		if !row.Truthy() {
			return
		}
		e.Call("stopPropagation")
		if modified(e) || e.Get("shiftKey").Bool() || e.Get("button").Int() != 0 {
			return // the browser opens it elsewhere
		}
		e.Call("preventDefault")
		id := row.Get("dataset").Get("room").String()
		ctx.Dispatch(func(app.Context) {
			l.Chat.comeInto(id)
		})
	}))
}

func (l *roomList) OnDismount() {
	l.listeners.stop()
	if l.rover != nil {
		l.rover.stop()
	}
}

func (l *roomList) Render() app.UI {
	var rooms, direct []app.UI
	for _, row := range l.Rows {
		if row.Access == chat.Direct {
			direct = append(direct, row.draw())
		} else {
			rooms = append(rooms, row.draw())
		}
	}
	list := app.Div().Class("rooms-list").Role("group").Aria("label", "Conversations")
	if !l.Known {
		list = list.Body(bones(2))
	} else {
		body := []app.UI{app.Ul().Class("rooms-group").Aria("label", "Rooms").Body(rooms...)}
		if len(direct) > 0 {
			body = append(body,
				app.H3().Class("rooms-about").Text("Direct messages"),
				app.Ul().Class("rooms-group").Aria("label", "Direct messages").Body(direct...))
		}
		list = list.TabIndex(0).Body(body...)
	}
	parts := []app.UI{list}
	if l.Known && l.Makes {
		parts = append(parts, app.Div().Class("rooms-actions").Body(
			l.action("create-room", "Create a room", iconPlus, func() { l.Chat.openErrand(errand{kind: errandCreate}) }),
			l.action("browse-rooms", "Browse rooms", iconFind, func() { l.Chat.openErrand(errand{kind: errandBrowse}) }),
			l.action("new-message", "New message", iconLetter, func() { l.Chat.openErrand(errand{kind: errandDirect}) }),
		))
	}
	return app.Div().Class("rooms-in").Body(parts...)
}

func (l *roomList) action(id, label, sign string, do func()) app.UI {
	return app.Button().Type("button").Class("button", "quiet", "rooms-action", id).
		OnClick(func(app.Context, app.Event) { l.Chat.roomsOpen = false; do(); l.Chat.Update() }).
		Body(icon(sign), app.Span().Text(label))
}

func (r roomRow) draw() app.UI {
	link := app.A().Class("room-row").Href(r.Path).DataSet("room", r.ID).TabIndex(-1)
	if r.Open {
		link = link.Class("open").Aria("current", "page")
	}
	if r.Quiet {
		link = link.Class("muted")
	}
	if r.Unread > 0 && !r.Quiet {
		link = link.Class("unread")
	}
	if r.Archived {
		link = link.Class("archived")
	}
	parts := []app.UI{r.sign(), app.Bdi().Class("room-title").Text(r.Title)}
	unseen := func(text string) app.UI { return app.Span().Class("unseen").Text(", " + text) }
	switch {
	case r.State == chat.Online:
		parts = append(parts, unseen("online"))
	case r.State == chat.StateAway:
		parts = append(parts, unseen("away"))
	case r.Access == chat.Private:
		parts = append(parts, unseen("private"))
	}
	if r.Archived {
		parts = append(parts, unseen("archived"))
	}
	if r.Draft {
		parts = append(parts, app.Span().Class("room-mark").Title("A draft").Body(icon(iconName), unseen("a draft")))
	}
	if r.Failed {
		parts = append(parts, app.Span().Class("room-mark", "wrong").Title("Not sent").Body(icon(iconAlert), unseen("something was not sent")))
	}
	if r.Quiet {
		parts = append(parts, app.Span().Class("room-mark").Title("Muted").Body(icon(iconMuted), unseen("muted")))
	}
	if r.Unread > 0 {
		parts = append(parts,
			app.Span().Class("unseen").Text(", "),
			badge(unreadText(r.Unread), !r.Quiet),
			app.Span().Class("unseen").Text(" unread"))
	}
	return app.Li().Body(link.Body(parts...))
}

// sign is what stands before a title: who it is with, or what kind of room it is.
func (r roomRow) sign() app.UI {
	switch {
	case r.Access == chat.Direct && r.Others > 1:
		return ground(r.ID, strconv.Itoa(r.Others))
	case r.Access == chat.Direct:
		return faceIn(r.Face, r.State)
	case r.Access == chat.Private:
		return app.Span().Class("room-sign").Body(icon(iconPrivate))
	case r.Archived:
		return app.Span().Class("room-sign").Body(icon(iconShelf))
	}
	return app.Span().Class("room-sign").Body(icon(iconRoom))
}

// A roomsDialog shows the same where there is no room beside the log.
type roomsDialog struct {
	app.Compo
	Chat  *Chat
	Open  bool
	Rows  []roomRow
	Known bool
	Makes bool

	was bool // open, as of the last update
}

func (d *roomsDialog) OnUpdate(app.Context) {
	syncDialog("rooms-dialog", d.Open)
	if was := d.was; was && !d.Open && d.Chat.went {
		d.Chat.went = false
		focusComposer(false)
	}
	d.was = d.Open
}

func (d *roomsDialog) Render() app.UI {
	var page []app.UI
	if d.Open { // or else every room would be in the document twice
		page = append(page, &roomList{Chat: d.Chat, Rows: d.Rows, Known: d.Known, Makes: d.Makes})
	}
	return dialog("rooms-dialog", app.Span().Text("Rooms"), "drawer start", func() { d.Chat.roomsOpen = false }, page...)
}

// roomsButton shows the rooms where there is no room for them, and says whether
// something is new in another one.
func (c *Chat) roomsButton() app.UI {
	label := "Rooms"
	body := []app.UI{icon(iconRooms)}
	if n := c.newElsewhere(); n > 0 {
		label += ", " + unreadText(n) + " unread"
		body = append(body, badge(unreadText(n), true))
	}
	return app.Button().ID("rooms-button").Type("button").Class("button", "quiet", "square").
		Aria("controls", "rooms-dialog").Aria("expanded", strconv.FormatBool(c.roomsOpen)).
		Aria("label", label).Title(label).
		OnClick(func(app.Context, app.Event) { c.roomsOpen = !c.roomsOpen }).
		Body(body...)
}

// newElsewhere counts what is unread in other rooms, but for those that are muted.
func (c *Chat) newElsewhere() (n int) {
	n, _ = c.model.AllUnread()
	if open := &c.model.Room; open.ID != chat.Place && open.Entered() && !open.Quiet {
		n -= open.Unread
	}
	return min(max(n, 0), chat.MaxUnread+1)
}

// showRooms goes to the list of rooms, where it is.
func (c *Chat) showRooms() {
	if !c.wide {
		c.roomsOpen = true
		return
	}
	if list := element("rooms"); list.Truthy() {
		if row := list.Call("querySelector", ".room-row.open, .room-row"); row.Truthy() {
			focusItem(row)
		}
	}
}
