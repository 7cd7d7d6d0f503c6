package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
	"cyberchat/app/state"
)

// pendingRow draws a message of ours that the server has not placed yet, in the
// time zone of the reader.
func pendingRow(c *Chat, you chat.Person, p state.Pending, follows bool, line link.Phase, zone *time.Location) app.UI {
	row := app.Div().Class("message", "mine", "pending")
	if follows {
		row = row.Class("follows")
	}
	at := p.Time.In(zone)
	said := clockText(at)
	if follows {
		said = gutterText(at)
	}
	body := messageBody(you, p.Text, at, said, follows)
	if p.Fault == nil {
		return row.Body(append(body, app.P().Class("pending-state").Body(
			icon(iconClock),
			app.Span().Text(pendingText(line)),
		))...)
	}
	// A handler is told from another one by its scope, not by what it holds.
	retry := func(app.Context, app.Event) { c.retry(p.ID) }
	discard := func(app.Context, app.Event) { c.discard(p.ID) }
	return row.Class("refused").Body(append(body, app.Div().Class("pending-state").Body(
		icon(iconAlert),
		app.Span().Class("pending-fault").Role("alert").Text(p.Fault.Text),
		app.Button().Type("button").Class("button", "small").OnClick(retry, p.ID).Text("Retry"),
		app.Button().Type("button").Class("button", "small", "quiet").OnClick(discard, p.ID).Text("Discard"),
	))...)
}

// pendingText says what a message that is not refused waits for.
func pendingText(line link.Phase) string {
	switch line {
	case link.Open:
		return "Sending…"
	case link.Stopped:
		return "Not sent yet. Reload the page to send it."
	}
	return "Waiting for the line"
}
