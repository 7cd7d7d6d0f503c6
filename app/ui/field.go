package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// A textField is a line to be written in: what it is for, the field, and below
// it what is wrong with what it holds, or else a hint. The text in it belongs
// to the browser, as in the composer: no drawing sets it.
type textField struct {
	ID, Label, Hint, Fault string
}

func (f textField) draw() app.UI {
	input := app.Input().ID(f.ID).Name(f.ID).Type("text").Class("input").
		Attr("autocomplete", "off").
		Attr("dir", "auto").
		Attr("aria-describedby", f.ID+"-note")
	note := app.P().ID(f.ID + "-note").Class("hint").Text(f.Hint)
	if f.Fault != "" {
		input = input.Attr("aria-invalid", "true")
		note = app.P().ID(f.ID + "-note").Class("fault").Role("alert").Text(f.Fault)
	}
	return app.Div().Class("field").Body(app.Label().For(f.ID).Text(f.Label), input, note)
}

// choiceField draws a few words of which one is chosen: radio buttons, which
// the arrow keys move through.
func choiceField(id, label string, options []option, chosen string, choose func(value string)) app.UI {
	words := make([]app.UI, len(options))
	for i, o := range options {
		words[i] = app.Label().Body(
			app.Input().ID(id+"-"+o.name()).Type("radio").Name(id).Value(o.value).Checked(o.value == chosen).
				// Not OnChange: a drawing of the choice before may come between the
				// click and that, and then there is no change to the browser.
				OnClick(func(app.Context, app.Event) { choose(o.value) }, id, o.value),
			app.Span().Text(o.label),
		)
	}
	return app.FieldSet().Class("field").ID(id).Body(
		app.Legend().Text(label),
		app.Div().Class("choice").Body(words...),
	)
}

// name is the option's in an id.
func (o option) name() string {
	if o.value == "" {
		return "system"
	}
	return o.value
}

// switchField draws what is on or off.
func switchField(id, label, hint string, on bool, turn func(on bool)) app.UI {
	text := []app.UI{app.Span().ID(id + "-label").Class("switch-label").Text(label)}
	input := app.Input().ID(id).Type("checkbox").Role("switch").Checked(on).
		Aria("labelledby", id+"-label").
		OnChange(func(ctx app.Context, _ app.Event) { turn(ctx.JSSrc().Get("checked").Bool()) }, id)
	if hint != "" {
		text = append(text, app.Span().ID(id+"-hint").Class("hint").Text(hint))
		input = input.Aria("describedby", id+"-hint")
	}
	return app.Label().Class("switch").Body(app.Span().Class("switch-text").Body(text...), input)
}
