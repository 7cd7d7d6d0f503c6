package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// skips are links over the bar that lead past it, for who comes by keyboard.
type skips struct {
	app.Compo
	listeners listeners
}

func (s *skips) OnMount(app.Context) {
	if app.IsServer {
		return
	}
	// go-app would take the click for a way to another page.
	s.listeners.add(listen(s.JSValue(), "click", func(e app.Value) {
		link := closest(e, "a")
		if !link.Truthy() {
			return
		}
		e.Call("preventDefault")
		e.Call("stopPropagation")
		focus(link.Get("hash").String()[1:])
	}))
}

func (s *skips) OnDismount() { s.listeners.stop() }

func (s *skips) Render() app.UI {
	return app.Nav().Class("skips").Aria("label", "Skip").Body(
		app.A().Class("skip").Href("#log").Text("Skip to the messages"),
		app.A().Class("skip").Href("#message").Text("Skip to writing"),
	)
}
