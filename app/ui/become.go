package ui

import (
	"encoding/json"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// becoming is whom this device can be instead of who it is: its person followed a
// link to another device.
type becoming struct {
	chat.Becoming
	secret string // of the link, which was not used
}

// askBecome asks whether this device is to be somebody else.
func (c *Chat) askBecome(who chat.Becoming) {
	secret, _ := c.session.get(c.invitationKey())
	c.naming.open = false
	c.folk.becoming = becoming{who, secret}
	c.showFolk(becomePage)
}

type becomeBody struct {
	app.Compo
	Chat *Chat
	Draw func()
}

func (b *becomeBody) Render() app.UI {
	c := b.Chat
	you, who := nameOf(c.model.You.Person), nameOf(c.folk.becoming.Person)
	name := func(n string) app.UI { return app.Bdi().Text(n) }
	text := []app.UI{app.Span().Text("You are still "), name(you), app.Span().Text(" on your other devices.")}
	if c.folk.becoming.Last {
		text = []app.UI{app.Span().Text("This is the only device on which you are "), name(you), app.Span().Text(". You cannot be that person again; what they said stays.")}
	}
	return form("become", c.become,
		app.P().Body(app.Span().Text("You are "), name(you), app.Span().Text(" here. Become "), name(who), app.Span().Text(" on this device?")),
		app.P().Class("hint").Body(text...),
		actions(
			app.Button().ID("become-not").Type("button").Class("button", "quiet").
				OnClick(func(app.Context, app.Event) { c.closeFolk(); c.Update() }).Body(app.Span().Text("Stay "), name(you)),
			c.submitButton("become-do", "Become "+who, false)),
	)
}

// become changes this device over. The server gives the browser another session
// and ends the one it has; a page from a file makes another one itself.
func (c *Chat) become() {
	f := &c.folk
	if f.busy {
		return
	}
	b := f.becoming
	if c.page.file {
		c.local.set(c.page.key("token"), link.NewID())
		c.session.set(c.invitationKey(), b.secret)
		c.beginAs(b.Name)
		return
	}
	f.busy, f.fault, c.changing = true, "", true
	c.Update()
	go func() { // ends with the request, which the browser bounds
		status, answer := postSession(map[string]any{"invitation": b.secret, "device": deviceHere()})
		c.dispatch(func() {
			if status == 204 {
				c.beginAs(b.Name)
				return
			}
			var no chat.Fault
			if json.Unmarshal([]byte(answer), &no) != nil || no.Text == "" {
				no.Text = "The server did not answer. Try again when there is a line."
			}
			f.busy, f.fault, c.changing = false, no.Text, false
			if c.shutOut() { // it was done all the same, and the answer was lost
				c.shut()
			}
			c.Update()
		})
	}()
}

// beginAs loads the page anew for somebody else: nothing that was kept for the one
// before is left to them.
func (c *Chat) beginAs(name string) {
	if strings.HasPrefix(name, "guest-") {
		name = ""
	}
	c.keepName(name)
	for _, key := range c.local.keys(c.kept.prefix) {
		c.local.remove(key)
	}
	if c.cache.on = false; !hasOffline() {
		reload()
		return
	}
	offlineAPI().Call("forget").Call("then", app.FuncOf(func(app.Value, []app.Value) any { // goes with the page
		reload()
		return nil
	}))
}
