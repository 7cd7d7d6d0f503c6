package ui

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// A nameDialog asks what to call the person.
type nameDialog struct {
	app.Compo
	Chat  *Chat
	Open  bool
	You   string // the name they have; empty before the first welcome
	First bool   // asked for the first time
	Busy  bool   // the server has been asked
	Fault string // why the name was not given
}

func (d *nameDialog) OnMount(app.Context)  { d.sync() }
func (d *nameDialog) OnUpdate(app.Context) { d.sync() }

// sync opens or closes the dialog in the document.
func (d *nameDialog) sync() {
	opened, closed := syncDialog("name-dialog", d.Open)
	if closed && d.First && !media("(pointer: coarse)") {
		focus("message")
	}
	if !opened {
		return
	}
	field := element("name")
	name := d.You
	if d.First {
		name = ""
	}
	field.Set("value", name)
	field.Call("select")
}

// syncDialog brings a dialog element to the wanted state and tells what it did.
func syncDialog(id string, open bool) (opened, closed bool) {
	el := element(id)
	if !el.Truthy() || el.Get("open").Bool() == open {
		return false, false
	}
	if open {
		el.Call("showModal")
	} else {
		el.Call("close")
	}
	return open, !open
}

func (d *nameDialog) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	d.Chat.rename(element("name").Get("value").String())
	focus("name")
}

func (d *nameDialog) later(app.Context, app.Event) { d.Chat.closeName() }

func (d *nameDialog) Render() app.UI {
	title, hint, join, later := "Change your name", "Everybody here sees it.", "Rename", "Keep "+d.You
	if d.First {
		title, hint, join, later = "What should people call you?", "You can change it at any time.", "Join", "Not now"
		if d.You != "" {
			later = "Stay " + d.You
		}
	}
	submit := app.Button().ID("join").Type("submit").Class("button", "primary").Text(join)
	if d.Busy {
		submit = submit.Class("busy")
	}
	field := app.Input().
		ID("name").
		Name("name").
		Type("text").
		Class("input").
		MaxLength(chat.MaxName).
		Attr("autocomplete", "nickname").
		Attr("autocapitalize", "words").
		Attr("spellcheck", "false").
		Attr("enterkeyhint", "done").
		Attr("dir", "auto").
		Attr("aria-labelledby", "name-title").
		Attr("aria-describedby", "name-fault")
	if d.Fault != "" {
		field = field.Attr("aria-invalid", "true")
	}
	return app.Dialog().ID("name-dialog").Class("dialog").Attr("aria-labelledby", "name-title").
		On("close", d.later).
		Body(
			app.Form().ID("name-form").Class("dialog-body").Attr("novalidate", "").OnSubmit(d.submit).Body(
				app.Raw(mark),
				app.H2().ID("name-title").Text(title),
				app.P().Class("dialog-hint").Text(hint),
				field,
				app.P().ID("name-fault").Class("fault").Role("alert").Text(d.Fault),
				app.Div().Class("dialog-actions").Body(
					app.Button().ID("later").Type("button").Class("button", "quiet").OnClick(d.later).Text(later),
					submit,
				),
			),
		)
}
