package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// traceRow draws what is left to see of a message that was deleted, or that is of
// somebody whom the reader does not want to see: one quiet line, which in the
// second case opens. It opens in the document alone, so that no drawing knows of
// it.
func traceRow(l logLine) app.UI {
	m := l.row.Message
	row := app.Div().Class("message", "trace").DataSet("seq", strconv.FormatInt(m.Seq, 10)).TabIndex(-1)
	if m.Gone {
		return row.Class("gone").Body(
			app.P().Class("text").Body(app.Bdi().Class("author").Text(nameOf(m.Author)), app.Span().Text(": this message was deleted")),
			clock(l.time, clockText(l.time)),
		)
	}
	return row.Class("folded").Body(
		app.Details().Class("text").Body(
			app.Summary().Text("A message of somebody whom you hide"),
			app.Bdi().Class("author").Text(nameOf(m.Author)),
			app.Div().Class("folded-text").Dir("auto").Text(m.Text),
		),
		clock(l.time, clockText(l.time)),
	)
}
