package ui

import (
	"slices"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// A folkPage is one of the pages about people, of which one dialog shows one at a
// time.
type folkPage string

const (
	noPage       folkPage = ""
	cardPage     folkPage = "card"        // somebody
	actPage      folkPage = "act"         // a moderator does something to them
	messagePage  folkPage = "message"     // one is deleted or reported
	selfPage     folkPage = "self"        // oneself
	leavePage    folkPage = "leave"       // for good
	devicesPage  folkPage = "devices"     // one's own
	linkPage     folkPage = "link"        // to another device
	invitePage   folkPage = "invite"      // an invitation is made
	invitedPage  folkPage = "invited"     // and was
	invitesPage  folkPage = "invitations" // those there are
	keepingPage  folkPage = "keeping"     // order: for moderators
	addressPage  folkPage = "address"     // is banned
	becomePage   folkPage = "become"      // somebody else, on this device
	folkDialogID          = "folk"
)

// folk is what the page knows of people beyond the model, and the dialog about
// them. It belongs to the UI goroutine.
type folk struct {
	page  folkPage
	back  []folkPage // the pages one came from
	busy  bool       // the server was asked to do something
	fault string     // why it did not

	card        card
	act         act
	about       aboutMessage
	link        secretLink
	invite      inviting
	devices     listed[chat.Device]
	invitations listed[chat.Invitation]
	reports     listed[chat.Reported]
	keeping     keeping
	members     members
	leaving     leaving
	becoming    becoming
}

// showFolk opens the dialog at a page.
func (c *Chat) showFolk(page folkPage) {
	c.folk.back = nil
	c.turnTo(page)
}

// goFolk goes to another page of the dialog, from which one comes back.
func (c *Chat) goFolk(page folkPage) {
	if c.folk.page != noPage {
		c.folk.back = append(c.folk.back[:len(c.folk.back):len(c.folk.back)], c.folk.page)
	}
	c.turnTo(page)
}

// backFolk goes back to the page before, or closes the dialog.
func (c *Chat) backFolk() {
	n := len(c.folk.back)
	if n == 0 {
		c.closeFolk()
		return
	}
	page := c.folk.back[n-1]
	c.folk.back = c.folk.back[:n-1]
	c.turnTo(page)
}

func (c *Chat) turnTo(page folkPage) {
	c.folk.page, c.folk.busy, c.folk.fault = page, false, ""
	c.Update()
}

// closeFolk closes the dialog.
func (c *Chat) closeFolk() {
	c.folk.page, c.folk.back, c.folk.busy, c.folk.fault = noPage, nil, false, ""
	c.folk.link = secretLink{} // a secret is shown once
}

// do has the server do something for the page that is open, and calls done if it
// did. Otherwise the page says why not.
func (c *Chat) do(command chat.Identified, done func(chat.Ack)) {
	f := &c.folk
	if f.busy {
		return
	}
	page := f.page
	f.busy, f.fault = true, ""
	c.want(command, func(e chat.Event, fault *chat.Fault) {
		if f.page == page {
			f.busy = false
		}
		switch {
		case fault == nil:
			ack, _ := e.(chat.Ack)
			done(ack)
		case f.page == page:
			f.fault = fault.Text
		default: // nobody sees the page any more
			c.answer = fault.Text
		}
	})
	c.Update()
}

// waitText says what the page that is open waits for.
func (c *Chat) waitText() string {
	if c.folk.busy && c.status.Phase != link.Open {
		return "There is no line. It is done as soon as it is back."
	}
	return ""
}

// titles are what stands above the pages.
var titles = map[folkPage]string{
	selfPage: "You", leavePage: "Leave for good", devicesPage: "Your devices", linkPage: "Another device",
	invitePage: "Invite somebody", invitedPage: "Invitation", invitesPage: "Invitations",
	keepingPage: "Keeping order", addressPage: "Ban an address",
}

// folkTitle is what stands above the page that is open.
func (c *Chat) folkTitle() app.UI {
	f := &c.folk
	switch f.page {
	case cardPage:
		return app.Bdi().Text(nameOf(c.callNow(f.card.person)))
	case actPage:
		return app.Span().Body(app.Span().Text(f.act.deed.title()+map[bool]string{true: " of ", false: " "}[f.act.deed == appoint]), app.Bdi().Text(nameOf(c.callNow(f.card.person))))
	case becomePage:
		return app.Span().Body(app.Span().Text("Become "), app.Bdi().Text(nameOf(f.becoming.Person)), app.Span().Text("?"))
	case messagePage:
		return app.Span().Text(f.about.title())
	}
	return app.Span().Text(titles[f.page])
}

// A folkDialog shows one page about people.
type folkDialog struct {
	app.Compo
	Chat *Chat
	Page folkPage
	Draw func() // is never equal to another one: what a page shows is no value

	shown folkPage
}

func (d *folkDialog) OnUpdate(app.Context) {
	opened := syncDialog(folkDialogID, d.Page != noPage)
	if d.Page == d.shown {
		return
	}
	d.shown = d.Page
	if d.Page == noPage {
		return
	}
	if first := element(folkDialogID).Call("querySelector", "[data-first]"); first.Truthy() && (opened || !touch()) {
		first.Call("focus")
	} else if !opened {
		focus("folk-page") // what had the focus has gone
	}
}

func (d *folkDialog) Render() app.UI {
	var body []app.UI
	if d.Page != noPage {
		page := []app.UI{folkBodies[d.Page](d.Chat)}
		if len(d.Chat.folk.back) > 0 {
			page = append([]app.UI{app.Button().ID("folk-back").Type("button").Class("button", "small", "quiet", "folk-back").
				OnClick(func(app.Context, app.Event) { d.Chat.backFolk() }).Text("Back")}, page...)
		} else {
			page = append([]app.UI{app.Div()}, page...)
		}
		page = append(page, app.P().ID("folk-fault").Class("fault").Role("alert").Text(d.Chat.folk.fault),
			app.P().Class("dialog-wait").Role("status").Text(d.Chat.waitText()))
		body = append(body, app.Div().ID("folk-page").Class("folk").TabIndex(-1).DataSet("page", string(d.Page)).Body(page...))
	}
	return dialog(folkDialogID, d.Chat.folkTitle(), "sheet wide", func() {
		d.Chat.closeFolk()
		d.Chat.Update()
	}, body...)
}

// folkBodies draw the pages. Each is a kind of component of its own, so that one
// does not take over the elements of another.
var folkBodies map[folkPage]func(*Chat) app.UI

func init() {
	folkBodies = map[folkPage]func(*Chat) app.UI{
		cardPage:    func(c *Chat) app.UI { return &cardBody{Chat: c, Draw: func() {}} },
		actPage:     func(c *Chat) app.UI { return &actBody{Chat: c, Draw: func() {}} },
		messagePage: func(c *Chat) app.UI { return &messageBodyPage{Chat: c, Draw: func() {}} },
		selfPage:    func(c *Chat) app.UI { return &selfBody{Chat: c, Draw: func() {}} },
		leavePage:   func(c *Chat) app.UI { return &leaveBody{Chat: c, Draw: func() {}} },
		devicesPage: func(c *Chat) app.UI { return &devicesBody{Chat: c, Draw: func() {}} },
		linkPage:    func(c *Chat) app.UI { return &linkBody{Chat: c, Draw: func() {}} },
		invitePage:  func(c *Chat) app.UI { return &inviteBody{Chat: c, Draw: func() {}} },
		invitedPage: func(c *Chat) app.UI { return &invitedBody{Chat: c, Draw: func() {}} },
		invitesPage: func(c *Chat) app.UI { return &invitesBody{Chat: c, Draw: func() {}} },
		keepingPage: func(c *Chat) app.UI { return &keepingBody{Chat: c, Draw: func() {}} },
		becomePage:  func(c *Chat) app.UI { return &becomeBody{Chat: c, Draw: func() {}} },
		addressPage: func(c *Chat) app.UI { return &addressBody{Chat: c, Draw: func() {}} },
	}
}

// submitButton is the button that does what a page is for.
func (c *Chat) submitButton(id, text string, danger bool) app.UI {
	b := app.Button().ID(id).Type("submit").Class("button")
	if danger {
		b = b.Class("danger")
	} else {
		b = b.Class("primary")
	}
	if c.folk.busy {
		b = b.Class("busy")
	}
	return b.Text(text)
}

// form draws a page that asks for something.
func form(id string, submit func(), body ...app.UI) app.UI {
	return app.Form().ID(id).Class("folk-form").Attr("novalidate", "").
		OnSubmit(func(_ app.Context, e app.Event) {
			e.PreventDefault()
			submit()
		}, id).Body(body...)
}

// actions are the buttons at the end of a page.
func actions(buttons ...app.UI) app.UI { return app.Div().Class("dialog-actions").Body(buttons...) }

// item draws one of a list: what it is, more about it, and what can be done with it.
func item(title []app.UI, hint app.HTMLP, does app.UI) app.UI {
	return app.Li().Class("item").Body(
		app.Div().Class("item-text").Body(app.P().Class("item-title").Body(title...), hint.Class("hint")),
		does,
	)
}

// fieldText is what stands in the field with the id.
func fieldText(id string) string {
	if el := element(id); app.IsClient && el.Truthy() {
		return el.Get("value").String()
	}
	return ""
}

// moreOf draws what stands where a list ends: nothing, or a way to more.
func moreOf(id string, asked, got bool, next, fault string, ask func()) app.UI {
	button := func(text string) app.UI {
		return app.Button().ID(id).Type("button").Class("button", "small", "quiet").
			OnClick(func(app.Context, app.Event) { ask() }, id, text).Text(text)
	}
	switch {
	case fault != "":
		return faultState("It could not be loaded", fault, button("Try again"))
	case asked && !got:
		return bones(3)
	case asked:
		return app.P().Class("hint").Text("Loading…")
	case next != "":
		return button("More")
	}
	return app.Div()
}

// folkDraw has the dialog drawn with each drawing as long as it is open.
func (c *Chat) folkDraw() func() {
	if c.folk.page == noPage {
		return nil
	}
	return func() {}
}

// folkItems are what the menu at one's own name holds about people.
func (c *Chat) folkItems() (items []menuItem) {
	items = append(items, menuItem{ID: "open-self", Label: "You", Icon: iconPerson, Do: c.showSelf})
	if c.model.You.Known {
		items = append(items, menuItem{ID: "open-devices", Label: "Your devices", Icon: iconDevice, Do: c.showDevices})
	}
	if len(c.invitePlaces()) > 0 {
		items = append(items, menuItem{ID: "open-invitations", Label: "Invitations", Icon: iconInvite, Do: c.showInvitations})
	}
	if c.keepsOrder() {
		items = append(items, menuItem{ID: "open-keeping", Label: "Keeping order", Icon: iconShield, Count: c.reportsText(), Do: c.showKeeping})
	}
	return items
}

// memberEvent takes in what changes who is in the open room.
func (c *Chat) memberEvent(e chat.Durable) {
	l := &c.folk.members
	m, ok := e.(chat.MemberChanged)
	if !ok || m.In != "" || m.Room != l.room || m.Person.ID == "" {
		return
	}
	i := slices.IndexFunc(l.rows, func(p chat.Profiled) bool { return p.ID == m.Person.ID })
	l.rows = slices.Clone(l.rows)
	if i < 0 {
		i = len(l.rows)
		l.rows = append(l.rows, chat.Profiled{Person: m.Person})
	}
	l.rows[i].Member.Apply(m.Person.ID, m)
}
