package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// showSelf shows what others see of oneself.
func (c *Chat) showSelf() {
	c.folk.card = card{person: c.model.You.Person}
	c.showFolk(selfPage)
}

type selfBody struct {
	app.Compo
	Chat *Chat
	Draw func()
}

// OnMount puts the line that there is into the field, which is the browser's from
// then on.
func (b *selfBody) OnMount(app.Context) {
	if el := element("about-you"); app.IsClient && el.Truthy() {
		el.Set("value", b.Chat.model.You.About)
	}
}

func (b *selfBody) Render() app.UI {
	c := b.Chat
	you := c.model.You
	state := app.P().Class("card-state").Text("A guest, for as long as you are connected")
	if you.Known {
		state = app.P().Class("card-state").Text("You are a" + article(you.Member.Role) + " " + you.Member.Role.String() + " here")
	}
	body := []app.UI{
		app.Div().Class("card").Body(
			faceIn(you.Person, chat.Online),
			app.Div().Class("card-head").Body(
				app.P().Class("card-name").Body(app.Bdi().Text(you.Name)),
				state,
			),
		),
		app.Div().Class("card-actions").Body(app.Button().ID("self-name").Type("button").Class("button").
			OnClick(func(app.Context, app.Event) {
				c.closeFolk()
				c.openName()
			}).Text("Change your name")),
	}
	if !you.Known {
		return app.Div().Body(body...)
	}
	body = append(body,
		form("self", c.describe,
			textField{ID: "about-you", Label: "A line about you", Hint: "Up to 200 characters, for everybody here. May be empty."}.draw(),
			actions(c.submitButton("self-save", "Save", false))),
		app.Div().Class("card-actions", "apart").Body(
			app.Button().ID("self-devices").Type("button").Class("button").
				OnClick(func(app.Context, app.Event) { c.goDevices() }).Text("Your devices"),
			app.Button().ID("self-leave").Type("button").Class("button", "quiet", "danger").
				OnClick(func(app.Context, app.Event) { c.folk.leaving = leaving{}; c.goFolk(leavePage) }).Text("Leave for good…"),
		))
	return app.Div().Body(body...)
}

// describe keeps the line about oneself.
func (c *Chat) describe() {
	c.do(chat.Profile{ID: link.NewID(), About: strings.TrimSpace(fieldText("about-you"))}, func(chat.Ack) {
		c.toast("This is what people see of you.")
	})
}

// leaving is what somebody chose who is about to leave for good.
type leaving struct {
	erase bool
	wrong bool // the word that confirms it was another one
}

// leaveWord confirms it.
const leaveWord = "leave"

type leaveBody struct {
	app.Compo
	Chat *Chat
	Draw func()
}

func (b *leaveBody) Render() app.UI {
	c, l := b.Chat, &b.Chat.folk.leaving
	chosen, fault := "keep", ""
	if l.erase {
		chosen = "erase"
	}
	if l.wrong {
		fault = "Write the word " + leaveWord + " to go on."
	}
	return form("leave", c.depart,
		app.P().Text("Your name will be free, your devices signed out, and your invitations void. Nobody can bring this back."),
		choiceField("leave-said", "What you said here", []option{{"keep", "Stays, without your name"}, {"erase", "Goes with you"}}, chosen, func(v string) {
			l.erase = v == "erase"
			c.Update()
		}),
		textField{ID: "leave-word", Label: "Write “" + leaveWord + "” to confirm", Fault: fault}.draw(),
		actions(c.submitButton("leave-do", "Leave for good", true)),
	)
}

func (c *Chat) depart() {
	l := &c.folk.leaving
	if l.wrong = !strings.EqualFold(strings.TrimSpace(fieldText("leave-word")), leaveWord); l.wrong {
		focus("leave-word")
		c.Update()
		return
	}
	c.do(chat.Depart{ID: link.NewID(), Erase: l.erase}, func(chat.Ack) {}) // the line is closed next, which says it
}
