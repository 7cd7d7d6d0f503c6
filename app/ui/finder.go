package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// A finder is a field in which one writes what one looks for, and below it what
// there is: the combobox with a list of the ARIA Authoring Practices. The focus
// stays in the field; the arrow keys move through the list, Enter takes, and so
// does a press. The text belongs to the browser, as in the composer.
type finder struct {
	app.Compo
	ID, Label, Hint string // Hint stands in the field as long as it is empty
	Finds           []finding
	Several         bool         // more than one may be taken
	None            string       // stands where there is nothing
	News            string       // how many there are, for screen readers
	Find            func(string) // called with what is written
	Take            func(i int)  // called with the index of what is taken
	Back            func()       // Backspace in an empty field; may be nil

	at        int // the index of the one that Enter takes
	listeners listeners
}

// A finding is one thing that can be taken.
type finding struct {
	Key    string // names it, so that the choice stays with it
	Label  string
	Detail string // in a softer voice behind it
	Sign   string // an icon; or else Who is drawn
	Who    chat.Person
	State  chat.State
	Unread int
	Quiet  bool
	Taken  bool
}

func (f *finder) OnMount(ctx app.Context) {
	if app.IsServer {
		return
	}
	field, list := element(f.ID), element(f.ID+"-list")
	f.listeners.add(listen(field, "input", func(app.Value) {
		text := field.Get("value").String()
		ctx.Dispatch(func(app.Context) {
			f.at = 0
			f.Find(text)
		})
	}))
	f.listeners.add(listen(field, "keydown", func(e app.Value) {
		if e.Get("isComposing").Truthy() || modified(e) {
			return
		}
		key := e.Get("key").String()
		switch key {
		case "Enter":
			e.Call("preventDefault")
			ctx.Dispatch(func(app.Context) { f.take(f.at) })
			return
		case "Backspace":
			if f.Back != nil && field.Get("value").String() == "" {
				ctx.Dispatch(func(app.Context) { f.Back() })
			}
			return
		case "Home", "End": // are the field's
			return
		}
		if to, ok := moved(key, f.at, len(f.Finds), false, true); ok {
			e.Call("preventDefault")
			ctx.Dispatch(func(app.Context) { f.at = to })
		}
	}))
	f.listeners.add(listen(field, "keypress", func(e app.Value) {
		if e.Get("key").String() == "Enter" {
			e.Call("preventDefault") // it takes, and submits no form
		}
	}))
	f.listeners.add(listen(list, "mousedown", func(e app.Value) { e.Call("preventDefault") })) // the focus stays
	f.listeners.add(listen(list, "click", func(e app.Value) {
		if row := closest(e, "[role=option]"); row.Truthy() {
			i, err := strconv.Atoi(row.Get("dataset").Get("at").String())
			if err == nil {
				ctx.Dispatch(func(app.Context) { f.take(i) })
			}
		}
	}))
}

func (f *finder) OnDismount() { f.listeners.stop() }

// OnUpdate keeps the one that Enter takes in sight.
func (f *finder) OnUpdate(app.Context) {
	if row := element(f.ID + "-" + strconv.Itoa(f.at)); row.Truthy() {
		row.Call("scrollIntoView", map[string]any{"block": "nearest"})
	}
}

func (f *finder) take(i int) {
	if i >= 0 && i < len(f.Finds) {
		f.at = i
		f.Take(i)
	}
}

func (f *finder) Render() app.UI {
	f.at = max(min(f.at, len(f.Finds)-1), 0)
	field := app.Input().ID(f.ID).Type("text").Class("input").Role("combobox").
		Attr("autocomplete", "off").Attr("autocapitalize", "off").Attr("spellcheck", "false").Attr("enterkeyhint", "go").Attr("dir", "auto").
		Aria("label", f.Label).Aria("controls", f.ID+"-list").Aria("expanded", "true").Aria("autocomplete", "list").
		Placeholder(f.Hint)
	rows := make([]app.UI, len(f.Finds))
	for i, found := range f.Finds {
		rows[i] = f.row(i, found)
	}
	if len(rows) > 0 {
		field = field.Aria("activedescendant", f.ID+"-"+strconv.Itoa(f.at))
	} else {
		field = field.Aria("activedescendant", "")
	}
	list := app.Div().ID(f.ID+"-list").Class("finds").Role("listbox").Aria("label", f.Label)
	if f.Several {
		list = list.Aria("multiselectable", "true")
	}
	none := ""
	if len(rows) == 0 {
		none = f.None
	}
	return app.Div().Class("finder").Body(
		app.Div().Class("finder-field").Body(icon(iconFind), field),
		list.Body(rows...),
		app.P().Class("finds-none").Text(none),
		app.P().Class("unseen").Role("status").Text(f.News),
	)
}

func (f *finder) row(i int, found finding) app.UI {
	row := app.Div().ID(f.ID+"-"+strconv.Itoa(i)).Class("find").Role("option").DataSet("at", strconv.Itoa(i))
	selected := i == f.at
	if f.Several {
		selected = found.Taken
	}
	row = row.Aria("selected", strconv.FormatBool(selected))
	if i == f.at {
		row = row.Class("at")
	}
	var parts []app.UI
	if found.Sign != "" {
		parts = append(parts, app.Span().Class("room-sign").Body(icon(found.Sign)))
	} else {
		parts = append(parts, faceIn(found.Who, found.State))
	}
	label := app.Bdi().Class("find-label").Text(found.Label)
	detail := app.Span().Class("find-detail").Dir("auto")
	if found.Detail != "" {
		detail = detail.Body(app.Span().Class("unseen").Text(", "), app.Span().Text(found.Detail))
	}
	parts = append(parts, app.Span().Class("find-text").Body(label, detail))
	if found.Unread > 0 {
		parts = append(parts, badge(unreadText(found.Unread), !found.Quiet), app.Span().Class("unseen").Text(" unread"))
	}
	if found.Taken {
		parts = append(parts, icon(iconTick))
	}
	return row.Body(parts...)
}

// foundText says how many there are.
func foundText(n int) string {
	switch n {
	case 0:
		return "Nothing found"
	case 1:
		return "1 found"
	}
	return strconv.Itoa(n) + " found"
}
