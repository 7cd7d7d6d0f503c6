package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// copyText takes text to the clipboard, if need be in an older way, and calls
// done with whether it is there. Both may be called from the browser, see dom.go.
func copyText(text string, older func() bool, done func(copied bool)) {
	clipboard := app.Window().Get("navigator").Get("clipboard")
	if !clipboard.Truthy() { // there is none without a secure context
		done(older())
		return
	}
	await(clipboard.Call("writeText", text), func(kept bool) { done(kept || older()) })
}

// copyInField copies text selected in a field, which comes and goes unseen.
func copyInField(text string) (copied bool) {
	document := app.Window().Get("document")
	before := document.Get("activeElement")
	field := document.Call("createElement", "textarea")
	field.Set("className", "unseen")
	field.Set("value", text)
	document.Get("body").Call("append", field)
	field.Call("select")
	copied = document.Call("execCommand", "copy").Truthy()
	field.Call("remove")
	if before.Truthy() {
		before.Call("focus", map[string]any{"preventScroll": true})
	}
	return copied
}
