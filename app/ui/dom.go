package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// A page has one thread. The browser's calls, go-app's UI goroutine and the
// goroutines of the line take turns on it and change only where one of them
// waits. So a call of the browser sees components and the document between two
// turns and may read both; what it changes in a component goes through a
// dispatch, or it would not be drawn. It must not wait for another goroutine:
// meanwhile the browser delivers nothing.

// element returns the element with the id; the value is not truthy if there is
// none.
func element(id string) app.Value { return app.Window().GetElementByID(id) }

// closest returns the element that an event is for, or the nearest around it,
// that matches the selector; the value is not truthy if there is none.
func closest(e app.Value, selector string) app.Value {
	target := e.Get("target")
	if search := target.Get("closest"); !search.Truthy() { // the document has none
		return search
	}
	return target.Call("closest", selector)
}

// focus moves the focus to the element with the id.
func focus(id string) {
	if el := element(id); el.Truthy() {
		el.Call("focus", map[string]any{"preventScroll": true})
	}
}

// focused tells whether the element with the id has the focus.
func focused(id string) bool {
	el := app.Window().Get("document").Get("activeElement")
	return el.Truthy() && el.Get("id").String() == id
}

// nothingFocused tells whether the focus is nowhere, as when what had it is
// gone. A dialog that has closed keeps it until the browser draws again.
func nothingFocused() bool {
	document := app.Window().Get("document")
	el := document.Get("activeElement")
	return !el.Truthy() || el.Equal(document.Get("body")) || el.Call("closest", "dialog:not([open])").Truthy()
}

// focusComposer takes the focus to where messages are written. On a touch
// screen that would raise the keyboard over what is read: there it goes to the
// log instead, unless the person is writing.
func focusComposer(writing bool) {
	if writing || !touch() || focused("message") {
		if focus("message"); focused("message") {
			return
		} // or else nothing can be written here
	}
	focus("log")
}

// touch tells whether the page is used with fingers.
func touch() bool { return media("(pointer: coarse)") }

// media tells whether a media query holds.
func media(query string) bool {
	return app.IsClient && app.Window().Call("matchMedia", query).Get("matches").Bool()
}

// hidden tells whether nobody can see the page now.
func hidden() bool {
	return app.IsClient && app.Window().Get("document").Get("visibilityState").String() == "hidden"
}

// await calls done when the promise is settled, and says whether it was kept.
func await(promise app.Value, done func(kept bool)) {
	var then, otherwise app.Func
	settle := func(kept bool) app.Func {
		return app.FuncOf(func(app.Value, []app.Value) any {
			then.Release()
			otherwise.Release()
			done(kept)
			return nil
		})
	}
	then, otherwise = settle(true), settle(false)
	promise.Call("then", then, otherwise)
}

// A listener is a function that the browser calls and that is taken back when
// its component goes.
type listener struct {
	target app.Value
	event  string
	fn     app.Func
}

// listen calls fn for an event, without drawing anything again as a handler of
// go-app would. What fn changes in a component goes through a dispatch.
func listen(target app.Value, event string, fn func(e app.Value)) listener {
	l := listener{target: target, event: event}
	if app.IsServer {
		return l
	}
	l.fn = app.FuncOf(func(_ app.Value, args []app.Value) any {
		fn(args[0])
		return nil
	})
	target.Call("addEventListener", event, l.fn)
	return l
}

func (l listener) stop() {
	if l.fn != nil {
		l.target.Call("removeEventListener", l.event, l.fn)
		l.fn.Release()
	}
}

// listeners are stopped together.
type listeners []listener

func (ls *listeners) add(l listener) { *ls = append(*ls, l) }

func (ls *listeners) stop() {
	for _, l := range *ls {
		l.stop()
	}
	*ls = nil
}
