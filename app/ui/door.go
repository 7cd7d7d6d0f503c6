package ui

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// A sign is what stands at the door for somebody who is not let in.
type sign struct {
	title, text string
	action      string // what the button says
	invites     bool   // an invitation lets them in: there is a field for it
}

// signFor is what is said to somebody whose line was closed with that code, and
// whether anything is: the other codes are of the line, and a notice tells them.
// The server's sentence goes first.
func signFor(code chat.CloseCode, reason string) (s sign, shut bool) {
	switch code {
	case chat.CloseNotInvited:
		s = sign{title: "This place is by invitation", text: "Ask somebody who is here for an invitation. Open the link they send you, or paste it here.", action: "Come in", invites: true}
	case chat.CloseBanned:
		s = sign{title: "You are banned", text: "If you think this is a mistake, write to whoever runs this place.", action: "Try again"}
	case chat.CloseSignedOut:
		s = sign{title: "This device was signed out", text: "To be yourself here again, use a link that you make on a device where you still are. Or come in as somebody new.", action: "Come in anew"}
	case chat.CloseRemoved:
		s = sign{title: "You were removed", text: "A moderator has taken you out of this place. An invitation leads back in.", action: "Come in", invites: true}
	case chat.CloseLeft:
		s = sign{title: "You have left", text: "Your name is free, and all your devices are signed out. You are welcome to come back as somebody new.", action: "Come in anew"}
	default:
		return sign{}, false
	}
	if code == chat.CloseBanned && reason != "" {
		s.text = reason + " " + s.text
	}
	return s, true
}

// shutOut tells whether the server does not let us in. That it ends the session
// while this device becomes somebody else is as it should be.
func (c *Chat) shutOut() bool {
	_, shut := signFor(c.status.Code, "")
	return shut && c.status.Phase == link.Stopped && !c.changing
}

// shut takes in that the server does not let us in: what is open closes, what was
// kept of the place goes, and an invitation that did not work is not tried again.
func (c *Chat) shut() {
	c.naming = naming{}
	c.settingsOpen, c.helpOpen, c.peopleOpen = false, false, false
	c.closeFolk()
	clear(wanted) // no dialog is in the document any more
	tried, _ := c.session.get(c.invitationKey())
	c.session.remove(c.invitationKey())
	c.doorFault = ""
	if c.status.Code == chat.CloseNotInvited && tried != "" {
		c.doorFault = chat.BadInvitation().Text
	}
	c.cache.on = false
	if hasOffline() {
		offlineAPI().Call("forget")
	}
	switch c.status.Code {
	case chat.CloseLeft:
		c.local.remove(c.page.key("name"))
		fallthrough
	case chat.CloseSignedOut:
		c.local.remove(c.cameKey())
		c.local.remove(c.page.key("token")) // of a page from a file: it leads nowhere any more
	}
}

// A door is the whole page for somebody who is not let in.
type door struct {
	app.Compo
	Chat   *Chat
	Code   chat.CloseCode
	Reason string
	Fault  string // why the invitation did not work
}

func (d *door) OnMount(app.Context) { d.enter() }

// enter takes the focus to where one goes on.
func (d *door) enter() {
	if app.IsClient && nothingFocused() && !touch() {
		if element("invitation").Truthy() {
			focus("invitation")
		} else {
			focus("come-in")
		}
	}
}

func (d *door) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	if field := element("invitation"); field.Truthy() {
		secret, ok := invitationIn(field.Get("value").String())
		if !ok {
			d.Chat.doorFault = "This is no invitation. It is an address that ends in #invite= and a secret."
			focus("invitation")
			return
		}
		d.Chat.session.set(d.Chat.invitationKey(), secret)
	}
	reload()
}

func (d *door) Render() app.UI {
	s, _ := signFor(d.Code, d.Reason)
	form := []app.UI{app.Raw(mark), app.H2().Text(s.title), app.P().Class("door-text").Text(s.text)}
	if s.invites {
		form = append(form, textField{ID: "invitation", Label: "Invitation", Fault: d.Fault}.draw())
	}
	form = append(form, app.Button().ID("come-in").Type("submit").Class("button", "primary").Text(s.action))
	return app.Main().Class("door").Body(
		app.H1().Class("unseen").Text(heading(link.Stopped)),
		app.Form().ID("door").Class("door-card").Attr("novalidate", "").OnSubmit(d.submit).Body(form...),
	)
}
