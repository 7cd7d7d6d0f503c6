package ui

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
	"cyberchat/app/state"
)

// Chat is the whole page: it owns the model and the line to the server. Its
// fields belong to the UI goroutine. They are unexported so that a navigation
// within the page leaves them as they are.
type Chat struct {
	app.Compo

	page    page
	local   *storage // name and token, shared by all tabs
	session *storage // the draft, of this tab

	line    *link.Line
	calling context.Context // of the line
	stop    context.CancelFunc
	status  link.Status
	failed  int // tries to connect since the line was last open

	model    state.Model
	greeting string // of the latest welcome
	reader   reader
	kept     kept   // what is pending, in the browser
	cache    cache  // the latest messages, in the browser
	news     string // of the line, for screen readers

	spots    map[string]spot  // where one was in other rooms, by id
	heads    map[string]int64 // of rooms, when we came to them
	dispatch func(func())     // has something done on the UI goroutine, from any other
	wishes   map[string]wish
	drafts   map[string]bool // in which rooms something is written and not sent

	rows      []roomRow // of the latest drawing; never changed
	roomsOpen bool      // the drawer
	errand    errand
	went      bool      // a room was opened from a dialog: the focus follows when that has closed
	unfound   chat.Room // what was found out about the open room, which we are not in
	missing   string    // the room of which it was found that there is none

	naming naming
	answer string // to a command, in a notice; empty if there is none
	toasts toasts

	settings     settings
	settingsOpen bool // the dialog
	helpOpen     bool // the help sheet
	helpPage     string
	mac          bool // ⌘ stands for Ctrl
	chime        chime
	viewport     viewport

	installable bool // the browser offers it
	renewing    bool // a newer build is on its way, for a page that nobody sees

	wide         bool // there is room for the panel of people
	peopleOpen   bool // the dialog
	peopleHidden bool // the panel

	attention attention
	typing    typing
	folk      folk
	alone     app.Value // ends a first visit's turn, see runAlone; nil if it is not that
	changing  bool      // this device becomes somebody else
	doorFault string    // why an invitation did not let us in

	listeners listeners
	dayTimer  *time.Timer // looks whether the days have other names
}

// OnInit reads where we are, so that the first drawing knows it already.
func (c *Chat) OnInit() {
	c.local = newStorage("localStorage")
	c.session = newStorage("sessionStorage")
	if app.IsClient {
		c.page = readPage()
	}
	room := chat.Lobby
	if app.IsClient {
		room, c.reader.wanted = c.page.roomAt(app.Window().URL())
	}
	c.model = c.model.Open(room)
	c.kept = kept{local: c.local, prefix: c.page.key("post") + "/"}
	if app.IsClient {
		c.readSettings()
	}
	c.readDrafts()
	c.recall()
}

// OnMount opens the line.
func (c *Chat) OnMount(ctx app.Context) {
	if app.IsServer {
		return
	}
	c.dispatch = func(do func()) { ctx.Dispatch(func(app.Context) { do() }) }
	if seq := c.reader.wanted; seq > 0 {
		c.goal(seq) // it may have been kept
	}
	c.setTitle()
	if !c.nameAsked() {
		c.askFirst()
	} else if !touch() {
		focusComposer(false)
	}
	c.come(ctx)

	document := app.Window().Get("document")
	c.listeners.add(listen(document, "visibilitychange", func(app.Value) {
		if hidden() {
			ctx.Dispatch(func(ctx app.Context) {
				c.cacheHidden()
				c.updateUnseen(ctx)
			})
			return
		}
		c.retryNow()
		ctx.Dispatch(c.nameDays)
	}))
	c.listeners.add(listen(app.Window(), "online", func(app.Value) { c.retryNow() }))
	c.listeners.add(listen(app.Window(), "storage", func(e app.Value) {
		if key := e.Get("key"); key.Truthy() {
			ctx.Dispatch(func(app.Context) { c.elsewhere(key.String(), e.Get("newValue")) })
		}
	}))
	c.listenForShortcuts(ctx)
	c.watchAttention()
	c.watchAuthors(ctx)
	c.watchInvitations()
	c.watchAddress(ctx)
	c.viewport.watch()
	panel := app.Window().Call("matchMedia", wideQuery)
	c.wide = panel.Get("matches").Bool()
	c.listeners.add(listen(panel, "change", func(e app.Value) {
		wide := e.Get("matches").Bool()
		ctx.Dispatch(func(app.Context) { c.wide = wide })
	}))
	c.watchInstallable(ctx)
	c.nameDays(ctx)
}

func (c *Chat) OnDismount() {
	c.listeners.stop()
	c.viewport.stop()
	if c.cache.timer != nil {
		c.cache.timer.Stop()
	}
	if c.dayTimer != nil {
		c.dayTimer.Stop()
	}
	c.attention.stop()
	if c.typing.over != nil {
		c.typing.over.Stop()
	}
	c.hangUp()
}

// retryNow has the line tried at once, if there is one.
func (c *Chat) retryNow() {
	if c.line != nil {
		c.line.RetryNow()
	}
}

// elsewhere takes in that another tab has stored something, or removed it if
// the value is null.
func (c *Chat) elsewhere(key string, value app.Value) {
	switch {
	case key == c.page.key("settings"):
		c.readSettings()
	case key == c.keepKey():
		c.keeps(value.IsNull())
	case value.IsNull():
		c.dropPost(key)
	case key == c.page.key("name"):
		c.nameElsewhere(value.String())
	}
}

// nameDays names the days and times in the log as they are called now, and again
// when they may have other names, but not more often than every ten seconds.
func (c *Chat) nameDays(ctx app.Context) {
	c.reader.urgent = true
	if c.dayTimer != nil {
		c.dayTimer.Stop()
	}
	wait := nextLook(timeHere())
	if next := c.reader.roll.next(); !next.IsZero() {
		wait = min(wait, max(time.Until(next), 10*time.Second))
	} else {
		wait = min(wait, time.Minute)
	}
	c.dayTimer = time.AfterFunc(wait, func() { ctx.Dispatch(c.nameDays) })
}

// take takes in what the line delivered.
func (c *Chat) take(b link.Batch) {
	if b.Status != nil {
		if b.Status.Phase != link.Open {
			c.dropQuestion()
		}
		c.status = *b.Status
		if c.status.Phase != link.Connecting {
			c.tried()
		}
		c.countFailure()
		c.news = lineNews(c.news, c.greeting != "", *b.Status)
		if c.status.Phase == link.Stopped {
			c.nameStopped()
			c.grantNone()
		}
		if c.shutOut() {
			c.shut()
		}
		c.setTitle()
		if c.status.Phase == link.Open {
			c.unfound, c.missing = chat.Room{}, "" // it may have changed
		}
	}
	for _, e := range b.Events {
		c.hear(e)
	}
	if len(b.Events) > 0 {
		c.keepPosts()
		c.findLine()
		c.lookUp()
	}
	if c.settings.Sound && hidden() && slices.ContainsFunc(b.Events, c.fromOther) {
		c.chime.ring()
	}
}

// fromOther tells whether an event is a message of somebody else, in a room that
// is not muted, and news: none that was there when we came.
func (c *Chat) fromOther(e chat.Event) bool {
	m, ok := e.(chat.Message)
	if !ok || m.Author.ID == c.model.You.ID || c.model.Hides(m.Author.ID) || m.Seq <= c.heads[m.Room] {
		return false
	}
	room := c.model.Find(m.Room)
	return room != nil && !room.Quiet
}

func (c *Chat) hear(e chat.Event) {
	if c.answered(e) {
		return
	}
	switch e := e.(type) {
	case chat.Page:
		c.grant(e)
		return // it was wished for, or to a question that was given up
	case chat.Writing:
		c.othersWrite(e)
	case chat.Durable:
		if e.Stamped().Room == chat.Place {
			c.placeEvent(e)
		}
		c.memberEvent(e)
	}
	before := c.model
	c.model = c.model.Apply(e)
	c.grant(e)
	switch e := e.(type) {
	case chat.Message:
		if e.Room == c.model.Room.ID {
			c.came(e, before)
		}
	case chat.Welcome:
		c.enterRoom(e, before)
		c.greeting = e.Text
		c.cameIn(e)
		c.adoptPosts()
		c.setTitle()
	case chat.Entered:
		c.entered(e, before)
	case chat.Marked:
		c.markedElsewhere(e)
	case chat.Ack:
		if e.Name != "" {
			c.keepName(e.Name)
		}
		c.nameAnswered(e.ID, nil)
	case chat.Reject:
		c.nameAnswered(e.ID, &e.Fault)
	}
}

// greetingNow is what the server said first, also if it was on an earlier visit.
func (c *Chat) greetingNow() string {
	if c.model.Recalled() {
		return chat.Greeting
	}
	return c.greeting
}

// setTitle gives the document the text of the heading, and in front of it the room
// that is open, if that is not the lobby.
func (c *Chat) setTitle() {
	title := heading(c.status.Phase)
	if room := &c.model.Room; room.ID != chat.Lobby && room.Access != "" {
		title = roomTitle(room) + " – " + title
	}
	app.Window().Get("document").Set("title", title)
}

// wideQuery tells whether there is room for the panel; layout.css asks the same.
const wideQuery = "(min-width: 64rem)"

// peopleShown tells whether the people can be seen, in the panel or the dialog.
func (c *Chat) peopleShown() bool {
	if c.wide {
		return !c.peopleHidden
	}
	return c.peopleOpen
}

// showPeople shows the people where there is room for them, or hides them.
func (c *Chat) showPeople(show bool) {
	if c.wide {
		c.peopleHidden = !show
	} else {
		c.peopleOpen = show
	}
}

func (c *Chat) Render() app.UI {
	c.cut()
	m := c.model
	if c.shutOut() {
		return app.Div().ID("app").Class("chat", "shut").Body(
			&door{Chat: c, Code: c.status.Code, Reason: c.status.Reason, Fault: c.doorFault})
	}
	with := c.companyNow()
	in := c.waysIn()
	above, below := c.edges()
	known := m.You.ID != ""
	rows, makes := c.roomRows(), c.mayInPlace(chat.ToCreate)
	var you []app.UI
	if known {
		you = []app.UI{
			face(m.You.Person),
			app.Span().Class("unseen").Text("You are "),
			app.Bdi().ID("you-name").Class("name").Text(m.You.Name),
			app.Span().Class("unseen").Text(". Your name and the settings"),
		}
		if n := c.reportsText(); n != "" {
			you = append(you, badge(n, true), app.Span().Class("unseen").Text(" reports wait"))
		}
	}
	root := app.Div().ID("app").Class("chat").DataSet("phase", phaseName(c.status.Phase))
	if !known {
		root = root.Class("unknown")
	}
	if c.greeting == "" {
		root = root.Class("unmet")
	}
	if known && c.empty() {
		root = root.Class("empty")
	}
	if c.peopleHidden {
		root = root.Class("alone")
	}
	return root.Body(
		&skips{},
		app.Header().Class("bar").Body(
			c.roomsButton(),
			app.Raw(mark),
			app.Div().Class("bar-title").Body(
				app.H1().Text(heading(c.status.Phase)),
				&statusLine{Chat: c, Status: c.status, News: c.news, Host: c.page.host, Offline: offline(), Stale: c.stale()},
			),
			app.Div().Class("bar-tools").Body(
				c.peopleButton().
					Aria("label", hereText(with.Count)).
					Title(hereText(with.Count)).
					Body(icon(iconPeople), app.Span().Text(strconv.Itoa(with.Count))),
				opens(app.Button().ID("you").Type("button"), "you-menu").Class("button", "quiet", "you").
					Title("Your name and the settings").
					Body(you...),
				&menu{ID: "you-menu", Label: "You", About: m.You.Name, Items: c.youItems()},
			),
		),
		app.Div().Class("notices").Role("status").Body(c.notices()...),
		app.Nav().ID("rooms").Class("rooms").Aria("label", "Rooms").Body(
			app.H2().Text("Rooms"),
			&roomList{Chat: c, Rows: rows, Known: known, Makes: makes},
		),
		app.Main().Class("room").Body(
			c.roomHead(),
			&messageLog{
				Chat:     c,
				Greeting: c.greetingNow(),
				Empty:    c.empty(),
				Room:     c.roomIntro(),
				Above:    above,
				Below:    below,
				News:     c.reader.news,
				You:      m.You.Person,
				Page:     c.page,
				In:       in,
				Chunks:   c.reader.roll.chunks,
				Pending:  c.reader.drawn.Pending,
				Line:     c.status.Phase,
				Pill:     c.reader.pill(),
				Day:      c.reader.day(),
				Goal:     c.reader.goal,
				Returns:  c.reader.returns,
			},
			&heardRegion{Slots: c.reader.heard.slots},
			&messageMenu{Chat: c},
			&toaster{Chat: c, Toasts: c.toasts},
			&typingLine{Who: m.Room.Writing},
			&composer{Chat: c, Silence: c.silence()},
		),
		app.Aside().ID("people").Class("panel").Aria("label", "People").Body(
			app.H2().Body(hereNow(with.Count)...),
			&people{Chat: c, With: with, You: m.You.Person, Page: c.page, In: in},
		),
		&nameDialog{
			Chat:  c,
			Open:  c.naming.open,
			You:   m.You.Name,
			First: c.naming.first,
			Busy:  c.naming.asked != "",
			Line:  c.status.Phase == link.Open,
			Fault: c.naming.fault,
		},
		&dayDialog{
			Chat: c,
			Open: c.reader.days.open,
			Day:  c.reader.days.day,
		},
		&peopleDialog{
			Chat: c,
			Open: c.peopleOpen,
			With: with,
			You:  m.You.Person,
			Page: c.page,
			In:   in,
		},
		&roomsDialog{Chat: c, Open: c.roomsOpen, Rows: rows, Known: known, Makes: makes},
		&errandDialog{Chat: c, Errand: c.errand},
		&settingsDialog{Chat: c, Open: c.settingsOpen, Settings: c.settings, Keeps: c.cache.on},
		&folkDialog{Chat: c, Page: c.folk.page, Draw: c.folkDraw()},
		&helpSheet{Chat: c, Open: c.helpOpen, Page: c.helpPage, Keys: !c.settings.NoKeys, IsMac: c.mac},
	)
}

// youItems are what the menu at one's own name holds, once there is one.
func (c *Chat) youItems() []menuItem {
	if c.model.You.ID == "" {
		return nil
	}
	settings := shortcut{key: ",", command: true}
	help := shortcut{key: "?"}
	if c.settings.NoKeys {
		help = shortcut{key: "/", command: true}
	}
	items := c.folkItems()
	items = append(items, []menuItem{
		{ID: "change-name", Label: "Change your name", Icon: iconName, Do: c.openName},
		{ID: "open-settings", Label: "Settings", Icon: iconSliders, Key: strings.Join(settings.keyNames(c.mac), " "), Do: func() { c.settingsOpen = true; c.Update() }},
		{ID: "open-help", Label: "Help and shortcuts", Icon: iconKeys, Key: strings.Join(help.keyNames(c.mac), " "), Do: func() { c.openHelp("keys"); c.Update() }},
	}...)
	if c.installable {
		items = append(items, menuItem{ID: "install", Label: "Install as an app", Icon: iconFile, Do: install})
	}
	return items
}

// peopleButton shows and hides the people, in the panel or in the dialog.
func (c *Chat) peopleButton() app.HTMLButton {
	controls, expanded := "people-dialog", strconv.FormatBool(c.peopleShown())
	if c.wide {
		controls = "people"
	}
	return app.Button().ID("people-button").Type("button").Class("button", "quiet").
		Aria("controls", controls).
		Aria("expanded", expanded).
		OnClick(func(app.Context, app.Event) { c.showPeople(!c.peopleShown()) })
}

// empty tells whether nothing has been said.
func (c *Chat) empty() bool { return len(c.model.Pending) == 0 && c.model.Head == 0 }
