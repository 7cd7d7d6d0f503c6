package ui

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// A chunkView draws a chunk. Because a chunk is never changed, one that is
// still the same is passed over.
type chunkView struct {
	app.Compo
	Chunk *chunk // nil when it is gone
	You   string // the reader's id
}

func (v *chunkView) Render() app.UI {
	if v.Chunk == nil {
		return app.Div().Class("chunk")
	}
	lines := v.Chunk.lines
	// The day of the first row has an element of its own, which is empty if
	// there is none: it goes to another chunk when earlier rows come.
	day := app.Div()
	if first := lines[0]; first.day != "" {
		day = day.Body(dayRow(first))
	}
	rows := append(make([]app.UI, 0, len(lines)+2), day)
	for i, l := range lines {
		if i > 0 && l.day != "" {
			rows = append(rows, dayRow(l))
		}
		if l.row.Message != nil {
			rows = append(rows, messageRow(l))
			continue
		}
		if i > 0 && tellsOn(lines[i-1], l) {
			continue
		}
		n := i + 1
		for n < len(lines) && tellsOn(lines[n-1], lines[n]) {
			n++
		}
		told := make([]*chat.Presence, 0, n-i)
		for _, l := range lines[i:n] {
			told = append(told, l.row.Presence)
		}
		if parts := presenceParts(told, v.You); len(parts) > 0 {
			rows = append(rows, newsRow(lines[n-1], parts))
		}
	}
	return app.Div().Class("chunk").Body(rows...)
}

// tellsOn tells whether a line is told in one with the line before it:
// presences of one day with nothing between them.
func tellsOn(before, l logLine) bool {
	return before.row.Presence != nil && l.row.Presence != nil && l.day == ""
}

func dayRow(l logLine) app.UI {
	return app.P().Class("day").Body(
		app.Time().DateTime(l.time.Format(time.DateOnly)).Text(l.day),
	)
}

func messageRow(l logLine) app.UI {
	m := l.row.Message
	row := app.Div().Class("message").DataSet("seq", strconv.FormatInt(m.Seq, 10))
	if l.follows {
		row = row.Class("follows")
	}
	if l.mine {
		row = row.Class("mine")
	}
	if l.emoji {
		row = row.Class("emoji")
	}
	return row.Body(messageBody(m.Author, m.Text, l.time)...)
}

// messageBody draws who said what and when, in the order in which it is read out:
// the style sheet puts the time beside the name.
func messageBody(author chat.Person, text string, at time.Time) []app.UI {
	return []app.UI{
		face(author),
		app.P().Class("byline").Body(app.Bdi().Class("author").Text(author.Name)),
		app.Div().Class("text").Dir("auto").Text(text),
		clock(at),
	}
}

func clock(at time.Time) app.UI {
	return app.Time().
		DateTime(at.Format(time.RFC3339)).
		Title(fullText(at)).
		Text(clockText(at))
}

func newsRow(l logLine, said []part) app.UI {
	return app.Div().Class("news").Body(app.P().Body(sentence(said)...), clock(l.time))
}
