package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/link"
)

// heading is what the page's title and first heading say.
func heading(p link.Phase) string {
	if p == link.Open {
		return "Connected to Cyber Chat"
	}
	return "Disconnected"
}

// phaseName is a phase for the style sheet.
func phaseName(p link.Phase) string {
	switch p {
	case link.Open:
		return "open"
	case link.Waiting:
		return "waiting"
	case link.Stopped:
		return "stopped"
	}
	return "connecting"
}

// A statusLine says how it stands with the line to the server, and what can be
// done about it.
type statusLine struct {
	app.Compo
	Chat   *Chat
	Status link.Status
	Host   string

	timer *time.Timer // redraws the countdown
}

func (s *statusLine) OnMount(ctx app.Context)  { s.tick(ctx) }
func (s *statusLine) OnUpdate(ctx app.Context) { s.tick(ctx) }

func (s *statusLine) OnDismount() {
	if s.timer != nil {
		s.timer.Stop()
	}
}

// tick draws the line again when the countdown has another number to show.
func (s *statusLine) tick(ctx app.Context) {
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	if s.Status.Phase != link.Waiting {
		return
	}
	if _, change := countdown(s.Status.RetryAt, time.Now()); change > 0 {
		s.timer = time.AfterFunc(change, func() { ctx.Dispatch(s.tick) })
	}
}

func (s *statusLine) Render() app.UI {
	// The number is hidden from screen readers, which would read out every
	// second.
	var said, number, shown string
	button := app.Button().Type("button").Class("button", "link")
	switch s.Status.Phase {
	case link.Connecting:
		said = "Connecting…"
	case link.Open:
		shown = s.Host
	case link.Waiting:
		said = "Trying again "
		if s.Status.Reason != "" {
			said = s.Status.Reason + " " + said
		}
		number, _ = countdown(s.Status.RetryAt, time.Now())
		button = button.ID("retry").OnClick(s.retry).Text("Try now")
	case link.Stopped:
		said = s.Status.Reason
		if said == "" {
			said = "The server ended the connection."
		}
		button = button.ID("reload").OnClick(reload).Text("Reload")
	}
	var text []app.UI
	if said != "" {
		text = append(text, app.Span().Text(said))
	}
	if number != "" {
		text = append(text, app.Span().Aria("hidden", "true").Text(number))
	}
	body := []app.UI{app.Span().ID("status").Class("status-said").Role("status").Body(text...)}
	if shown != "" {
		body = append(body, app.Span().Class("status-host").Text(shown))
	}
	if s.Status.Phase == link.Waiting || s.Status.Phase == link.Stopped {
		body = append(body, button)
	}
	return app.Div().Class("status").Body(body...)
}

func (s *statusLine) retry(app.Context, app.Event) {
	if s.Chat.line != nil {
		s.Chat.line.RetryNow()
	}
}

func reload(app.Context, app.Event) { app.Window().Get("location").Call("reload") }
