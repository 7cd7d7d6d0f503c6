package ui

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// messageRow draws a message that has its place.
func messageRow(l logLine) app.UI {
	m := l.row.Message
	if m.Gone || l.row.Folded {
		return traceRow(l)
	}
	row := app.Div().Class("message").DataSet("seq", strconv.FormatInt(m.Seq, 10)).TabIndex(-1)
	if l.follows {
		row = row.Class("follows")
	}
	if l.mine {
		row = row.Class("mine")
	}
	switch {
	case l.emoji:
		row = row.Class("emoji")
	case l.code:
		row = row.Class("code")
	}
	return row.Body(messageBody(m.Author, m.Text, l.time, l.said, l.follows)...)
}

// messageBody draws who said what and when, in this order, which is that in
// which it is read out; said is the time in short.
func messageBody(author chat.Person, text string, at time.Time, said string, follows bool) []app.UI {
	name := app.Bdi().Class("author").Text(nameOf(author))
	body := app.Div().Class("text").Dir("auto").Text(text)
	if follows {
		return []app.UI{name, body, clock(at, said)}
	}
	return []app.UI{face(author), name, body, clock(at, said)}
}

// clock draws a time in short, with the whole of it for who points at it and
// for screen readers.
func clock(at time.Time, said string) app.UI {
	exact := fullText(at)
	return app.Time().
		DateTime(at.Format(time.RFC3339)).
		Title(exact).
		Aria("label", exact).
		Text(said)
}

func newsRow(l logLine, said []part) app.UI {
	return app.Div().Class("news").Body(app.P().Body(sentence(said)...), clock(l.time, clockText(l.time)))
}
