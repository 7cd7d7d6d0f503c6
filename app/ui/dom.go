package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// element returns the element with the id; the value is not truthy if there is
// none.
func element(id string) app.Value { return app.Window().GetElementByID(id) }

// focus moves the focus to the element with the id.
func focus(id string) {
	if el := element(id); el.Truthy() {
		el.Call("focus", map[string]any{"preventScroll": true})
	}
}

// media tells whether a media query holds.
func media(query string) bool {
	return app.IsClient && app.Window().Call("matchMedia", query).Get("matches").Bool()
}

// A listener is a function that the browser calls and that is taken back when
// its component goes.
type listener struct {
	target app.Value
	event  string
	fn     app.Func
}

// listen calls fn for an event, without drawing anything again as a handler of
// go-app would. fn runs on a goroutine of the browser's call: what it changes
// in a component goes through a dispatch.
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
