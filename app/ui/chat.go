package ui

import (
	"context"
	"errors"
	"slices"
	"strconv"
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

	line   *link.Line
	stop   context.CancelFunc
	status link.Status

	model    state.Model
	greeting string // of the latest welcome
	late     bool   // there had been messages before the first one
	roll     roll
	sent     int // messages sent from this page

	nameOpen   bool
	nameFirst  bool // asked because there is none yet
	nameFault  string
	nameAsked  string // id of the rename that the server has not answered
	nameHinted bool   // a notice asks instead of the dialog
	nameSeen   *chat.Fault

	peopleOpen   bool // the dialog
	peopleHidden bool // the panel

	listeners listeners
}

// OnInit reads where we are, so that the first drawing knows it already.
func (c *Chat) OnInit() {
	c.local = newStorage("localStorage")
	c.session = newStorage("sessionStorage")
	if app.IsClient {
		c.page = readPage()
	}
}

// OnMount opens the line.
func (c *Chat) OnMount(ctx app.Context) {
	if app.IsServer {
		return
	}
	c.setTitle()
	token, ok := c.local.get(c.page.key("token"))
	if !ok || token == "" || chat.CheckToken(token) != nil {
		token = link.NewID()
		c.local.set(c.page.key("token"), token)
	}
	name, asked := c.local.get(c.page.key("name"))
	if !asked {
		c.askFirst()
	} else if !media("(pointer: coarse)") {
		focus("message")
	}

	c.line = link.New(link.Config{
		URL:   c.page.socket,
		Token: token,
		Name:  name,
		Build: c.page.build,
		Deliver: func(b link.Batch) {
			ctx.Dispatch(func(app.Context) { c.take(b) })
		},
	})
	run, stop := context.WithCancel(context.Background())
	c.stop = stop
	go c.line.Run(run) // ended by OnDismount; what it has to say comes as a status

	document := app.Window().Get("document")
	c.listeners.add(listen(document, "visibilitychange", func(app.Value) {
		if document.Get("visibilityState").String() == "visible" {
			c.line.RetryNow()
		}
	}))
	c.listeners.add(listen(app.Window(), "online", func(app.Value) { c.line.RetryNow() }))
}

func (c *Chat) OnDismount() {
	c.listeners.stop()
	if c.stop != nil {
		c.stop()
	}
}

// askFirst asks for a name on the first visit: in a dialog, or, so as not to
// take the keys from somebody who is writing already, in a notice.
func (c *Chat) askFirst() {
	c.nameFirst = true
	if el := element("message"); el.Truthy() && el.Get("value").String() != "" {
		c.nameHinted = true
		return
	}
	c.nameOpen = true
}

// take takes in what the line delivered.
func (c *Chat) take(b link.Batch) {
	if b.Status != nil {
		c.status = *b.Status
		c.setTitle()
	}
	for _, e := range b.Events {
		c.hear(e)
	}
	if len(b.Events) > 0 {
		c.roll = c.roll.with(c.model.Rows, c.model.You.ID, time.Now())
	}
}

func (c *Chat) hear(e chat.Event) {
	c.model = c.model.Apply(e)
	switch e := e.(type) {
	case chat.Welcome:
		if c.greeting == "" {
			c.late = slices.ContainsFunc(e.Rooms, func(r chat.RoomStatus) bool { return r.Head > 0 })
		}
		c.greeting = e.Text
	case chat.Ack:
		if e.ID == c.nameAsked && c.nameAsked != "" {
			c.nameAsked, c.nameFault = "", ""
			c.keepName(e.Name)
			c.nameOpen = false
		}
	case chat.Reject:
		if e.ID == c.nameAsked && c.nameAsked != "" {
			c.nameAsked, c.nameFault = "", e.Text
			c.nameSeen = c.model.Refused
			c.nameOpen = true
		}
	}
}

// setTitle gives the document the text of the heading.
func (c *Chat) setTitle() {
	app.Window().Get("document").Set("title", heading(c.status.Phase))
}

// say sends a message. If it cannot be sent, fault is a sentence on why; it is
// empty when there was nothing to say.
func (c *Chat) say(text string) (sent bool, fault string) {
	text, wrong := chat.CleanText(text)
	if wrong != nil {
		if wrong.Code == chat.CodeEmpty {
			return false, ""
		}
		return false, wrong.Text
	}
	post := chat.Post{ID: link.NewID(), Room: chat.Lobby, Text: text}
	if err := c.line.Send(post); err != nil {
		return false, whyNotSent(err)
	}
	c.model = c.model.Post(post.ID, post.Text, time.Now())
	c.sent++
	c.Update()
	return true, ""
}

// whyNotSent says why the line did not take a command.
func whyNotSent(err error) string {
	if fault, ok := errors.AsType[*chat.Fault](err); ok {
		return fault.Text
	}
	return "Too much is waiting to be sent already. Wait until there is a line again."
}

// retry sends a refused message again.
func (c *Chat) retry(ctx app.Context, _ app.Event) {
	id := ctx.JSSrc().Get("dataset").Get("id").String()
	for _, p := range c.model.Pending {
		if p.ID != id {
			continue
		}
		post := chat.Post{ID: link.NewID(), Room: chat.Lobby, Text: p.Text}
		if c.line.Send(post) == nil {
			c.line.Forget(id)
			c.model = c.model.Retry(id, post.ID, time.Now())
		}
		return
	}
}

// discard gives a refused message up.
func (c *Chat) discard(ctx app.Context, _ app.Event) {
	id := ctx.JSSrc().Get("dataset").Get("id").String()
	c.line.Forget(id)
	c.model = c.model.Discard(id)
	focus("message")
}

// rename asks the server for a name.
func (c *Chat) rename(name string) {
	name, wrong := chat.CleanName(name)
	switch {
	case wrong != nil:
		c.nameFault = wrong.Text
		return
	case name == c.model.You.Name:
		c.keepName(name)
		c.closeName()
		return
	}
	ask := chat.Rename{ID: link.NewID(), Name: name}
	if err := c.line.Send(ask); err != nil {
		c.nameFault = whyNotSent(err)
		return
	}
	c.nameAsked, c.nameFault = ask.ID, ""
}

// keepName remembers a name for the next visit; an empty one says that the
// question was answered.
func (c *Chat) keepName(name string) { c.local.set(c.page.key("name"), name) }

// closeName closes the dialog without a change.
func (c *Chat) closeName() {
	if !c.nameOpen {
		return
	}
	c.nameOpen, c.nameFault = false, ""
	if _, asked := c.local.get(c.page.key("name")); !asked {
		c.keepName("")
	}
	if c.nameFirst && !media("(pointer: coarse)") {
		focus("message")
	}
}

func (c *Chat) openName(app.Context, app.Event) {
	_, asked := c.local.get(c.page.key("name"))
	c.nameOpen, c.nameFirst, c.nameHinted = true, !asked, false
	c.nameFault = ""
	c.nameSeen = c.model.Refused
}

func (c *Chat) ignoreName(app.Context, app.Event) {
	c.nameHinted = false
	c.nameSeen = c.model.Refused
}

func (c *Chat) showPeople(app.Context, app.Event) {
	if media("(min-width: 64rem)") {
		c.peopleHidden = !c.peopleHidden
	} else {
		c.peopleOpen = true
	}
}

func (c *Chat) Render() app.UI {
	m := c.model
	known := m.You.ID != ""
	var you []app.UI
	if known {
		you = []app.UI{
			face(m.You),
			app.Span().Class("unseen").Text("You are "),
			app.Bdi().ID("you-name").Class("name").Text(m.You.Name),
			app.Span().Class("unseen").Text(". Rename"),
		}
	}
	root := app.Div().ID("app").Class("chat").DataSet("phase", phaseName(c.status.Phase))
	if !known {
		root = root.Class("unknown")
	}
	if known && c.empty() {
		root = root.Class("empty")
	}
	if c.peopleHidden {
		root = root.Class("alone")
	}
	return root.Body(
		app.Header().Class("bar").Body(
			app.Raw(mark),
			app.Div().Class("bar-title").Body(
				app.H1().Text(heading(c.status.Phase)),
				&statusLine{Chat: c, Status: c.status, Host: c.page.host},
			),
			app.Div().Class("bar-tools").Body(
				app.Button().ID("people-button").Type("button").Class("button", "quiet").
					Aria("label", hereText(m.Online)).
					Title(hereText(m.Online)).
					OnClick(c.showPeople).
					Body(icon(iconPeople), app.Span().Text(strconv.Itoa(m.Online))),
				app.Button().ID("you").Type("button").Class("button", "quiet", "you").
					Title("Change your name").
					OnClick(c.openName).
					Body(you...),
			),
		),
		app.Div().Class("notices").Body(c.notices()...),
		app.Main().Class("room").Body(
			&messageLog{
				Chat:     c,
				Greeting: c.greeting,
				Empty:    c.empty(),
				Late:     c.late,
				You:      m.You,
				Page:     c.page,
				Chunks:   c.roll.at(),
				Pending:  m.Pending,
				Last:     lastSeq(m.Rows),
				Sent:     c.sent,
			},
			&composer{Chat: c},
		),
		app.Aside().ID("people").Class("panel").Aria("label", "People").Body(
			app.H2().Text("Here now"),
			&people{Online: m.Online, People: m.People, You: m.You.ID, Page: c.page},
		),
		&nameDialog{
			Chat:  c,
			Open:  c.nameOpen,
			You:   m.You.Name,
			First: c.nameFirst,
			Busy:  c.nameAsked != "",
			Fault: c.nameFault,
		},
		&peopleDialog{
			Chat:   c,
			Open:   c.peopleOpen,
			Online: m.Online,
			People: m.People,
			You:    m.You.ID,
			Page:   c.page,
		},
	)
}

// empty tells whether nothing has been said.
func (c *Chat) empty() bool {
	return len(c.model.Pending) == 0 && lastSeq(c.model.Rows) == 0
}

// lastSeq is the number of the latest message, 0 if there is none.
func lastSeq(rows []state.Row) int64 {
	for i := len(rows) - 1; i >= 0; i-- {
		if m := rows[i].Message; m != nil {
			return m.Seq
		}
	}
	return 0
}
