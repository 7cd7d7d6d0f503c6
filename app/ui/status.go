package ui

import (
	"strings"
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

// What a screen reader is told of the line: that it was lost and that it is
// back, once each, and nothing of the tries between.
const (
	newsNone  = "The server cannot be reached yet. It is tried again and again."
	newsLost  = "The line is lost. It is tried again and again."
	newsFirst = "Connected."
	newsAgain = "Connected again."
)

// lineNews returns what is to be told after a change of the status; before is
// what was told last, and met tells whether the line was ever open.
func lineNews(before string, met bool, now link.Status) string {
	switch lost := before == newsNone || before == newsLost; {
	case now.Phase == link.Waiting && !lost && met:
		return newsLost
	case now.Phase == link.Waiting && !lost:
		return newsNone
	case now.Phase == link.Open && lost && met:
		return newsAgain
	case now.Phase == link.Open && lost:
		return newsFirst
	case now.Phase == link.Stopped:
		return "" // a notice says it
	}
	return before
}

// A statusLine says how it stands with the line to the server, and what can be
// done about it.
type statusLine struct {
	app.Compo
	Chat   *Chat
	Status link.Status
	News   string // for screen readers, see lineNews
	Host   string
	// Offline says that there is no network, and Stale up to when there are
	// messages, if later ones may be missing.
	Offline bool
	Stale   string

	timer *time.Timer // redraws the countdown
	held  bool        // the button that goes has the focus
}

func (s *statusLine) OnMount(ctx app.Context) { s.tick(ctx) }

func (s *statusLine) OnUpdate(ctx app.Context) {
	s.tick(ctx)
	if s.held && nothingFocused() {
		focusComposer(false)
	}
}

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
	s.held = app.IsClient && s.Status.Phase != link.Waiting && focused("retry")
	var said, why, number, shown string
	button := app.Button().Type("button").Class("button", "link")
	switch s.Status.Phase {
	case link.Connecting:
		said = "Connecting…"
	case link.Open:
		shown = s.Host
	case link.Waiting:
		said, why = "Trying again ", whyNoLine(s.Status.Reason, s.Offline)
		number, _ = countdown(s.Status.RetryAt, time.Now())
		button = button.ID("retry").OnClick(s.retry).Text("Try now")
	case link.Stopped:
		said = "Not trying again." // a notice says why
	}
	var text []app.UI
	if why != "" {
		class := "status-why" // goes where there is little room
		if s.Offline && !strings.Contains(s.Stale, ",") {
			class = "status-offline" // there is room for it beside a time without a day
		}
		text = append(text, app.Span().Class(class).Text(why+" "))
	}
	if s.Stale != "" {
		text = append(text, app.Span().Class("status-stale").Text(s.Stale+" "))
	}
	if said != "" {
		text = append(text, app.Span().Class("status-next").Text(said+number))
	}
	body := []app.UI{
		app.Span().ID("status").Class("unseen").Role("status").Text(s.News),
		app.Span().Class("status-said").Body(text...),
	}
	if shown != "" {
		body = append(body, app.Span().Class("status-host").Text(shown))
	}
	if s.Status.Phase == link.Waiting {
		body = append(body, button)
	}
	return app.Div().Class("status").Body(body...)
}

func (s *statusLine) retry(app.Context, app.Event) {
	if s.Chat.line != nil {
		s.Chat.line.RetryNow()
	}
	focusComposer(false) // the button goes
}
