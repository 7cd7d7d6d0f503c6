package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// dialog draws a dialog of the browser with a head, that is a title and a way
// out, and a page under it. shape is sheet, which comes up from the lower edge
// of a phone, or drawer, which comes from the side. close is called however it
// is closed, maybe twice; the browser puts the focus back where it was.
//
// Whoever draws it calls [syncDialog] after each update, and leaves the page
// out as long as it is closed.
func dialog(id string, title app.UI, shape string, close func(), page ...app.UI) app.UI {
	shut := func(app.Context, app.Event) { close() }
	return app.Dialog().ID(id).Class("dialog", shape).
		Aria("labelledby", id+"-title").
		Attr("closedby", "any"). // a click beside it, where browsers know this
		On("close", func(app.Context, app.Event) {
			close()
			if nothingFocused() {
				focusComposer(false)
			}
		}, id).
		Body(
			app.Div().Class("dialog-head").Body(
				app.H2().ID(id+"-title").Body(title),
				app.Button().Type("button").Class("button", "quiet", "square").Aria("label", "Close").Title("Close (Esc)").
					OnClick(shut, id).Body(icon(iconClose)),
			),
			app.Div().Class("dialog-page").Body(page...),
		)
}

// wanted is the state that each dialog was brought to last. It belongs to the UI
// goroutine.
var wanted = map[string]bool{}

// syncDialog brings a dialog element to the wanted state when that is another
// one: what the browser has closed by itself is not opened again before it has
// said so. It reports whether it opened it.
func syncDialog(id string, open bool) (opened bool) {
	el := element(id)
	if !el.Truthy() {
		return false
	}
	before := wanted[id]
	wanted[id] = open
	if open == before {
		return false
	}
	is := el.Get("open").Bool()
	switch {
	case open && !is:
		el.Call("showModal")
		return true
	case !open:
		if is {
			el.Call("close")
		}
		restoreCaret()
	}
	return false
}

// restoreCaret puts the caret into the field that has the focus. When a dialog
// closes, Chromium gives the focus back without it, and if the caret was in a
// field that has gone with the dialog, what is typed would go nowhere.
func restoreCaret() {
	el := app.Window().Get("document").Get("activeElement")
	if el.Truthy() && el.Call("matches", "textarea, input[type=text]").Bool() {
		el.Call("setSelectionRange", el.Get("selectionStart"), el.Get("selectionEnd"))
	}
}

// dialogOpen tells whether any dialog is.
func dialogOpen() bool {
	return app.Window().Get("document").Call("querySelector", "dialog[open]").Truthy()
}
