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
	rows := make([]app.UI, 0, len(v.Chunk.lines)+2)
	lines := v.Chunk.lines
	for len(lines) > 0 {
		l, n := lines[0], newsLen(lines)
		if l.day != "" {
			rows = append(rows, dayRow(l))
		}
		switch {
		case l.row.Message != nil:
			rows = append(rows, messageRow(l))
		case l.row.Presence != nil:
			told := make([]*chat.Presence, n)
			for i := range n {
				told[i] = lines[i].row.Presence
			}
			if parts := presenceParts(told, v.You); len(parts) > 0 {
				rows = append(rows, newsRow(lines[n-1], sentence(parts)))
			}
		case l.row.Missed != nil:
			rows = append(rows, newsRow(l, []app.UI{app.Span().Text(missedText(l.row.Missed.Count))}))
		}
		lines = lines[n:]
	}
	return app.Div().Class("chunk").Body(rows...)
}

// newsLen is how many of the first lines are told as one: presences of one day
// with nothing between them, or a single line of any other kind.
func newsLen(lines []logLine) int {
	n := 1
	for lines[0].row.Presence != nil && n < len(lines) && lines[n].row.Presence != nil && lines[n].day == "" {
		n++
	}
	return n
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

// messageBody draws who said what and when.
func messageBody(author chat.Person, text string, at time.Time) []app.UI {
	return []app.UI{
		face(author),
		app.P().Class("byline").Body(
			app.Bdi().Class("author").Text(author.Name),
			clock(at),
		),
		app.Div().Class("text").Dir("auto").Text(text),
	}
}

func clock(at time.Time) app.UI {
	return app.Time().
		DateTime(at.Format(time.RFC3339)).
		Title(fullText(at)).
		Text(clockText(at))
}

func newsRow(l logLine, said []app.UI) app.UI {
	row := app.Div().Class("news")
	text := app.P().Body(said...)
	if l.time.IsZero() {
		return row.Body(text)
	}
	return row.Body(text, clock(l.time))
}
