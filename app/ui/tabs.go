package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// A tabList shows one of several pages at a time: the tabs of the ARIA
// Authoring Practices, of which the arrow keys choose one as they come to it.
// Each page is drawn with [tabPage].
type tabList struct {
	app.Compo
	ID     string
	Label  string // for screen readers
	Tabs   []option
	Chosen string
	Choose func(value string) // on the UI goroutine

	listeners listeners
}

func (l *tabList) OnMount(ctx app.Context) {
	if app.IsServer {
		return
	}
	l.listeners.add(listen(element(l.ID), "keydown", func(e app.Value) {
		at := 0
		for i, tab := range l.Tabs {
			if tab.value == l.Chosen {
				at = i
			}
		}
		to, ok := moved(e.Get("key").String(), at, len(l.Tabs), true, true)
		if !ok || modified(e) {
			return
		}
		e.Call("preventDefault")
		value := l.Tabs[to].value
		focus(l.ID + "-" + value)
		ctx.Dispatch(func(app.Context) { l.Choose(value) })
	}))
}

func (l *tabList) OnDismount() { l.listeners.stop() }

func (l *tabList) Render() app.UI {
	tabs := make([]app.UI, len(l.Tabs))
	for i, t := range l.Tabs {
		tab := app.Button().ID(l.ID+"-"+t.value).Type("button").Role("tab").Class("tab").
			Aria("controls", l.ID+"-page").
			Aria("selected", t.value == l.Chosen).
			OnClick(func(app.Context, app.Event) { l.Choose(t.value) }, t.value).
			Text(t.label)
		if t.value != l.Chosen {
			tab = tab.TabIndex(-1)
		}
		tabs[i] = tab
	}
	return app.Div().ID(l.ID).Class("tabs").Role("tablist").Aria("label", l.Label).Body(tabs...)
}

// tabPage draws the page of the tab that is chosen in the list with the id.
func tabPage(id, chosen string, body ...app.UI) app.UI {
	return app.Div().ID(id+"-page").Role("tabpanel").Aria("labelledby", id+"-"+chosen).TabIndex(0).Body(body...)
}
