package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// emptyState stands where there is nothing: what will be there, and what can be
// done about it.
func emptyState(sign, title, text string, actions ...app.UI) app.UI {
	body := []app.UI{icon(sign), app.H3().Text(title), app.P().Text(text)}
	return app.Div().Class("state").Body(append(body, actions...)...)
}

// faultState stands where something could not be shown: what is wrong, read out
// at once, and what can be done about it.
func faultState(title, text string, actions ...app.UI) app.UI {
	body := []app.UI{icon(iconAlert), app.H3().Text(title), app.P().Text(text)}
	return app.Div().Class("state", "wrong").Role("alert").Body(append(body, actions...)...)
}

// bones stand where n rows with faces are on their way. They say nothing to a
// screen reader, having no words: whoever waits says so.
func bones(n int) app.UI {
	rows := make([]app.UI, n)
	for i := range rows {
		rows[i] = app.Div().Class("bone-row").Body(
			app.Span().Class("bone", "round"),
			app.Span().Class("bone", "short"),
			app.Span().Class("bone"),
		)
	}
	return app.Div().Class("bones").Body(rows...)
}

// badge counts or marks something beside it; strong is for what waits for the
// reader.
func badge(text string, strong bool) app.UI {
	b := app.Span().Class("badge").Text(text)
	if strong {
		b = b.Class("strong")
	}
	return b
}
