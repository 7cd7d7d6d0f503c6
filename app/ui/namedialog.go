package ui

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// A nameDialog asks what to call the person.
type nameDialog struct {
	app.Compo
	Chat  *Chat
	Open  bool
	You   string // the name they have; empty before the first welcome
	First bool   // asked for the first time
	Busy  bool   // the server has been asked
	Line  bool   // there is one
	Fault string // why the name was not given
}

func (d *nameDialog) OnMount(app.Context)  { d.sync() }
func (d *nameDialog) OnUpdate(app.Context) { d.sync() }

// sync opens or closes the dialog in the document.
func (d *nameDialog) sync() {
	if opened := syncDialog("name-dialog", d.Open); !opened {
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

func (d *nameDialog) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	d.Chat.rename(element("name").Get("value").String())
	focus("name")
}

func (d *nameDialog) later(app.Context, app.Event) { d.Chat.closeName() }

// closed runs when the dialog has closed, whoever closed it. The browser has
// put the focus back where it was, if that is still there.
func (d *nameDialog) closed(app.Context, app.Event) {
	d.Chat.closeName()
	if d.First || nothingFocused() {
		focusComposer(false)
	}
}

func (d *nameDialog) Render() app.UI {
	title, hint, join, later := "Change your name", "Everybody here sees it.", "Rename", "Keep"
	if d.First {
		title, hint, join, later = "What should people call you?", "You can change it at any time.", "Join", "Stay"
	}
	keep := []app.UI{app.Span().Text(later), app.Bdi().Class("name").Text(d.You)}
	if d.You == "" {
		keep = []app.UI{app.Span().Text("Not now")}
	}
	var wait string
	if d.Busy && !d.Line {
		wait = "There is no line. You get the name as soon as it is back; close this to stay as you are."
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
		On("close", d.closed).
		Body(
			app.Form().ID("name-form").Class("dialog-body").Attr("novalidate", "").OnSubmit(d.submit).Body(
				app.Raw(mark),
				app.H2().ID("name-title").Text(title),
				app.P().Class("dialog-hint").Text(hint),
				field,
				app.P().ID("name-fault").Class("fault").Role("alert").Text(d.Fault),
				app.P().ID("name-wait").Class("dialog-wait").Role("status").Text(wait),
				app.Div().Class("dialog-actions").Body(
					app.Button().ID("later").Type("button").Class("button", "quiet").OnClick(d.later).Body(keep...),
					submit,
				),
			),
		)
}
